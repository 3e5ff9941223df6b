"""Open items: the normal part, the G-account part, where to pay, and what blocks payment (DOMAIN 8, 10.6 no. 16 and 24)."""

from __future__ import annotations

from typing import Any

import pytest

from hub.accounting.open_items import is_g_iban
from hub.model.booking import Facts
from hub.model.invoice import Invoice, PaymentMeans, PaymentTerms
from hub.model.party import Party
from tests.builders import (
    THEIR_IBAN,
    D,
    booked,
    codes,
    credit_note,
    facts,
    finding_of,
    invoice,
    known,
    line,
    owed,
    posted,
    sale,
    transfer_to,
)

G_IBAN, OTHER_IBAN = "NL49RABO0991112220", "NL44RABO0000999912"


def extension(g_amount: str, normal: str, **changes: Any) -> Invoice:
    """An invoice of 121.00 in the Dutch G-account extension."""
    means = (
        PaymentMeans("58", id="GACCOUNT", account=G_IBAN, reference="G-1"),
        PaymentMeans("58", id="BENEFICIARY", account=THEIR_IBAN, reference="N-1"),
    )
    terms = (
        PaymentTerms(means_id="GACCOUNT", amount=D(g_amount)),
        PaymentTerms(means_id="BENEFICIARY", amount=D(normal)),
    )
    return invoice(**{"payment_means": means, "payment_terms": terms, **changes})


def agreed(**changes: Any) -> Facts:
    return facts(relations=(known(g_iban=G_IBAN, **changes),))


def test_one_open_item_with_where_to_pay_and_what_to_say() -> None:
    (item,) = posted(invoice(payment_means=transfer_to(THEIR_IBAN))).open_items
    assert (item.part, item.iban, item.payment_reference, item.number) == ("normal", THEIR_IBAN, "F-1", "F-1")
    assert item.block_reasons == ()


@pytest.mark.parametrize(
    ("iban", "is_g"),
    [(G_IBAN, True), ("nl49 rabo 0991 1122 20", True), (THEIR_IBAN, False), ("DE49RABO0991112220", False), ("", False)],
)
def test_a_g_account_is_known_by_099_after_the_bank_code(iban: str, is_g: bool) -> None:
    assert is_g_iban(iban) == is_g


def test_the_extension_splits_what_is_due_in_two_open_items() -> None:
    entry = posted(extension("30.25", "90.75"), agreed())
    normal, g_part = entry.open_items
    assert (normal.part, normal.iban, normal.payment_reference, owed(entry, 0)) == (
        "normal",
        THEIR_IBAN,
        "N-1",
        D("90.75"),
    )
    assert (g_part.part, g_part.iban, g_part.payment_reference, owed(entry, 1)) == (
        "g_account",
        G_IBAN,
        "G-1",
        D("30.25"),
    )


def test_the_extension_of_a_credit_note_credits_the_g_part() -> None:
    entry = posted(extension("30.25", "90.75", kind="credit_note"), agreed())
    assert (owed(entry, 0), owed(entry, 1)) == (D("-90.75"), D("-30.25"))


def test_parts_that_do_not_sum_to_what_is_due_are_for_a_person() -> None:
    booking = booked(extension("30.25", "90.00"), agreed())
    assert booking.outcome == "held"
    assert "HUB-G-02" in codes(booking)


def test_parts_with_more_decimals_than_a_cent_are_refused() -> None:
    booking = booked(extension("30.255", "90.745"), agreed())
    assert booking.outcome == "refused"
    assert "HUB-TOT-02" in codes(booking)


def test_an_agreed_percentage_splits_what_is_due_with_the_same_prepaid_and_rounding() -> None:
    made = invoice(prepaid="21.00", rounding="0.01", payment_means=transfer_to(THEIR_IBAN))
    entry = posted(made, agreed(g_percentage=D(25)))
    assert (owed(entry, 0), owed(entry, 1)) == (D("75.01"), D("25.00"))
    assert [item.iban for item in entry.open_items] == [THEIR_IBAN, G_IBAN]


