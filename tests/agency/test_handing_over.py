"""A case on its way to an agency over HTTP: whatever the agency does, exactly one case is opened, and people see how it stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from hub.agency.desk import Desk
from hub.formats.case_answer import read_answer
from hub.store.cases import send_message, withdraw
from tests.agency.running import SECRET, agency, incasso
from tests.books import Books, open_books
from tests.store.cases import changing, debtor, handed_over, invoice, letter, pay, prepared
from tests.workers.dispatching import let_time_pass, run_worker, send


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_AGENCY_SECRET", SECRET)


@contextmanager
def handing_over(home: Path, database: str = "", broker: str = "", **script: Any) -> Iterator[tuple[Books, Desk, str]]:
    """Books with a case on its way to the agency, and the agency's desk."""
    with agency(**script) as (url, desk):
        toml = (
            f'[sink.incasso]\nkind = "agency"\nurl = "{url}"\nsecret = "env:HUB_AGENCY_SECRET"\nallow_loopback = true\n'
        )
        (home / "hub.toml").write_text(toml + '[sink.incasso.conditions]\nregister_number = "WKI-1"\n')
        with open_books(home, database, sinks=[incasso(url)], broker_url=broker) as books:
            code = debtor(books)
            item = invoice(books, code, "VF-1")
            letter(books, code, {item: "1000.00"})
            number = prepared(books, code, "VF-1").number
            handed_over(books, number)
            yield books, desk, number


def dispatch(books: Books, kind: str = "collection.case") -> tuple[str, int, str]:
    [(state, attempts, note)] = books.rows("SELECT state, attempts, note FROM dispatch WHERE type = :t", t=kind)
    return str(state), int(attempts), str(note)


def case(books: Books) -> tuple[str, str]:
    [(state, reference)] = books.rows("SELECT state, agency_reference FROM collection_case")
    return str(state), str(reference)


def answers(books: Books) -> list[dict[str, Any]]:
    """What the agency's answers amounted to, as it lies on the lane."""
    import zlib

    rows = books.rows(
        "SELECT o.body FROM message m JOIN original o ON o.sha256 = m.sha256 WHERE m.channel = 'incasso' ORDER BY m.id"
    )
    return [json.loads(zlib.decompress(bytes(body))) for (body,) in rows]


@pytest.mark.parametrize(
    "engine", ["embedded", pytest.param("production", marks=[pytest.mark.postgres, pytest.mark.rabbit])]
)
def test_case_arrives_whole_and_its_reference_is_kept(
    tmp_path: Path, engine: str, request: pytest.FixtureRequest
) -> None:
    servers = [
        request.getfixturevalue(name) for name in ("postgres_tables_url", "broker_url") if engine == "production"
    ]
    with handing_over(tmp_path, *servers, state="accepted") as (books, desk, number):
        assert send(books, "incasso") == 1
        assert dispatch(books)[0] == "sent"
        assert case(books) == ("received", "T-1-0001")
        [dossier] = desk.cases.values()
        assert dossier.body["documents"][0]["base64"] == "JVBERiBWRi0x"  # %PDF VF-1
        assert dossier.body["totals"]["principal"] == "1000.00"
        [said] = answers(books)
        message, findings = read_answer(said, "incasso")
        assert findings == ()
        assert message is not None
        assert (message.type, message.case, message.agency_reference) == ("accepted", number, "T-1-0001")
        assert message.link == "https://agency.example/case/T-1-0001"
        kinds = [kind for (kind,) in books.rows("SELECT type FROM case_event ORDER BY id")]
        assert kinds == ["prepared", "handed_over", "delivered"]


def test_agency_that_refuses_says_so_in_a_message(tmp_path: Path) -> None:
    fault = {"on": "case", "act": "refuse", "text": "referentie bestaat al (dossier 8812)"}
    with handing_over(tmp_path, fault=[fault]) as (books, desk, _):
        send(books, "incasso")
        assert dispatch(books) == ("sent", 1, "rejected: referentie bestaat al (dossier 8812)")
        [said] = answers(books)
        assert (said["type"], said["text"]) == ("rejected", "referentie bestaat al (dossier 8812)")
        assert desk.cases == {}


@pytest.mark.parametrize("act", ["429", "503"])
def test_agency_that_asks_for_time_gets_it(tmp_path: Path, act: str) -> None:
    fault = {"on": "case", "act": act, "times": 3, "retry_after": 30}
    with handing_over(tmp_path, fault=[fault]) as (books, desk, number):
        send(books, "incasso")
        assert dispatch(books)[0] == "waiting"
        assert desk.cases == {}
        desk._spent[0] = 3
        let_time_pass(books)
        send(books, "incasso")
        assert (dispatch(books)[0], dict(desk.opened)) == ("sent", {number: 1})


