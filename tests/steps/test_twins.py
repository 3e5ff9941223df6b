"""Have we had it before? Duplicate, conflict, doubtful twin, and our own number used twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hub.model.invoice import PrecedingInvoice
from tests.builders import (
    DAY,
    D,
    booked,
    codes,
    credit_note,
    decision_of,
    earlier,
    facts,
    finding_of,
    invoice,
    line,
    party,
    sale,
    with_totals,
)

LAST_YEAR = date(2025, 12, 30)


def after(*documents: Any, **changes: Any) -> Any:
    return facts(earlier=documents, **changes)


def test_the_same_invoice_again_is_a_duplicate_of_the_first() -> None:
    booking = booked(invoice(), after(earlier(invoice())))
    assert (booking.outcome, booking.entry, booking.identity) == ("duplicate", None, "")
    assert booking.earlier is not None
    assert booking.earlier.message_id == "m-1"
    assert "HUB-DUP-01" in codes(booking)


def test_the_same_bytes_are_a_duplicate_even_if_they_were_read_otherwise_then() -> None:
    before = earlier(invoice(), fingerprint="older reader", sha256="abc")
    assert booked(invoice(), after(before, sha256="abc")).outcome == "duplicate"


@pytest.mark.parametrize("number", ["F-1", "f1", " F 1"])
def test_the_same_number_with_other_contents_is_a_conflict(number: str) -> None:
    booking = booked(invoice(line("200.00"), number=number), after(earlier(invoice())))
    assert (booking.outcome, booking.entry) == ("conflict", None)
    finding = finding_of(booking, "HUB-DUP-02")
    assert (finding.found, finding.expected) == ("242.00", "121.00")


def test_an_invoice_that_is_held_claims_its_number_too() -> None:
    booking = booked(invoice(), after(earlier(invoice(), outcome="held")))
    assert booking.outcome == "duplicate"


@pytest.mark.parametrize(
    "made",
    [
        invoice(number="F-2"),
        credit_note(),
        invoice(line("50.00"), issue_date=LAST_YEAR),
        invoice(currency="USD", issue_date=LAST_YEAR),
    ],
)
def test_another_number_kind_or_year_is_another_invoice(made: Any) -> None:
    assert not codes(booked(made, after(earlier(invoice())))) & {"HUB-DUP-01", "HUB-DUP-02", "HUB-DUP-03"}


def test_the_same_number_and_total_in_another_year_is_for_a_person() -> None:
    booking = booked(invoice(issue_date=LAST_YEAR), after(earlier(invoice())))
    assert booking.outcome == "held"
    assert "HUB-DUP-03" in codes(booking)


def test_a_doubtful_duplicate_is_posted_once_a_person_accepts_it() -> None:
    given = after(earlier(invoice()), released=("HUB-DUP-03",))
    assert booked(invoice(issue_date=LAST_YEAR), given).outcome == "posted"


def test_a_sale_and_a_purchase_of_one_relation_with_one_number_are_no_twins() -> None:
    sold = earlier(invoice(), "sales", issue_date=LAST_YEAR)
    assert booked(invoice(), after(sold)).outcome == "posted"


def test_the_same_number_of_another_supplier_is_another_invoice() -> None:
    assert booked(invoice(), after(earlier(invoice(), relation_key="0106:00999999"))).outcome == "posted"


def test_our_own_number_given_to_two_customers_is_for_a_person() -> None:
    booking = booked(sale(), after(earlier(sale(), "sales", relation_key="0106:00999999")))
    assert booking.outcome == "held"
    assert "HUB-DUP-04" in codes(booking)


@pytest.mark.parametrize(
    "before",
    [
        earlier(sale(), "sales", relation_key="X", issue_date=LAST_YEAR),
        earlier(sale(), "sales", relation_key="X", type_code="389"),
        earlier(sale(), "purchase", relation_key="X"),
        earlier(sale(), "sales", relation_key="X", kind="credit_note"),
    ],
)
def test_a_number_of_another_series_is_not_our_own_again(before: Any) -> None:
    assert booked(sale(), after(before)).outcome == "posted"


def test_a_number_the_buyer_gave_is_not_our_own_again() -> None:
    assert booked(sale(type_code="389"), after(earlier(sale(), "sales", relation_key="X"))).outcome == "posted"


class TestPreceding:
    """BT-25 and BT-113 (DOMAIN 10.6 no. 11 and 12)."""

    REPLACED = (PrecedingInvoice("F-0", DAY),)
    BEFORE = earlier(invoice(number="F-0"))

    def test_a_credit_note_to_an_invoice_we_have_is_posted(self) -> None:
        assert booked(credit_note(preceding=self.REPLACED), after(self.BEFORE)).findings == ()

    def test_a_reference_to_an_invoice_we_never_had_is_mentioned(self) -> None:
        booking = booked(credit_note(preceding=self.REPLACED))
        assert booking.outcome == "posted"
        assert finding_of(booking, "HUB-REF-01").found == "F-0"

    def test_a_replacement_of_a_booked_invoice_is_for_a_person(self) -> None:
        booking = booked(invoice(type_code="384", preceding=self.REPLACED), after(self.BEFORE))
        assert booking.outcome == "held"
        assert dict(finding_of(booking, "HUB-TYPE-02").details)["earlier"] == "m-1"

    @pytest.mark.parametrize("preceding", [(), REPLACED])
    def test_a_replacement_of_an_invoice_we_never_had_is_posted_with_a_finding(self, preceding: Any) -> None:
        booking = booked(invoice(type_code="384", preceding=preceding))
        assert booking.outcome == "posted"
        assert finding_of(booking, "HUB-TYPE-03").severity == "warning"

    def test_prepaid_after_a_prepayment_invoice_is_for_a_person(self) -> None:
        before = earlier(invoice(number="A-1"), type_code="386")
        booking = booked(invoice(prepaid="21.00"), after(before))
        assert booking.outcome == "held"
        assert finding_of(booking, "HUB-PRE-01").found == "21.00"

    def test_prepaid_that_names_a_booked_invoice_is_for_a_person(self) -> None:
        made = invoice(prepaid="21.00", preceding=self.REPLACED)
        assert "HUB-PRE-01" in codes(booked(made, after(self.BEFORE)))

    @pytest.mark.parametrize("changes", [{"relation_key": "X"}, {"outcome": "held"}, {"type_code": "380"}])
    def test_prepaid_without_a_booked_prepayment_invoice_of_this_relation_is_posted(self, changes: Any) -> None:
        before = earlier(invoice(number="A-1"), **{"type_code": "386", **changes})
        assert booked(invoice(prepaid="21.00"), after(before)).outcome == "posted"

    def test_once_a_person_has_looked_the_prepaid_invoice_is_posted(self) -> None:
        given = after(earlier(invoice(number="A-1"), type_code="386"), released=("HUB-PRE-01",))
        assert booked(invoice(prepaid="21.00"), given).outcome == "posted"


def test_the_identity_of_a_purchase_is_that_of_its_relation_whatever_key_it_was_found_by() -> None:
    one = booked(invoice())
    other = booked(replace(invoice(), seller=replace(party("NL"), name="X", legal_id=None, vat_id="NL999992582B01")))
    assert one.identity == other.identity == "purchase|0106:00261030|F1|invoice|2026"


def test_a_conflict_is_found_before_anything_is_booked() -> None:
    booking = booked(with_totals(invoice(), due=D("1.00")), after(earlier(invoice(line("9.00")))))
    assert booking.outcome == "conflict"
    assert [d.what for d in booking.decisions] == ["direction", "relation"]
    assert decision_of(booking, "relation").value == "C0001"
