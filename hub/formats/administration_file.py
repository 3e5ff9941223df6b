"""Administration files: TOML as in `mappings/starter.toml`, read into the model with every fault named."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from hub.errors import Usage
from hub.model.administration import Account, Administration, Journal, MappingRule, PaymentTerm, VatCode
from hub.model.approval import METHODS, ApprovalFlow, ApprovalStep, Substitute
from hub.model.party import Identifier
from hub.model.payment import BankAccount, PaymentSettings

_Table = Mapping[str, Any]
POLICIES = ("hold", "refuse", "book-with-finding")


def read_administration(data: bytes, mapping: bytes = b"", name: str = "administration file") -> Administration:
    """The administration in `data`, with the rules of mapping file `mapping`. Raises `Usage` naming what is wrong."""
    raw = _toml(data, name)
    rules = _toml(mapping, "mapping file")
    try:
        return _administration(raw, rules)
    except (KeyError, ValueError, TypeError, InvalidOperation) as error:
        raise Usage(f"{name}: {type(error).__name__}: {error}; see mappings/README.md for every key") from error


def _toml(data: bytes, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Usage(f"{name} is not valid TOML: {error}") from error


def _administration(raw: dict[str, Any], rules: dict[str, Any]) -> Administration:
    head = raw["administration"]
    accounts = {row["code"]: _account(row) for row in raw.get("account", ())}
    made = Administration(
        code=head["code"],
        name=head["name"],
        country=head.get("country", "NL"),
        currency=head.get("currency", "EUR"),
        first_year=int(head.get("first_year", 2024)),
        language=head.get("language", "nl"),
        identifiers=tuple(Identifier(row["value"], row.get("scheme", "")) for row in head.get("identifiers", ())),
        ibans=tuple(head.get("ibans", ())),
        deduction_percentage=Decimal(head.get("deduction_percentage", "100")),
        default_purchase_account=head.get("default_purchase_account", ""),
        default_sales_account=head.get("default_sales_account", ""),
        default_purchase_term=head.get("default_purchase_term", ""),
        default_sales_term=head.get("default_sales_term", ""),
        closed_period=head.get("closed_period", "next_open_day"),
        policy=_policy("policy", head.get("policy", POLICIES[0])),
        channel_policy=_policies("channel_policy", head),
        agreement_policy=_policies("agreement_policy", head),
        accounts_named=dict(raw.get("accounts_named", {})),
        accounts=accounts,
        vat_codes=tuple(_vat_code(row) for row in raw.get("vat_code", ())),
        journals=tuple(
            Journal(row["code"], row["name"], row["kind"], row.get("name_en", "")) for row in raw.get("journal", ())
        ),
        payment_terms={row["code"]: _term(row) for row in raw.get("payment_term", ())},
        mapping_rules=tuple(_rule(row) for row in rules.get("rule", ())),
        mapping_version=str(rules.get("version", "")),
        difference_account=rules.get("difference_account", ""),
        difference_maximum=Decimal(rules.get("difference_maximum", "0.00")),
        payments=_payments(raw.get("payments", {})),
        suggestion_precision=_optional(head.get("suggestion_precision", "")),
        purchase_method=head.get("purchase_method", "direct"),
        approval_flow=head.get("approval_flow", ""),
        approval_flows=tuple(_flow(row) for row in raw.get("approval_flow", ())),
        approval_substitutes=tuple(_substitute(row) for row in raw.get("approval_substitute", ())),
    )
    _check(made)
    _check_approvals(made)
    return made


def _optional(text: str) -> Decimal | None:
    """A share between 0 and 1; empty = none."""
    if text == "":
        return None
    share = Decimal(text)
    if not 0 < share <= 1:
        raise ValueError(f"administration.suggestion_precision = {text}: write a share, as 0.95")
    return share


def _policies(key: str, head: _Table) -> dict[str, str]:
    """A policy for each channel that is named."""
    return {channel: _policy(f"{key}.{channel}", word) for channel, word in head.get(key, {}).items()}


def _policy(key: str, word: str) -> str:
    if word not in POLICIES:
        raise ValueError(f"administration.{key} = {word!r}: write {', '.join(POLICIES)}")
    return word


def _check(made: Administration) -> None:
    """Every account that is named must exist, and the control accounts must be there."""
    named = {f"accounts_named.{role}": code for role, code in made.accounts_named.items()}
    named |= {
        "default_purchase_account": made.default_purchase_account,
        "default_sales_account": made.default_sales_account,
    }
    for vat in made.vat_codes:
        named |= {
            f"vat_code {vat.code} due_account": vat.due_account,
            f"vat_code {vat.code} input_account": vat.input_account,
        }
    for bank in made.payments.bank_accounts:
        named[f"payments.bank_accounts {bank.iban}"] = bank.account
    for rule in made.mapping_rules:
        named[f"rule {rule.name}"] = rule.account
    unknown = [f"{where} = {code}" for where, code in named.items() if code and code not in made.accounts]
    missing = [
        role
        for role in (
            "debtors",
            "creditors",
            "prepayments_made",
            "prepayments_received",
            "rounding",
            "exchange_differences",
        )
        if role not in made.accounts_named
    ]
    if unknown or missing:
        raise ValueError(
            "; ".join([f"no such account: {u}" for u in unknown] + [f"accounts_named.{m} is missing" for m in missing])
        )


def _check_approvals(made: Administration) -> None:
    """The method is one of three, the flow that is named exists, and what is booked at once has its suspense account."""
    if made.purchase_method not in METHODS:
        raise ValueError(f"administration.purchase_method = {made.purchase_method}: write {', '.join(METHODS)}")
    if made.purchase_method == "book_at_once" and "invoices_awaiting_approval" not in made.accounts_named:
        raise ValueError("accounts_named.invoices_awaiting_approval is missing, and purchase_method is book_at_once")
    codes = [flow.code for flow in made.approval_flows]
    if made.approval_flow and made.approval_flow not in codes:
        raise ValueError(f"administration.approval_flow = {made.approval_flow}: no such approval_flow")
    if len(set(codes)) < len(codes) or "" in codes:
        raise ValueError("every approval_flow has a code of its own")
    for flow in made.approval_flows:
        if not flow.steps:
            raise ValueError(f"approval_flow {flow.code} has no steps")


def _flow(row: _Table) -> ApprovalFlow:
    return ApprovalFlow(row["code"], row.get("name", ""), tuple(_step(step) for step in row["steps"]))


def _step(row: _Table) -> ApprovalStep:
    approvers = row.get("approvers", ())
    if isinstance(approvers, str):
        raise TypeError(f"approvers = {approvers!r}: write a list of names")
    above = row.get("above", "")
    return ApprovalStep(tuple(approvers), None if above == "" else Decimal(str(above)))


def _substitute(row: _Table) -> Substitute:
    days = (_date(row.get("from"), date.min), _date(row.get("to"), date.max))
    if days[0] > days[1]:
        raise ValueError(f"approval_substitute {row['user']}: from {days[0]} to {days[1]}")
    return Substitute(row["user"], row["replaces"], *days)


def _payments(row: _Table) -> PaymentSettings:
    standard = PaymentSettings()
    banks = tuple(
        BankAccount(r["iban"], r["account"], r.get("journal", ""), r.get("part", "normal"), r.get("bic", ""))
        for r in row.get("bank_accounts", ())
    )
    return PaymentSettings(
        bank_accounts=banks,
        difference_maximum=Decimal(row.get("difference_maximum", standard.difference_maximum)),
        difference_automatic=Decimal(row.get("difference_automatic", standard.difference_automatic)),
        foreign_tolerance=Decimal(row.get("foreign_tolerance", standard.foreign_tolerance)),
        sum_items=int(row.get("sum_items", standard.sum_items)),
        creditor_id=row.get("creditor_id", ""),
        town=row.get("town", ""),
    )


def _account(row: _Table) -> Account:
    return Account(
        row["code"],
        row["name"],
        row.get("name_en", ""),
        row.get("rgs", ""),
        row.get("kind", "profit_loss"),
        row.get("side", "debit"),
        row.get("control", ""),
        bool(row.get("open_to_documents", False)),
        Decimal(row.get("deduction_percentage", "100")),
    )


def _date(value: Any, default: date) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value) if value else default


def _vat_code(row: _Table) -> VatCode:
    return VatCode(
        code=row["code"],
        name=row["name"],
        name_en=row.get("name_en", ""),
        direction=row["direction"],
        category=row["category"],
        rate=Decimal(row["rate"]) if row.get("rate") else None,
        kind=row.get("kind", ""),
        origin=row.get("origin", ""),
        valid_from=_date(row.get("valid_from"), date.min),
        valid_to=_date(row.get("valid_to"), date.max),
        reverse_charge=bool(row.get("reverse_charge", False)),
        foreign=_is_foreign(row),
        due_account=row.get("due_account", ""),
        input_account=row.get("input_account", ""),
        box_base=row.get("box_base", ""),
        box_due=row.get("box_due", ""),
        box_input=row.get("box_input", ""),
    )


def _is_foreign(row: _Table) -> bool:
    """A purchase row with tax but without an account to deduct it on is another country's tax: it joins the cost."""
    return row["direction"] == "purchase" and row["category"] in ("S", "L", "M", "B") and not row.get("input_account")


def _term(row: _Table) -> PaymentTerm:
    return PaymentTerm(
        row["code"],
        row["name"],
        int(row.get("days", 0)),
        bool(row.get("end_of_month", False)),
        int(row.get("extra_days", 0)),
        int(row.get("discount_days", 0)),
        Decimal(row.get("discount_percentage", "0")),
        row.get("kind", "settlement"),
    )


def _rule(row: _Table) -> MappingRule:
    return MappingRule(
        row["name"],
        row["account"],
        row.get("supplier", ""),
        tuple(row.get("words", ())),
        row.get("classification", ""),
        row.get("seller_item", ""),
        row.get("vat_category", ""),
        Decimal(row["vat_rate"]) if row.get("vat_rate") else None,
    )
