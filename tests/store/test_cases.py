"""Handing over: complete or refused with all that is missing, once, in one transaction; and what it does to the debtor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hub.errors import Conflict, Refused
from hub.formats.case_protocol import faults
from hub.model.case_file import CaseFile
from hub.model.relation_card import Reason
from hub.settings import SinkSettings
from hub.store.case_end import end_case
from hub.store.cases import hand_over, prepare, send_message, withdraw
from hub.store.reasons import active_reasons, add_reason
from hub.store.store import now
from tests.books import Books, open_books
from tests.store.cases import (
    ADDRESS,
    AGENCY,
    ON,
    changing,
    debtor,
    handed_over,
    invoice,
    letter,
    pay,
    prepared,
    rulebook,
)

D = Decimal


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def books(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Books]:
    url = request.getfixturevalue("postgres_tables_url") if request.param == "postgres" else ""
    sinks = [
        SinkSettings("incasso", "webhook", options={"url": "http://127.0.0.1:9", "secret": "env:X"}, conditions={})
    ]
    with open_books(tmp_path, url, sinks=sinks) as made:
        yield made


@pytest.fixture
def late(books: Books) -> tuple[str, int]:
    """A business that was sent a demand for one invoice; its code and the item."""
    code = debtor(books)
    item = invoice(books, code, "VF-1")
    letter(books, code, {item: "1000.00"}, costs="150.00")
    return code, item


def one(books: Books, query: str, **values: Any) -> Any:
    [row] = books.rows(query, **values)
    return row


def bodies(books: Books) -> list[dict[str, Any]]:
    return [json.loads(bytes(body)) for (body,) in books.rows("SELECT body FROM dispatch ORDER BY created_at, id")]


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return sorted(finding.code for finding in refused.value.findings)


def reasons(books: Books, code: str) -> list[tuple[str, str, str]]:
    relation = books.scalar("SELECT id FROM relation WHERE code = :c", c=code)
    with books.hub.database.reading() as connection:
        found = active_reasons(connection, books.id, [relation]).get(relation, [])
    return sorted((r.effect, r.cause, r.reference) for r in found)


def test_prepared_case_holds_everything_and_nothing_has_happened_yet(books: Books, late: tuple[str, int]) -> None:
    case = prepared(books, late[0], "VF-1")
    assert case.number == "I2026-0001"
    assert [(c.invoice, c.outstanding, c.interest_from) for c in case.claims] == [
        ("VF-1", D("1000.00"), date(2026, 9, 2))
    ]
    assert (case.costs, case.vat) == (D("150.00"), D("0.00"))
    assert case.interest > 0
    assert case.claims[0].per_day > 0
    assert case.debtors[0].kvk == "00260413"
    assert (case.debtors[0].street, case.debtors[0].house_number, case.debtors[0].house_number_addition) == (
        "Kade",
        "12",
        "a",
    )
    assert [(one.name, one.about) for one in case.documents] == [("VF-1.pdf", "invoice")]
    assert [(one.kind, one.presumed) for one in case.letters] == [("demand", True)]
    assert case.stage == "demand"
    assert one(books, "SELECT state, dispatch_uid FROM collection_case") == ("prepared", "")
    assert reasons(books, late[0]) == []
    assert bodies(books) == []


def test_same_case_prepared_again_is_the_same_and_another_replaces_it(books: Books, late: tuple[str, int]) -> None:
    assert prepared(books, late[0], "VF-1").number == prepared(books, late[0], "VF-1").number
    pay(books, late[0], late[1], "100.00")
    assert prepared(books, late[0], "VF-1").number == "I2026-0002"
    rows = books.rows("SELECT number, state, close_reason FROM collection_case ORDER BY number")
    assert rows == [("I2026-0001", "closed", "cancelled"), ("I2026-0002", "prepared", "")]


def test_handing_over_holds_the_debtor_and_stages_the_case_once(books: Books, late: tuple[str, int]) -> None:
    number = prepared(books, late[0], "VF-1").number
    handed_over(books, number)
    assert one(books, "SELECT state FROM collection_case") == ("offered",)
    assert one(books, "SELECT claim FROM case_item") == (late[1],)
    assert reasons(books, late[0]) == [("hold", "case", number), ("limit", "case", number)]
    [said] = bodies(books)
    assert (said["type"], said["case"], said["totals"]["principal"]) == ("case", number, "1000.00")
    assert faults(json.dumps(said).encode()) == []
    assert one(books, "SELECT sink, type, key, state FROM dispatch") == (
        "incasso",
        "collection.case",
        f"case:{number}",
        "waiting",
    )
    with pytest.raises(Conflict) as again:
        handed_over(books, number)
    assert [f.code for f in again.value.findings] == ["HUB-INC-23"]
    assert len(bodies(books)) == 1


def test_interest_is_made_up_to_the_day_on_which_it_leaves(books: Books, late: tuple[str, int]) -> None:
    before = prepared(books, late[0], "VF-1", on=date(2026, 11, 20))
    after = handed_over(books, before.number)
    assert after.interest > before.interest
    assert bodies(books)[0]["dated"] == "2026-11-30"
    assert one(books, "SELECT c.interest, i.interest FROM collection_case c JOIN case_item i ON i.case_id = c.id") == (
        int(after.interest * 100), int(after.interest * 100),
    )  # fmt: skip


def test_invoice_paid_a_second_before_is_not_handed_over(books: Books, late: tuple[str, int]) -> None:
    number = prepared(books, late[0], "VF-1").number
    pay(books, late[0], late[1], "1000.00")
    with pytest.raises(Refused) as refused:
        handed_over(books, number)
    assert [(f.code, f.location, f.found, f.expected) for f in refused.value.findings] == [
        ("HUB-INC-24", "VF-1", "0.00", "1000.00")
    ]
    assert one(books, "SELECT state FROM collection_case") == ("prepared",)
    assert (bodies(books), reasons(books, late[0])) == ([], [])


def test_everything_that_is_missing_is_told_at_once(books: Books) -> None:
    code = debtor(books, "Piet Klant", "", identifiers=(), addresses=())
    invoice(books, code, "VF-2", "5.00")
    invoice(books, code, "VF-3", "5.00", due=date(2026, 12, 24))
    agency = replace(AGENCY, register_number="", minimum=D("50.00"), countries=("BE",))
    with changing(books) as (change, mine), pytest.raises(Refused) as refused:
        prepare(change, mine, code, agency, rulebook(3), ON, invoices=["VF-2", "VF-3"])
    assert codes(refused) == [
        "HUB-INC-02", "HUB-INC-04", "HUB-INC-04", "HUB-INC-08", "HUB-INC-10", "HUB-INC-12", "HUB-INC-12", "HUB-INC-14",
        "HUB-INC-17", "HUB-INC-18", "HUB-INC-20",
    ]  # fmt: skip
    assert books.rows("SELECT 1 FROM collection_case") == []


def test_consumer_waits_for_his_letter_and_pays_what_it_named(books: Books) -> None:
    code = debtor(books, "J. de Vries", "consumer", identifiers=())
    item = invoice(books, code, "VF-4", "200.00")
    letter(books, code, {item: "200.00"}, "reminder", date(2026, 9, 10))
    with pytest.raises(Refused) as refused:
        prepared(books, code, "VF-4")
    assert codes(refused) == ["HUB-INC-13"]
    letter(books, code, {item: "200.00"}, "fourteen_days", date(2026, 11, 20), costs="40.00")
    with pytest.raises(Refused) as early:
        prepared(books, code, "VF-4")
    assert codes(early) == ["HUB-WIK-10"]
    case = prepared(books, code, "VF-4", on=date(2026, 12, 20))
    assert (case.treated, case.interest_kind, case.costs) == ("consumer", "consumer", D("40.00"))
    assert (case.debtors[0].kind, case.agency_register_number) == ("person", "WKI-12345")


def test_sole_trader_is_noted_as_a_person_who_answers_himself(books: Books) -> None:
    code = debtor(books, "Bakkerij Jansen V.O.F.", identifiers=())
    item = invoice(books, code, "VF-5")
    letter(books, code, {item: "1000.00"})
    case = prepared(books, code, "VF-5")
    assert case.debtors[0].legal_form == "vof"
    assert "case_liable_in_person" in {step.code for step in case.steps}


def test_item_is_never_in_two_open_cases(books: Books, late: tuple[str, int]) -> None:
    handed_over(books, prepared(books, late[0], "VF-1").number)
    with pytest.raises(Refused) as refused:
        prepared(books, late[0], "VF-1")
    assert {"HUB-INC-03", "HUB-INC-19"} <= set(codes(refused))  # the item, and that dunning rests
    other = invoice(books, late[0], "VF-9")
    books.execute("UPDATE case_item SET claim = NULL")
    with pytest.raises(Exception, match="(?i)unique"):
        books.execute(
            "INSERT INTO case_item (administration_id, case_id, open_item_id, principal, interest, claim) "
            "SELECT administration_id, case_id, :o, 0, 0, :c FROM case_item UNION ALL "
            "SELECT administration_id, case_id, :o + 1, 0, 0, :c FROM case_item",
            o=other, c=late[1],
        )  # fmt: skip


def test_end_lifts_what_the_case_set_and_nothing_else(books: Books, late: tuple[str, int]) -> None:
    with changing(books) as (change, _):
        add_reason(change, late[0], Reason("hold", "person", "betaalt niet"))
    number = prepared(books, late[0], "VF-1").number
    handed_over(books, number)
    case_id = books.scalar("SELECT id FROM collection_case")
    books.hub.ids.reserve(100)
    for still_open in (True, False):
        with books.hub.database.transaction() as connection:
            ended = end_case(
                connection, books.hub.ids, books.id, case_id, state="closed", close_reason="paid", at=now(), actor_id=books.actor_id
            )  # fmt: skip
        assert ended is still_open
    assert reasons(books, late[0]) == [("hold", "person", "")]
    assert one(books, "SELECT claim FROM case_item") == (None,)
    assert one(books, "SELECT state, close_reason FROM collection_case") == ("closed", "paid")
    assert [kind for (kind,) in books.rows("SELECT type FROM case_event ORDER BY id")] == [
        "prepared",
        "handed_over",
        "closed",
    ]
    assert prepared(books, late[0], "VF-1").number == "I2026-0002"  # it may go to another


def test_payment_at_our_bank_is_told_to_the_agency_with_its_entry(books: Books, late: tuple[str, int]) -> None:
    pay(books, late[0], late[1], "10.00")  # before: it is in the case
    number = prepared(books, late[0], "VF-1").number
    handed_over(books, number)
    other = invoice(books, late[0], "VF-7", "50.00")
    pay(books, late[0], other, "50.00")  # of no case
    pay(books, late[0], late[1], "300.00")
    case, notice = bodies(books)
    assert case["claims"][0]["paid"] == [{"on": "2026-10-05", "amount": "10.00", "kind": "payment"}]
    assert (notice["type"], notice["invoice"], notice["amount"], notice["outstanding"]) == (
        "payment",
        "VF-1",
        "300.00",
        "690.00",
    )
    assert faults(json.dumps(notice).encode()) == []
    assert one(books, "SELECT amount, source FROM case_event WHERE type = 'paid_to_us'") == (30000, "hub")
    assert books.scalar("SELECT COUNT(*) FROM outbox") == 2


def test_withdrawn_before_it_left_is_never_sent(books: Books, late: tuple[str, int]) -> None:
    number = prepared(books, late[0], "VF-1").number
    handed_over(books, number)
    with changing(books) as (change, mine):
        assert withdraw(change, mine, number, "arrangement", "hij betaalt") == "unsent"
    assert one(books, "SELECT state FROM dispatch") == ("sent",)  # its ticket is settled without being sent
    assert reasons(books, late[0]) == []
    with changing(books) as (change, mine), pytest.raises(Conflict):
        withdraw(change, mine, number, "other")


def test_withdrawal_and_message_are_told_once_it_has_left(books: Books, late: tuple[str, int]) -> None:
    number = prepared(books, late[0], "VF-1").number
    handed_over(books, number)
    books.execute("UPDATE dispatch SET state = 'sent'")
    with changing(books) as (change, mine):
        send_message(change, mine, number, "Hij belde.")
        assert withdraw(change, mine, number, "paid") == "told"
    said = bodies(books)[1:]
    assert sorted(one["type"] for one in said) == ["message", "withdraw"]
    assert [faults(json.dumps(one).encode()) for one in said] == [[], []]


def test_prepared_case_is_cancelled_without_a_word(books: Books, late: tuple[str, int]) -> None:
    number = prepared(books, late[0], "VF-1").number
    with changing(books) as (change, mine):
        assert withdraw(change, mine, number, "mistake") == "cancelled"
    with changing(books) as (change, mine), pytest.raises(Conflict):
        hand_over(change, mine, number, AGENCY, rulebook(), ON)
    assert bodies(books) == []


def test_credit_of_the_debtor_is_set_off_first(books: Books, late: tuple[str, int]) -> None:
    from hub.model.journal import JournalEntry, NewOpenItem, Posting
    from hub.model.money import Money
    from tests.store.cases import _post

    money = Money(D("25.00"), "EUR")
    item = NewOpenItem("receivable", "CN-1", date(2026, 9, 1), date(2026, 9, 1))
    lines = (Posting("1300", "credit", money, money, open_item=0), Posting("8000", "debit", money, money))
    _post(books, late[0], JournalEntry("VRK", date(2026, 9, 1), "CN-1", lines, open_items=(item,)))
    with pytest.raises(Refused) as refused:
        prepared(books, late[0], "VF-1")
    assert codes(refused) == ["HUB-INC-07"]


def test_case_comes_back_from_the_store_as_it_was(books: Books, late: tuple[str, int]) -> None:
    from hub.store.case_rows import file_of, find_case

    made = prepared(books, late[0], "VF-1")
    with books.hub.database.reading() as connection:
        read: CaseFile = file_of(find_case(connection, books.id, made.number))
    assert read == made
    assert ADDRESS.address.city == read.debtors[0].city
