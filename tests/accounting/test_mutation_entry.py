"""Mutations at the desk: accounts, journals, VAT, and what must not be booked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model.mutation import Mutation, MutationLine
from hub.steps.judge import judge
from tests.feed_samples import Booked, book, changed, mapping_of

DEFAULT = mapping_of("mutations")


def _lines(*lines: tuple[str, str, str] | tuple[str, str]) -> tuple[MutationLine, ...]:
    return tuple(MutationLine(x[0], Decimal(x[1]), x[2] if len(x) > 2 else "") for x in lines)


def _booked(*lines: Any, mapping: Any = DEFAULT, **more: Any) -> Booked:
    document = Mutation(
        "erp", "1", more.pop("on", date(2026, 3, 2)), more.pop("currency", "EUR"), _lines(*lines), **more
    )
    return book(document, mapping)


def test_words_are_looked_up_and_our_own_codes_stand_for_themselves() -> None:
    booked = _booked(("cost of sales", "100"), ("3000", "-100"))
    assert booked.lines == {"7000": Decimal(100), "3000": Decimal(-100)}
    assert {d.why for d in booked.decisions if d.what == "account"} == {"mapped_word", "own_account"}


def test_a_row_of_the_mapping_wins_over_our_own_code() -> None:
    mapping = changed(DEFAULT, account={"4000": "4090"})
    assert _booked(("4000", "5"), ("1000", "-5"), mapping=mapping).lines == {"4090": Decimal(5), "1000": Decimal(-5)}


def test_an_unknown_word_holds_and_says_which_line_to_add() -> None:
    booked = _booked(("mystery", "5"), ("1000", "-5"))
    assert booked.entry is None
    assert booked.codes == ["HUB-MAP-01"]
    assert dict(booked.findings[0].details)["line"] == 'account."mystery" = "…"'


def test_what_does_not_balance_is_refused_with_the_difference() -> None:
    booked = _booked(("7000", "100.01"), ("3000", "-100"))
    assert booked.codes == ["HUB-FEED-01"]
    assert dict(booked.findings[0].details)["difference"] == "0.01"
    assert judge(booked.findings) == "refused"


def test_a_control_account_is_refused_and_one_through_the_mapping_held() -> None:
    own = _booked(("1300", "100"), ("8100", "-100"))
    assert (own.codes, judge(own.findings)) == (["HUB-MUT-03"], "refused")
    by_mapping = _booked(("klant", "100"), ("8100", "-100"), mapping=changed(DEFAULT, account={"klant": "1300"}))
    assert (by_mapping.codes, judge(by_mapping.findings)) == (["HUB-MUT-04"], "held")


@pytest.mark.parametrize(
    ("word", "journal"), [("", "MEM"), ("stock", "MEM"), ("KAS", "KAS"), ("OPN", "MEM"), ("x", "MEM")]
)
def test_the_journal_is_that_of_the_word_else_the_setting(word: str, journal: str) -> None:
    entry = _booked(("7000", "1"), ("3000", "-1"), journal=word).entry
    assert entry is not None
    assert entry.journal == journal


def test_a_journal_row_that_does_not_exist_holds() -> None:
    booked = _booked(("7000", "1"), ("3000", "-1"), journal="x", mapping=changed(DEFAULT, journal={"x": "ZZZ"}))
    assert (booked.entry, booked.codes) == (None, ["HUB-MAP-03"])


def test_vat_on_a_sale_comes_on_the_return() -> None:
    booked = _booked(("1000", "121"), ("8100", "-100", "high"), ("1500", "-21", "high"))
    assert booked.findings == []
    assert booked.entry is not None
    assert [(v.code, v.base.amount, v.tax.amount) for v in booked.entry.vat_lines] == [
        ("VH", Decimal(100), Decimal(21))
    ]


def test_a_tax_line_without_code_belongs_to_the_one_code_that_books_there() -> None:
    with_code = _booked(("1000", "121"), ("8100", "-100", "VH"), ("1500", "-21", "VH"))
    without = _booked(("1000", "121"), ("8100", "-100", "VH"), ("1500", "-21"))
    assert with_code.entry is not None
    assert without.entry is not None
    assert without.entry.vat_lines == with_code.entry.vat_lines


def test_reverse_charge_counts_the_tax_once_and_is_marked() -> None:
    booked = _booked(("4540", "100", "IEUDH"), ("1990", "-100"), ("1520", "21", "IEUDH"), ("1506", "-21", "IEUDH"))
    assert booked.findings == []
    assert booked.entry is not None
    assert [(v.base.amount, v.tax.amount, v.reverse_charge) for v in booked.entry.vat_lines] == [
        (Decimal(100), Decimal(21), True)
    ]


def test_tax_that_is_not_the_rate_is_booked_and_said() -> None:
    booked = _booked(("1000", "120"), ("8100", "-100", "VH"), ("1500", "-20", "VH"))
    assert booked.codes == ["HUB-MUT-05"]
    assert booked.entry is not None


def test_a_vat_code_that_is_not_valid_on_the_day_holds() -> None:
    booked = _booked(("1000", "119"), ("8100", "-100", "VH19"), ("1502", "-19", "VH19"))
    assert (booked.entry, booked.codes) == (None, ["HUB-FEED-03"])


def test_unknown_vat_words_hold_and_empty_ones_mean_none() -> None:
    assert _booked(("1000", "1", "??"), ("8150", "-1")).codes == ["HUB-MAP-01"]
    assert _booked(("1000", "1", "none"), ("8150", "-1")).findings == []
    wrong = changed(DEFAULT, vat={"??": "NOPE"})
    assert _booked(("1000", "1", "??"), ("8150", "-1"), mapping=wrong).codes == ["HUB-MUT-08"]


def test_what_comes_to_nothing_is_no_entry_and_says_so() -> None:
    booked = _booked(("1000", "1"), ("1000", "-1"))
    assert (booked.entry, booked.codes) == (None, ["HUB-MUT-07"])


amounts = st.lists(st.integers(-(10**7), 10**7).map(lambda n: Decimal(n).scaleb(-2)), min_size=1, max_size=10)


@given(amounts)
def test_the_entry_sums_what_the_lines_say_per_account(lines: list[Decimal]) -> None:
    words = ["7000", "3000", "4230"]
    told = [(words[n % 3], str(amount)) for n, amount in enumerate(lines)] + [("1990", str(-sum(lines)))]
    booked = _booked(*told)
    expected: dict[str, Decimal] = {}
    for account, amount in told:
        expected[account] = expected.get(account, Decimal(0)) + Decimal(amount)
    assert booked.entry is None or booked.lines == {a: x for a, x in expected.items() if x}
    assert booked.entry is not None or booked.codes == ["HUB-MUT-07"]
