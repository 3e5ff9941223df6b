"""What is agreed with a relation about VAT: a document that deviates is booked with a warning."""

from __future__ import annotations

import pytest

from hub.model.invoice import Invoice
from hub.model.relation import Relation
from tests.builders import SUPPLIER, booked, codes, facts, finding_of, invoice, known, line, party, sale

GERMAN, AMERICAN = party("DE", "DE123456789"), party("US")
WITH, ZERO, EXEMPT = invoice(), invoice(line("100.00", "Z", "0")), invoice(line("100.00", "E", "0"))
REVERSED = invoice(line("100.00", "AE", "0"))
MIXED = invoice(line("100.00"), line("50.00", "E", "0"), line("5.00", "O", "0"))


@pytest.mark.parametrize(
    ("agreed", "made", "deviates"),
    [
        ("with", WITH, False), ("with", MIXED, False), ("with", ZERO, True), ("with", REVERSED, True),
        ("without", ZERO, False), ("without", EXEMPT, False), ("without", WITH, True), ("without", MIXED, True),
        ("reverse_charge", REVERSED, False), ("reverse_charge", WITH, True), ("reverse_charge", EXEMPT, True),
        ("intra_community", WITH, True), ("outside_eu", REVERSED, True), ("", WITH, False), ("", REVERSED, False),
    ],
)  # fmt: skip
def test_purchase_that_deviates_gets_a_warning_and_is_posted(agreed: str, made: Invoice, deviates: bool) -> None:
    booking = booked(made, facts(relations=(known(purchase_vat=agreed),)))
    assert booking.outcome == "posted"
    assert ("HUB-VAT-15" in codes(booking)) is deviates
    if deviates:
        finding = finding_of(booking, "HUB-VAT-15")
        assert (finding.severity, finding.expected, dict(finding.details)["relation"]) == ("warning", agreed, "C0001")


def _abroad(**changes: str) -> Relation:
    return Relation(code="C0009", name=GERMAN.name, key="DE#:4711", country="DE", **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("category", ["K", "AE"])
def test_sale_to_another_member_state_is_intra_community(category: str) -> None:
    made = sale(line("100.00", category, "0"), buyer=GERMAN)
    assert "HUB-VAT-15" not in _codes_of(made, "intra_community")
    assert "HUB-VAT-15" in _codes_of(made, "with")


def _codes_of(made: Invoice, agreed: str) -> set[str]:
    from hub.accounting.vat_indication import check_indication

    found = check_indication(made, made.vat_groups, _abroad(sales_vat=agreed), "sales")
    return {finding.code for finding in found}


def test_export_is_outside_the_eu_and_roles_are_apart() -> None:
    export = sale(line("100.00", "G", "0"), buyer=AMERICAN)
    assert _codes_of(export, "outside_eu") == set()
    assert _codes_of(export, "without") == {"HUB-VAT-15"}
    both = facts(relations=(known(purchase_vat="reverse_charge", sales_vat="with"),))
    assert "HUB-VAT-15" not in codes(booked(sale(buyer=SUPPLIER), both))
