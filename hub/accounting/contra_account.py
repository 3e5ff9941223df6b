"""The contra-account (tegenrekening) of each line, in the order of DESIGN 5, always with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hub.model.administration import Account, Administration, Direction, MappingRule
from hub.model.decision import Decision
from hub.model.finding import Finding
from hub.model.invoice import Invoice, Line
from hub.model.keys import normalised
from hub.model.relation import Relation
from hub.model.suggestion import Suggestion

PREPAYMENT = "386"  # UNTDID 1001


@dataclass(frozen=True, slots=True)
class Choice:
    """The account of one line; None = a person must choose."""

    account: Account | None
    decision: Decision | None = None
    finding: Finding | None = None


def choose_account(
    line: Line,
    invoice: Invoice,
    relation: Relation,
    administration: Administration,
    direction: Direction,
    suggestion: Suggestion | None = None,
) -> Choice:
    """Prepayment ▸ accounting cost open to documents ▸ mapping rule ▸ fixed account ▸ learned ▸ default ▸ a person.

    BT-133 and BT-19 are words of the buyer about the buyer's books, so a sales invoice never chooses by them.
    An account that a rule or the relation names and that cannot be used is never passed over in silence.
    """
    if invoice.type_code == PREPAYMENT:
        return _prepayment(line, administration, direction)
    fixed, policy = _fixed(relation, direction)
    written = direction == "purchase" and bool(line.accounting_cost or invoice.accounting_cost)
    named = _named_by_document(line, invoice, administration) if written else None
    if named is not None:
        return _checked(named, fixed, policy, relation, line)
    rule = _first_rule(line, relation, administration)
    if rule is not None:
        found = _choice(rule.account, "mapping_rule", line, administration, rule=rule.name)
        return _checked(found, fixed, policy, relation, line) if found.account else found
    if fixed:
        return _choice(fixed, "fixed_contra_account", line, administration, relation=relation.code)
    if suggestion is not None:
        return _learned(suggestion, line, administration)
    default = default_account(administration, direction)
    if default:
        return _choice(default, "default_account", line, administration)
    details = (("line", line.id), ("item", line.item_name))
    return Choice(None, finding=Finding("HUB-ACC-01", "fatal", "hub", f"line {line.id}", who="us", details=details))


def _learned(suggestion: Suggestion, line: Line, administration: Administration) -> Choice:
    """What was booked before for lines like this one; only facts hold suggestions that may be trusted."""
    said = ", ".join(f"{word} {count}×" for word, count in suggestion.words if not word.startswith("#"))
    words = {"precision": str(suggestion.precision), "confidence": str(suggestion.confidence), "said": said or "-"}
    return _choice(suggestion.account, "learned_suggestion", line, administration, **words)


def default_account(administration: Administration, direction: Direction) -> str:
    """The account of what nothing else gives an account; empty = a person chooses."""
    return administration.default_purchase_account if direction == "purchase" else administration.default_sales_account


def _prepayment(line: Line, administration: Administration, direction: Direction) -> Choice:
    """The net of a prepayment invoice (386) is no cost or revenue yet (DOMAIN 10.6 no. 11)."""
    role = "prepayments_made" if direction == "purchase" else "prepayments_received"
    return _choice(administration.accounts_named[role], "prepayment_invoice", line, administration)


def _choice(code: str, why: str, line: Line, administration: Administration, **words: str) -> Choice:
    """The account `code`, or the finding that our own set-up names one that is not there or is a control account."""
    account = administration.accounts.get(code)
    if account is None or account.control:
        details = (("line", line.id), ("why", why), *words.items())
        return Choice(None, finding=Finding("HUB-ACC-04", "fatal", "hub", f"line {line.id}", code, None, "us", details))
    return Choice(account, Decision("contra_account", code, why, line.id, tuple(words.items())))


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
    """Every condition the rule gives holds; words are looked for last, for that takes longest."""
    return (
        (not rule.vat_category or rule.vat_category == line.vat_category)
        and (rule.vat_rate is None or rule.vat_rate == line.vat_rate)
        and (not rule.seller_item or rule.seller_item == line.seller_item_id)
        and (not rule.classification or any(c.value.startswith(rule.classification) for c in line.classifications))
        and (not rule.supplier or _is_of(rule.supplier, relation))
        and (not rule.words or any(_says(word, line) for word in rule.words))
    )


def _is_of(supplier: str, relation: Relation) -> bool:
    """Whether a rule's supplier is this relation: its code, or one of its numbers."""
    wanted = normalised(supplier)
    return (
        supplier == relation.code
        or wanted == relation.code
        or any(normalised(identifier.value) == wanted for identifier in relation.identifiers)
    )


def _says(word: str, line: Line) -> bool:
    """Whether the item's name or description or the line's note has this whole word."""
    text = f"{line.item_name} {line.item_description} {line.note}".casefold()
    return re.search(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", text) is not None
