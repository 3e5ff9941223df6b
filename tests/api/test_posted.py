"""Access points at the HTTP door: phoss-ap posts, Recommand hints; each answered in its own words over real HTTP."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from hub.api.server import serve
from hub.bootstrap import Hub
from hub.channels import Channel, HttpChannel
from hub.errors import Transient
from hub.settings import SinkSettings
from hub.workers.fetch import fetch
from hub.workers.intake import work
from hub.workers.relay import relay
from tests.api.conftest import free_port
from tests.books import Books, open_books
from tests.far_side import FarSide, far_side
from tests.workers.test_hand_over import ENVELOPE, Recommand, header, numbered

SECRET = "open-sesame-42"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    with open_books(tmp_path / "home") as made:
        (tmp_path / "home" / "phoss").write_text(f"older\n{SECRET}\n")
        yield made


def phoss(**settings: object) -> HttpChannel:
    return HttpChannel(name="peppol", verify="phoss-ap", **{"mode": "http_post_sync", **settings})  # type: ignore[arg-type]


@contextmanager
def opened(books: Books, *channels: Channel, **settings: object) -> Iterator[tuple[Hub, str]]:
    """A hub with these channels, and the address of its door."""
    port, stop, ready = free_port(), threading.Event(), threading.Event()
    hub = Hub(replace(books.hub.settings, channels=channels, http_port=port, language="en", **settings))  # type: ignore[arg-type]
    server = threading.Thread(target=serve, args=(hub,), kwargs={"stop": stop, "ready": lambda _port: ready.set()})
    server.start()
    try:
        assert ready.wait(20)
        yield hub, f"http://127.0.0.1:{port}/intake"
    finally:
        stop.set()
        server.join(30)
        hub.close()


def post(url: str, body: bytes = ENVELOPE, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.post(url, content=body, headers={"Content-Type": "application/xml", **named}, timeout=20)


def test_document_that_phoss_posts_is_answered_with_its_country_and_booked(books: Books) -> None:
    with opened(books, phoss(secrets=("file:phoss",))) as (hub, url):
        answer = post(f"{url}/peppol?secret={SECRET}", x_sbdh_instance_id="another")
        assert (answer.status_code, answer.json()) == (200, {"countryCodeC4": "NL"})
        again = post(f"{url}/peppol", authorization="Bearer older")
        assert (again.status_code, again.json()) == (200, {"countryCodeC4": "NL"})
        relay(hub, once=True)
        work(hub, ["invoice"], once=True)
    assert books.rows("SELECT channel, external_id FROM message") == [("peppol", header(ENVELOPE).instance_id)]
    assert books.rows("SELECT outcome FROM document") == [("posted",)]


def test_what_is_for_nobody_here_is_not_sent_again(books: Books) -> None:
    stranger = numbered(1, "0106:99999999")
    with opened(books, phoss(), replace(phoss(mode="http_post_async"), name="later")) as (_, url):
        told = post(f"{url}/peppol", stranger)
        assert (told.status_code, told.json()["retry"]) == (200, "none")
        assert "0106:99999999" in told.json()["errorMessage"]
        assert post(f"{url}/later", stranger).status_code == 422
        assert post(f"{url}/later", numbered(2)).status_code == 200
        assert post(f"{url}/peppol", b"").json()["retry"] == "none"
    assert [row[0] for row in books.rows("SELECT channel FROM message")] == ["later"]


def test_while_the_database_is_away_it_is_told_to_come_later(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(books, phoss()) as (_, url):

        def away(*_a: object, **_k: object) -> None:
            raise Transient("away")

        with monkeypatch.context() as patched:
            patched.setattr("hub.workers.hand_over.publish", away)
            answer = post(f"{url}/peppol")
            assert answer.status_code == 503
            assert "retry" not in answer.json()
        assert post(f"{url}/peppol").status_code == 200


@pytest.mark.parametrize("shown", ["", "?secret=", "?secret=wrong", "?secret=open-sesame-4", "?token=open-sesame-42"])
def test_without_the_secret_nothing_is_taken(books: Books, shown: str) -> None:
    with opened(books, phoss(secrets=("file:phoss",))) as (_, url):
        assert post(f"{url}/peppol{shown}").status_code == 401
        assert post(f"{url}/peppol{shown}", authorization="Bearer nonsense").status_code == 401
        assert post(f"{url}/peppol{shown}", authorization=f"Basic {SECRET}").status_code == 401
    assert books.scalar("SELECT COUNT(*) FROM message") == 0


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
def test_channel_without_secret_takes_nothing_that_a_proxy_passes_on(books: Books, header: str) -> None:
    with opened(books, phoss()) as (_, url):
        assert post(f"{url}/peppol", **{header.replace("-", "_"): "203.0.113.7"}).status_code == 401
        assert post(f"{url}/peppol").status_code == 200


def test_secret_that_cannot_be_read_is_ours_to_mend(books: Books) -> None:
    with opened(books, phoss(secrets=("file:gone",))) as (_, url):
        assert post(f"{url}/peppol?secret=x").status_code == 503


def test_too_large_is_too_large(books: Books) -> None:
    with opened(books, phoss(max_bytes=1_000)) as (_, url):
        assert post(f"{url}/peppol").status_code == 413


@pytest.fixture
def partner(monkeypatch: pytest.MonkeyPatch) -> Iterator[FarSide]:
    monkeypatch.setenv("REC_K", "k")
    monkeypatch.setenv("REC_S", "s")
    with far_side() as made:
        yield made


def recommand(partner: FarSide) -> dict[str, SinkSettings]:
    options = {"url": partner.url, "company": "c", "key": "env:REC_K", "secret": "env:REC_S", "allow_loopback": True}
    return {"rec": SinkSettings("rec", "recommand", options=options)}


HINT = HttpChannel(name="peppol", verify="hint", fetch="rec", every_seconds=0.05)


def hint(url: str, document: str) -> httpx.Response:
    told = {"eventType": "document.received", "documentId": document, "xml": "<forged/>"}
    return httpx.post(f"{url}/peppol", content=json.dumps(told), headers=JSON, timeout=20)


def test_hint_of_recommand_makes_us_ask_for_that_document_alone(books: Books, partner: FarSide) -> None:
    side = partner.trade = Recommand({"doc_1": numbered(1), "doc_2": numbered(2)})
    with opened(books, HINT, sinks=recommand(partner)) as (_, url):
        assert hint(url, "doc_2").json() == {"hint": True}
        _until(lambda: side.read == {"doc_2"})
        assert httpx.post(f"{url}/peppol", content=b'{"eventType": "team.created"}', headers=JSON).json() == {
            "hint": False
        }
    arrived = books.rows("SELECT channel, external_id FROM message")
    assert arrived == [("peppol", header(numbered(2)).instance_id)]


def test_what_no_hint_came_for_is_found_by_hub_fetch(books: Books, partner: FarSide) -> None:
    side = partner.trade = Recommand(
        {"doc_1": numbered(1), "doc_2": numbered(2, "0106:99999999"), "doc_3": numbered(3)}
    )
    hub = Hub(replace(books.hub.settings, channels=(HINT,), sinks=recommand(partner)))
    assert fetch(hub, once=True) == 2
    assert fetch(hub, ["peppol"], once=True) == 0
    assert side.read == {"doc_1", "doc_3"}
    side.documents["doc_4"] = numbered(4)
    stop = threading.Event()
    fetching = threading.Thread(target=fetch, args=(hub,), kwargs={"stop": stop})
    fetching.start()
    _until(lambda: "doc_4" in side.read)
    stop.set()
    fetching.join(30)
    hub.close()
    assert books.scalar("SELECT COUNT(*) FROM message") == 3


def test_hint_while_the_access_point_is_away_is_answered_and_nothing_is_lost(books: Books, partner: FarSide) -> None:
    with opened(books, HINT, sinks=recommand(partner)) as (hub, url):
        partner.close()
        assert hint(url, "doc_1").status_code == 202
        with pytest.raises(Transient):
            fetch(hub, once=True)


def _until(holds: Callable[[], bool], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
