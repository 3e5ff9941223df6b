"""Invoice Responses: what a sender is told, made from what happens to his invoice; once each, in order, and valid."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from hub.bootstrap import data_folder
from hub.errors import Bug
from hub.formats.application_response import CAC, CBC, require_valid
from hub.formats.content import unwrapped
from hub.settings import SinkSettings
from hub.store.responses import list_responses, show_responses
from hub.workers.responses import ResponseMaker
from tests.approvals import Office, bill
from tests.books import Books, message_of, open_books
from tests.store.test_payments import take_lines
from tests.workers.dispatching import send

NS = {"cac": CAC, "cbc": CBC}


def point(folder: Path, **more: Any) -> SinkSettings:
    """An access point that takes files from a folder, and answers what comes over channel `demo`."""
    options = {"path": str(folder), **more.pop("options", {})}
    return SinkSettings("ap", "peppol-folder", responses=more.pop("responses", ("demo",)), options=options, **more)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def books(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Books]:
    """On PostgreSQL without a broker: there the answers are made, and the tests of deliveries send them."""
    url = request.getfixturevalue("postgres_tables_url") if request.param == "postgres" else ""
    with open_books(tmp_path, url, sinks=[point(tmp_path / "outbound")]) as opened:
        yield opened


@pytest.fixture
def office(books: Books) -> Office:
    return Office(books)


def given(books: Books) -> list[str]:
    """Make every answer that is due, as if each had left before the next is made; the statuses in order."""
    maker = ResponseMaker(books.hub, "ap")
    while maker.make():
        books.execute("UPDATE dispatch SET state = 'sent'")
    query = "SELECT b.status FROM business_response b JOIN dispatch d ON d.uid = b.dispatch_uid ORDER BY d.id"
    return [str(status) for (status,) in books.rows(query)]


def messages(books: Books) -> list[etree._Element]:
    """Every answer as XML, each valid against our schema."""
    found = []
    for (body,) in books.rows("SELECT body FROM dispatch ORDER BY id"):
        require_valid(bytes(body), data_folder("schemas"))
        found.append(etree.fromstring(bytes(body)))
    return found


def texts(root: etree._Element, path: str) -> list[str]:
    return [str(e.text) for e in root.iterfind(path, NS)]


def codes(root: etree._Element, which: str) -> list[str]:
    return [str(e.text) for e in root.iter(f"{{{CBC}}}StatusReasonCode") if e.get("listID") == which]


def test_invoice_that_is_booked_at_once_is_received_and_accepted(books: Books) -> None:
    books.take("01")
    assert given(books) == ["AB", "AP"]
    received, accepted = messages(books)
    assert texts(received, ".//cbc:ResponseCode") == ["AB"]
    assert texts(accepted, ".//cbc:ResponseCode") == ["AP"]
    assert texts(accepted, ".//cac:DocumentReference/cbc:ID") == [str(books.scalar("SELECT number FROM document"))]
    assert codes(accepted, "OPStatusReason") == []


def test_answer_goes_back_along_the_way_the_invoice_came(books: Books) -> None:
    books.take("31")
    given(books)
    sender, receiver = (
        messages(books)[0].find(f"cac:{name}Party/cbc:EndpointID", NS) for name in ("Sender", "Receiver")
    )
    assert sender is not None
    assert receiver is not None
    assert (sender.get("schemeID"), sender.text) == ("0106", "00260412")
    assert (receiver.get("schemeID"), receiver.text) == ("0106", "00261030")
    headers = str(books.scalar("SELECT headers FROM dispatch LIMIT 1"))
    assert '"receiver": "0106:00261030"' in headers
    assert "invoice_response:3::2.1" in headers


def test_refused_invoice_is_rejected_with_reason_place_and_action(books: Books) -> None:
    books.take("14")
    assert given(books) == ["AB", "RE"]
    rejected = messages(books)[-1]
    assert set(codes(rejected, "OPStatusReason")) == {"FIN"}
    assert codes(rejected, "OPStatusAction") == ["NIN"]
    places = texts(rejected, ".//cac:Condition/cbc:AttributeID")
    assert places
    assert all(place == "NA" or place.startswith("/") for place in places)
    assert all(texts(rejected, ".//cbc:StatusReason"))


def test_sentences_are_in_the_language_of_the_sink(tmp_path: Path) -> None:
    dutch = point(tmp_path / "out", options={"language": "nl"})
    with open_books(tmp_path, sinks=[dutch]) as books:
        books.take("14")
        given(books)
        words = " ".join(texts(messages(books)[-1], ".//cbc:StatusReason"))
        assert re.search(r"\b(de|het|klopt|factuur|bedrag)\b", words)


def test_invoice_that_waits_for_approval_is_in_process_until_it_is_approved(office: Office) -> None:
    office.settings(purchase_method="register_first")
    office.take(bill("F1"))
    assert given(office.books) == ["AB", "IP"]
    office.act("hold", "F1", "anna", comment="welke order is dit?")
    assert given(office.books)[2:] == ["UQ"]
    question = messages(office.books)[-1]
    assert codes(question, "OPStatusReason") == ["OTH"]
    assert codes(question, "OPStatusAction") == ["PIN"]
    assert texts(question, ".//cbc:StatusReason") == ["welke order is dit?"]
    office.act("resume", "F1", "anna")
    assert given(office.books)[3:] == []
    office.approve("F1", "anna")
    office.again("F1")
    assert given(office.books)[3:] == ["AP"]


def test_invoice_that_is_booked_before_approval_is_not_yet_accepted(office: Office) -> None:
    office.settings(purchase_method="book_at_once")
    office.take(bill("F1"))
    assert given(office.books) == ["AB", "IP"]
    office.reject("F1", "anna", "returned")
    assert given(office.books)[2:] == ["RE"]
    assert texts(messages(office.books)[-1], ".//cbc:StatusReason") == ["niet geleverd"]


def test_invoice_that_only_we_can_go_on_with_is_in_process_to_its_sender(books: Books) -> None:
    """That we lack an account is not his business, and asking him something would not help."""
    from tests.books import starter

    books.save(replace(starter(), default_purchase_account="", mapping_rules=()))
    books.take("01")
    assert books.scalar("SELECT outcome FROM document") == "held"
    assert given(books) == ["AB", "IP"]


def test_invoice_that_a_person_let_pass_is_accepted_with_what_should_be_otherwise(books: Books) -> None:
    """CA: booked, and the sender still learns what was wrong."""
    from hub.store.held import release
    from hub.store.store import now

    held = message_of(
        Path(_document("01")).read_bytes().replace(b"<cbc:InvoiceTypeCode>380", b"<cbc:InvoiceTypeCode>999")
    )
    [result] = books.process([held])
    assert result.outcome == "held"
    codes_of = [str(c) for (c,) in books.rows("SELECT code FROM finding WHERE severity = 'fatal'")]
    assert given(books) == ["AB", "UQ"]
    books.hub.ids.reserve(20)
    with books.hub.database.transaction() as connection:
        release(connection, books.hub.ids, held.id, codes_of, "geaccepteerd", books.actor_id, now())
    store = books.hub.store(actor="tester")
    store.stored = frozenset((held.id,))
    from hub.pipeline import process

    [again] = process([replace(held, decided=True)], books.hub.sources, store)
    assert again.outcome == "posted"
    assert given(books)[2:] == ["CA"]
    conditional = messages(books)[-1]
    assert codes(conditional, "OPStatusReason") == ["LEG"] * len(codes(conditional, "OPStatusReason")) != []
    assert codes(conditional, "OPStatusAction") == ["NOA"]


def test_payment_in_part_and_in_full_are_told(books: Books) -> None:
    books.take("01")
    number, total = books.rows("SELECT number, total FROM document")[0]
    half = int(total) // 2
    take_lines(books, f"2026-11-19;-{half / 100:.2f};;Gouden Klem;{number}")
    assert given(books) == ["AB", "PPD"]
    partly = messages(books)[-1]
    assert texts(partly, ".//cbc:ResponseCode") == ["PD"]
    assert codes(partly, "OPStatusReason") == ["PPD"]
    take_lines(books, f"2026-11-20;-{(int(total) - half) / 100:.2f};;Gouden Klem;{number}")
    assert given(books)[2:] == ["PD"]
    assert codes(messages(books)[-1], "OPStatusReason") == []


def test_every_status_is_told_once_however_often_is_looked(books: Books) -> None:
    books.take("01", "02", "14")
    first = given(books)
    assert given(books) == first
    assert len(first) == 6


def test_two_workers_that_look_at_once_tell_it_once(books: Books) -> None:
    books.take("01", "02", "03")
    makers = [ResponseMaker(books.hub, "ap") for _ in range(4)]
    threads = [threading.Thread(target=maker.make) for maker in makers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert books.scalar("SELECT COUNT(*) FROM dispatch") == books.scalar("SELECT COUNT(*) FROM business_response") == 3


def test_next_answer_waits_until_the_one_before_has_left(books: Books) -> None:
    books.take("01")
    maker = ResponseMaker(books.hub, "ap")
    assert [maker.make(), maker.make()] == [1, 0]
    books.execute("UPDATE dispatch SET state = 'sent'")
    assert maker.make() == 1


def test_nothing_is_answered_unless_it_is_switched_on(tmp_path: Path) -> None:
    for settings in (
        point(tmp_path, responses=()),
        point(tmp_path, responses=("peppol",)),
        point(tmp_path, administration="other"),
    ):
        with open_books(
            tmp_path / settings.administration / "-".join(("x", *settings.responses)), sinks=[settings]
        ) as books:
            books.take("01", "14")
            assert given(books) == []


@pytest.mark.parametrize("number", ["36", "39"])
def test_own_sale_and_what_is_no_document_are_not_answered(books: Books, number: str) -> None:
    books.take(number)
    assert given(books) == []


def test_repetition_of_an_invoice_is_not_answered(books: Books) -> None:
    twice = message_of(Path(_document("01")))
    books.process([twice])
    books.process([message_of(twice.body)])
    assert [str(o) for (o,) in books.rows("SELECT outcome FROM document ORDER BY id")] == ["posted", "duplicate"]
    assert given(books) == ["AB", "AP"]


def test_invoice_without_an_address_to_answer_to_is_left(books: Books) -> None:
    body = re.sub(rb"<cbc:EndpointID[^>]*>[^<]*</cbc:EndpointID>", b"", message_of(Path(_document("01"))).body)
    books.process([message_of(body)])
    assert books.scalar("SELECT COUNT(*) FROM document") == 1
    assert given(books) == []


def _document(number: str) -> str:
    from tests.books import document

    return str(document(number))


def test_answers_leave_in_an_envelope_that_our_own_reader_understands(tmp_path: Path) -> None:
    folder = tmp_path / "outbound"
    with open_books(tmp_path, sinks=[point(folder)]) as books:
        books.take("31")
        for _ in range(3):
            send(books, "ap")
        files = sorted(folder.glob("*.xml"))
        assert len(files) == 2
        from hub.formats.sbdh import header_of

        for file in files:
            header = header_of(file.read_bytes())
            assert header is not None
            assert (header.sender, header.receiver) == ("0106:00260412", "0106:00261030")
            assert (header.instance_id, header.type) == (file.stem, "ApplicationResponse")
            require_valid(etree.tostring(unwrapped(etree.fromstring(file.read_bytes()))), data_folder("schemas"))
        assert list(folder.glob("*.tmp")) == []


def test_list_and_show_say_what_was_told(books: Books) -> None:
    books.take("14")
    given(books)
    uid = str(books.scalar("SELECT message_uid FROM document"))
    with books.hub.database.reading() as connection:
        listed = list_responses(connection, books.id)
        shown = show_responses(connection, books.id, uid)
    assert {row["status"] for row in listed} == {"AB", "RE"}
    assert [row["status"] for row in shown] == ["AB", "RE"]
    assert "FIN" in shown[1]["codes"]
    assert "<cbc:ResponseCode" in shown[1]["xml"]
    assert shown[1]["state"] == "sent"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (">AB<", ">XX<"), ("UNCL4343OpSubset", "UNCL4343"), ("invoice_response:3</cbc:C", "invoice_response:9</cbc:C"),
        ("<cbc:IssueDate>2", "<cbc:IssueDate>x2"), ("schemeID=", "scheme="),
        ("<cac:DocumentReference>", "<cac:DocumentReference><cbc:Note>x</cbc:Note>"),
    ],
)  # fmt: skip
def test_schema_refuses_what_is_no_invoice_response(books: Books, old: str, new: str) -> None:
    books.take("01")
    given(books)
    body = bytes(books.rows("SELECT body FROM dispatch ORDER BY id")[0][0]).decode()
    assert old in body
    with pytest.raises(Bug):
        require_valid(body.replace(old, new).encode(), data_folder("schemas"))


def test_day_of_the_invoice_stands_in_the_answer(books: Books) -> None:
    books.take("01")
    given(books)
    (day,) = texts(messages(books)[0], ".//cac:DocumentReference/cbc:IssueDate")
    assert date.fromisoformat(day) == date.fromisoformat(str(books.scalar("SELECT issue_date FROM document")))
