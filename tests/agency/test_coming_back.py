"""What an agency says comes in by webhook and by asking: signed, each once, whatever order and however often."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.agency.desk import Desk
from hub.api.server import serve
from hub.channels import FarChannel, HttpChannel
from hub.formats.case_protocol import case_json
from hub.net.signing import signed_headers
from hub.workers.fetch import fetch_round
from tests.agency.running import SECRET, agency, incasso
from tests.books import Books, open_books
from tests.formats.test_case_protocol import AT, CASE

SAYS = [
    {"type": "accepted"},
    {"type": "payment", "share": "0.50"},
    {"type": "closed", "message": {"close_reason": "partly_paid"}},
]


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_AGENCY_SECRET", SECRET)


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    with open_books(tmp_path, sinks=[incasso("http://127.0.0.1:9")]) as made:
        yield made


def opened(desk: Desk, number: str = CASE.number, when: float = 1_000.0) -> None:
    """A case at the agency, without our side."""
    body = case_json(replace(CASE, number=number), "d", AT)
    assert desk.open_case("k-" + number, body, json.loads(body), when)[0] == 201


def channel(home: Path, url: str) -> FarChannel:
    options = {"url": url, "allow_loopback": True, "state_file": str(home / "cursor")}
    return FarChannel(
        name="incasso", administration="demo", lane="mutation", far_kind="agency", options=options, notes=home / "failed",
        secrets=("env:HUB_AGENCY_SECRET",),
    )  # fmt: skip


def taken(books: Books) -> list[str]:
    return [str(uid) for (uid,) in books.rows("SELECT external_id FROM message WHERE channel = 'incasso' ORDER BY id")]


def test_asked_again_only_what_is_new_comes(books: Books, tmp_path: Path) -> None:
    with agency(say=SAYS, page=2) as (url, desk):
        opened(desk)
        far = channel(tmp_path, url)
        assert fetch_round(books.hub, far) == 3
        assert taken(books) == ["T-1-0001-1", "T-1-0001-2", "T-1-0001-3"]
        assert fetch_round(books.hub, far) == 0
        opened(desk, "I2026-0002")
        assert fetch_round(books.hub, far) == 3
        assert len(taken(books)) == 6


def test_repeated_and_out_of_order_each_comes_once(books: Books, tmp_path: Path) -> None:
    with agency(say=SAYS, duplicates=2, shuffle=True, seed=2) as (url, desk):
        opened(desk)
        assert fetch_round(books.hub, channel(tmp_path, url)) == 9
        assert sorted(taken(books)) == ["T-2-0001-1", "T-2-0001-2", "T-2-0001-3"]
        assert taken(books) != sorted(taken(books))  # in the order in which the agency said it


def test_forgotten_cursor_brings_everything_again_and_nothing_new(books: Books, tmp_path: Path) -> None:
    with agency(say=SAYS) as (url, desk):
        opened(desk)
        far = channel(tmp_path, url)
        fetch_round(books.hub, far)
        (tmp_path / "cursor").unlink()
        assert fetch_round(books.hub, far) == 3
        assert len(taken(books)) == 3


def test_cut_off_in_a_page_it_comes_again(books: Books, tmp_path: Path) -> None:
    from hub.errors import Transient

    with agency(say=SAYS, page=1, fault=[{"on": "messages", "act": "reset_before", "after": 1, "times": 9}]) as (
        url,
        desk,
    ):
        opened(desk)
        far = channel(tmp_path, url)
        with pytest.raises(Transient):
            fetch_round(books.hub, far)
        assert len(taken(books)) == 1
        desk._spent[0] = 9
        assert fetch_round(books.hub, far) == 2
        assert len(taken(books)) == 3


def test_state_file_is_the_channels_own_when_none_is_set(books: Books, tmp_path: Path) -> None:
    with agency(say=SAYS[:1]) as (url, desk):
        opened(desk)
        far = channel(tmp_path, url)
        far = replace(far, options={key: value for key, value in far.options.items() if key != "state_file"})
        assert fetch_round(books.hub, far) == 1
        assert (tmp_path / "state").read_text() == "1"


@contextmanager
def door(books: Books) -> Iterator[str]:
    """Our HTTP door with the channel of the agency."""
    mine = HttpChannel(
        name="incasso", administration="demo", lane="mutation", verify="standard", secrets=("env:HUB_AGENCY_SECRET",)
    )
    hub = books.hub
    hub.settings = replace(hub.settings, channels=(mine,), http_port=_free())
    stop, there = threading.Event(), threading.Event()
    thread = threading.Thread(
        target=serve, args=(hub,), kwargs={"stop": stop, "ready": lambda _: there.set()}, daemon=True
    )
    thread.start()
    assert there.wait(10)
    try:
        yield f"http://127.0.0.1:{hub.settings.http_port}/intake/incasso"
    finally:
        stop.set()
        thread.join(25)


def _free() -> int:
    from tests.far_side import free_port

    return free_port()


def until(met: Any, seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while not met() and time.monotonic() < end:
        time.sleep(0.02)
    return bool(met())


def test_agency_that_calls_is_let_in_once_for_each_message(books: Books) -> None:
    with (
        door(books) as ours,
        agency(ours, say=SAYS, deliver="webhook", duplicates=1, shuffle=True, seed=5) as (_, desk),
    ):
        opened(desk, when=time.time() - 1)
        assert until(lambda: len(taken(books)) == 3)
        assert sorted(taken(books)) == ["T-5-0001-1", "T-5-0001-2", "T-5-0001-3"]


@pytest.mark.parametrize(
    ("secret_", "age", "status"), [("wrong", 0, 401), (SECRET, 330, 401), (SECRET, -330, 401), (SECRET, 0, 202)]
)
def test_wrong_or_old_signature_stays_outside(books: Books, secret_: str, age: int, status: int) -> None:
    body = b'{"hub_collection":1,"type":"accepted","message_id":"m","at":"2026-11-30T12:00:00Z","case":"I2026-0001"}'
    headers = {"content-type": "application/json", **signed_headers([secret_], "m", int(time.time()) - age, body)}
    with door(books) as ours:
        answer = httpx.post(ours, content=body, headers=headers)
        assert answer.status_code == status
        assert len(taken(books)) == (status == 202)
        if status == 202:  # caught and sent again within its time it is a repetition
            again = httpx.post(ours, content=body, headers=headers)
            assert again.status_code in (200, 202)
            assert len(taken(books)) == 1
            other = httpx.post(ours, content=body.replace(b'"m"', b'"n"'), headers=headers)
            assert other.status_code == 401