def test_an_agreed_percentage_of_a_credit_note_credits_both_parts() -> None:
    entry = posted(credit_note(), agreed(g_percentage=D(25)))
    assert (owed(entry, 0), owed(entry, 1)) == (D("-90.75"), D("-30.25"))


def test_the_extension_goes_before_an_agreed_percentage() -> None:
    assert owed(posted(extension("21.00", "100.00"), agreed(g_percentage=D(50))), 1) == D("21.00")


@pytest.mark.parametrize(("category", "share"), [("S", "30.25"), ("AE", "20.00")])
def test_another_percentage_counts_when_vat_is_reversed(category: str, share: str) -> None:
    made = invoice(line("100.00", category, "21" if category == "S" else "0"))
    given = agreed(g_percentage=D(25), g_percentage_reversed=D(20))
    assert owed(posted(made, given), 1) == D(share)


def test_the_reversed_percentage_also_counts_on_our_own_sales() -> None:
    entry = posted(sale(line("100.00", "AE", "0")), agreed(g_percentage=D(25), g_percentage_reversed=D(20)))
    assert owed(entry, 1) == D("-20.00")


def test_the_g_part_of_a_sale_is_not_paid_to_the_customers_g_account() -> None:
    assert posted(sale(), agreed(g_percentage=D(25))).open_items[1].iban == ""


def test_a_g_account_without_amount_or_agreement_is_never_guessed() -> None:
    booking = booked(invoice(payment_means=transfer_to(THEIR_IBAN, G_IBAN)), agreed())
    assert booking.entry is not None
    (item,) = booking.entry.open_items
    assert item.iban == THEIR_IBAN
    assert "HUB-G-01" in codes(booking)


def test_nothing_due_has_no_g_part() -> None:
    assert len(posted(invoice(prepaid="121.00"), agreed(g_percentage=D(25))).open_items) == 1


def test_a_known_relation_with_a_new_account_is_booked_but_blocked() -> None:
    booking = booked(invoice(payment_means=transfer_to(OTHER_IBAN)))
    assert booking.outcome == "posted"
    assert booking.entry is not None
    assert booking.entry.open_items[0].block_reasons == ("new_iban",)
    finding = finding_of(booking, "HUB-IBAN-01")
    assert (finding.found, finding.expected, finding.severity) == (OTHER_IBAN, THEIR_IBAN, "warning")


def test_one_strange_account_among_known_ones_blocks_too() -> None:
    item = posted(invoice(payment_means=transfer_to(THEIR_IBAN, OTHER_IBAN))).open_items[0]
    assert item.block_reasons == ("new_iban",)


@pytest.mark.parametrize("written", ["NL57 RABO 0000 2047 12", "nl57rabo0000204712"])
def test_a_known_account_written_otherwise_is_no_new_one(written: str) -> None:
    item = posted(invoice(payment_means=transfer_to(written))).open_items[0]
    assert (item.iban, item.block_reasons) == (THEIR_IBAN, ())


def test_the_account_of_a_new_relation_is_not_new_to_it() -> None:
    entry = posted(invoice(payment_means=transfer_to(OTHER_IBAN)), facts(relations=()))
    assert entry.open_items[0].block_reasons == ()


def test_a_known_g_account_or_factor_blocks_nothing() -> None:
    given = facts(relations=(known(g_iban=G_IBAN, factor_ibans=(OTHER_IBAN,)),))
    made = invoice(payment_means=transfer_to(OTHER_IBAN, G_IBAN))
    assert posted(made, given).open_items[0].block_reasons == ()


def test_an_unknown_payee_is_blocked_and_named() -> None:
    booking = booked(invoice(payee=Party(name="Factor N.V."), payment_means=transfer_to(OTHER_IBAN)))
    assert booking.entry is not None
    assert booking.entry.open_items[0].block_reasons == ("new_iban",)
    assert dict(finding_of(booking, "HUB-IBAN-02").details)["payee"] == "Factor N.V."


def test_what_customers_pay_to_is_never_blocked() -> None:
    assert posted(sale(payment_means=transfer_to("NL92RABO0000104711"))).open_items[0].block_reasons == ()
