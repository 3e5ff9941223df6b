"""Tables for people: whole dates and numbers in any window, instants to the minute, words in the reader's language."""

from __future__ import annotations

import json
import sys

import pytest

from hub.cli.output import Column, Output

COLUMNS = (Column("entry"), Column("date", "date"), Column("name"), Column("debit", "money"), Column("at"))
ROW = {
    "entry": "VRK/2026/12345", "date": "2026-11-30", "name": "Veiling Bloemenkade Coöperatie U.A. te Aalsmeer",
    "debit": "1234567.89", "at": "2026-11-30T10:11:08.169912+01:00",
}  # fmt: skip


@pytest.mark.parametrize("width", ["20", "60", "200"])
def test_no_window_is_so_narrow_that_a_date_a_number_or_an_amount_is_cut(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], width: str
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", width)
    Output(False, "nl").table([ROW], COLUMNS)
    shown = capsys.readouterr().out
    for whole in ("VRK/2026/12345", "30-11-2026", "1.234.567,89", "30-11-2026 09:11 UTC"):
        assert whole in shown
    assert "…" not in shown
    assert all(word in shown for word in ROW["name"].split())


def test_without_colour_a_table_is_plain_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    Output(False, "en").table([ROW], COLUMNS)
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "30 November 2026 09:11 UTC" in shown


def test_what_goes_to_a_file_stays_there_while_a_bar_is_watched(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    output = Output(True, "nl")
    with output.progress("progress_validate") as advance:
        output.line({"file": "a.xml", "message": "x" * 500})
        advance(1)
    shown = capsys.readouterr()
    assert json.loads(shown.out) == {"file": "a.xml", "message": "x" * 500}
    assert "a.xml" not in shown.err
