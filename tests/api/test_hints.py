"""Hints: an unsigned webhook makes us look, and is believed in nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.api.conftest import Door
from tests.workers import far_side


@pytest.fixture
def far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the fetcher of others looks in."""
    far_side.install(tmp_path / "site", monkeypatch)
    folder = tmp_path / "far"
    folder.mkdir()
    return folder


def test_hint_makes_us_fetch_and_nothing_of_it_is_stored(door: Door, far: Path) -> None:
    (far / "real.xml").write_bytes(b"<Invoice/>")
    answer = door.post("hint", b'{"documentId": "forged", "xml": "<Invoice/>"}')
    assert (answer.status_code, answer.json()) == (202, {"hint": True})
    _until(lambda: door.count() == 1)
    assert door.books.rows("SELECT channel, external_id, file_name FROM message") == [("far", "real", "real.xml")]


def test_hints_that_come_together_make_one_message_each_document(door: Door, far: Path) -> None:
    for number in range(20):
        (far / f"{number:02}.xml").write_bytes(b"<a>%d</a>" % number)
        assert door.post("hint", b"{}").status_code == 202
    _until(lambda: door.count() == 20)
    time.sleep(0.1)
    assert door.count() == 20


def test_hint_is_answered_when_the_far_side_is_down_and_the_next_one_fetches(
    door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far_side.install(tmp_path / "site", monkeypatch)
    assert door.post("hint", b"{}").status_code == 202
    time.sleep(0.2)
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "a.xml").write_bytes(b"<Invoice/>")
    assert door.post("hint", b"{}").status_code == 202
    _until(lambda: door.count() == 1)


def test_hint_that_is_too_large_is_refused(door: Door) -> None:
    assert door.post("hint", b"x" * 70_000).status_code == 413


def _until(holds: Callable[[], bool], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
