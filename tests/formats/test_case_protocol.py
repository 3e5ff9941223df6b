"""The message set of collection: what leaves is as the schemas say, and what comes in is read to the cent or refused by place."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from hub.formats.case_answer import answer_json, read_answer
from hub.formats.case_protocol import (
    Heading,
    case_json,
    faults,
    message_json,
    payment_json,
    with_documents,
    withdraw_json,
)
from hub.model.case_file import CaseClaim, CaseDocument, CaseFile, CaseLetter, CaseParty, CasePayment
from hub.model.case_message import CASE_MESSAGE_TYPES, CaseMessage, ReceivedDocument, RemittanceLine

AT = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
HEAD = Heading("d-1", AT, "I2026-0001", "A-77")
CASE = CaseFile(
    "I2026-0001", "demo", date(2026, 11, 30), "consumer", "EUR", "nl", CaseParty("company", "Wij B.V.", kvk="12345678"),
    (CaseParty("person", "J. de Vries", last_name="Vries", insertion="de", birth_date=date(1980, 2, 29), joint=True),),
    (
        CaseClaim(
            7, "VF-1", date(2026, 9, 1), date(2026, 9, 15), Decimal("121.00"), Decimal("100.00"), "", Decimal("1.23"),
            date(2026, 9, 16), Decimal("0.02"), (CasePayment(date(2026, 10, 1), Decimal("21.00"), "payment"),),
        ),
    ),
    (CaseLetter("fourteen_days", "fourteen_days", date(2026, 10, 1), "letter", "Kade 1", date(2026, 10, 3)),),
    (CaseDocument("VF-1.pdf", "application/pdf", "ab" * 32, 3, "invoice"),), "consumer", Decimal("40.00"), Decimal("8.40"),
)  # fmt: skip


def answer(**values: Any) -> dict[str, Any]:
    return {"hub_collection": 1, "message_id": "m1", "at": "2026-11-30T12:00:00Z", "case": "I2026-0001", **values}


def test_case_is_as_its_schema_says_and_adds_up() -> None:
    body = case_json(CASE, "d-1", AT)
    assert faults(body) == []
    said = json.loads(body)
    assert said["totals"] == {
        "principal": "100.00", "interest": "1.23", "costs": "40.00", "vat": "8.40", "total": "149.63", "per_day": "0.02",
    }  # fmt: skip
    assert said["claims"][0]["paid"] == [{"on": "2026-10-01", "amount": "21.00", "kind": "payment"}]
    assert said["debtors"][0]["birth_date"] == "1980-02-29"
    assert "legal_form" not in said["debtors"][0]  # what says nothing is left out
    assert said["letters"][0]["presumed"] is True


def test_bytes_of_documents_join_the_case_when_it_leaves() -> None:
    whole = with_documents(case_json(CASE, "d-1", AT), {"ab" * 32: "YWJj"})
    assert json.loads(whole)["documents"][0]["base64"] == "YWJj"
    assert faults(whole) == []


def test_notices_are_as_their_schema_says() -> None:
    money = {"currency": "EUR", "invoice": "VF-1", "on": date(2026, 12, 1)}
    notices = [
        payment_json(HEAD, amount=Decimal("-5.00"), outstanding=Decimal("105.00"), payment="p", **money),  # type: ignore[arg-type]
        withdraw_json(HEAD, "paid"),
        message_json(HEAD, "Hij belde ons."),
    ]
    assert [faults(notice) for notice in notices] == [[], [], []]
    assert json.loads(notices[0])["amount"] == "-5.00"


def test_a_schema_that_says_if_is_checked() -> None:
    bare = json.loads(withdraw_json(HEAD, "paid"))
    del bare["reason"]
    assert [d.place for d in faults(json.dumps(bare).encode())] == ["$.reason"]


FULL = CaseMessage(
    "incasso", "m9", "remittance", AT, "I2026-0001", "A-77", "EUR", None, "", None, "Afdracht", "https://a.example/c",
    Decimal("90.00"), Decimal("80.00"), Decimal("4.00"), Decimal("6.00"), Decimal("1.00"), True, "VF-1", "p1", "p0",
    (RemittanceLine("I2026-0001", Decimal("100.00"), "A-77", Decimal("90.00"), Decimal("4.00"), Decimal("6.00"),
                    Decimal("8.26"), Decimal("1.74"), "p1"),),
    (ReceivedDocument("brief.pdf", "application/pdf", "YWJj"),),
)  # fmt: skip


def test_every_field_comes_back_as_it_was_said() -> None:
    message, findings = read_answer(json.loads(answer_json(FULL)))
    assert findings == ()
    assert message == FULL


@pytest.mark.parametrize("kind", CASE_MESSAGE_TYPES)
def test_each_type_asks_for_what_makes_it_mean_something(kind: str) -> None:
    needed = {
        "rejected": {"text": "te klein"}, "status": {"status": "legal"}, "cost": {"amount": "5"},
        "payment": {"amount": "5.00", "payment": "p"}, "remittance": {"amount": "5", "lines": [{"gross": "5", "case": "x"}]},
        "message": {"text": "x"}, "document": {"documents": [{"name": "a", "media_type": "a/b", "base64": "YQ=="}]},
        "closed": {"close_reason": "paid"},
    }.get(kind, {})  # fmt: skip
    message, findings = read_answer(answer(type=kind, **needed), "incasso")
    assert findings == ()
    assert message is not None
    assert message.agency == "incasso"
    bare, missing = read_answer(answer(type=kind))
    assert (bare is None) == bool(needed)
    assert {f.location.removeprefix("$.") for f in missing} == set(needed)


def test_accepted_rejected_and_closed_are_states_and_an_unknown_word_is_kept() -> None:
    def status(**values: Any) -> tuple[str | None, str]:
        message, _ = read_answer(answer(**values))
        assert message is not None
        return message.status, message.raw_status

    assert status(type="accepted") == ("accepted", "")
    assert status(type="closed", close_reason="paid") == ("closed", "")
    assert status(type="status", status="legal", raw_status="Dagvaarding") == ("legal", "Dagvaarding")
    assert status(type="status", status="Dagvaarding") == (None, "Dagvaarding")
    assert status(type="status", status="offered") == (None, "offered")  # ours alone


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ({"type": "payment", "payment": "p", "amount": "1,00"}, ["$.amount"]),
        ({"type": "payment", "payment": "p", "amount": 1}, ["$.amount"]),  # no number: a float would follow
        ({"type": "payment", "payment": "p", "amount": "1.001"}, ["$.amount"]),
        ({"type": "payment", "payment": "p", "amount": "10.00", "principal": "9.00"}, ["$.principal"]),
        ({"type": "accepted", "at": "2026-02-30T12:00:00Z"}, ["$.at"]),
        ({"type": "accepted", "at": "2026-02-03T12:00:00"}, ["$.at"]),  # which noon?
        ({"type": "accepted", "case": ""}, ["$.case"]),
        ({"type": "accepted", "link": "javascript:x"}, ["$.link"]),
        ({"type": "paid"}, ["$.type"]),
        ({"type": "accepted", "hub_collection": 2}, ["$.hub_collection"]),
        ({"type": "remittance", "amount": "1", "lines": [{"gross": "1"}, {"case": "x"}]}, ["$.lines[1].gross"]),
        ({"type": "remittance", "amount": "1", "lines": [{"gross": "1"}]}, ["$.lines[0].case"]),
        ({"type": "document", "documents": [{"name": "a/../b", "media_type": "a/b", "base64": "YQ"}]}, ["$.documents[0].name"]),
        ({"type": "document", "documents": [{"name": "a", "media_type": "a/b", "base64": "YQ"}]}, ["$.documents[0].base64"]),
        ({"type": "cost", "amount": "x", "case": "a b", "status": " "}, ["$.amount", "$.case", "$.status"]),
    ],
)  # fmt: skip
def test_everything_wrong_is_found_by_its_place(values: dict[str, Any], places: list[str]) -> None:
    message, findings = read_answer(answer(**values))
    assert message is None
    assert sorted(f.location for f in findings) == places
    assert {(f.code, f.who) for f in findings} == {("HUB-AGY-01", "sender")}


def test_what_is_no_object_is_a_finding() -> None:
    for value in ([], "x", None, 5):
        message, findings = read_answer(value)
        assert message is None
        assert [f.location for f in findings] == ["$"]


def test_names_that_nobody_knows_are_passed_over() -> None:
    message, findings = read_answer(answer(type="accepted", mood="good"))
    assert message is not None
    assert findings == ()


def test_an_answer_of_an_adapter_is_as_the_schema_says() -> None:
    rejected = replace(FULL, type="rejected", lines=(), text="Bestaat al", principal=None, interest=None, costs=None)
    message, findings = read_answer(json.loads(answer_json(rejected)))
    assert findings == ()
    assert message is not None
    assert message.status == "rejected"
