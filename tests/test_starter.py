"""The starter administration is consistent in itself: what `hub init` makes of it can be booked on."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from stdnum import ean, iban
from stdnum.nl import btw

MAPPINGS = Path(__file__).resolve().parents[1] / "mappings"
STARTER: dict[str, Any] = tomllib.loads((MAPPINGS / "starter.toml").read_text(encoding="utf-8"))
RATES: dict[str, Any] = tomllib.loads((MAPPINGS / "vat_rates.toml").read_text(encoding="utf-8"))
ACCOUNTS: dict[str, dict[str, Any]] = {row["code"]: row for row in STARTER["account"]}
VAT_CODES: list[dict[str, Any]] = STARTER["vat_code"]

KEYS = {
    "account": "code name name_en rgs kind side control open_to_documents deduction_percentage",
    "vat_code": "code name name_en direction category rate kind valid_from valid_to reverse_charge origin due_account "
    "input_account box_base box_due box_input",
    "journal": "code name name_en kind",
    "payment_term": "code name name_en days end_of_month extra_days discount_days discount_percentage kind",
}
ROLES = {
    "debtors",
    "creditors",
    "input_vat",
    "prepayments_made",
    "prepayments_received",
    "rounding",
    "exchange_differences",
    "suspense",
    "payment_differences",
    "invoices_awaiting_approval",
    "reverse_charge_due_domestic",
    "vat_due_eu",
    "vat_due_non_eu",
    "vat_due_high",
    "vat_due_low",
    "vat_due_other",
}
BOXES = {"": ("",), "purchase": ("", "2a", "4a", "4b"), "sales": ("", "1a", "1b", "1c", "1e", "3a", "3b")}


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    end = (one["valid_to"] or "9999-12-31", other["valid_to"] or "9999-12-31")
    return bool(one["valid_from"] <= end[1] and other["valid_from"] <= end[0])


@pytest.mark.parametrize("table", KEYS)
def test_every_row_has_exactly_the_agreed_keys(table: str) -> None:
    for row in STARTER[table]:
        assert set(row) == set(KEYS[table].split()), row


@pytest.mark.parametrize("table", KEYS)
def test_codes_are_unique(table: str) -> None:
    repeated = [code for code, count in Counter(row["code"] for row in STARTER[table]).items() if count > 1]
    assert repeated == []


def test_every_role_names_an_existing_account() -> None:
    assert set(STARTER["accounts_named"]) >= ROLES
    assert {code for code in STARTER["accounts_named"].values() if code not in ACCOUNTS} == set()


def test_default_accounts_exist_and_are_no_control_accounts() -> None:
    for key in ("default_purchase_account", "default_sales_account"):
        account = ACCOUNTS[STARTER["administration"][key]]
        assert (account["kind"], account["control"]) == ("profit_loss", "")


def test_named_accounts_are_the_rgs_accounts_that_the_domain_prescribes() -> None:
    expected = {
        "debtors": "BVorDebHad",
        "creditors": "BSchCreHac",
        "input_vat": "BSchBepBoo",
        "prepayments_made": "BVorOvrVrb",
        "invoices_awaiting_approval": "BSchCreTtf",
        "vat_due_high": "BSchBepBla",
        "vat_due_low": "BSchBepBlv",
        "vat_due_other": "BSchBepBlo",
        "reverse_charge_due_domestic": "BSchBepBlw",
        "vat_due_eu": "BSchBepBlu",
        "vat_due_non_eu": "BSchBepBlb",
        "payment_differences": "WBedAdlBet",
        "exchange_differences": "WFbeWisWis",
        "suspense": "BVorTusTov",
    }
    assert {role: ACCOUNTS[STARTER["accounts_named"][role]]["rgs"] for role in expected} == expected


def test_accounts_have_four_digits_and_a_plausible_rgs_code() -> None:
    for account in ACCOUNTS.values():
        assert re.fullmatch(r"[0-9]{4}", account["code"])
        assert account["kind"] in ("balance", "profit_loss")
        assert account["side"] in ("debit", "credit")
        if account["rgs"]:
            assert re.fullmatch(r"[BW]([A-Z][a-z0-9]{2}){3,4}", account["rgs"]), account
            assert (account["rgs"][0] == "B") == (account["kind"] == "balance"), account


def test_exactly_debtors_and_creditors_are_control_accounts_and_closed_to_documents() -> None:
    control = {row["code"]: row["control"] for row in ACCOUNTS.values() if row["control"]}
    named = STARTER["accounts_named"]
    assert control == {named["debtors"]: "receivable", named["creditors"]: "payable"}
    assert not any(ACCOUNTS[code]["open_to_documents"] for code in [*control, *named.values()])


def test_entertainment_and_restaurants_deduct_nothing() -> None:
    assert {row["code"] for row in ACCOUNTS.values() if row["deduction_percentage"] == "0"} == {"4330", "4340"}


def test_vat_codes_refer_to_existing_accounts_and_boxes() -> None:
    for row in VAT_CODES:
        assert {row["due_account"], row["input_account"]} - {""} <= set(ACCOUNTS), row["code"]
        assert row["box_base"] in BOXES[row["direction"]], row["code"]
        assert row["box_due"] in ("", row["box_base"]), row["code"]
        assert row["box_input"] == ("5b" if row["input_account"] else ""), row["code"]
        assert row["origin"] in ("domestic", "eu", "non_eu", "")


def test_vat_rows_of_one_kind_never_answer_on_the_same_day() -> None:
    for one, other in combinations(VAT_CODES, 2):
        same = all(one[key] == other[key] for key in ("direction", "category", "rate", "origin"))
        assert not (same and _overlap(one, other)), (one["code"], other["code"])


def test_a_row_for_any_origin_has_no_rival_with_a_named_one() -> None:
    for one, other in combinations(VAT_CODES, 2):
        if "" in (one["origin"], other["origin"]):
            assert any(one[key] != other[key] for key in ("direction", "category", "rate")), (
                one["code"],
                other["code"],
            )


def test_reverse_charge_on_purchases_books_both_legs_in_their_own_box() -> None:
    named = STARTER["accounts_named"]
    due = {"2a": named["reverse_charge_due_domestic"], "4a": named["vat_due_non_eu"], "4b": named["vat_due_eu"]}
    rows = [row for row in VAT_CODES if row["direction"] == "purchase" and row["reverse_charge"]]
    assert {row["box_due"] for row in rows} == set(due)
    for row in rows:
        assert (row["due_account"], row["input_account"]) == (due[row["box_due"]], named["input_vat"]), row["code"]


def test_foreign_tax_is_never_input_vat() -> None:
    foreign = [row for row in VAT_CODES if row["code"].startswith("FOREIGN")]
    assert len(foreign) == 5
    assert all(
        (row["input_account"], row["box_input"], row["origin"] == "domestic") == ("", "", False) for row in foreign
    )


@pytest.mark.parametrize("direction", ["purchase", "sales"])
@pytest.mark.parametrize("day", ["2004-06-30", "2012-09-30", "2012-10-01", "2018-12-31", "2019-01-01", "2026-11-21"])
def test_domestic_rates_on_a_day_are_those_of_the_law(direction: str, day: str) -> None:
    law = {}
    for row in sorted(RATES["rate"], key=lambda row: str(row["from"])):
        if row["from"] <= day:
            law[row["kind"]] = row["percentage"]
    codes = [
        row["rate"]
        for row in VAT_CODES
        if (row["direction"], row["category"], row["origin"]) == (direction, "S", "domestic")
        and row["valid_from"] <= day <= (row["valid_to"] or "9999-12-31")
    ]
    assert sorted(codes) == sorted(law.values())


def test_dates_are_dates() -> None:
    for row in VAT_CODES:
        assert date.fromisoformat(row["valid_from"]) <= date.fromisoformat(row["valid_to"] or "9999-12-31")


def test_identifiers_of_the_administration_pass_their_checks() -> None:
    numbers = {row["scheme"]: row["value"] for row in STARTER["administration"]["identifiers"]}
    assert re.fullmatch(r"[0-9]{8}", numbers["0106"])
    assert btw.is_valid(numbers["9944"])
    assert ean.is_valid(numbers["0088"])
    assert all(iban.is_valid(number) for number in STARTER["administration"]["ibans"])


def test_journals_are_the_five_of_the_contract_and_the_opening_balance() -> None:
    kinds = {row["code"]: row["kind"] for row in STARTER["journal"]}
    assert kinds == {
        "INK": "purchase",
        "VRK": "sales",
        "BNK": "bank",
        "KAS": "cash",
        "MEM": "memorial",
        "OPN": "opening",
    }


def test_ubl_mapping_allows_no_difference_and_has_no_active_rule() -> None:
    mapping = tomllib.loads((MAPPINGS / "ubl.toml").read_text(encoding="utf-8"))
    assert (mapping["difference_account"], mapping["difference_maximum"]) == ("", "0.00")
    assert mapping["version"]
    assert "rule" not in mapping


def test_commented_rules_of_the_ubl_mapping_are_valid_and_name_existing_accounts() -> None:
    text = (MAPPINGS / "ubl.toml").read_text(encoding="utf-8")
    examples = tomllib.loads(re.sub(r"(?m)^# ?", "", text[text.index("# [[rule]]") :]))["rule"]
    allowed = {"name", "supplier", "words", "classification", "seller_item", "vat_category", "vat_rate", "account"}
    for rule in examples:
        assert set(rule) <= allowed, rule
        assert ACCOUNTS[rule["account"]]["open_to_documents"], rule
