"""The entry of a settlement: discount with its VAT, differences, exchange, on account, set-off."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.accounting.credit_notes import set_off
from hub.accounting.currency import Conversion
from hub.accounting.discount import base_of, lowers_vat
from hub.accounting.settlement import settlement_entry
from hub.errors import Conflict, Usage
from hub.model.journal import JournalEntry
from hub.model.settlement import Allocation, OpenItem, Rest, Settlement
from tests.accounting.paying import DAY, D, item, payment, vat
from tests.builders import balances, known, starter


def _entry(settlement: Settlement, *items: OpenItem, conversion: Conversion | None = None) -> JournalEntry:
    return settlement_entry(settlement, {i.id: i for i in items}, starter(), DAY, conversion)


def test_one_payment_settles_many_items_and_a_part() -> None:
    made = _entry(
        Settlement(payment("150.00"), (Allocation(1, D("121.00")), Allocation(2, D("29.00")))),
        item(1, "121.00"),
        item(2, "50.00"),
    )
    assert balances(made) == {"1100": D("150.00"), "1300": D("-150.00")}
    assert [p.settles for p in made.postings] == [None, 1, 2]


def test_discount_given_lowers_vat_per_group_in_the_period_of_the_payment() -> None:
    lines = (vat("VH", "100.00", "21.00", on=date(2026, 3, 1)), vat("VL", "200.00", "18.00", on=date(2026, 3, 1)))
    made = _entry(
        Settlement(payment("332.22"), (Allocation(1, D("332.22"), discount=D("6.78")),)),
        item(1, "339.00", vat_lines=lines),
    )
    assert balances(made) == {
        "1100": D("332.22"), "1300": D("-339.00"), "8210": D("6.00"), "1500": D("0.42"), "1501": D("0.36"),
    }  # fmt: skip
    assert [(v.code, v.base.amount, v.tax.amount, v.tax_date, v.supply_date) for v in made.vat_lines] == [
        ("VH", D("-2.00"), D("-0.42"), DAY, date(2026, 3, 1)), ("VL", D("-4.00"), D("-0.36"), DAY, date(2026, 3, 1)),
    ]  # fmt: skip


def test_discount_received_gives_back_only_what_was_deducted() -> None:
    lines = (vat("IH", "100.00", "21.00", "10.50"),)
    made = _entry(
        Settlement(payment("-118.58"), (Allocation(1, D("118.58"), discount=D("2.42")),)),
        item(1, "121.00", side="payable", vat_lines=lines),
    )
    assert balances(made) == {"1100": D("-118.58"), "1600": D("121.00"), "7200": D("-2.21"), "1520": D("-0.21")}
    assert made.vat_lines[0].non_deductible.amount == D("-0.21")


def test_discount_on_reverse_charged_purchase_lowers_both_legs() -> None:
    lines = (vat("IVERLH", "100.00", "21.00", reverse_charge=True),)
    made = _entry(
        Settlement(payment("-98.00"), (Allocation(1, D("98.00"), discount=D("2.00")),)),
        item(1, "100.00", side="payable", vat_lines=lines),
    )
    found = balances(made)
    assert found["7200"] == D("-2.00")
    assert (found["1504"], found["1520"]) == (D("0.42"), D("-0.42"))
    assert (made.vat_lines[0].base.amount, made.vat_lines[0].tax.amount) == (D("-2.00"), D("-0.42"))


def test_credit_surcharge_is_outside_vat() -> None:
    invoice = item(1, "121.00", vat_lines=(vat("VH", "100.00", "21.00"),), discount_percentage=D(2))
    assert lowers_vat(invoice, known(sales_term="30KB2"), starter()) is False
    assert lowers_vat(invoice, known(sales_term="8K2"), starter()) is True
    settled = Settlement(
        payment("118.58"), (Allocation(1, D("118.58"), discount=D("2.42")),), discount_within_vat=False
    )
    made = _entry(settled, invoice)
    assert balances(made)["8210"] == D("2.42")
    assert made.vat_lines == ()


def test_difference_closes_the_item_up_to_what_the_administration_allows() -> None:
    made = _entry(Settlement(payment("120.98"), (Allocation(1, D("120.98"), difference=D("0.02")),)), item(1, "121.00"))
    assert balances(made) == {"1100": D("120.98"), "1300": D("-121.00"), "4660": D("0.02")}
    with pytest.raises(Usage, match="HUB-ASK-22"):
        _entry(Settlement(payment("119.00"), (Allocation(1, D("119.00"), difference=D("2.00")),)), item(1, "121.00"))


def test_write_off_moves_no_money() -> None:
    made = _entry(Settlement(None, (Allocation(1, D(0), written_off=D("121.00")),)), item(1, "121.00"))
    assert made.journal == "MEM"
    assert balances(made) == {"1300": D("-121.00"), "4375": D("121.00")}


def test_money_without_invoice_opens_an_item_of_its_own() -> None:
    made = _entry(Settlement(payment("100.00"), (), Rest("on_account", "C0001", "receivable")))
    assert (made.open_items[0].side, made.open_items[0].relation) == ("receivable", "C0001")
    assert made.postings[1].open_item == 0
    assert made.postings[1].side == "credit"


def test_prepayment_that_an_invoice_will_state_goes_to_its_own_account() -> None:
    made = _entry(Settlement(payment("-100.00"), (), Rest("prepayment", "C0001", "payable")))
    assert balances(made) == {"1100": D("-100.00"), "1320": D("100.00")}


def test_foreign_item_paid_in_our_currency_leaves_nothing_in_base() -> None:
    invoice = item(1, "110.00", currency="USD", base="95.00")
    made = _entry(Settlement(payment("101.50"), (Allocation(1, D("110.00"), paid=D("101.50")),)), invoice)
    assert balances(made, base=True) == {"1100": D("101.50"), "1300": D("-95.00"), "9200": D("-6.50")}
    assert balances(made)["1300"] == D("-110.00")


def test_foreign_item_paid_in_its_currency_is_converted_at_the_rate_of_the_day() -> None:
    rate = Conversion("USD", "EUR", D("1.25"))
    invoice = item(1, "100.00", currency="USD", base="90.00")
    made = _entry(Settlement(payment("50.00", currency="USD"), (Allocation(1, D("50.00")),)), invoice, conversion=rate)
    assert balances(made, base=True) == {"1100": D("40.00"), "1300": D("-45.00"), "9200": D("5.00")}
    assert made.rate == "1.25"


def test_money_on_account_in_our_currency_settles_a_foreign_invoice() -> None:
    waits = item(1, "-101.50")
    invoice = item(2, "110.00", currency="USD", base="95.00")
    settled = Settlement(None, (Allocation(1, D("-101.50")), Allocation(2, D("110.00"), paid=D("101.50"))))
    assert balances(_entry(settled, waits, invoice), base=True) == {"1300": D("6.50"), "9200": D("-6.50")}


def test_more_than_is_open_is_refused_naming_what_is() -> None:
    with pytest.raises(Conflict, match=r"HUB-ASK-09: found 121\.01, expected 121\.00"):
        _entry(Settlement(payment("121.01"), (Allocation(1, D("121.01")),)), item(1, "121.00"))


def test_what_is_left_must_have_a_place() -> None:
    with pytest.raises(Usage, match="HUB-ASK-11"):
        _entry(Settlement(payment("130.00"), (Allocation(1, D("121.00")),)), item(1, "121.00"))


def test_set_off_takes_the_smaller_side_whole_and_the_oldest_first() -> None:
    items = [item(1, "50.00"), item(2, "80.00", due_date=date(2026, 6, 1)), item(3, "-60.00")]
    assert {a.item: a.amount for a in set_off(items).allocations} == {1: D("50.00"), 2: D("10.00"), 3: D("-60.00")}
    with pytest.raises(Usage):
        set_off(items[:2])


@given(st.integers(1, 99_999), st.integers(1, 99_999), st.lists(st.integers(1, 40), min_size=1, max_size=6))
def test_base_ends_at_zero_exactly_when_the_amount_does(cents: int, base_cents: int, shares: list[int]) -> None:
    from dataclasses import replace

    invoice = item(1, Decimal(cents) / 100, currency="USD", base=Decimal(base_cents) / 100)
    for share in [*shares, 100]:
        left = invoice.outstanding.amount
        part = left if share == 100 else min(left, Decimal(int(cents * share / 100)) / 100)
        if not part:
            continue
        settled = Settlement(payment(D("1.00")), (Allocation(1, part, paid=D("1.00")),))
        _entry(settled, invoice)  # balances, or raises
        taken = base_of(invoice, part)
        invoice = replace(
            invoice,
            outstanding=type(invoice.outstanding)(left - part, "USD"),
            outstanding_base=type(invoice.outstanding_base)(invoice.outstanding_base.amount - taken, "EUR"),
        )
        if not invoice.outstanding.amount:
            break
    assert invoice.outstanding.amount == 0
    assert invoice.outstanding_base.amount == 0