@pytest.mark.parametrize("act", ["reset_before", "reset_after", "500", "garbage"])
def test_lost_answer_is_looked_up_and_never_a_second_case(tmp_path: Path, act: str) -> None:
    with handing_over(tmp_path, fault=[{"on": "case", "act": act}]) as (books, desk, number):
        send(books, "incasso")
        state, _, note = dispatch(books)
        assert state == "sending"  # in doubt, and it says why
        assert note
        let_time_pass(books)
        send(books, "incasso")
        assert (dispatch(books)[0], dict(desk.opened)) == ("sent", {number: 1})
        assert case(books) == ("received", "T-1-0001")
        assert desk.requests["find"] == 1
        assert desk.requests["case"] == (2 if act == "reset_before" else 1)
        assert len(answers(books)) == 1


def test_agency_that_cannot_be_asked_leaves_it_to_a_person(tmp_path: Path) -> None:
    faults = [{"on": "case", "act": "reset_after"}, {"on": "find", "act": "garbage"}]
    with handing_over(tmp_path, fault=faults) as (books, desk, number):
        send(books, "incasso")
        let_time_pass(books)
        send(books, "incasso")
        assert dispatch(books)[0] == "parked"
        [(text,)] = books.rows("SELECT text FROM case_event WHERE type = 'not_delivered'")
        assert "nobody can tell" in text
        assert dict(desk.opened) == {number: 1}


@pytest.mark.parametrize("failpoint", ["deliver:sending", "deliver:accepted"])
def test_killed_anywhere_exactly_one_case_is_opened(tmp_path: Path, failpoint: str) -> None:
    """D1 and D2: killed before the request, and after it."""
    with handing_over(tmp_path) as (books, desk, number):
        from hub.workers.relay import relay

        relay(books.hub, once=True)
        environment = {"HUB_AGENCY_SECRET": SECRET}
        assert run_worker(tmp_path, "dispatch.incasso", f"{failpoint}:1:kill", **environment) == -9
        books.execute(
            "UPDATE dispatch SET changed_at = :t", t="2026-01-01 00:00:00+00:00"
        )  # longer ago than a request takes
        assert run_worker(tmp_path, "dispatch.incasso", **environment) == 0
        assert dispatch(books)[0] == "sent"
        assert dict(desk.opened) == {number: 1}
        assert case(books) == ("received", "T-1-0001")


def test_key_of_another_is_refused_and_seen(tmp_path: Path) -> None:
    with handing_over(tmp_path, secrets=("another",)) as (books, desk, _):
        send(books, "incasso")
        assert dispatch(books)[0] == "parked"
        assert desk.cases == {}
        assert case(books)[0] == "offered"
        assert books.scalar("SELECT COUNT(*) FROM case_event WHERE type = 'not_delivered'") == 1


def test_agency_that_spoke_before_we_recorded_the_answer_is_not_set_back(tmp_path: Path) -> None:
    with handing_over(tmp_path) as (books, _, _):
        books.execute("UPDATE collection_case SET state = 'amicable', agency_reference = 'A-1'")  # by its webhook
        send(books, "incasso")
        assert case(books) == ("amicable", "A-1")


def test_payment_message_and_withdrawal_reach_the_agency_once(tmp_path: Path) -> None:
    faults = [{"on": "notice", "act": "reset_after", "times": 2}]
    with handing_over(tmp_path, fault=faults) as (books, desk, number):
        send(books, "incasso")
        [(item, code)] = books.rows(
            "SELECT i.open_item_id, r.code FROM case_item i JOIN collection_case c ON c.id = i.case_id "
            "JOIN relation r ON r.id = c.relation_id"
        )
        pay(books, str(code), int(item), "400.00")
        with changing(books) as (change, mine):
            send_message(change, mine, number, "Hij belde.")
            assert withdraw(change, mine, number, "arrangement") == "told"
        for _ in range(4):
            send(books, "incasso")
            let_time_pass(books)
        [dossier] = desk.cases.values()
        told = {notice["type"]: notice for notice in dossier.notices.values()}
        assert sorted(told) == ["message", "payment", "withdraw"]
        assert len(dossier.notices) == 3
        assert (told["payment"]["amount"], told["payment"]["outstanding"]) == ("400.00", "600.00")
        states = {state for (state,) in books.rows("SELECT state FROM dispatch")}
        assert states == {"sent"}


def test_word_about_a_case_that_has_not_arrived_waits_for_it(tmp_path: Path) -> None:
    with handing_over(tmp_path, fault=[{"on": "case", "act": "429", "times": 3, "retry_after": 30}]) as (
        books,
        desk,
        number,
    ):
        with changing(books) as (change, mine):
            send_message(change, mine, number, "Hij belde.")
        send(books, "incasso")
        assert dispatch(books, "collection.message")[0] == "waiting"
        desk._spent[0] = 3
        for _ in range(3):
            let_time_pass(books)
            send(books, "incasso")
        assert dispatch(books, "collection.message")[0] == "sent"
        [dossier] = desk.cases.values()
        assert len(dossier.notices) == 1
