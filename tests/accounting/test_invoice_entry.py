"""The entry of an invoice: balanced, complete, small, and the mirror of its credit note."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings

from hub.accounting.groups import group_key
from hub.model.invoice import Kind
from hub.model.journal import JournalEntry
from tests.accounting.strategies import Given, documents
from tests.builders import (
    COST,
    CREDITORS,
    DEBTORS,
    INPUT_VAT,
    ZERO,
    D,
    allowance,
    balances,
    booked,
    credit_note,
    facts,
    invoice,
    line,
    owed,
    posted,
    sale,
    starter,
    stated_tax,
)

CONTROL = (CREDITORS, DEBTORS)
ROUNDING, PREPAID, RECEIVED_IN_ADVANCE = "4670", "1320", "1400"


def entry_of(case: Given) -> JournalEntry:
    return posted(case.invoice, case.facts)


def sides(case: Given) -> tuple[int, int]:
    """+1 for a purchase, -1 for a sale; +1 for an invoice, -1 for a credit note."""
    bought = case.invoice.buyer.name == starter().name
    return 1 if bought else -1, 1 if case.invoice.kind == "invoice" else -1


@settings(max_examples=300)
@given(documents())
def test_an_entry_balances_in_both_currencies(case: Given) -> None:
    entry = entry_of(case)
    assert sum(balances(entry).values()) == 0
    assert sum(balances(entry, base=True).values()) == 0


@settings(max_examples=300)
@given(documents())
def test_control_postings_come_to_the_amount_due(case: Given) -> None:
    purchase, invoice_ = sides(case)
    entry = entry_of(case)
    assert owed(entry) * purchase * invoice_ == case.invoice.totals.due
    controls = {p.account for p in entry.postings if p.open_item is not None}
    assert controls <= {CREDITORS if purchase == 1 else DEBTORS}
    assert all(p.open_item is not None for p in entry.postings if p.account in CONTROL)


@given(documents())
def test_every_open_item_of_a_posting_exists_and_its_parts_sum_to_what_is_due(case: Given) -> None:
    entry = entry_of(case)
    assert {p.open_item for p in entry.postings} - {None} <= set(range(len(entry.open_items)))
    assert sum(owed(entry, index) for index in range(len(entry.open_items))) == owed(entry)


@settings(max_examples=300)
@given(documents())
def test_vat_lines_come_to_the_stated_vat_group_by_group(case: Given) -> None:
    _, sign = sides(case)
    entry = entry_of(case)
    assert stated_tax(entry) == sign * (case.invoice.totals.vat or ZERO)
    groups = {group_key(group.category, group.rate): group for group in case.invoice.vat_groups}
    assert len(entry.vat_lines) == len(groups)
    assert sum(v.base.amount for v in entry.vat_lines) == sign * (case.invoice.totals.without_vat or ZERO)


@given(documents())
def test_what_is_deducted_is_exactly_what_the_vat_lines_say(case: Given) -> None:
    purchase, _ = sides(case)
    entry = entry_of(case)
    if purchase == 1:
        deducted = sum(v.tax.amount - v.non_deductible.amount for v in entry.vat_lines)
        assert balances(entry).get(INPUT_VAT, ZERO) == deducted
        foreign = [v for v in entry.vat_lines if v.code.startswith("FOREIGN")]
        assert all(v.non_deductible == v.tax for v in foreign)
    else:
        assert INPUT_VAT not in balances(entry)


@given(documents())
def test_reverse_charge_owes_and_deducts_or_bears_the_same_amount(case: Given) -> None:
    entry = entry_of(case)
    charged = sum((v.tax.amount for v in entry.vat_lines if v.reverse_charge), ZERO)
    due = sum((balances(entry).get(account, ZERO) for account in ("1504", "1505", "1506")), ZERO)
    assert due == -charged


@given(documents())
def test_a_credit_note_is_the_mirror_of_the_same_invoice(case: Given) -> None:
    kind: Kind = "credit_note" if case.invoice.kind == "invoice" else "invoice"
    one, other = entry_of(case), posted(replace(case.invoice, kind=kind), case.facts)
    assert balances(other) == {account: -amount for account, amount in balances(one).items()}
    assert balances(other, base=True) == {account: -amount for account, amount in balances(one, base=True).items()}


@given(documents())
def test_the_same_document_and_facts_give_the_same_booking(case: Given) -> None:
    assert booked(case.invoice, case.facts) == booked(case.invoice, case.facts)


@given(documents())
def test_postings_are_aggregated_per_account_code_and_open_item(case: Given) -> None:
    entry = entry_of(case)
    keys = [(p.account, p.vat_code, p.open_item, p.side) for p in entry.postings if p.open_item is None]
    assert len(keys) <= len(case.invoice.lines) * 3 + 4
    assert len(set(keys)) >= len(keys) - len(case.invoice.vat_groups) - 1


def test_ten_thousand_lines_are_a_handful_of_postings() -> None:
    lines = [
        line("1.23", id=str(n), rate=("21", "9")[n % 2], accounting_cost=("4530", "")[n % 3 == 0])
        for n in range(10_000)
    ]
    entry = posted(invoice(*lines))
    assert len(entry.postings) == 7
    assert owed(entry) == invoice(*lines).totals.due


def test_a_purchase_and_a_sale_stand_on_opposite_sides() -> None:
    assert balances(posted(invoice())) == {COST: D(100), INPUT_VAT: D(21), CREDITORS: D(-121)}
    assert balances(posted(sale())) == {DEBTORS: D(121), "8000": D(-100), "1500": D(-21)}
    assert [posted(invoice()).journal, posted(sale()).journal] == ["INK", "VRK"]


def test_a_negative_invoice_is_booked_as_its_credit_note() -> None:
    assert balances(posted(invoice(line("-100.00")))) == balances(posted(credit_note(line("100.00"))))


def test_allowances_and_charges_change_the_net_of_their_group() -> None:
    made = invoice(line("100.00"), allowances=[allowance("10.00"), allowance("4.00", charge=True)])
    assert balances(posted(made)) == {COST: D("94.00"), INPUT_VAT: D("19.74"), CREDITORS: D("-113.74")}


def test_rounding_has_its_own_account() -> None:
    entry = posted(invoice(line("100.01"), rounding="-0.01"))
    assert balances(entry)[ROUNDING] == D("-0.01")
    assert balances(entry)[CREDITORS] == D("-121.00")


def test_prepaid_leaves_the_creditor_what_is_due_and_shows_both_movements() -> None:
    entry = posted(invoice(prepaid="21.00"))
    assert balances(entry) == {COST: D(100), INPUT_VAT: D(21), CREDITORS: D(-100), PREPAID: D(-21)}
    on_control = [(p.side, p.amount.amount) for p in entry.postings if p.account == CREDITORS]
    assert on_control == [("credit", D("121.00")), ("debit", D("21.00"))]


def test_prepaid_on_a_sale_uses_what_was_received_in_advance() -> None:
    assert balances(posted(sale(prepaid="21.00")))[RECEIVED_IN_ADVANCE] == D("21.00")


def test_an_invoice_that_was_paid_whole_leaves_nothing_open() -> None:
    entry = posted(invoice(prepaid="121.00"))
    assert owed(entry) == 0
    assert balances(entry)[PREPAID] == D("-121.00")


def test_more_prepaid_than_the_total_is_a_claim_on_the_supplier() -> None:
    assert owed(posted(invoice(prepaid="200.00"))) == D("-79.00")


@pytest.mark.parametrize("kind", ["invoice", "credit_note"])
def test_a_document_of_nothing_still_gets_its_voucher(kind: str) -> None:
    entry = posted(invoice(line("0.00"), kind=kind))
    assert [(p.account, p.amount.amount) for p in entry.postings] == [(COST, ZERO), (CREDITORS, ZERO)]


def test_lines_that_cancel_out_on_two_accounts_move_both() -> None:
    entry = posted(invoice(line("50.00", accounting_cost="4530"), line("-50.00", id="2")))
    assert balances(entry) == {"4530": D(50), COST: D(-50)}


def test_the_description_names_relation_and_number_and_is_never_too_long() -> None:
    assert posted(invoice()).description == "Papierhuis B.V. F-1"
    assert len(posted(invoice(number="9" * 5000)).description) == 140


def test_the_due_side_of_each_open_item_is_that_of_its_direction() -> None:
    assert [posted(invoice()).open_items[0].side, posted(sale()).open_items[0].side] == ["payable", "receivable"]
    assert posted(credit_note()).open_items[0].side == "payable"


def test_vat_in_the_books_of_an_exempt_company_joins_each_cost_by_its_own_lines() -> None:
    books = replace(starter(), deduction_percentage=Decimal(0))
    made = invoice(line("10.00", accounting_cost="4530"), line("20.00", id="2"), line("30.00", id="3", rate="9"))
    assert balances(posted(made, facts(books))) == {"4530": D("12.10"), COST: D("56.90"), CREDITORS: D("-69.00")}
