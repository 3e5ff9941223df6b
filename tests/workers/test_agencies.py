"""Cases over the lane to agencies that answer late, twice, wrongly or not at all: exactly one case there, and a state that is seen."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from hub import failpoints
from hub.model.dispatch import Dispatch
from hub.settings import SinkSettings
from hub.store import dispatches
from hub.store import tables as t
from hub.store.messages import load_messages, original_row
from hub.store.rows import insert_rows
from hub.store.store import now
from hub.workers.relay import relay
from tests.books import Books, open_books
from tests.collecting_cases import NUMBER, case_file, dispatch_of, document
from tests.connectors.cib.office import USER as CIB_USER
from tests.connectors.cib.office import Office
from tests.connectors.debitura.account import KEY, Account
from tests.far_side import RESET, FarSide, Reply, far_side
from tests.workers.dispatching import let_time_pass, run_worker, send
from tests.workers.sftp_server import SftpServer, sftp_server

# The SFTP server's threads find their lines broken, as they should.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
DOCUMENTS = [document("2025-17.pdf"), document("2026-41.pdf")]


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def debitura(account: Account) -> Iterator[FarSide]:
    with far_side() as made:
        made.trade = account
        yield made


@pytest.fixture
def cib(office: Office) -> Iterator[FarSide]:
    with far_side() as made:
        made.trade = office
        yield made


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SftpServer]:
    with sftp_server(tmp_path / "far") as made:
        yield made


@pytest.fixture
def books(
    tmp_path: Path, debitura: FarSide, cib: FarSide, server: SftpServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Books]:
    monkeypatch.setenv("AGENCY_KEY", KEY)
    monkeypatch.setenv("AGENCY_PASSWORD", "geheim")
    known = str(server.known_hosts(tmp_path / "known_hosts"))
    tables: dict[str, tuple[str, dict[str, Any]]] = {
        "debitura": ("debitura", {"url": debitura.url, "key": "env:AGENCY_KEY", "allow_loopback": True}),
        "cib": ("cib", {"url": f"{cib.url}/api", "username": CIB_USER, "key": "env:AGENCY_KEY", "allow_loopback": True}),
        "bureau": ("batch", {
            "by": "sftp", "host": "127.0.0.1", "port": server.port, "user": "boekhub", "known_hosts": known,
            "password": "env:AGENCY_PASSWORD",
        }),
    }  # fmt: skip
    sinks = [SinkSettings(name, kind, options=options) for name, (kind, options) in tables.items()]
    with open_books(tmp_path / "home", sinks=sinks) as made:
        yield made


def hand_over(books: Books, sink: str, documents: Sequence[dict[str, Any]] = DOCUMENTS, **changes: Any) -> Dispatch:
    """A case, waiting for its agency."""
    one = dispatch_of(case_file(**changes), documents, "6a0c1f3e-0000-4000-8000-000000000001", sink)
    books.hub.ids.reserve(10)
    kept = [
        original_row(books.id, b64decode(each["base64"]), each["sha256"], each["media_type"], now().date())
        for each in documents
    ]
    with books.hub.database.transaction() as connection:
        insert_rows(connection, t.original, kept, ignore=True)
        dispatches.put(connection, books.hub.ids, books.id, [one], now())
    return one


def standing(books: Books) -> tuple[str, str]:
    """State and reference of the dispatch."""
    ((state, reference),) = books.rows("SELECT state, reference FROM dispatch")
    return str(state), str(reference)


def heard(books: Books, channel: str) -> list[dict[str, Any]]:
    """Messages that its answers amounted to, as they wait to be taken in."""
    uids = [str(uid) for (uid,) in books.rows("SELECT uid FROM message WHERE channel = :c ORDER BY id", c=channel)]
    with books.hub.database.reading() as connection:
        found = load_messages(connection, uids)
    return [json.loads(found[uid].body) for uid in uids]


def test_case_that_is_taken_is_sent_and_its_answer_is_taken_in(books: Books, account: Account) -> None:
    hand_over(books, "debitura")
    send(books, "debitura")
    assert standing(books) == ("sent", account.cases[0]["id"])
    (answer,) = heard(books, "debitura")
    assert (answer["type"], answer["case"], answer["status"]) == ("status", NUMBER, "received")
    assert [name for name, _, _ in account.files[account.cases[0]["id"]]] == ["2025-17.pdf", "2026-41.pdf"]


def test_case_that_is_refused_is_sent_and_the_refusal_is_taken_in(books: Books, account: Account) -> None:
    account.business_errors = [{"type": "NoPartnerAvailable", "message": "no partner in NL"}]
    hand_over(books, "debitura")
    send(books, "debitura")
    assert standing(books) == ("sent", "")
    (answer,) = heard(books, "debitura")
    assert (answer["type"], answer["text"]) == ("rejected", "NoPartnerAvailable: no partner in NL")


@pytest.mark.parametrize("lost", [[RESET], [None, RESET], [RESET, RESET]])
def test_answer_that_is_lost_makes_no_second_case(books: Books, account: Account, lost: list[Reply | None]) -> None:
    """Of the case, of a document, of both: looked up by our reference until all of it is there."""
    account.after.extend(lost)
    hand_over(books, "debitura")
    for _ in range(4):
        send(books, "debitura")
        let_time_pass(books)
    assert standing(books)[0] == "sent"
    assert len(account.cases) == 1
    assert [name for name, _, _ in account.files[account.cases[0]["id"]]] == ["2025-17.pdf", "2026-41.pdf"]
    assert len(heard(books, "debitura")) == 1


@pytest.mark.parametrize(
    "reply",
    [Reply(429, headers={"Retry-After": "60"}), Reply(503, headers={"Retry-After": "60"}), RESET],
    ids=["429", "503", "reset"],
)
def test_agency_that_is_busy_or_breaks_off_gets_the_case_later(
    books: Books, account: Account, debitura: FarSide, reply: Reply
) -> None:
    debitura.script.extend([Reply(404), reply] if reply.act else [reply])
    hand_over(books, "debitura")
    for _ in range(3):
        send(books, "debitura")
        let_time_pass(books)
    assert standing(books)[0] == "sent"
    assert len(account.cases) == 1


@pytest.mark.parametrize("failpoint", ["deliver:sending", "deliver:accepted"])
def test_worker_that_is_killed_leaves_one_case(books: Books, account: Account, failpoint: str, tmp_path: Path) -> None:
    """Before the request, and between its answer and our record of it."""
    sink = books.hub.settings.sinks["debitura"]
    table = "\n".join(f"{key} = {json.dumps(value)}" for key, value in sink.options.items())
    (tmp_path / "home" / "hub.toml").write_text(f'[sink.debitura]\nkind = "debitura"\n{table}\n')
    hand_over(books, "debitura")
    relay(books.hub, once=True)
    assert run_worker(tmp_path / "home", "dispatch.debitura", f"{failpoint}:1:kill") == -9
    assert standing(books)[0] == "sending"
    books.execute("UPDATE dispatch SET changed_at = '2026-01-01 00:00:00'")  # longer ago than a request takes
    for _ in range(2):
        send(books, "debitura")
        let_time_pass(books)
    assert standing(books) == ("sent", account.cases[0]["id"])
    assert len(account.cases) == 1
    assert len(account.files[account.cases[0]["id"]]) == 2


def test_answer_that_reads_otherwise_when_it_is_asked_again_is_another_message(books: Books, account: Account) -> None:
    """Cut off between taking in the answer and recording the end; when it is asked again, the case has moved on."""
    hand_over(books, "debitura")
    relay(books.hub, once=True)
    failpoints.arm("publish:after-commit:1:raise")
    try:
        send(books, "debitura")
    finally:
        failpoints.arm("")
    assert len(heard(books, "debitura")) == 1
    account.cases[0]["lifecycle"] = "Active"
    for _ in range(2):
        let_time_pass(books)
        send(books, "debitura")
    assert standing(books) == ("sent", account.cases[0]["id"])
    assert [answer["status"] for answer in heard(books, "debitura")] == ["received", "amicable"]


def test_file_in_doubt_at_cib_waits_for_a_person(books: Books, office: Office) -> None:
    office.after.append(RESET)
    hand_over(books, "cib")
    for _ in range(3):
        send(books, "cib")
        let_time_pass(books)
    assert standing(books)[0] == "parked"
    assert "portal" in str(books.scalar("SELECT reason FROM parked"))
    assert len(office.files) == 1


def test_case_that_lacks_what_is_required_waits_for_a_person_who_reads_what(
    books: Books, office: Office, account: Account
) -> None:
    hand_over(books, "cib", debtors=())
    send(books, "cib")
    assert standing(books)[0] == "parked"
    assert "debtor.house_number" in str(books.scalar("SELECT reason FROM parked"))
    assert not office.files


@pytest.mark.parametrize("breaks", [[], ["write"], ["before"], ["after"], ["write", "before", "after"]])
def test_file_by_sftp_lies_there_once_and_whole(books: Books, server: SftpServer, breaks: list[str]) -> None:
    server.breaks = list(breaks)
    hand_over(books, "bureau")
    for _ in range(5):
        send(books, "bureau")
        let_time_pass(books)
    assert standing(books) == ("sent", f"{NUMBER}.zip")
    assert [path.name for path in server.folder.iterdir()] == [f"{NUMBER}.zip"]
    assert server.breaks == []
