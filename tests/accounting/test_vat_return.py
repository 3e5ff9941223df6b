"""The boxes of a return: what goes where, rounding in the taxpayer's favour, and the booking of filing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.accounting.vat_return import (
    BOXES,
    DatedCodes,
    Effect,
    Figure,
    VatSum,
    correction,
    effect,
    figure,
    figures,
    filing_entry,
    moved,
    share,
    ties,
)
from hub.model.administration import VatCode
from tests.builders import D, administration, balances, starter

CODES = DatedCodes(starter().vat_codes)
DAY = date(2026, 5, 4)
CENTS = st.integers(-10_000_000, 10_000_000)


def _effect(code: str, base: int, tax: int, lost: int = 0, on: date = DAY) -> Effect:
    return effect(VatSum(code, on, base, tax, lost), CODES.row(code, on))


@pytest.mark.parametrize(
    ("code", "boxes"),
    [
        ("VH", {"1a": (10000, 2100), "5a": (0, 2100)}),
        ("VL", {"1b": (10000, 2100), "5a": (0, 2100)}),
        ("VH19", {"1c": (10000, 2100), "5a": (0, 2100)}),
        ("VNUL", {"1e": (10000, 0)}),
        ("VVERL", {"1e": (10000, 0)}),
        ("VUIT", {"3a": (10000, 0)}),
        ("VEUG", {"3b": (10000, 0)}),
        ("VEUD", {"3b": (10000, 0)}),
        ("VVRIJ", {}),
        ("VBUITEN", {}),
        ("VOSS", {}),
        ("IH", {"5b": (0, 2000)}),
        ("IVRIJ", {}),
        ("FOREIGN", {}),
        ("IVERLH", {"2a": (10000, 2100), "5a": (0, 2100), "5b": (0, 2000)}),
        ("INEDH", {"4a": (10000, 2100), "5a": (0, 2100), "5b": (0, 2000)}),
        ("IIMPH", {"4a": (10000, 2100), "5a": (0, 2100), "5b": (0, 2000)}),
        ("IEUGH", {"4b": (10000, 2100), "5a": (0, 2100), "5b": (0, 2000)}),
    ],
)
def test_each_code_goes_to_its_boxes(code: str, boxes: dict[str, tuple[int, int]]) -> None:
    """100.00 with 21.00, of which 1.00 is not deductible on a purchase."""
    lost = 100 if code.startswith(("I", "F")) else 0
    tax = 0 if code in ("VNUL", "VVERL", "VUIT", "VEUG", "VEUD", "VVRIJ", "VBUITEN", "IVRIJ") else 2100
    found = {f.box: (f.base, f.tax) for f in figures([_effect(code, 10000, tax, lost)]) if f.box not in ("5c", "5g")}
    assert {box: amounts for box, amounts in found.items() if amounts != (0, 0)} == boxes


def test_whole_euros_are_in_the_favour_of_who_pays() -> None:
    found = figures([_effect("VH", 10199, 2199), _effect("VL", -10050, -950), _effect("IH", 0, 1001)])
    declared = {f.box: (f.declared_base, f.declared_tax) for f in found if f.declared_base or f.declared_tax}
    assert declared == {
        "1a": (10100, 2100),  # 21.99 due becomes 21
        "1b": (-10100, -1000),  # 9.50 back becomes 10
        "5a": (0, 1100),
        "5b": (0, 1100),  # 10.01 input becomes 11
    }


@given(st.lists(st.tuples(st.sampled_from(["VH", "VL", "IH", "IVERLH", "IEUGH", "VEUG"]), CENTS, CENTS), max_size=12))
def test_declared_never_costs_more_than_exact_and_filing_always_balances(lines: list[tuple[str, int, int]]) -> None:
    effects = [_effect(code, base, 0 if code == "VEUG" else tax) for code, base, tax in lines]
    found = figures(effects)
    assert [f.box for f in found] == list(BOXES)
    total = figure(found, "5g")
    assert total.tax == sum(one.net for one in effects)
    assert 0 <= total.tax - total.declared_tax < 100 * 6  # a euro at most for each box that has anything
    entry = filing_entry(starter(), moved(effects), total.declared_tax, DAY, "x")
    if entry is not None:
        payable = balances(entry).get("1530", D(0))
        assert payable == D(-total.declared_tax).scaleb(-2)
        assert {a: -int(v.scaleb(2)) for a, v in balances(entry).items() if a not in ("1530", "4671")} == moved(effects)


@given(st.lists(st.tuples(CENTS, CENTS), min_size=2, max_size=6))
def test_supplements_together_declare_the_whole_period_rounded_once(parts: list[tuple[int, int]]) -> None:
    done: list[Effect] = []
    declared: dict[str, int] = {}
    before: tuple[Figure, ...] = ()
    for base, tax in parts:
        done.append(_effect("VH", base, tax))
        after = figures(done)
        for one in correction(before, after):
            declared[one.box] = declared.get(one.box, 0) + one.declared_tax
        before = after
    assert declared["1a"] == figure(figures(done), "1a").declared_tax
    assert declared["5g"] == figure(figures(done), "5g").declared_tax


def test_code_is_that_of_the_day_of_supply() -> None:
    rows = [
        VatCode("X", "old", "sales", "S", valid_from=date(2001, 1, 1), valid_to=date(2018, 12, 31), box_base="1c", box_due="1c"),
        VatCode("X", "new", "sales", "S", valid_from=date(2019, 1, 1), box_base="1b", box_due="1b"),
    ]  # fmt: skip
    codes = DatedCodes(rows)
    assert codes.row("X", date(2018, 12, 31)).box_base == "1c"
    assert codes.row("X", date(2019, 1, 1)).box_base == "1b"
    assert codes.row("X", date(1999, 1, 1)).box_base == "1c"


def test_nothing_to_move_is_no_entry() -> None:
    assert filing_entry(starter(), {}, 0, DAY, "x") is None


def test_older_administration_files_find_their_accounts_by_rgs_or_another_role() -> None:
    roles = ("vat_payable", "vat_rounding", "vat_bad_debts", "vat_unpaid_purchases")
    named = {role: code for role, code in starter().accounts_named.items() if role not in roles}
    entry = filing_entry(administration(accounts_named=named), {"1500": -2112}, 2100, DAY, "x")
    assert entry is not None
    assert balances(entry) == {"1500": D("21.12"), "1530": D("-21.00"), named["rounding"]: D("-0.12")}


def test_what_was_booked_by_hand_on_a_vat_account_is_named() -> None:
    mine, other = [_effect("VH", 10000, 2100)], [_effect("IH", 0, 500)]
    found = {t.account: t for t in ties(CODES, {"1500": -2600, "1520": 500}, mine, other)}
    assert found["1500"].difference == 500  # 26.00 on the credit side, 21.00 in the return
    assert (found["1520"].ledger, found["1520"].other_periods, found["1520"].difference) == (500, 500, 0)


@pytest.mark.parametrize(
    ("amount", "part", "whole", "expected"), [(100, 1, 3, 33), (-100, 1, 2, -50), (5, 1, 2, 3), (-5, 1, 2, -3)]
)
def test_share_rounds_half_up(amount: int, part: int, whole: int, expected: int) -> None:
    assert share(amount, part, whole) == expected
    assert share(amount, 1, 0) == 0
