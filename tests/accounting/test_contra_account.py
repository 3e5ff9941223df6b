"""The contra-account of each line, in its order, always with its reason."""

from __future__ import annotations

from typing import Any

import pytest

from hub.model.administration import MappingRule
from hub.model.party import Identifier
from tests.builders import (
    COST,
    D,
    administration,
    allowance,
    balances,
    booked,
    codes,
    decision_of,
    facts,
    finding_of,
    invoice,
    known,
    line,
    posted,
    sale,
    with_account,
)

FUEL, OFFICE, RENT, PHONE = "4400", "4530", "4100", "4500"


def rule(account: str = FUEL, **conditions: Any) -> MappingRule:
    return MappingRule("the rule", account, **conditions)


def chosen(made: Any, given: Any) -> tuple[str, str]:
    """The account of the first line and why."""
    decision = decision_of(booked(made, given), "contra_account")
    return decision.value, decision.why


def test_the_default_account_takes_what_nothing_else_gives_an_account() -> None:
    assert chosen(invoice(), facts()) == (COST, "default_account")


def test_the_fixed_account_of_the_relation_goes_before_the_default() -> None:
    assert chosen(invoice(), facts(relations=(known(purchase_account=OFFICE),))) == (OFFICE, "fixed_contra_account")


def test_a_mapping_rule_goes_before_the_fixed_account() -> None:
    given = facts(administration(mapping_rules=(rule(),)), relations=(known(purchase_account=OFFICE),))
    assert chosen(invoice(), given) == (FUEL, "mapping_rule")


def test_the_accounting_cost_of_the_document_goes_before_a_mapping_rule() -> None:
    given = facts(administration(mapping_rules=(rule(),)))
    assert chosen(invoice(accounting_cost=RENT), given) == (RENT, "accounting_cost_document")


def test_the_accounting_cost_of_a_line_goes_before_that_of_the_document() -> None:
    made = invoice(line("100.00", accounting_cost=f" {PHONE} "), accounting_cost=RENT)
    assert chosen(made, facts()) == (PHONE, "accounting_cost_line")


@pytest.mark.parametrize("code", ["1520", "1600", "8000", "4711", "project X"])
def test_a_document_cannot_name_an_account_that_is_not_open_to_documents(code: str) -> None:
    made = invoice(line("100.00", accounting_cost=code), accounting_cost=code)
    assert chosen(made, facts()) == (COST, "default_account")


def test_a_control_account_is_never_open_to_documents() -> None:
    given = facts(with_account("1600", open_to_documents=True))
    assert chosen(invoice(accounting_cost="1600"), given) == (COST, "default_account")


def test_the_accounting_cost_of_a_sale_speaks_of_the_buyers_books() -> None:
    assert chosen(sale(line("100.00", accounting_cost=RENT), accounting_cost=RENT), facts()) == (
        "8000",
        "default_account",
    )


def test_without_default_a_person_chooses() -> None:
    booking = booked(invoice(), facts(administration(default_purchase_account="")))
    assert (booking.outcome, booking.entry) == ("held", None)
    assert dict(finding_of(booking, "HUB-ACC-01").details)["item"] == "thing"


@pytest.mark.parametrize(
    ("policy", "outcome", "found"),
    [("free", "posted", set()), ("warn", "posted", {"HUB-ACC-02"}), ("block", "held", {"HUB-ACC-03"})],
)
def test_a_deviation_from_the_fixed_account_is_free_warned_or_blocked(
    policy: Any, outcome: str, found: set[str]
) -> None:
    given = facts(relations=(known(purchase_account=OFFICE, purchase_policy=policy),))
    booking = booked(invoice(accounting_cost=RENT), given)
    assert booking.outcome == outcome
    assert codes(booking) & {"HUB-ACC-02", "HUB-ACC-03"} == found


def test_a_blocked_deviation_is_posted_once_a_person_accepts_it() -> None:
    given = facts(relations=(known(purchase_account=OFFICE, purchase_policy="block"),), released=("HUB-ACC-03",))
    assert RENT in balances(posted(invoice(accounting_cost=RENT), given))


def test_the_fixed_account_itself_is_no_deviation() -> None:
    given = facts(relations=(known(purchase_account=RENT, purchase_policy="block"),))
    assert booked(invoice(accounting_cost=RENT), given).findings == ()


@pytest.mark.parametrize("account", ["9999", "1600"])
def test_a_fixed_account_that_cannot_be_used_is_never_passed_over_in_silence(account: str) -> None:
    booking = booked(invoice(), facts(relations=(known(purchase_account=account),)))
    assert booking.outcome == "held"
    assert finding_of(booking, "HUB-ACC-04").found == account


