"""Where the rules of EN 16931 look: the elements of each context that more than a name decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hub.rules.en16931.facts import facts
from hub.rules.rule import by_shape
from hub.rules.tree import Document, Node, content, select

LINES = ("cac:InvoiceLine", "cac:CreditNoteLine")
Where = Callable[[Document], Sequence[Any]]


def in_line(node: Node) -> bool:
    """Whether a node stands directly in an invoice or credit note line."""
    return node.parent is not None and node.parent.name in LINES


def charges_of_document(charge: bool) -> Where:
    """Allowances (False) or charges (True) of an Invoice or CreditNote itself."""
    return lambda document: (
        [each.node for each in facts(document).charges if each.of_document and each.charge is charge]
        if document.kind
        else ()
    )


def charges_of_lines(charge: bool) -> Where:
    """Allowances (False) or charges (True) that stand directly in a line."""

    return lambda document: [
        each.node for each in facts(document).charges if each.charge is charge and in_line(each.node)
    ]


def charges_anywhere(charge: bool) -> Where:
    """Allowances (False) or charges (True) at every level."""
    return lambda document: [each.node for each in facts(document).charges if each.charge is charge]


def periods(of_lines: bool) -> Where:
    """A line's period meets BR-30 and BR-CO-20 only: within a pattern the first row that matches wins."""

    return by_shape(
        lambda document: [each for each in document.named.get("cac:InvoicePeriod", ()) if in_line(each) is of_lines]
    )


def below(*path: str) -> Where:
    """The elements at a path whose first name may stand anywhere."""
    first, rest = path[0], path[1:]
    return by_shape(lambda document: [e for node in document.named.get(first, ()) for e in select(node, *rest)])


def below_lines(*path: str) -> Where:
    """The elements at a path below a line; a document that has none of them costs one look-up."""
    rare = path[-2]
    return by_shape(
        lambda document: (
            [each for line in document.lines for each in select(line, *path)] if rare in document.named else ()
        )
    )


@by_shape
def totals_of_document(document: Document) -> Sequence[Node]:
    """The VAT totals of an Invoice or CreditNote itself, not those of its lines."""
    return document.root.get("cac:TaxTotal", ()) if document.kind else ()


@by_shape
def subtotals(document: Document) -> Sequence[Node]:
    """Every VAT subtotal, those of lines too."""
    return [each for total in document.named.get("cac:TaxTotal", ()) for each in total.get("cac:TaxSubtotal", ())]


def accounts_of_transfers(document: Document) -> Sequence[Node]:
    """The accounts under a payment means whose code is literally 30 or 58."""
    return [
        account
        for means in document.named.get("cac:PaymentMeans", ())
        if any(content(code) in ("30", "58") for code in means.get("cbc:PaymentMeansCode", ()))
        for account in means.get("cac:PayeeFinancialAccount", ())
    ]


@by_shape
def all_lines(document: Document) -> Sequence[Node]:
    """Every invoice and credit note line."""
    return document.lines


def card_numbers(document: Document) -> Sequence[Any]:
    """Numbers of payment cards, wherever a payment means names one."""
    cards = [card for means in document.named.get("cac:PaymentMeans", ()) for card in means.get("cac:CardAccount", ())]
    return [number for card in cards for number in card.get("cbc:PrimaryAccountNumberID", ())]
