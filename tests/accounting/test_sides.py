"""Which side is ours: by every key of ours, never by the name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.accounting.sides import choose_side
from hub.model.party import Address, Identifier, Party
from tests.builders import (
    SUPPLIER,
    US,
    administration,
    booked,
    codes,
    credit_note,
    facts,
    invoice,
    party,
    sale,
    starter,
    transfer_to,
)

OUR_IBAN = starter().ibans[0]
STRANGER = party("NL", "NL999993653B01", legal_id=Identifier("00265678", "0106"))


@pytest.mark.parametrize(
    "us",
    [
        Party(name="Somebody", legal_id=Identifier("00260412", "0106")),
        Party(name="Somebody", legal_id=Identifier("260412", "NL:KVK")),
        Party(name="Somebody", vat_id="nl 9999.91103.B01"),
        Party(name="Somebody", endpoint=Identifier("NL999991103B01", "9944")),
        Party(name="Somebody", endpoint=Identifier("8710000000017", "0088")),
        Party(name="Somebody", identifiers=(Identifier("8710000000017", "0088"),)),
    ],
)
def test_we_are_recognised_by_any_of_our_keys(us: Party) -> None:
    assert choose_side(invoice(buyer=us), starter(), None).direction == "purchase"
    assert choose_side(invoice(seller=us, buyer=STRANGER), starter(), None).direction == "sales"


def test_we_are_not_recognised_by_our_name() -> None:
    sides = choose_side(invoice(buyer=Party(name=US.name)), starter(), None)
    assert sides.direction is None
    assert sides.finding is not None
    assert sides.finding.code == "HUB-SIDE-01"


def test_a_scheme_less_number_is_ours_only_in_our_own_country() -> None:
    books = administration(identifiers=(Identifier("4711"),))
    assert choose_side(invoice(buyer=party("NL")), books, None).direction == "purchase"
    assert choose_side(invoice(buyer=party("DE")), books, None).direction is None


def test_an_invoice_paid_to_our_account_is_ours() -> None:
    made = invoice(seller=Party(name="X"), buyer=STRANGER, payment_means=transfer_to(OUR_IBAN))
    assert choose_side(made, starter(), None).direction == "sales"


def test_a_credit_note_refunded_to_our_account_is_still_a_purchase() -> None:
    made = credit_note(payment_means=transfer_to(OUR_IBAN))
    booking = booked(made)
    assert (booking.outcome, booking.direction) == ("posted", "purchase")


def test_our_own_account_is_never_learnt_as_that_of_a_supplier() -> None:
    booking = booked(credit_note(payment_means=transfer_to(OUR_IBAN)), facts(relations=()))
    assert booking.relation is not None
    assert (booking.new_relation, booking.relation.ibans) == (True, ())


def test_the_side_that_was_given_counts_only_where_neither_is_ours() -> None:
    neither = invoice(buyer=STRANGER)
    assert choose_side(neither, starter(), "purchase").other == SUPPLIER
    assert choose_side(neither, starter(), "sales").other == STRANGER
    assert choose_side(invoice(), starter(), "sales").direction == "purchase"


def test_an_invoice_to_ourselves_is_for_a_person() -> None:
    booking = booked(invoice(seller=US))
    assert booking.outcome == "held"
    assert "HUB-SIDE-02" in codes(booking)


def test_a_sister_in_our_fiscal_unity_with_our_vat_id_is_not_us() -> None:
    sister = replace(STRANGER, vat_id=US.vat_id)
    assert choose_side(invoice(seller=sister), starter(), None).direction == "purchase"
    assert choose_side(sale(buyer=sister), starter(), None).direction == "sales"


def test_a_buyer_with_our_vat_id_but_no_number_of_his_own_is_us() -> None:
    made = invoice(buyer=Party(name="X", vat_id=US.vat_id, address=Address(country="NL")))
    assert choose_side(made, starter(), None).direction == "purchase"


@pytest.mark.parametrize("code", ["389", "261"])
def test_a_self_billed_invoice_that_we_receive_is_our_sale(code: str) -> None:
    booking = booked(sale(type_code=code))
    assert (booking.outcome, booking.direction) == ("posted", "sales")