def test_a_rule_to_a_control_account_is_never_passed_over_in_silence() -> None:
    booking = booked(invoice(), facts(administration(mapping_rules=(rule("1600"),))))
    assert booking.outcome == "held"
    assert "HUB-ACC-04" in codes(booking)


@pytest.mark.parametrize(
    ("conditions", "applies"),
    [
        ({}, True),
        ({"supplier": "C0001"}, True),
        ({"supplier": "NL 9999.92582.B01"}, True),
        ({"supplier": "00261030"}, True),
        ({"supplier": "00261031"}, False),
        ({"words": ("diesel", "Euro95")}, True),
        ({"words": ("euro",)}, False),
        ({"words": ("ESSO",)}, True),
        ({"words": ("kaart",)}, True),
        ({"classification": "1510"}, True),
        ({"classification": "5101"}, False),
        ({"seller_item": "E95"}, True),
        ({"seller_item": "E9"}, False),
        ({"vat_category": "S", "vat_rate": D("21.0")}, True),
        ({"vat_category": "S", "vat_rate": D("9")}, False),
        ({"vat_category": "Z"}, False),
        ({"words": ("euro95",), "seller_item": "other"}, False),
    ],
)
def test_every_condition_of_a_rule_must_hold(conditions: dict[str, Any], applies: bool) -> None:
    item = line(
        "100.00",
        item_name="EURO95, 40 liter",
        item_description="Tankstation Esso",
        note="met kaart",
        seller_item_id="E95",
        classifications=(Identifier("15101506", "TST"),),
    )
    account, why = chosen(invoice(item), facts(administration(mapping_rules=(rule(**conditions),))))
    assert (account, why) == ((FUEL, "mapping_rule") if applies else (COST, "default_account"))


def test_the_first_rule_that_applies_wins() -> None:
    rules = (rule("4300", words=("nothing",)), rule(FUEL, words=("thing",)), rule(PHONE))
    assert chosen(invoice(), facts(administration(mapping_rules=rules)))[0] == FUEL


def test_each_line_has_its_own_account() -> None:
    made = invoice(line("60.00", accounting_cost=RENT), line("40.00", id="2", accounting_cost=PHONE))
    entry = posted(made)
    assert (balances(entry)[RENT], balances(entry)[PHONE]) == (D("60.00"), D("40.00"))


def test_an_allowance_goes_to_the_account_of_the_largest_line_in_its_vat_group() -> None:
    made = invoice(
        line("60.00", accounting_cost=RENT),
        line("-70.00", id="2", accounting_cost=PHONE),
        line("900.00", id="3", rate="9", accounting_cost=FUEL),
        allowances=[allowance("5.00"), allowance("3.00", charge=True)],
    )
    assert balances(posted(made))[PHONE] == D("-72.00")


def test_an_allowance_in_a_group_without_lines_goes_to_the_account_of_the_largest_line() -> None:
    made = invoice(line("100.00", accounting_cost=RENT), allowances=[allowance("10.00", rate="9")])
    entry = posted(made)
    assert balances(entry)[RENT] == D("90.00")
    assert {v.code: v.tax.amount for v in entry.vat_lines} == {"IH": D("21.00"), "IL": D("-0.90")}


def test_a_role_for_allowances_goes_before_the_largest_line() -> None:
    named = {**administration().accounts_named, "document_allowances": "7200", "document_charges": "4230"}
    made = invoice(allowances=[allowance("10.00"), allowance("4.00", charge=True)])
    entry = posted(made, facts(administration(accounts_named=named)))
    assert (balances(entry)["7200"], balances(entry)["4230"]) == (D("-10.00"), D("4.00"))


def test_a_role_that_names_no_account_asks_a_person() -> None:
    named = {**administration().accounts_named, "document_allowances": "9999"}
    booking = booked(invoice(allowances=[allowance("10.00")]), facts(administration(accounts_named=named)))
    assert booking.outcome == "held"
    assert "HUB-ACC-01" in codes(booking)


@pytest.mark.parametrize(("made", "account"), [(invoice(type_code="386"), "1320"), (sale(type_code="386"), "1400")])
def test_a_prepayment_invoice_goes_to_prepayments_and_its_vat_counts(made: Any, account: str) -> None:
    booking = booked(made, facts(relations=(known(purchase_account=OFFICE, sales_account="8010"),)))
    assert booking.entry is not None
    assert abs(balances(booking.entry)[account]) == D("100.00")
    assert booking.entry.vat_lines[0].tax.amount == D("21.00")
    assert decision_of(booking, "contra_account").why == "prepayment_invoice"
