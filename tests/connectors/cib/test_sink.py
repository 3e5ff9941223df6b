"""Cases to CIB Incasso over real HTTP, against an office that checks what it documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connectors.cib import kind
from connectors.cib.sink import Cib
from hub.errors import InDoubt, Permanent, Throttled, Unavailable, Usage
from hub.net import Http, Manners
from tests.collecting_cases import COMPANY, NUMBER, PERSON, case_file, dispatch_of, document, notice_of
from tests.connectors.cib.office import KEY, USER, Office
from tests.far_side import RESET, SILENT, FarSide, Reply, far_side, free_port

ONE = case_file(claims=case_file().claims[1:])
CASE = dispatch_of(ONE)


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def far(office: Office) -> Iterator[FarSide]:
    with far_side() as made:
        made.trade = office
        yield made


def opened(url: str, monkeypatch: pytest.MonkeyPatch, **options: Any) -> Cib:
    monkeypatch.setenv("CIB", KEY)
    http = Http(Manners(loopback=True, read_seconds=0.3, connect_seconds=0.5), sleep=lambda _s: None)
    return kind.open("cib", {"url": f"{url}/api", "username": USER, "key": "env:CIB", **options}, http)


def said(delivered: Any) -> dict[str, Any]:
    (message,) = delivered.messages
    found: dict[str, Any] = json.loads(message)
    return found


@pytest.mark.parametrize("encoding", ["json", "form"])
def test_case_of_a_company_arrives_with_every_field(
    office: Office, far: FarSide, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    answer = opened(far.url, monkeypatch, encoding=encoding).deliver(CASE)
    (file,) = office.files
    assert file["debtor"] == {
        "type": "company", "company": "Bakkerij Vermeer B.V.", "last_name": "P. Vermeer", "street": "Dorpsstraat", "house_number": "12",
        "house_extension": "a", "post_code": "1234 AB", "city": "Utrecht", "country": "NL", "phone": "030-1234567",
        "mobile": "06-12345678", "email": "post@vermeer.example", "email2": "p@vermeer.example", "kvk_number": "12345678",
    }  # fmt: skip
    assert (file["invoice"]["number"], Decimal(file["invoice"]["amount"])) == ("2026-41", Decimal("250.00"))
    assert answer.reference == "CIB-1"
    told = said(answer)
    assert (told["type"], told["status"], told["case"], told["agency_reference"]) == (
        "status",
        "received",
        NUMBER,
        "CIB-1",
    )


def test_case_of_a_person_arrives(office: Office, far: FarSide, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(far.url, monkeypatch).deliver(dispatch_of(replace(ONE, debtors=(PERSON,))))
    assert office.files[0]["debtor"] == {
        "type": "Private", "first_name": "Jan", "initials": "J.", "insertion": "de", "last_name": "Boer", "birth_date": "03-02-1980",
        "street": "Kade", "house_number": "1", "post_code": "2345 BC", "city": "Leiden", "country": "NL",
    }  # fmt: skip


def test_case_of_several_invoices_is_one_file_under_our_number(
    office: Office, far: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(far.url, monkeypatch).deliver(dispatch_of(case_file()))
    (file,) = office.files
    assert (file["invoice"]["number"], file["invoice"]["amount"]) == (NUMBER, Decimal("350.10"))
    assert b'"amount": 350.10}' in far.asked[0].body


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"debtors": ()}, ["debtor.type", "debtor.street", "debtor.house_number", "debtor.city", "debtor.country"]),
        ({"debtors": (replace(COMPANY, house_number="", city=""),)}, ["debtor.house_number", "debtor.city"]),
        ({"claims": ()}, ["invoice.amount"]),
        ({"currency": "USD"}, ["EUR"]),
    ],
)
def test_what_is_required_and_lacks_is_named_before_anything_is_sent(
    far: FarSide, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], names: list[str]
) -> None:
    with pytest.raises(Permanent) as error:
        opened(far.url, monkeypatch).deliver(dispatch_of(case_file(**changes)))
    assert all(name in str(error.value) for name in names)
    assert not far.asked


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (Reply(422, b'{"errors": ["debtor.city is unknown", "x"]}'), '["debtor.city is unknown", "x"]'),
        (Reply(400, b'{"message": "wrong"}'), "wrong"), (Reply(200, b'{"success": false, "error": "double"}'), "double"),
        (Reply(404, b"<html>"), "CIB answered 404 without a reason"),
    ],
)  # fmt: skip
def test_refusal_is_a_message_with_its_reasons(
    far: FarSide, monkeypatch: pytest.MonkeyPatch, reply: Reply, text: str
) -> None:
    far.script.append(reply)
    told = said(opened(far.url, monkeypatch).deliver(CASE))
    assert (told["type"], told["status"], told["case"], told["text"]) == ("rejected", "rejected", NUMBER, text)


@pytest.mark.parametrize(
    ("body", "reference"), [(b"", "2026-41"), (b'{"id": 17}', "17"), (b'{"file": {"number": "F1"}}', "F1")]
)
def test_file_is_known_by_its_id_there_or_by_the_invoice(
    far: FarSide, monkeypatch: pytest.MonkeyPatch, body: bytes, reference: str
) -> None:
    far.script.append(Reply(200, body))
    assert opened(far.url, monkeypatch).deliver(CASE).reference == reference


@pytest.mark.parametrize("act", [RESET, SILENT])
def test_lost_answer_is_left_to_a_person(
    office: Office, far: FarSide, monkeypatch: pytest.MonkeyPatch, act: Reply
) -> None:
    """There is no key and nothing to ask by: neither sent again blindly nor forgotten."""
    sink = opened(far.url, monkeypatch)
    office.after.append(act)
    with pytest.raises(InDoubt):
        sink.deliver(CASE)
    with pytest.raises(InDoubt, match="portal"):
        sink.find(CASE)
    assert len(office.files) == 1


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(429, headers={"Retry-After": "60"}), Throttled), (Reply(503, headers={"Retry-After": "60"}), Throttled),
        (Reply(500), InDoubt), (Reply(401), Permanent),
    ],
)  # fmt: skip
def test_what_the_world_says_is_no_refusal(
    office: Office, far: FarSide, monkeypatch: pytest.MonkeyPatch, reply: Reply, error: type[Exception]
) -> None:
    far.script.extend([reply] * 3)
    with pytest.raises(error):
        opened(far.url, monkeypatch).deliver(CASE)
    assert not office.files


def test_nobody_there_is_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unavailable):
        opened(f"http://127.0.0.1:{free_port()}", monkeypatch).deliver(CASE)


def test_what_it_has_no_request_for_is_left_to_a_person(far: FarSide, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Permanent, match="portal"):
        opened(far.url, monkeypatch).deliver(notice_of("withdraw", reason="paid"))
    assert (
        "1 documents stay here"
        in opened(far.url, monkeypatch).deliver(dispatch_of(ONE, [document("2026-41.pdf")])).note
    )


@pytest.mark.parametrize(
    "options", [{"colour": "red"}, {"url": "x"}, {"username": ""}, {"encoding": "xml"}, {"key": "key-4711"}]
)
def test_wrong_settings_are_named(monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]) -> None:
    monkeypatch.setenv("CIB", KEY)
    with pytest.raises(Usage):
        kind.open("cib", {"username": USER, "key": "env:CIB", **options}, Http())
