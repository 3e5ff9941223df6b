"""The totals contract: every amount is reproduced to the cent, or the document is refused, naming term and difference."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hub.model.invoice import Totals, VatGroup
from tests.builders import (
    CREDITORS,
    D,
    administration,
    allowance,
    balances,
    booked,
    codes,
    facts,
    finding_of,
    invoice,
    line,
    owed,
    posted,
    with_totals,
)

DIFFERENCES = "4660"
LENIENT = administration(difference_account=DIFFERENCES, difference_maximum=D("0.05"))


@pytest.mark.parametrize(
    ("field", "term"),
    [
        ("lines", "BT-106"),
        ("allowances", "BT-107"),
        ("charges", "BT-108"),
        ("without_vat", "BT-109"),
        ("vat", "BT-110"),
        ("with_vat", "BT-112"),
        ("due", "BT-115"),
    ],
)
def test_a_term_that_is_a_cent_off_is_refused_by_name(field: str, term: str) -> None:
    made = invoice(allowances=[allowance("10.00"), allowance("4.00", charge=True)], prepaid="1.00", rounding="0.02")
    booking = booked(with_totals(made, **{field: getattr(made.totals, field) + D("0.01")}))
    assert (booking.outcome, booking.entry) == ("refused", None)
    finding = next(f for f in booking.findings if f.code == "HUB-TOT-01")
    assert dict(finding.details) == {"term": term, "difference": "0.01"}


def test_a_refused_document_claims_nothing() -> None:
    booking = booked(with_totals(invoice(), due=D("1.00")))
    assert booking.identity == ""


def test_every_wrong_term_is_named() -> None:
    booking = booked(with_totals(invoice(), vat=D("20.00"), with_vat=D("120.00"), due=D("120.00")))
    assert {f.location for f in booking.findings if f.code == "HUB-TOT-01"} == {"BT-110", "BT-112", "BT-115"}


def test_a_term_that_is_not_stated_is_not_missed() -> None:
    entry = posted(replace(invoice(), totals=Totals(due=D("121.00"))))
    assert balances(entry)[CREDITORS] == D("-121.00")


def test_vat_of_a_group_that_is_rounded_otherwise_is_booked_as_stated() -> None:
    made = invoice(groups=[VatGroup(D("100.00"), D("20.99"), "S", D("21"))])
    assert owed(posted(made)) == D("120.99")


def test_a_line_amount_is_the_documents_own_never_price_times_quantity() -> None:
    made = invoice(line("100.00", price=D("33.335"), quantity=D(3)))
    assert owed(posted(made)) == D("121.00")


@pytest.mark.parametrize(
    "made",
    [
        invoice(line("100.005")),
        invoice(allowances=[allowance("0.001")]),
        invoice(groups=[VatGroup(D("100.00"), D("21.001"), "S", D("21"))]),
        invoice(groups=[VatGroup(D("100.001"), D("21.00"), "S", D("21"))]),
        invoice(prepaid="0.001"),
        invoice(rounding="0.005"),
        invoice(line("10.5"), currency="JPY"),
    ],
)
def test_an_amount_with_more_decimals_than_its_currency_is_refused(made: Any) -> None:
    booking = booked(made)
    assert booking.outcome == "refused"
    assert "HUB-TOT-02" in codes(booking)


@pytest.mark.parametrize("amount", ["10000000000000.00", "92233720368547758.08", "1" + "0" * 40, "-1" + "0" * 30])
def test_an_amount_no_ledger_can_hold_is_a_finding_and_no_crash(amount: str) -> None:
    booking = booked(invoice(line(amount, "E", "0")))
    assert booking.outcome == "refused"
    assert "HUB-TOT-03" in codes(booking)


def test_the_largest_amount_a_ledger_holds_is_posted() -> None:
    assert owed(posted(invoice(line("9999999999999.99", "E", "0")))) == D("9999999999999.99")


def test_nobody_can_accept_that_a_document_does_not_add_up() -> None:
    booking = booked(with_totals(invoice(), due=D("1.00")), facts(released=("HUB-TOT-01",)))
    assert booking.outcome == "refused"


def test_a_mapping_may_book_a_small_difference_and_says_so() -> None:
    made = with_totals(invoice(), with_vat=D("121.03"), due=D("121.03"))
    booking = booked(made, facts(LENIENT))
    assert booking.entry is not None
    assert balances(booking.entry)[DIFFERENCES] == D("0.03")
    assert owed(booking.entry) == D("121.03")
    assert finding_of(booking, "HUB-TOT-01").severity == "warning"


@pytest.mark.parametrize(
    "changes",
    [
        {"with_vat": D("121.06"), "due": D("121.06")},  # above the maximum
        {"with_vat": D("125.00")},  # the total itself is far off, though what is due is right
        {"vat": D("21.03"), "with_vat": D("121.03"), "due": D("121.03")},  # VAT is never bent
    ],
)
def test_a_difference_above_the_maximum_or_in_another_term_is_refused(changes: dict[str, Any]) -> None:
    assert booked(with_totals(invoice(), **changes), facts(LENIENT)).outcome == "refused"


def test_without_maximum_nothing_is_bent() -> None:
    strict = administration(difference_account=DIFFERENCES)
    assert booked(with_totals(invoice(), with_vat=D("121.01")), facts(strict)).outcome == "refused"
