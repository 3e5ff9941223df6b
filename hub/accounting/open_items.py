"""The open items of an invoice: normal and G-account part, where to pay, and what blocks payment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from hub.accounting.payment_terms import Due
from hub.accounting.totals import Posted
from hub.model.administration import Direction
from hub.model.decision import Decision
from hub.model.finding import Finding
from hub.model.invoice import Invoice, PaymentMeans
from hub.model.journal import NewOpenItem
from hub.model.keys import normalised
from hub.model.money import is_exact, round_half_up
from hub.model.relation import Relation

G_MEANS = "GACCOUNT"  # the payment means id that the Dutch extension prescribes (BR-GA-7)
_G_IBAN = re.compile(r"^NL\d{2}[A-Z]{4}099")  # G-accounts have 099 after the bank code (DOMAIN 8.1)


@dataclass(frozen=True, slots=True)
class Parts:
    """Open items with the amount each takes of what is due; the first is the normal part."""

    items: tuple[NewOpenItem, ...]
    amounts: tuple[Decimal, ...]
    decisions: tuple[Decision, ...] = ()
    findings: tuple[Finding, ...] = ()


def is_g_iban(iban: str) -> bool:
    """Whether an IBAN is a Dutch G-account (blocked tax account)."""
    return bool(_G_IBAN.match(normalised(iban)))


def split_due(invoice: Invoice, relation: Relation, new: bool, due: Due, posted: Posted, direction: Direction) -> Parts:
    """One open item, or two when an amount or an agreed percentage for the G-account is known; never a guess."""
    g_amount, decision, finding = _g_amount(invoice, relation, posted)
    means = next((m for m in invoice.payment_means if m.account and not _is_g(m)), None)
    g_means = next((m for m in invoice.payment_means if _is_g(m)), None)
    blocks, findings = _iban_checks(invoice, relation, new, direction)
    normal = _item("normal", invoice, due, direction, means, blocks)
    found = tuple(f for f in (finding, *findings) if f)
    if g_amount is None:
        return Parts((normal,), (posted.due,), (), found)
    g_iban = relation.g_iban if direction == "purchase" else ""
    g_part = _item("g_account", invoice, due, direction, g_means, blocks, g_iban)
    assert decision is not None
    return Parts((normal, g_part), (posted.due - g_amount, g_amount), (decision,), found)


def _item(
    part: str,
    invoice: Invoice,
    due: Due,
    direction: Direction,
    means: PaymentMeans | None,
    blocks: tuple[str, ...],
    iban: str = "",
) -> NewOpenItem:
    discounted = part == "normal"
    return NewOpenItem(
        side="payable" if direction == "purchase" else "receivable",
        number=invoice.number,
        invoice_date=invoice.issue_date,
        due_date=due.on,
        part=part,  # type: ignore[arg-type]
        iban=normalised(means.account) if means else iban,
        payment_reference=means.reference if means else "",
        block_reasons=blocks,
        discount_until=due.discount_until if discounted else None,
        discount_percentage=due.discount_percentage if discounted else None,
    )


def _is_g(means: PaymentMeans) -> bool:
    return means.id == G_MEANS or is_g_iban(means.account)


def _g_amount(
    invoice: Invoice, relation: Relation, posted: Posted
) -> tuple[Decimal | None, Decision | None, Finding | None]:
    """The G-part from the extension's PaymentTerms/Amount, else an agreed percentage (DOMAIN 10.6 no. 16)."""
    stated = [t.amount for t in invoice.payment_terms if t.means_id == G_MEANS and t.amount is not None]
    if stated:
        total = sum((t.amount for t in invoice.payment_terms if t.amount is not None), Decimal(0))
        if total != posted.due:
            return None, None, Finding("HUB-G-02", "fatal", "hub", "BR-GA-3", str(total), str(posted.due))
        amount = sum(stated, Decimal(0))
        if not is_exact(amount, invoice.currency):
            return None, None, Finding("HUB-TOT-02", "fatal", "hub", "BR-GA-3", str(amount), invoice.currency)
        return amount, Decision("g_account", str(amount), "g_extension"), None
    reversed_vat = any(group.category == "AE" for group in invoice.vat_groups)  # whoever of us owes it
    percentage = relation.g_percentage_reversed if reversed_vat else relation.g_percentage
    if percentage and posted.due:
        amount = round_half_up(posted.due * percentage / 100, invoice.currency)
        words = (("percentage", f"{percentage:f}"), ("relation", relation.code))
        return amount, Decision("g_account", str(amount), "g_agreed_percentage", words=words), None
    if any(_is_g(means) for means in invoice.payment_means):
        return None, None, Finding("HUB-G-01", "warning", "hub", "BT-84", who="us")
    return None, None, None


def _iban_checks(
    invoice: Invoice, relation: Relation, new: bool, direction: Direction
) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """A new IBAN of a known relation blocks payment until a person confirms it (fraud; DOMAIN 10.6 no. 24)."""
    if direction != "purchase" or new:
        return (), ()
    known = {normalised(iban) for iban in (*relation.ibans, *relation.factor_ibans, relation.g_iban)}
    given = dict.fromkeys(normalised(m.account) for m in invoice.payment_means if m.account)
    strange = [iban for iban in given if iban not in known]
    if not strange:
        return (), ()
    code = "HUB-IBAN-02" if invoice.payee else "HUB-IBAN-01"
    details = (("relation", f"{relation.code} {relation.name}"), ("payee", invoice.payee.name if invoice.payee else ""))
    expected = ", ".join(relation.ibans) or None
    return ("new_iban",), tuple(
        Finding(code, "warning", "hub", "BT-84", iban, expected, "us", details) for iban in strange
    )
