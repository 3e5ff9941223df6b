"""The README's tables of features work as they stand there, line by line, on the demo's company."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from hub.cli.main import main

ROOT = Path(__file__).resolve().parents[1]
_SECTION = re.compile(r"^## (?:Feeds: |Debtors and creditors).*?(?=^## )", re.MULTILINE | re.DOTALL)


def _text() -> str:
    found = _SECTION.findall((ROOT / "README.md").read_text("utf-8"))
    assert len(found) == 2
    return "".join(found)


def _lines() -> list[str]:
    return re.findall(r"`(hub [^`]+)`", _text())


def test_every_feature_of_the_readme_can_be_shown_on_the_demo_company(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "hub").symlink_to(ROOT / "hub")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "books"))
    for name in ("HUB_DATABASE_URL", "HUB_BROKER_URL"):
        monkeypatch.delenv(name, raising=False)
    assert main(["demo", "--feeds"]) == 0
    failed = []
    for line in _lines():
        capsys.readouterr()
        code = main(shlex.split(line)[1:])
        if code:
            failed.append((code, line, capsys.readouterr().err))
    assert failed == []
    assert main(["verify"]) == 0
    assert {"demo.xaf", "demo4.xaf", "betaling.xml", "ouderdom.xlsx", "open.pdf", "etiketten.pdf"} <= {
        p.name for p in tmp_path.iterdir()
    }


def test_the_tables_name_every_feature_that_was_asked() -> None:
    named: set[int] = set()
    for first, last in re.findall(r"S(\d+)(?:–S(\d+))?", _text()):
        named |= set(range(int(first), int(last or first) + 1))
    assert {*range(1, 38), 39, 46, *range(48, 73)} <= named
