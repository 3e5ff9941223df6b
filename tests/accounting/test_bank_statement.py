"""Checks of a bank statement: figures, account, continuity."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.accounting.bank_statement import chain, own_account, statement_findings
from hub.model.bank_statement import BankEntry, BankStatement
from hub.model.money import Money
from hub.model.movement import KnownStatement
from tests.books import starter

D = Decimal
DAY = date(2026, 11, 20)
OURS = "NL92RABO0000104711"


def statement(
    opening: str | None, *amounts: str, closing: str = "", day: date = DAY, sequence: int = 2
) -> BankStatement:
    """Of our first account, adding up unless `closing` says otherwise."""
    entries = tuple(BankEntry(day, D(a)) for a in amounts)
    total = D(opening or 0) + sum((e.amount for e in entries), D(0))
    return BankStatement(
        OURS, "EUR", str(sequence), None if opening is None else D(opening), D(closing) if closing else total, entries,
        day, day, sequence=sequence,
    )  # fmt: skip


def earlier(opening: str, closing: str, day: date = DAY - timedelta(days=1), sequence: int = 1) -> KnownStatement:
    """A statement that was recorded before."""
    return KnownStatement(
        1, str(sequence), sequence, Money(D(opening), "EUR"), Money(D(closing), "EUR"), day, day, 1
    )  # fmt: skip


def codes(given: BankStatement) -> list[str]:
    """What is found in it."""
    return [f.code for f in statement_findings(given, starter())]


def test_statement_that_adds_up_has_no_finding() -> None:
    assert codes(statement("10.00", "5.00", "-2.50")) == []


@given(
    st.decimals(-(10**9), 10**9, places=2),
    st.lists(st.decimals(-(10**6), 10**6, places=2), max_size=8),
    st.decimals(-99, 99, places=2),
)
def test_any_cent_that_is_missing_is_found(opening: Decimal, amounts: list[Decimal], missing: Decimal) -> None:
    closing = opening + sum(amounts, D(0)) + missing
    made = statement(str(opening), *map(str, amounts), closing=str(closing))
    assert codes(made) == (["HUB-FEED-01"] if missing else [])
    assert made.credit - made.debit == closing - opening - missing


def test_difference_is_named() -> None:
    (finding,) = statement_findings(statement("10.00", "5.00", closing="20.00"), starter())
    assert (finding.found, finding.expected, dict(finding.details)["difference"]) == ("20.00", "15.00", "5.00")


def test_part_of_a_cent_is_refused() -> None:
    assert "HUB-FEED-02" in codes(statement("0.00", "8.855"))


def test_opening_that_is_missing_is_held() -> None:
    assert codes(statement(None, "5.00", closing="5.00")) == ["HUB-BANK-22"]


def test_account_that_is_not_ours_is_held_with_the_line_to_add() -> None:
    (finding,) = statement_findings(
        replace(statement("0.00"), account="NL02ABNA0123456789", bank="ABNANL2A"), starter()
    )
    assert finding.code == "HUB-BANK-21"
    assert 'iban = "NL02ABNA0123456789"' in dict(finding.details)["line"]


@pytest.mark.parametrize("account", [OURS, "nl92 rabo 0000 1047 11", "0000104711", "104711", "1100"])
def test_account_is_ours_however_it_is_written(account: str) -> None:
    found = own_account(starter(), account)
    assert found is not None
    assert found.account == "1100"


@pytest.mark.parametrize("account", ["", "0", "NL92ABNA0000104711", "9999999999"])
def test_account_of_others_is_not_ours(account: str) -> None:
    assert own_account(starter(), account) is None


def test_first_statement_of_an_account_has_nothing_before_it() -> None:
    assert chain(statement("7.00", "1.00"), []) == chain(statement(None), [])


def test_statement_that_begins_where_the_last_ended_follows() -> None:
    place = chain(statement("7.00", "1.00"), [earlier("0.00", "7.00")])
    assert (place.follows, place.gap, place.findings) == (True, 0, ())


def test_gap_names_range_amount_and_numbers() -> None:
    before = earlier("0.00", "7.00", DAY - timedelta(days=5), 1)
    place = chain(statement("9.50", "1.00", sequence=4), [before])
    (finding,) = place.findings
    assert (place.follows, place.gap, finding.code) == (False, D("2.50"), "HUB-BANK-20")
    assert dict(finding.details)["numbers"] == "2–3"
    assert dict(finding.details)["from"] == str(DAY - timedelta(days=4))


def test_same_statement_again_neither_follows_nor_leaves_a_gap() -> None:
    place = chain(statement("0.00", "0.00"), [earlier("0.00", "0.00", DAY)])
    assert (place.follows, place.findings) == (False, ())


def test_statement_of_days_that_are_closed_neither_follows_nor_leaves_a_gap() -> None:
    old = replace(statement("3.00", "1.00", day=DAY - timedelta(days=3)), closing_date=DAY)
    place = chain(old, [earlier("0.00", "7.00", DAY - timedelta(days=1))])
    assert (place.follows, place.findings) == (False, ())
