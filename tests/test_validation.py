"""`hub.validate` as a program calls it, and its costs as documents grow: counted, not timed."""

from __future__ import annotations

import doctest
import gc
import pickle
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import hub
from hub import validation

DOCUMENTS = Path(hub.__file__).parent / "demo" / "documents"
WRONG = DOCUMENTS / "14-wrong-total.xml"
GOOD = (DOCUMENTS / "01-office-supplies.xml").read_text("utf-8")
_found = re.search(r"<cac:InvoiceLine>.*?</cac:InvoiceLine>", GOOD, re.DOTALL)
assert _found is not None
LINE = _found[0]


def _document(lines: int, *, wrong: bool = False) -> bytes:
    """An invoice of so many lines; with `wrong` each has a unit that no list knows."""
    line = re.sub(r'unitCode="\w+"', 'unitCode="QQQ"', LINE) if wrong else LINE
    head, _, tail = GOOD.partition(LINE)
    numbered = (re.sub(r"<cbc:ID>[^<]*", f"<cbc:ID>{number}", line, count=1) for number in range(1, lines + 1))
    return (head + "".join(numbered) + tail).encode()


def test_example_of_the_docstring_is_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "invoice.xml").write_bytes(WRONG.read_bytes())
    monkeypatch.chdir(tmp_path)
    [example] = doctest.DocTestFinder(recurse=False).find(hub.validate, "validate", module=validation)
    assert len(example.examples) == 4
    assert doctest.DocTestRunner().run(example).failed == 0


def test_program_of_a_user_needs_nothing_but_the_package(tmp_path: Path) -> None:
    script = f"import hub\nseen = hub.validate(open({str(WRONG)!r}, 'rb').read(), ['en16931'])\nprint(seen.valid, seen.findings[0].code)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert (done.stdout.strip(), done.stderr, list(tmp_path.iterdir())) == ("False BR-CO-15", "", [])


def test_what_it_gives_can_be_pickled_and_compared() -> None:
    seen = hub.validate(WRONG.read_bytes())
    assert pickle.loads(pickle.dumps(seen)) == seen  # noqa: S301  bytes of our own
    assert seen.findings


def test_threads_get_what_one_would() -> None:
    documents = [path.read_bytes() for path in sorted(DOCUMENTS.glob("*.xml"))]
    alone = [hub.validate(data) for data in documents]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(hub.validate, documents * 3)) == alone * 3


def _calls(data: bytes) -> int:
    """How many functions of ours are entered while a document is judged: what time grows with, without a clock."""
    count = 0

    def enter(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    gc.collect()
    sys.setprofile(enter)
    try:
        hub.validate(data)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("wrong", [False, True], ids=["valid lines", "a finding on each line"])
def test_work_grows_with_the_lines_and_not_faster(wrong: bool) -> None:
    hub.validate(_document(20, wrong=wrong))  # what is made once a process
    small, middle, large = (_calls(_document(lines, wrong=wrong)) for lines in (100, 200, 400))
    assert (large - middle) / (middle - small) == pytest.approx(2, rel=0.1)


def test_large_document_with_a_finding_on_each_line_is_answered_in_full() -> None:
    seen = hub.validate(_document(3000, wrong=True), ["en16931"])
    units = [finding for finding in seen.findings if finding.code == "BR-CL-23"]
    assert len(units) == 3000
    assert units[-1].location == "/Invoice[1]/InvoiceLine[3000]/InvoicedQuantity[1]"
