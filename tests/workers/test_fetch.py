"""Fetching: one round or for ever, each channel for itself, and far sides of others by entry point."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hub.bootstrap import Hub
from hub.channels import FarChannel, FolderChannel, HttpChannel
from hub.errors import NotFound, Unavailable, Usage
from hub.settings import load_settings
from hub.workers.fetch import fetch, fetch_round
from tests.books import Books
from tests.workers import far_side
from tests.workers.conftest import arrived, names

BODY = b"<Invoice/>"


@pytest.fixture
def far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the fetcher of others looks in."""
    far_side.install(tmp_path / "site", monkeypatch)
    folder = tmp_path / "far"
    folder.mkdir()
    return folder


def channel(far: Path) -> FarChannel:
    return FarChannel(
        name="theirs", far_kind="counting", options={"folder": str(far)}, notes=far / "notes", every_seconds=0.05
    )


def test_fetcher_of_others_is_found_by_its_kind_and_settles_after_the_commit(far: Path, books: Books) -> None:
    (far / "d-1.xml").write_bytes(BODY)
    assert fetch_round(books.hub, channel(far)) == 1
    assert [row[:2] for row in arrived(books, "theirs")] == [("d-1", "d-1.xml")]
    assert (far / "d-1.taken").exists()
    assert (far / "closed").exists()


def test_conflict_is_a_note_when_a_far_side_gives_other_bytes_under_the_same_id(far: Path, books: Books) -> None:
    for body in (BODY, b"<other/>"):
        (far / "d-1.xml").write_bytes(body)
        fetch_round(books.hub, channel(far))
    assert len(arrived(books, "theirs")) == 1
    assert (far / "d-1.refused").read_bytes() == b"<other/>"
    (note,) = (far / "notes").glob("*.reason.json")
    assert "HUB-CHAN-05" in note.read_text()


def test_kind_of_others_is_accepted_in_the_file_with_its_own_keys(far: Path, books: Books) -> None:
    home = books.hub.settings.home
    text = f'[channel.theirs]\nkind = "counting"\nlane = "bank"\nfolder = "{far}"\n'
    (home / "hub.toml").write_text(text)
    (made,) = load_settings({"HUB_HOME": str(home)}).channels
    assert isinstance(made, FarChannel)
    (far / "d-1.xml").write_bytes(BODY)
    assert fetch_round(books.hub, made) == 1
    assert arrived(books, "theirs")[0][2] == "bank"
    with pytest.raises(Usage, match="channel.theirs.folders: unknown; known are folder"):
        fetch_round(books.hub, replace(made, options={"folders": "x"}))


def test_every_channel_has_its_round_when_one_of_them_fails(far: Path, books: Books, tmp_path: Path) -> None:
    (far / "d-1.xml").write_bytes(BODY)
    gone = replace(channel(far), name="gone", options={"folder": str(tmp_path / "gone")})
    hub = Hub(replace(books.hub.settings, channels=(gone, channel(far))))
    with pytest.raises(Unavailable, match="not there"):
        fetch(hub, once=True)
    hub.close()
    assert names(books, "theirs") == ["d-1.xml"]


def test_unknown_channel_or_one_that_is_not_fetched_is_named(books: Books) -> None:
    hub = Hub(replace(books.hub.settings, channels=(HttpChannel(name="shop", secrets=("env:A",)),)))
    for name in ("nobody", "shop"):
        with pytest.raises(NotFound, match=name):
            fetch(hub, [name], once=True)
    hub.close()


def test_channels_are_fetched_until_the_end_and_one_that_is_down_comes_back(
    far: Path, books: Books, tmp_path: Path
) -> None:
    late = tmp_path / "late"
    watched = FolderChannel(name="drop", path=tmp_path / "in", every_seconds=0.05, settle_seconds=0.05)
    late_channel = replace(channel(far), name="late", options={"folder": str(late)})
    hub = Hub(replace(books.hub.settings, channels=(late_channel, channel(far), watched)))
    ended = threading.Event()
    running = threading.Thread(target=fetch, args=(hub,), kwargs={"stop": ended})
    running.start()
    try:
        (far / "d-1.xml").write_bytes(BODY)
        _until(lambda: len(arrived(books, "theirs")) == 1)
        late.mkdir()
        (late / "d-2.xml").write_bytes(BODY)
        (tmp_path / "in").mkdir()
        (tmp_path / "in" / "a.xml").write_bytes(BODY)
        _until(lambda: len(arrived(books, "late")) == 1 and len(arrived(books, "drop")) == 1)
    finally:
        ended.set()
        running.join(10)
        hub.close()
    assert not running.is_alive()


def _until(holds: Callable[[], bool], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
