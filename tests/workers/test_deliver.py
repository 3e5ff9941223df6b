"""Delivering: at least once, never a blind second time; later, looked up or parked when it does not arrive."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.errors import NotFound
from hub.model.dispatch import Dispatch
from hub.settings import SinkSettings
from hub.store import dispatches, parked
from hub.store.store import now
from hub.workers.deliver import deliver
from hub.workers.relay import relay
from tests.books import Books, open_books
from tests.far_side import RESET, Asked, FarSide, Reply, far_side, free_port
from tests.workers.dispatching import hook, let_time_pass, run_worker, send

UID = "11111111-1111-1111-1111-111111111111"


@pytest.fixture
def partner() -> Iterator[FarSide]:
    with far_side() as made:
        yield made


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_HOOK", "s1")
    monkeypatch.setenv("AP_TOKEN", "t0ken")


def phoss(url: str) -> SinkSettings:
    return SinkSettings("ap", "phoss-ap", options={"url": url, "token": "env:AP_TOKEN", "allow_loopback": True})


def recommand(url: str) -> SinkSettings:
    options = {"url": url, "company": "c_1", "key": "env:AP_TOKEN", "secret": "env:AP_TOKEN", "allow_loopback": True}
    return SinkSettings("rec", "recommand", options=options)


@pytest.fixture
def books(tmp_path: Path, partner: FarSide) -> Iterator[Books]:
    with open_books(tmp_path, sinks=[hook(partner.url), phoss(partner.url), recommand(partner.url)]) as made:
        yield made


def put(books: Books, sink: str = "hook", uid: str = UID, key: str = "", not_before: datetime | None = None) -> bool:
    """One dispatch; whether it was new."""
    headers = (
        ("sender", "0106:1"),
        ("receiver", "0106:2"),
        ("document_type", "t"),
        ("process", "p"),
        ("country", "NL"),
    )
    one = Dispatch(uid, "demo", sink, "test.body", "F1", b"<x/>", "application/xml", now(), key, headers, not_before)
    books.hub.ids.reserve(50)
    with books.hub.database.transaction() as connection:
        return bool(dispatches.put(connection, books.hub.ids, books.id, [one], now()))


def standing(books: Books, uid: str = UID) -> tuple[str, int]:
    [(state, attempts)] = books.rows("SELECT state, attempts FROM dispatch WHERE uid = :u", u=uid)
    return str(state), int(attempts)


def waits(books: Books) -> float:
    """Seconds until the next outbox row is due."""
    with books.hub.database.reading() as connection:
        due = dispatches.as_instant(
            connection.exec_driver_sql("SELECT MAX(not_before) FROM outbox WHERE sent_at IS NULL").scalar()
        )
    return (due - datetime.now(UTC)).total_seconds()


def reasons(books: Books) -> list[tuple[str, str]]:
    return [(str(a), str(b)) for a, b in books.rows("SELECT error_class, reason FROM parked WHERE state = 'parked'")]


def test_dispatch_arrives_once_and_is_settled(books: Books, partner: FarSide) -> None:
    assert put(books)
    assert send(books, "hook") == 1
    assert standing(books) == ("sent", 1)
    assert send(books, "hook") == 0
    assert len(partner.asked) == 1


def test_same_thing_asked_for_twice_is_dispatched_once(books: Books, partner: FarSide) -> None:
    assert put(books, key="F1:RE")
    assert not put(books, uid="22222222-2222-2222-2222-222222222222", key="F1:RE")
    assert send(books, "hook") == 1


def test_ticket_that_comes_twice_is_sent_once(books: Books, partner: FarSide) -> None:
    put(books)
    relay(books.hub, once=True)
    books.execute("UPDATE outbox SET sent_at = NULL")  # the relay died between publishing and marking (B3)
    assert send(books, "hook") == 2
    assert len(partner.asked) == 1


def test_two_workers_with_the_same_ticket_send_it_once(tmp_path: Path, books: Books, partner: FarSide) -> None:
    """The one who is late looks again when the other must be done: he may have died."""
    from hub.model.envelope import Delivery
    from hub.workers.delivering import Errand

    point = partner.trade = PhossAp()
    put(books, "ap")
    with books.hub.database.reading() as connection:
        found = dispatches.load(connection, UID)
    assert found is not None
    ticket = Delivery(dispatches.ticket(found[0]), 0, None)
    errands = [Errand(books.hub, books.hub.sink("ap"), ticket) for _ in range(4)]
    threads = [threading.Thread(target=errand.run) for errand in errands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert point.has == [UID]
    assert standing(books) == ("sent", 1)
    let_time_pass(books)
    send(books, "ap")
    assert point.has == [UID]


def test_dispatch_waits_for_its_time(books: Books, partner: FarSide) -> None:
    put(books, not_before=now() + timedelta(hours=1))
    assert send(books, "hook") == 0
    let_time_pass(books)
    assert send(books, "hook") == 1


@pytest.mark.parametrize(("reply", "least", "most"), [(Reply(500), 8, 12), (RESET, 8, 12), (Reply(404), 8, 12)])
def test_failure_is_tried_again_later_under_the_same_id(
    books: Books, partner: FarSide, reply: Reply, least: float, most: float
) -> None:
    put(books)
    partner.script.append(reply)
    send(books, "hook")
    assert standing(books) == ("waiting", 1)
    assert least - 3 < waits(books) < most
    let_time_pass(books)
    send(books, "hook")
    assert standing(books) == ("sent", 2)
    assert {asked.headers["webhook-id"] for asked in partner.asked} == {UID}


def test_far_side_that_names_a_time_gets_it(books: Books, partner: FarSide) -> None:
    put(books)
    partner.script.append(Reply(429, headers={"Retry-After": "600"}))
    send(books, "hook")
    assert 590 < waits(books) < 605


def test_whole_ladder_ends_parked_and_is_sent_again_by_a_person(books: Books, partner: FarSide) -> None:
    put(books)
    partner.trade = lambda _asked: Reply(404)
    for _ in range(6):
        send(books, "hook")
        let_time_pass(books)
    assert standing(books) == ("parked", 6)
    assert [kind for kind, _ in reasons(books)] == ["Transient"]
    partner.trade = lambda _asked: Reply()
    assert send(books, "hook") == 0
    replay(books)
    assert send(books, "hook") == 1
    assert standing(books) == ("sent", 7)


def replay(books: Books, uid: str = UID) -> None:
    books.hub.ids.reserve(10)
    with books.hub.database.transaction() as connection:
        parked.replay(connection, books.hub.ids, uid, books.actor_id, now())


def test_what_a_person_sent_again_and_fails_again_is_parked_again(books: Books, partner: FarSide) -> None:
    put(books)
    partner.trade = lambda _asked: Reply(410)
    send(books, "hook")
    replay(books)
    assert reasons(books) == []
    send(books, "hook")
    assert standing(books) == ("parked", 2)
    assert [kind for kind, _ in reasons(books)] == ["Permanent"]


@pytest.mark.parametrize("reply", [Reply(410), Reply(401)])
def test_refusal_for_good_is_parked_at_once(books: Books, partner: FarSide, reply: Reply) -> None:
    put(books)
    partner.script.append(reply)
    send(books, "hook")
    assert standing(books) == ("parked", 1)


def test_secret_that_is_missing_is_for_a_person_and_says_which(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUB_HOOK")
    put(books)
    send(books, "hook")
    assert standing(books)[0] == "parked"
    assert "HUB_HOOK" in reasons(books)[0][1]


def test_outage_parks_nothing(tmp_path: Path) -> None:
    """A host that is not there is no fault of the dispatch: it waits three days before a person is asked."""
    with open_books(tmp_path, sinks=[hook(f"http://127.0.0.1:{free_port()}")]) as books:
        put(books)
        for _ in range(8):
            send(books, "hook")
            let_time_pass(books)
        assert standing(books) == ("waiting", 8)
        old = datetime.now(UTC) - timedelta(days=4)
        books.execute("UPDATE attempt SET at = :old", old=old.replace(tzinfo=None).isoformat(" "))
        send(books, "hook")
        assert standing(books) == ("parked", 9)


def test_after_five_failures_nothing_is_received_until_the_host_is_back(tmp_path: Path) -> None:
    with open_books(tmp_path, sinks=[hook(f"http://127.0.0.1:{free_port()}")]) as books:
        for place in range(20):
            put(books, uid=f"{place:08d}-0000-0000-0000-000000000000")
        relay(books.hub, once=True)
        deliver(books.hub, ["hook"], once=True)
        tried = int(books.scalar("SELECT COUNT(*) FROM attempt"))
        assert 5 <= tried <= 16
        assert books.hub.transport.depth("dispatch.hook") == 20 - tried


class PhossAp:
    """An access point that keeps what it gets by our id, and answers who asks for it."""

    def __init__(self) -> None:
        self.has: list[str] = []

    def __call__(self, asked: Asked) -> Reply:
        if asked.headers.get("x-token") != "t0ken":
            return Reply(403)
        if found := re.search(r"/api/outbound/status/([\w-]+)$", asked.path):
            return Reply(200, b'{"status": "sent"}') if found[1] in self.has else Reply(404)
        found = re.search(r"/api/outbound/submit/.*\?sbdhInstanceID=([\w-]+)$", asked.path)
        assert found
        self.has.append(found[1])
        return Reply(200, json.dumps({"overallSuccess": True, "sbdhInstanceIdentifier": found[1]}).encode())


def test_lost_answer_is_looked_up_and_nothing_is_sent_twice(books: Books, partner: FarSide) -> None:
    point = PhossAp()

    def lose_the_answer(asked: Asked) -> Reply:
        reply = point(asked)
        return RESET if asked.method == "POST" else reply

    partner.trade = lose_the_answer
    put(books, "ap")
    send(books, "ap")
    assert standing(books) == ("sending", 1)
    let_time_pass(books)
    send(books, "ap")
    assert standing(books) == ("sent", 1)
    assert point.has == [UID]


def test_lost_request_is_looked_up_and_sent_again(books: Books, partner: FarSide) -> None:
    point = partner.trade = PhossAp()
    partner.script.append(RESET)
    put(books, "ap")
    send(books, "ap")
    let_time_pass(books)
    send(books, "ap")
    assert standing(books) == ("sent", 2)
    assert point.has == [UID]


def test_doubt_stays_doubt_while_the_far_side_cannot_be_asked(books: Books, partner: FarSide) -> None:
    point = PhossAp()
    partner.trade = point
    partner.script += [RESET, Reply(500), Reply(500)]
    put(books, "ap")
    for _ in range(2):
        send(books, "ap")
        let_time_pass(books)
        assert standing(books) == ("sending", 1)
    send(books, "ap")
    let_time_pass(books)
    send(books, "ap")
    assert standing(books)[0] == "sent"
    assert point.has == [UID]


def test_doubt_that_nobody_can_end_is_for_a_person(books: Books, partner: FarSide) -> None:
    partner.script.append(RESET)
    put(books, "rec")
    send(books, "rec")
    assert standing(books) == ("sending", 1)
    let_time_pass(books)
    send(books, "rec")
    assert standing(books) == ("parked", 1)
    assert "nobody can tell" in reasons(books)[0][1]
    assert len(partner.asked) == 1
    partner.trade = lambda _asked: Reply(200, b'{"success": true, "id": "doc_9", "envelopeId": "e"}')
    replay(books)
    send(books, "rec")
    assert standing(books) == ("sent", 2)


@pytest.mark.parametrize(
    ("failpoint", "arrived"),
    [("deliver:sending", 1), ("deliver:accepted", 2), ("deliver:recorded", 1), ("deliver:before-settle", 1)],
)
def test_killed_anywhere_a_subscriber_gets_it_under_one_id(
    tmp_path: Path, partner: FarSide, failpoint: str, arrived: int
) -> None:
    """D1 and D2: killed before the request, after it, after the commit."""
    (tmp_path / "hub.toml").write_text(
        f'[sink.hook]\nkind = "webhook"\nurl = "{partner.url}"\nsecret = "env:HUB_HOOK"\nallow_loopback = true\n'
    )
    with open_books(tmp_path, sinks=[hook(partner.url)]) as books:
        put(books)
        relay(books.hub, once=True)
        assert run_worker(tmp_path, "dispatch.hook", f"{failpoint}:1:kill") == -9
        assert run_worker(tmp_path, "dispatch.hook") == 0
        assert standing(books)[0] == "sent"
    assert len(partner.asked) == arrived
    assert {asked.headers["webhook-id"] for asked in partner.asked} == {UID}


@pytest.mark.parametrize("failpoint", ["deliver:sending", "deliver:accepted"])
def test_killed_anywhere_an_access_point_gets_it_exactly_once(tmp_path: Path, partner: FarSide, failpoint: str) -> None:
    """It does not know repetitions: after a kill it is asked what it has, once nobody can still be sending."""
    point = partner.trade = PhossAp()
    (tmp_path / "hub.toml").write_text(
        f'[sink.ap]\nkind = "phoss-ap"\nurl = "{partner.url}"\ntoken = "env:AP_TOKEN"\nallow_loopback = true\n'
    )
    with open_books(tmp_path, sinks=[phoss(partner.url)]) as books:
        put(books, "ap")
        relay(books.hub, once=True)
        assert run_worker(tmp_path, "dispatch.ap", f"{failpoint}:1:kill") == -9
        assert run_worker(tmp_path, "dispatch.ap") == 0
        assert standing(books)[0] == "sending"
        assert waits(books) > 60
        past = (datetime.now(UTC) - timedelta(minutes=5)).replace(tzinfo=None).isoformat(" ")
        books.execute("UPDATE dispatch SET changed_at = :past", past=past)
        let_time_pass(books)
        send(books, "ap")
        assert standing(books)[0] == "sent"
    assert point.has == [UID]


def test_ticket_without_dispatch_is_parked_and_not_lost_sight_of(books: Books) -> None:
    put(books)
    books.execute("DELETE FROM dispatch")
    send(books, "hook")
    assert [kind for kind, _ in reasons(books)] == ["Permanent"]


def test_sink_that_was_taken_out_of_the_settings_holds_up_nobody(tmp_path: Path, partner: FarSide) -> None:
    with open_books(tmp_path, sinks=[hook(partner.url), phoss(partner.url)]) as books:
        put(books, "ap", "44444444-4444-4444-4444-444444444444")
        put(books)
    with open_books(tmp_path, sinks=[hook(partner.url)]) as books:
        assert send(books, "hook") == 1
        assert standing(books) == ("sent", 1)
        assert (
            books.scalar("SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL") == 1
        )  # it waits for the sink to come back


def test_unknown_sink_is_refused(books: Books) -> None:
    with pytest.raises(NotFound, match="hook"):
        deliver(books.hub, ["nobody"], once=True)


def test_slow_answer_holds_up_nobody_else(books: Books, partner: FarSide) -> None:
    """Eight at once: their answers come only when all eight have asked."""
    together = threading.Barrier(8, timeout=10)

    def wait_for_the_others(_asked: Asked) -> Reply:
        together.wait()
        return Reply()

    partner.trade = wait_for_the_others
    for place in range(8):
        put(books, uid=f"{place:08d}-0000-0000-0000-000000000000")
    assert send(books, "hook") == 8
    assert books.scalar("SELECT COUNT(*) FROM dispatch WHERE state = 'sent'") == 8


def test_two_sinks_are_served_side_by_side(books: Books, partner: FarSide) -> None:
    partner.trade = lambda asked: PhossAp()(asked) if "outbound" in asked.path else Reply()
    put(books)
    put(books, "ap", "33333333-3333-3333-3333-333333333333")
    assert send(books, "hook", "ap") == 2


def test_hub_run_starts_a_worker_for_what_goes_out(books: Books) -> None:
    from hub.workers.supervisor import children_of

    names = {child.name: list(child.arguments) for child in children_of(books.hub, ["invoice"])}
    assert names["deliver"] == ["worker", "--lane", "dispatch.hook", "--lane", "dispatch.ap", "--lane", "dispatch.rec"]
    plain = replace(books.hub.settings, sinks={})
    books.hub.settings = plain
    assert "deliver" not in {child.name for child in children_of(books.hub, ["invoice"])}


def test_hub_run_delivers_and_ends_when_it_is_told_to(tmp_path: Path, partner: FarSide) -> None:
    (tmp_path / "hub.toml").write_text(
        f'[sink.hook]\nkind = "webhook"\nurl = "{partner.url}"\nsecret = "env:HUB_HOOK"\nallow_loopback = true\n'
    )
    with open_books(tmp_path, sinks=[hook(partner.url)]) as books:
        put(books)
        command = [sys.executable, "-m", "hub.cli.main", "run"]
        running = subprocess.Popen(
            command, env={**os.environ, "HUB_HOME": str(tmp_path)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            deadline = time.monotonic() + 40
            while standing(books)[0] != "sent" and time.monotonic() < deadline:
                time.sleep(0.1)
        finally:
            running.send_signal(signal.SIGTERM)
        assert running.wait(40) == 0
        assert standing(books) == ("sent", 1)
    assert len(partner.asked) == 1
