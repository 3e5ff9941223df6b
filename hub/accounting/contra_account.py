"""The contra-account (tegenrekening) of each line, in the order of DESIGN 5, always with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hub.model.keys import normalised
from hub.model.administration import Account, Administration, Direction, MappingRule
from hub.model.decision import Decision
from hub.model.finding import Finding
from hub.model.invoice import Invoice, Line
from hub.model.relation import Relation


@dataclass(frozen=True, slots=True)
class Choice:
    """The account of one line; None = a person must choose."""

    account: Account | None
    decision: Decision | None = None
    finding: Finding | None = None


def choose_account(
    line: Line, invoice: Invoice, relation: Relation, administration: Administration, direction: Direction
) -> Choice:
    """Accounting cost naming an account open to documents ▸ mapping rule ▸ fixed account ▸ default ▸ a person."""
    fixed, policy = _fixed(relation, direction)
    named = _named_by_document(line, invoice, administration)
    if named is not None:
        return _checked(named, fixed, policy, relation, line)
    rule = _first_rule(line, relation, administration)
    if rule is not None and rule.account in administration.accounts:
        words = (("rule", rule.name),)
        found = Choice(
            administration.accounts[rule.account],
            Decision("contra_account", rule.account, "mapping_rule", line.id, words),
        )
        return _checked(found, fixed, policy, relation, line)
    if fixed and fixed in administration.accounts:
        words = (("relation", relation.code),)
        return Choice(
            administration.accounts[fixed], Decision("contra_account", fixed, "fixed_contra_account", line.id, words)
        )
    default = (
        administration.default_purchase_account if direction == "purchase" else administration.default_sales_account
    )
    if default and default in administration.accounts:
        return Choice(administration.accounts[default], Decision("contra_account", default, "default_account", line.id))
    details = (("line", line.id), ("item", line.item_name))
    return Choice(None, finding=Finding("HUB-ACC-01", "fatal", "hub", f"line {line.id}", who="us", details=details))


def _fixed(relation: Relation, direction: Direction) -> tuple[str, str]:
    if direction == "purchase":
        return relation.purchase_account, relation.purchase_policy
    return relation.sales_account, relation.sales_policy


def _named_by_document(line: Line, invoice: Invoice, administration: Administration) -> Choice | None:
    """BT-133 of the line, else BT-19 of the document, when it names an account flagged open to documents."""
    for text, why in (
        (line.accounting_cost, "accounting_cost_line"),
        (invoice.accounting_cost, "accounting_cost_document"),
    ):
        account = administration.accounts.get(text.strip()) if text else None
        if account is not None and account.open_to_documents and not account.control:
            words = (("cost", account.code), ("line", line.id))
            return Choice(account, Decision("contra_account", account.code, why, line.id, words))
    return None


def _checked(choice: Choice, fixed: str, policy: str, relation: Relation, line: Line) -> Choice:
    """A deviation from the relation's fixed account is a check (free, warn, block), never a silent overwrite."""
    assert choice.account is not None
    if not fixed or fixed == choice.account.code or policy == "free":
        return choice
    severity, code = ("fatal", "HUB-ACC-03") if policy == "block" else ("warning", "HUB-ACC-02")
    details = (("relation", relation.code), ("line", line.id))
    finding = Finding(code, severity, "hub", f"line {line.id}", choice.account.code, fixed, "us", details)  # type: ignore[arg-type]
    return Choice(choice.account, choice.decision, finding)


def _first_rule(line: Line, relation: Relation, administration: Administration) -> MappingRule | None:
    for rule in administration.mapping_rules:
        if _applies(rule, line, relation):
            return rule
    return None


def _applies(rule: MappingRule, line: Line, relation: Relation) -> bool:
    supplier = {relation.code, *(normalised(i.value) for i in relation.identifiers)}
    checks = (
        not rule.supplier or rule.supplier == relation.code or normalised(rule.supplier) in supplier,
        not rule.words or any(_says(word, line) for word in rule.words),
        not rule.classification or any(c.value.startswith(rule.classification) for c in line.classifications),
        not rule.seller_item or rule.seller_item == line.seller_item_id,
        not rule.vat_category or rule.vat_category == line.vat_category,
        rule.vat_rate is None or rule.vat_rate == line.vat_rate,
    )
    return all(checks)


def _says(word: str, line: Line) -> bool:
    """Whether the item's name or description or the line's note has this whole word."""
    text = f"{line.item_name} {line.item_description} {line.note}".casefold()
    return re.search(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", text) is not None
