"""Which VAT may be deducted: what may not joins the cost (DOMAIN 10.6 no. 1)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from hub.model.administration import Administration
from hub.model.invoice import VatGroup
from tests.builders import (
    COST,
    CREDITORS,
    DEBTORS,
    INPUT_VAT,
    ZERO,
    D,
    administration,
    balances,
    credit_note,
    facts,
    invoice,
    line,
    posted,
    sale,
    with_account,
)

HORECA, HALF = "4340", "4410"
DUE_HIGH = "1500"


def mixed(percentage: str = "50") -> Administration:
    return with_account(HALF, deduction_percentage=D(percentage))


def test_dutch_vat_is_deducted() -> None:
    assert balances(posted(invoice())) == {COST: D("100.00"), INPUT_VAT: D("21.00"), CREDITORS: D("-121.00")}


def test_horeca_deducts_nothing() -> None:
    entry = posted(invoice(line("100.00", rate="9", accounting_cost=HORECA)))
    assert balances(entry) == {HORECA: D("109.00"), CREDITORS: D("-109.00")}
    assert (entry.vat_lines[0].tax.amount, entry.vat_lines[0].non_deductible.amount) == (D("9.00"), D("9.00"))


def test_an_administration_that_deducts_half() -> None:
    entry = posted(invoice(line("0.10")), facts(administration(deduction_percentage=D("50"))))
    assert balances(entry) == {COST: D("0.11"), INPUT_VAT: D("0.01"), CREDITORS: D("-0.12")}


def test_an_administration_under_kor_deducts_nothing() -> None:
    entry = posted(invoice(), facts(administration(deduction_percentage=ZERO)))
    assert balances(entry) == {COST: D("121.00"), CREDITORS: D("-121.00")}


def test_percentages_of_administration_and_account_multiply() -> None:
    books = replace(mixed(), deduction_percentage=D("50"))
    entry = posted(invoice(line("100.00", accounting_cost=HALF)), facts(books))
    assert balances(entry)[INPUT_VAT] == D("5.25")


def test_accounts_with_different_percentages_in_one_group_each_bear_their_own() -> None:
    made = invoice(
        line("100.00"), line("50.00", id="2", accounting_cost=HORECA), line("200.00", id="3", accounting_cost=HALF)
    )
    entry = posted(made, facts(mixed()))
    assert balances(entry) == {
        COST: D("100.00"),
        HORECA: D("60.50"),
        HALF: D("221.00"),
        INPUT_VAT: D("42.00"),
        CREDITORS: D("-423.50"),
    }


def test_a_correction_of_the_other_sign_lowers_what_its_account_bears() -> None:
    made = invoice(line("100.00", accounting_cost=HORECA), line("-40.00", id="2"))
    entry = posted(made)
    assert balances(entry) == {HORECA: D("121.00"), COST: D("-40.00"), INPUT_VAT: D("-8.40"), CREDITORS: D("-72.60")}


def test_a_group_that_nets_to_nothing_keeps_its_cent_of_tax() -> None:
    group = VatGroup(ZERO, D("0.01"), "S", D("21"))
    made = invoice(line("10.00", accounting_cost=HORECA), line("-10.00", id="2", accounting_cost=HALF), groups=[group])
    entry = posted(made, facts(mixed()))
    assert balances(entry) == {HORECA: D("12.10"), HALF: D("-11.05"), INPUT_VAT: D("-1.04"), CREDITORS: D("-0.01")}
    assert entry.vat_lines[0].non_deductible.amount == D("1.05")


def test_lines_that_cancel_out_still_deduct_by_their_own_accounts() -> None:
    entry = posted(invoice(line("100.00", accounting_cost=HORECA), line("-100.00", id="2")))
    assert balances(entry) == {HORECA: D("121.00"), COST: D("-100.00"), INPUT_VAT: D("-21.00")}


def test_tax_that_does_not_follow_from_its_rate_is_lost_in_proportion() -> None:
    groups = [VatGroup(D("100.00"), D("10.00"), "S", D("21"))]
    made = invoice(line("50.00", accounting_cost=HORECA), line("50.00", id="2"), groups=groups)
    assert balances(posted(made))[INPUT_VAT] == D("5.00")


def test_a_group_of_rounding_only_follows_the_deduction_of_the_books() -> None:
    groups = [VatGroup(D("100.00"), D("9.00"), "S", D("9")), VatGroup(ZERO, D("0.01"), "S", D("21"))]
    made = invoice(line("100.00", rate="9"), groups=groups)
    assert balances(posted(made))[INPUT_VAT] == D("9.01")
    under_kor = posted(made, facts(administration(deduction_percentage=ZERO)))
    assert under_kor.vat_lines[1].non_deductible.amount == D("0.01")
    assert balances(under_kor) == {COST: D("109.01"), CREDITORS: D("-109.01")}


def test_a_credit_note_gives_back_what_its_invoice_took() -> None:
    lines = (line("100.01"), line("33.33", id="2", accounting_cost=HALF), line("-7.77", id="3", accounting_cost=HORECA))
    one, other = posted(invoice(*lines), facts(mixed())), posted(credit_note(*lines), facts(mixed()))
    assert balances(other) == {account: -amount for account, amount in balances(one).items()}
    assert [v.tax.amount for v in other.vat_lines] == [-v.tax.amount for v in one.vat_lines]
    assert [v.non_deductible.amount for v in other.vat_lines] == [-v.non_deductible.amount for v in one.vat_lines]


def test_a_sale_deducts_nothing_and_loses_nothing() -> None:
    entry = posted(sale(), facts(administration(deduction_percentage=ZERO)))
    assert balances(entry) == {DEBTORS: D("121.00"), "8000": D("-100.00"), DUE_HIGH: D("-21.00")}


@given(
    st.lists(st.tuples(st.sampled_from([COST, HORECA, HALF]), st.integers(-(10**7), 10**7)), min_size=1, max_size=6),
    st.integers(0, 100),
    st.integers(0, 100),
)
def test_deducted_and_lost_tax_are_the_tax_whatever_the_percentages(
    parts: list[tuple[str, int]], account: int, books: int
) -> None:
    lines = [line(D(n) / 100, accounting_cost=code, id=str(i)) for i, (code, n) in enumerate(parts)]
    given_books = replace(mixed(str(account)), deduction_percentage=Decimal(books))
    entry = posted(invoice(*lines), facts(given_books))
    (vat,) = entry.vat_lines
    assert balances(entry).get(INPUT_VAT, ZERO) == vat.tax.amount - vat.non_deductible.amount
    by_account = {code: sum((D(n) for c, n in parts if c == code), ZERO) / 100 for code, _ in parts}
    shares = {COST: D(1) - D(books) / 100, HORECA: D(1), HALF: D(1) - D(books) * D(account) / 10000}
    expected = sum((by_account[code] * D(21) / 100 * shares[code] for code in by_account), ZERO)
    assert abs(vat.non_deductible.amount - expected) <= D("0.015")
