"""The breakdown a document is booked by, and where each line stands in it."""

from __future__ import annotations

from typing import Any

import pytest

from hub.accounting.groups import breakdown
from hub.model.invoice import VatGroup
from tests.builders import (
    COST,
    CREDITORS,
    INPUT_VAT,
    ZERO,
    D,
    allowance,
    balances,
    booked,
    codes,
    finding_of,
    invoice,
    line,
    owed,
    posted,
    sale,
    stated_tax,
    with_totals,
)

HIGH = VatGroup(D("100.00"), D("21.00"), "S", D("21"))
LOW = VatGroup(D("50.00"), D("4.50"), "S", D("9"))
FREE = VatGroup(D("10.00"), ZERO, "E", D("0"))


def test_the_breakdown_is_the_documents_own() -> None:
    made = breakdown(invoice(line("100.00"), line("50.00", rate="9"), groups=[HIGH, LOW]))
    assert (list(made.groups.values()), made.findings) == ([HIGH, LOW], ())
    assert made.of_lines == (("S", D("21")), ("S", D("9")))


def test_two_rows_that_differ_only_in_their_reason_are_one_group() -> None:
    rows = [VatGroup(D("60.00"), ZERO, "E", D("0"), "a"), VatGroup(D("40.00"), ZERO, "E", None, "b", "VATEX-EU-132")]
    made = breakdown(invoice(line("100.00", "E", "0"), groups=rows))
    assert made.groups == {("E", ZERO): VatGroup(D("100.00"), ZERO, "E", D("0"), "a", "VATEX-EU-132")}


@pytest.mark.parametrize("rate", ["0", "21", None])
def test_the_rate_beside_a_category_without_tax_does_not_matter(rate: str | None) -> None:
    made = breakdown(invoice(line("100.00"), line("10.00", "E", rate), groups=[HIGH, FREE]))
    assert made.findings == ()


def test_a_line_without_category_stands_in_the_only_group() -> None:
    made = invoice(line("100.00", "", None), groups=[HIGH])
    assert balances(posted(made))[INPUT_VAT] == D("21.00")


@pytest.mark.parametrize(("category", "rate"), [("", "9"), ("E", None), ("S", "9")])
def test_a_line_that_names_only_its_category_or_its_rate_stands_in_the_group_it_fits(category: str, rate: Any) -> None:
    groups = [HIGH, LOW, FREE]
    fits = 2 if category == "E" else 1
    made = invoice(line("100.00"), line("10.00" if fits == 2 else "50.00", category, rate), groups=groups)
    assert breakdown(made).of_lines[1] == list(breakdown(made).groups)[fits]


def test_a_line_that_could_stand_in_two_groups_is_for_a_person() -> None:
    booking = booked(invoice(line("150.00", "", None), groups=[HIGH, LOW]))
    assert booking.outcome == "held"
    assert finding_of(booking, "HUB-VAT-08").severity == "fatal"


def test_corrections_at_a_rate_without_a_row_that_cancel_out_are_booked() -> None:
    """Official examples do this: an allowance and a charge of 100 at 21 %, and no row for 21 %."""
    made = invoice(
        line("50.00", rate="9"), allowances=[allowance("100.00"), allowance("100.00", charge=True)], groups=[LOW]
    )
    assert breakdown(made).findings == ()  # one row: it stands for everything
    made = invoice(
        line("50.00", rate="9"),
        line("10.00", "E", "0"),
        allowances=[allowance("100.00"), allowance("100.00", charge=True)],
        groups=[LOW, FREE],
    )
    booking = booked(made)
    assert booking.outcome == "posted"
    assert finding_of(booking, "HUB-VAT-08").severity == "information"
    assert booking.entry is not None
    assert stated_tax(booking.entry) == D("4.50")


def test_a_purchase_line_at_a_rate_without_a_row_is_booked_without_input_vat() -> None:
    made = invoice(line("100.00"), line("50.00", rate="9"), line("10.00", "E", "0"), groups=[HIGH, FREE])
    booking = booked(made)
    assert booking.entry is not None
    assert finding_of(booking, "HUB-VAT-08").severity == "warning"
    assert balances(booking.entry) == {COST: D("160.00"), INPUT_VAT: D("21.00"), CREDITORS: D("-181.00")}


def test_a_sales_line_at_a_rate_without_a_row_is_for_a_person() -> None:
    made = sale(line("100.00"), line("50.00", rate="9"), line("10.00", "E", "0"), groups=[HIGH, FREE])
    assert booked(made).outcome == "held"


def test_a_base_off_by_cents_is_booked_with_a_finding() -> None:
    made = invoice(line("99.50"), groups=[HIGH])
    booking = booked(made)
    assert booking.outcome == "posted"
    assert finding_of(booking, "HUB-TOT-04").expected == "99.50"


def test_a_base_off_by_one_or_more_does_not_add_up() -> None:
    booking = booked(invoice(line("99.00"), groups=[HIGH]))
    assert booking.outcome == "refused"
    assert dict(finding_of(booking, "HUB-TOT-01").details) == {"term": "BT-116", "difference": "1.00"}


def test_without_a_breakdown_it_is_derived_when_it_gives_the_stated_vat() -> None:
    made = with_totals(
        invoice(line("100.00"), line("50.00", rate="9"), groups=[]),
        vat=D("25.50"),
        with_vat=D("175.50"),
        due=D("175.50"),
    )
    booking = booked(made)
    assert booking.entry is not None
    assert "HUB-VAT-07" in codes(booking)
    assert (stated_tax(booking.entry), owed(booking.entry)) == (D("25.50"), D("175.50"))


def test_without_a_breakdown_the_stated_vat_of_one_rate_is_kept_to_the_cent() -> None:
    made = with_totals(invoice(line("99.99"), groups=[]), vat=D("21.01"), with_vat=D("121.00"), due=D("121.00"))
    assert stated_tax(posted(made)) == D("21.01")


def test_a_derived_breakdown_that_misses_the_stated_vat_is_refused() -> None:
    made = with_totals(
        invoice(line("100.00"), line("50.00", rate="9"), groups=[]),
        vat=D("25.51"),
        with_vat=D("175.51"),
        due=D("175.51"),
    )
    booking = booked(made)
    assert booking.outcome == "refused"
    assert "HUB-VAT-06" in codes(booking)
