"""200,000 relations in one table, a tenth of them wrong: all taken or named, in memory that does not grow with the file; slow lane."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.reports.test_xaf_large import measured

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
ROWS, MOST_MIB = 200_000, 200


def test_two_hundred_thousand_rows_are_taken_or_named(tmp_path: Path) -> None:
    table, failed = tmp_path / "big.csv", tmp_path / "failed.csv"
    with table.open("w", encoding="utf-8") as file:
        file.write("code,name,country,email\n")
        for n in range(ROWS):
            file.write(f"B{n:06d},Relatie {n} B.V.,NL,{n}{'@' if n % 10 else ' at '}relatie.example\n")
    measured(tmp_path, "init")
    wanted = Counter(new=ROWS - ROWS // 10, failed=ROWS // 10)
    for _ in range(2):  # the second time everything is there already
        said, mib = measured(tmp_path, "import", "relations", str(table), "--out-failed", str(failed), code=7)
        assert {name: said[name] for name in wanted} == wanted
        assert mib < MOST_MIB, f"{mib:.0f} MiB"
        with failed.open(encoding="utf-8") as file:
            assert sum(1 for _ in file) == ROWS // 10 + 1
        wanted = Counter(same=ROWS - ROWS // 10, failed=ROWS // 10, new=0)
