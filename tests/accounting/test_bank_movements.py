"""Movements of statements: which are the same again, whatever format and order they come in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.accounting.bank_movements import movements_of, recognised, text_key
from hub.accounting.bank_rules import bank_rules
from hub.model.bank_statement import BankEntry, BankStatement
from hub.model.mapping import Mapping
from hub.model.movement import KnownMovement, Movement
from tests.books import starter

D = Decimal
DAY = date(2026, 11, 20)
NOTHING = Mapping("bank", file="mappings/bank.toml")


def entry(amount: str = "5.00", text: str = "koffie", day: date = DAY, **more: str) -> BankEntry:
    """A line of a statement."""
    return BankEntry(day, D(amount), description=text, **more)  # type: ignore[arg-type]


def movements(*entries: BankEntry, source: str = "camt.053", mapping: Mapping = NOTHING) -> list[Movement]:
    """Those of a statement of our first account."""
    made = BankStatement("NL92RABO0000104711", "EUR", "1", D(0), D(0), entries, DAY, DAY, format=source)
    return list(movements_of(made, starter(), mapping)[0])


def known(given: Sequence[Movement]) -> list[KnownMovement]:
    """The same, after they were recorded."""
    return [
        KnownMovement(
            m.identity, m.payment.on, m.payment.amount, m.payment.iban, text_key(m.payment), m.payment.transaction_id, m.source
        )
        for m in given
    ]  # fmt: skip


def new(given: Sequence[Movement], before: Sequence[Movement], *, follows: bool = False) -> int:
    """How many are not known yet."""
    had = {m.identity for m in before}
    found = recognised(given, known(before), follows=follows)
    assert len({m.identity for m in found}) == len(found)
    return sum(m.identity not in had for m in found)


_entries = st.lists(
    st.builds(
        entry, st.sampled_from(["5.00", "-5.00", "7.00"]), st.sampled_from(["a", "b"]), st.sampled_from([DAY, DAY + timedelta(days=1)]),
        iban=st.sampled_from(["", "NL02ABNA0123456789"]),
    ), max_size=12,
)  # fmt: skip


@given(_entries, st.randoms())
def test_same_lines_in_any_order_are_all_known(entries: list[BankEntry], random: object) -> None:
    shuffled = list(entries)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert new(movements(*shuffled), movements(*entries)) == 0


@given(_entries, _entries)
def test_wider_statement_adds_just_what_is_more(entries: list[BankEntry], more: list[BankEntry]) -> None:
    assert new(movements(*entries, *more), movements(*entries)) == len(more)


@given(_entries, _entries)
def test_statement_that_follows_adds_all(entries: list[BankEntry], more: list[BankEntry]) -> None:
    assert new(movements(*more), movements(*entries), follows=True) == len(more)


@given(_entries)
def test_other_format_of_the_same_lines_is_known(entries: list[BankEntry]) -> None:
    other = [replace(e, description=e.description.upper() + " ", bank_reference=f"Z{n}") for n, e in enumerate(entries)]
    assert new(movements(*other, source="mt940"), movements(*entries)) == 0


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ({"amount": D("5.01")}, 1),
        ({"on": DAY + timedelta(days=1)}, 1),
        ({"iban": "NL02ABNA0123456789"}, 1),
        ({"description": "thee"}, 1),
    ],
)
def test_whatever_differs_within_one_format_makes_another_movement(change: dict[str, object], count: int) -> None:
    assert new(movements(replace(entry(), **change)), movements(entry())) == count  # type: ignore[arg-type]


def test_value_date_of_one_format_may_be_the_booking_date_of_the_other() -> None:
    camt = movements(replace(entry(), value_date=DAY - timedelta(days=1)))
    assert new(camt, movements(entry(day=DAY - timedelta(days=1)), source="mt940")) == 0


def test_one_reference_for_two_movements_is_no_identity() -> None:
    assert len({m.identity for m in movements(entry(bank_reference="R"), entry(bank_reference="R"))}) == 2


def test_reference_that_a_bank_uses_again_another_year_is_another_movement() -> None:
    assert new(movements(entry(bank_reference="1")), movements(entry(bank_reference="1", day=date(2025, 11, 20)))) == 1


@pytest.mark.parametrize(
    ("entry_", "returned"),
    [
        (entry(return_reason="AC04"), "AC04"),
        (entry(code="PMNT/RDDT/UPDD"), "reversal"),
        (entry(code="NRTI"), "reversal"),
        (entry(), ""),
    ],
)
def test_what_takes_a_payment_back_says_so(entry_: BankEntry, returned: str) -> None:
    assert movements(entry_)[0].payment.returned == returned


def _rule(**row: str) -> Mapping:
    return replace(NOTHING, lists={"rule": ({"name": "r", "account": "4640", **row},)})


@pytest.mark.parametrize(
    ("row", "holds"),
    [({"words": "koffie|thee"}, True), ({"words": "kof"}, False), ({"words": "zwarte koffie"}, True), ({"code": "PMNT/MDOP"}, True),
     ({"code": "ACMT"}, False), ({"iban": "NL02 ABNA 0123 4567 89"}, True), ({"words": "koffie", "direction": "in"}, False),
     ({"words": "koffie", "code": "PMNT", "direction": "out"}, True)],
)  # fmt: skip
def test_rule_holds_when_each_of_its_conditions_does(row: dict[str, str], holds: bool) -> None:
    given_ = entry("-5.00", "Zwarte  KOFFIE, 2x", code="PMNT/MDOP/CHRG", iban="NL02ABNA0123456789")
    assert (movements(given_, mapping=_rule(**row))[0].account == "4640") == holds


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({}, "HUB-BANK-23"),
        ({"word": "x"}, "HUB-BANK-23"),
        ({"words": "x", "direction": "up"}, "HUB-BANK-23"),
        ({"words": "x", "account": "1"}, "HUB-MAP-02"),
    ],
)
def test_rule_that_cannot_be_used_is_told(row: dict[str, str], code: str) -> None:
    rules, findings = bank_rules(_rule(**row), starter())
    assert (rules.rules, [f.code for f in findings]) == ((), [code])


def test_money_between_our_own_accounts_goes_to_transfers() -> None:
    own = replace(NOTHING, tables={"accounts": {"own_transfers": "1190"}})
    assert movements(entry(iban="NL91RABO0990000011"), mapping=own)[0].account == "1190"
