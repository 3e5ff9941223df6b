"""The README's tables of features work as they stand there, line by line, on the demo's company."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from hub.cli.main import main

ROOT = Path(__file__).resolve().parents[1]
_SECTION = re.compile(
    r"^## (?:Feeds: |Debtors and creditors|Reminding and collecting).*?(?=^## )", re.MULTILINE | re.DOTALL
)


def _sections() -> list[str]:
    found = _SECTION.findall((ROOT / "README.md").read_text("utf-8"))
    assert len(found) == 3
    return found


def _lines(*texts: str) -> list[str]:
    return [line for text in texts for line in re.findall(r"`(hub [^`]+)`", text)]


def _failed(lines: list[str], capsys: pytest.CaptureFixture[str]) -> list[tuple[int, str, str]]:
    failed = []
    for line in lines:
        capsys.readouterr()
        code = main(shlex.split(line)[1:])
        if code:
            failed.append((code, line, capsys.readouterr().err))
    return failed


def test_every_feature_of_the_readme_can_be_shown_on_the_demo_company(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "hub").symlink_to(ROOT / "hub")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUB_HOME", str(tmp_path / "books"))
    for name in ("HUB_DATABASE_URL", "HUB_BROKER_URL"):
        monkeypatch.delenv(name, raising=False)
    assert main(["demo", "--feeds"]) == 0
    assert _failed(_lines(*_sections()[:2]), capsys) == []
    assert main(["verify"]) == 0
    assert {"demo.xaf", "demo4.xaf", "betaling.xml", "ouderdom.xlsx", "open.pdf", "etiketten.pdf"} <= {
        p.name for p in tmp_path.iterdir()
    }


def test_collecting_can_be_shown_on_what_its_demo_leaves_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HUB_HOME", str(tmp_path))
    for name in ("HUB_DATABASE_URL", "HUB_BROKER_URL"):
        monkeypatch.delenv(name, raising=False)
    told = _sections()[2]
    begin, table = (part for part in told.split("| | what | see it |"))
    assert "`hub demo --collect`" in begin
    assert main(["demo", "--collect"]) == 0
    assert _failed(_lines(table), capsys) == []


def test_the_tables_name_every_feature_that_was_asked() -> None:
    named: set[int] = set()
    for first, last in re.findall(r"S(\d+)(?:–S(\d+))?", "".join(_sections())):
        named |= set(range(int(first), int(last or first) + 1))
    assert {*range(1, 73)} <= named
