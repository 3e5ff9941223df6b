"""VAT of purchases under approval, in the returns themselves: claimed at once, corrected when it was not right after all."""

from __future__ import annotations

import pytest

from hub.accounting.vat_period import vat_period
from hub.reports.vat_return import vat_return
from hub.store.administrations import load_books
from hub.store.store import now
from hub.store.vat_filing import file_return
from tests.approvals import Office, bill, credit_for
from tests.books import Books
from tests.demo_documents.draft import REVERSED
from tests.store.vat_books import TABLES


@pytest.fixture
def office(books: Books) -> Office:
    made = Office(books)
    made.settings(purchase_method="book_at_once")
    return made


def _boxes(office: Office, period: str) -> dict[str, tuple[str, str]]:
    """The boxes of a return that are not zero: base and tax."""
    with office.books.hub.database.reading() as connection:
        rows = vat_return(connection, load_books(connection, ["demo"])["demo"], vat_period(period), TABLES)
    return {row["box"]: (row["base"], row["tax"]) for row in rows if (row["base"], row["tax"]) != ("0.00", "0.00")}


def _file(office: Office, period: str) -> None:
    hub = office.books.hub
    hub.ids.reserve(300)
    with hub.database.transaction() as connection:
        books = load_books(connection, ["demo"])["demo"]
        file_return(connection, hub.ids, books, vat_period(period), TABLES, office.books.actor_id, now())


INPUT = {"5b": ("0.00", "21.00"), "5c": ("0.00", "-21.00"), "5g": ("0.00", "-21.00")}
TAKEN_BACK = {"5b": ("0.00", "-21.00"), "5c": ("0.00", "21.00"), "5g": ("0.00", "21.00")}


def test_vat_is_claimed_while_the_invoice_waits_and_approval_changes_nothing(office: Office) -> None:
    office.take(bill("F1"))
    assert _boxes(office, "2026-10") == INPUT
    office.approve("F1", "anna")
    assert _boxes(office, "2026-10") == INPUT
    assert office.wrong() == []


def test_vat_of_a_rejected_invoice_leaves_no_trace_when_nothing_was_filed(office: Office) -> None:
    office.take(bill("F1"))
    office.reject("F1", "anna", "returned")
    assert _boxes(office, "2026-10") == {}
    assert _boxes(office, "2026-11") == {}
    assert office.wrong() == []


def test_vat_that_was_filed_is_taken_back_in_the_return_of_the_rejection(office: Office) -> None:
    office.take(bill("F1"))
    _file(office, "2026-10")
    office.reject("F1", "anna", "returned")
    assert _boxes(office, "2026-10") == INPUT
    assert _boxes(office, "2026-11") == TAKEN_BACK
    assert office.take(credit_for("C1", "F1"))[0].outcome == "duplicate"
    assert _boxes(office, "2026-11") == TAKEN_BACK
    assert office.wrong() == []


def test_both_reverse_charge_legs_that_were_filed_are_taken_back(office: Office) -> None:
    office.take(bill("F1", vat=REVERSED))
    assert _boxes(office, "2026-10")["2a"] == ("100.00", "21.00")
    _file(office, "2026-10")
    office.reject("F1", "anna", "returned")
    boxes = _boxes(office, "2026-11")
    assert (boxes["2a"], boxes["5b"]) == (("-100.00", "-21.00"), ("0.00", "-21.00"))
    assert office.wrong() == []


def test_credit_note_that_was_waited_for_takes_the_vat_back_in_its_own_period(office: Office) -> None:
    office.take(bill("F1"))
    _file(office, "2026-10")
    office.reject("F1", "anna", "wait_for_credit")
    assert _boxes(office, "2026-11") == {}
    office.take(credit_for("C1", "F1"))
    assert _boxes(office, "2026-11") == TAKEN_BACK
    assert not office.balances().keys() & {"1610", "1600"}
    assert office.wrong() == []


def test_approval_after_the_return_was_filed_moves_the_cost_on_the_first_open_day(office: Office) -> None:
    office.take(bill("F1"))
    _file(office, "2026-10")
    office.approve("F1", "anna")
    assert office.dates("MEM")[-1] == "2026-11-01"
    assert _boxes(office, "2026-11") == {}
    assert office.wrong() == []


def test_vat_of_a_purchase_registered_first_is_late_when_its_period_was_filed_meanwhile(office: Office) -> None:
    office.settings(purchase_method="register_first")
    office.take(bill("F1"))
    assert _boxes(office, "2026-10") == {}
    _file(office, "2026-10")
    office.approve("F1", "anna")
    assert office.again("F1").outcome == "posted"
    assert office.dates("INK") == ["2026-11-01"]
    assert office.vat() == {"2026-10": (100, 21)}
    assert office.wrong() == []
