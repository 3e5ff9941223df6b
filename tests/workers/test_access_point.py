"""Folders of access points as channels: `hub fetch` empties them, `hub channels check` says whether we can be found."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hub.bootstrap import Hub
from hub.channels import FolderChannel, HttpChannel, InboxChannel
from hub.errors import Transient, Unavailable, Usage
from hub.workers.channel_check import checked
from hub.workers.fetch import fetch
from tests.books import Books, open_books, starter
from tests.workers.test_hand_over import ENVELOPE, arrived, lay_oxalis, names


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    with open_books(tmp_path / "home") as made:
        yield made


@pytest.fixture
def inbound(tmp_path: Path) -> Path:
    folder = tmp_path / "inbound"
    folder.mkdir()
    return folder


def hub_of(books: Books, *channels: FolderChannel | InboxChannel | HttpChannel, **settings: object) -> Hub:
    return Hub(replace(books.hub.settings, channels=channels, **settings))  # type: ignore[arg-type]


def folder(path: Path, layout: str, **settings: object) -> FolderChannel:
    return FolderChannel(name="peppol", path=path, layout=layout, **settings)  # type: ignore[arg-type]


def test_oxalis_folder_is_emptied_and_a_stranger_put_aside_with_the_reason(books: Books, inbound: Path) -> None:
    lay_oxalis(inbound, 1)
    lay_oxalis(inbound, 2, "0106:99999999")
    hub = hub_of(books, folder(inbound, "oxalis"))
    assert fetch(hub, once=True) == 2
    assert fetch(hub, once=True) == 0
    hub.close()
    assert [channel for channel, _ in arrived(books)] == ["peppol"]
    assert [name.split("/")[0] for name in names(inbound)] == ["done", "done", "failed", "failed", "failed"]


def test_phoss_folder_is_watched_until_we_are_stopped(books: Books, inbound: Path) -> None:
    hub, stop = hub_of(books, folder(inbound, "phoss-ap", every_seconds=0.05)), threading.Event()
    fetching = threading.Thread(target=fetch, args=(hub,), kwargs={"stop": stop})
    fetching.start()
    (inbound / "i-1.xml").write_bytes(ENVELOPE)
    (inbound / "i-1.json").write_text('{"sbdhInstanceID": "i-1"}')
    deadline = time.monotonic() + 15
    while names(inbound) != ["done/i-1.json", "done/i-1.xml"]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    stop.set()
    fetching.join(30)
    hub.close()
    assert len(arrived(books)) == 1


def test_while_the_database_is_away_documents_stay_where_they_are(
    books: Books, inbound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_a: object, **_k: object) -> None:
        raise Transient("away")

    lay_oxalis(inbound, 1)
    hub, before = hub_of(books, folder(inbound, "oxalis")), names(inbound)
    with monkeypatch.context() as patched:
        patched.setattr("hub.workers.hand_over.publish", away)
        with pytest.raises(Unavailable, match="1 documents could not be stored"):
            fetch(hub, once=True)
    assert names(inbound) == before
    assert fetch(hub, once=True) == 1
    hub.close()


def test_folder_that_is_not_there_is_named(books: Books, tmp_path: Path) -> None:
    hub = hub_of(books, folder(tmp_path / "gone", "oxalis"))
    with pytest.raises(Usage, match="there is no folder"):
        fetch(hub, once=True)
    hub.close()


def said(books: Books, channel: FolderChannel | InboxChannel | HttpChannel, **settings: object) -> str:
    hub = hub_of(books, channel, **settings)
    (row,) = checked(hub, hub.settings.channels, connect=False)
    hub.close()
    return f"{'ok' if row['ok'] else 'not'}: {row['found']}"


def test_check_says_whether_an_access_point_can_find_us(books: Books, inbound: Path) -> None:
    assert said(books, folder(inbound, "oxalis")).startswith("ok: as oxalis lays it;")
    assert said(books, folder(inbound, "other")).startswith("not: there is no access point 'other'")
    posted = HttpChannel(name="p", verify="phoss-ap", mode="http_post_sync")
    assert said(books, posted).startswith("ok: ")
    assert "is not this machine" in said(books, posted, http_host="0.0.0.0")
    assert "there is no [sink.gone]" in said(books, InboxChannel(name="p", sink="gone"))
    assert "there is no [sink.gone]" in said(books, HttpChannel(name="p", verify="hint", fetch="gone"))
    books.save(replace(starter(), identifiers=()))
    assert "no administration has an identifier" in said(books, folder(inbound, "oxalis"))
