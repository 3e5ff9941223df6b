"""The totals contract: every amount term is reproduced to the cent by what is posted, or the document is refused.

Nothing is "rounded right" here. A mapping may name a difference account *and* a maximum (default 0.00).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from hub.accounting.groups import GroupKey, breakdown
from hub.model.administration import Administration
from hub.model.finding import Finding
from hub.model.invoice import Invoice, VatGroup
from hub.model.money import LARGEST_AMOUNT, is_exact

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Posted:
    """The document's amounts as they will be posted, in document currency."""

    lines: Decimal  # BT-106
    allowances: Decimal  # BT-107
    charges: Decimal  # BT-108
    net: Decimal  # BT-109
    tax: Decimal  # BT-110
    gross: Decimal  # BT-112
    prepaid: Decimal  # BT-113
    rounding: Decimal  # BT-114
    due: Decimal  # BT-115
    difference: Decimal = ZERO  # gross − net − tax, within what the mapping allows


def posted_amounts(invoice: Invoice, groups: dict[GroupKey, VatGroup]) -> Posted:
    """What the parts add up to, from line amounts and BT-117 of each group upwards."""
    lines = sum((line.net_amount for line in invoice.lines), ZERO)
    allowances = sum((a.amount for a in invoice.allowances_charges if not a.is_charge), ZERO)
    charges = sum((a.amount for a in invoice.allowances_charges if a.is_charge), ZERO)
    net = lines - allowances + charges
    tax = sum((g.tax_amount for g in groups.values()), ZERO)
    prepaid, rounding = invoice.totals.prepaid or ZERO, invoice.totals.rounding or ZERO
    gross = net + tax
    return Posted(lines, allowances, charges, net, tax, gross, prepaid, rounding, gross - prepaid + rounding)


def check_totals(
    invoice: Invoice, posted: Posted, administration: Administration | None
) -> tuple[Posted, tuple[Finding, ...]]:
    """Compare each stated term with what is posted. Fatal findings (HUB-TOT-01, -02) name term and difference.

    Without an administration no difference is allowed.
    """
    stated = invoice.totals
    terms = (
        ("BT-106", stated.lines, posted.lines),
        ("BT-107", stated.allowances, posted.allowances),
        ("BT-108", stated.charges, posted.charges),
        ("BT-109", stated.without_vat, posted.net),
        ("BT-110", stated.vat, posted.tax),
        ("BT-112", stated.with_vat, posted.gross),
        ("BT-115", stated.due, posted.due),
    )
    wrong = [(term, found, made) for term, found, made in terms if found is not None and found != made]
    unbookable = _unbookable(invoice)
    if unbookable:
        return posted, unbookable
    if not wrong:
        return posted, ()
    allowed = _allowed_difference(invoice, posted, administration, wrong) if administration else None
    if allowed is not None:
        return allowed
    return posted, tuple(_finding(term, found, made) for term, found, made in wrong)


def check_sums(invoice: Invoice) -> tuple[Finding, ...]:
    """The contract before there are books: what would be held against the document's amounts if it were booked."""
    broken = breakdown(invoice)
    _, wrong = check_totals(invoice, posted_amounts(invoice, broken.groups), None)
    return (*broken.findings, *wrong)


def _finding(term: str, found: Decimal, made: Decimal, severity: str = "fatal") -> Finding:
    details = (("term", term), ("difference", str(found - made)))
    return Finding("HUB-TOT-01", severity, "hub", term, str(found), str(made), "sender", details)  # type: ignore[arg-type]


def _amounts(invoice: Invoice) -> list[tuple[str, Decimal, str]]:
    """Every amount that is booked or kept with the entry: its term, the amount, its currency. Of lines only the odd."""
    totals, own = invoice.totals, invoice.currency
    odd = [line for line in invoice.lines if not _fits(line.net_amount, own)]
    amounts = [(f"BT-131 line {line.id}", line.net_amount, own) for line in odd]
    amounts += [("BT-99" if a.is_charge else "BT-92", a.amount, own) for a in invoice.allowances_charges]
    for group in invoice.vat_groups:
        amounts += [("BT-116", group.taxable_amount, own), ("BT-117", group.tax_amount, own)]
    stated = (
        ("BT-111", totals.vat_accounting, invoice.vat_currency or own),
        ("BT-112", totals.with_vat, own),
        ("BT-113", totals.prepaid, own),
        ("BT-114", totals.rounding, own),
        ("BT-115", totals.due, own),
    )
    return amounts + [(term, amount, currency) for term, amount, currency in stated if amount is not None]


def _fits(amount: Decimal, currency: str) -> bool:
    """Whether a ledger can hold the amount."""
    return abs(amount) < LARGEST_AMOUNT and is_exact(amount, currency)


def _unbookable(invoice: Invoice) -> tuple[Finding, ...]:
    """Amounts that cannot be written in the currency's decimals, or that no ledger can add up."""
    found = []
    for term, amount, currency in _amounts(invoice):
        if abs(amount) >= LARGEST_AMOUNT:
            found.append(Finding("HUB-TOT-03", "fatal", "hub", term, str(amount), f"< {LARGEST_AMOUNT}"))
        elif not is_exact(amount, currency):
            found.append(Finding("HUB-TOT-02", "fatal", "hub", term, str(amount), currency))
    return tuple(found)


def _allowed_difference(
    invoice: Invoice, posted: Posted, administration: Administration, wrong: list[tuple[str, Decimal, Decimal]]
) -> tuple[Posted, tuple[Finding, ...]] | None:
    """The mapping's difference account takes a difference in the grand total, up to its maximum, and says so."""
    if not administration.difference_account or {term for term, *_ in wrong} - {"BT-112", "BT-115"}:
        return None
    due = invoice.totals.due if invoice.totals.due is not None else posted.due
    difference = due - posted.due
    if any(abs(found - made) > administration.difference_maximum for _, found, made in wrong):
        return None
    findings = tuple(_finding(term, found, made, "warning") for term, found, made in wrong)
    kept = Posted(
        posted.lines,
        posted.allowances,
        posted.charges,
        posted.net,
        posted.tax,
        posted.gross + difference,
        posted.prepaid,
        posted.rounding,
        due,
        difference,
    )
    return kept, findings
