"""Payment terms: when is it due, and until when does which discount hold."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from hub.model.administration import Administration, Direction, PaymentTerm
from hub.model.decision import Decision
from hub.model.finding import Finding
from hub.model.invoice import Invoice
from hub.model.relation import Relation


@dataclass(frozen=True, slots=True)
class Due:
    """The due date, where it came from, and an early-payment discount if the term has one."""

    on: date
    decision: Decision
    finding: Finding | None = None
    discount_until: date | None = None
    discount_percentage: Decimal | None = None


def due_date(term: PaymentTerm, start: date) -> date:
    """`start` + days; with end-of-month then the last day of that month + extra days. Never after the year 9999."""
    due = _later(start, term.days)
    if term.end_of_month:
        due = _later(due.replace(day=calendar.monthrange(due.year, due.month)[1]), term.extra_days)
    return due


def _later(start: date, days: int) -> date:
    return date.max if days > (date.max - start).days else start + timedelta(days=days)


def stated_due_date(invoice: Invoice) -> date | None:
    """BT-9, or the payment due date of a payment means (UBL credit notes and dialects)."""
    return invoice.due_date or next((means.due_date for means in invoice.payment_means if means.due_date), None)


def _term_of(relation: Relation, administration: Administration, direction: Direction) -> PaymentTerm | None:
    own = relation.purchase_term if direction == "purchase" else relation.sales_term
    default = administration.default_purchase_term if direction == "purchase" else administration.default_sales_term
    return administration.payment_terms.get(own) or administration.payment_terms.get(default)


def choose_due(invoice: Invoice, relation: Relation, administration: Administration, direction: Direction) -> Due:
    """The document's own due date wins and a difference with an agreed term is a finding; a credit note falls due at once."""
    stated = stated_due_date(invoice)
    if invoice.kind == "credit_note":  # DOMAIN 10.6 no. 13: the issue date serves
        return Due(invoice.issue_date, Decision("due_date", str(invoice.issue_date), "credit_note_issue_date"))
    term = _term_of(relation, administration, direction)
    if term is None:
        on = stated or invoice.issue_date
        return Due(on, Decision("due_date", str(on), "document_due_date" if stated else "no_term_issue_date"))
    agreed = due_date(term, invoice.issue_date)
    words = (("term", term.name or term.code),)
    if stated is None:
        return _with_discount(
            Due(agreed, Decision("due_date", str(agreed), "payment_term", words=words)), term, invoice.issue_date
        )
    own_term = term.code == (relation.purchase_term if direction == "purchase" else relation.sales_term)
    finding = None
    if own_term and stated != agreed:
        finding = Finding("HUB-TERM-01", "warning", "hub", "BT-9", str(stated), str(agreed), "us", words)
    due = Due(stated, Decision("due_date", str(stated), "document_due_date", words=words), finding)
    return _with_discount(due, term, invoice.issue_date) if own_term else due


def _with_discount(due: Due, term: PaymentTerm, start: date) -> Due:
    if not term.discount_percentage:
        return due
    return Due(due.on, due.decision, due.finding, _later(start, term.discount_days), term.discount_percentage)
