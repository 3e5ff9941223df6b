"""The hash chain on the command line: sealed for one or all, exported, and checked without the hub."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import Cli

SCRIPT = Path(__file__).resolve().parents[2] / "deploy" / "verify_chain.py"


def test_chain_of_every_administration_is_sealed_and_checked_without_the_hub(demo_copy: Cli, tmp_path: Path) -> None:
    audit = str(tmp_path / "a.xaf")
    assert demo_copy("export", "xaf", "--year", "2026", "--out", audit).code == 0
    assert demo_copy("import", "xaf", audit, "--administration", "other").code == 0
    assert demo_copy("blocks", "seal", "--all", "--administration", "demo").code == 2
    sealed = demo_copy("blocks", "seal", "--all", "--json").rows
    assert [row["administration"] for row in sealed] == ["demo"]  # what was taken over a moment ago waits
    again = demo_copy("blocks", "seal", "--all", "--language", "en").out
    assert again.count("everything is in a block") == 2
    chain, last = str(tmp_path / "chain.jsonl"), sealed[-1]["hash"]
    assert demo_copy("blocks", "export", "--out", chain, "--administration", "demo").code == 0
    for kept, code in ((last, 0), ("0" * 64, 1)):
        done = subprocess.run([sys.executable, "-I", str(SCRIPT), chain, kept], capture_output=True, text=True)
        assert done.returncode == code, done.stdout
