"""How an invoice with a G-account is paid: BR-GA-0 to BR-GA-7."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hub.rules.nlcius.promise import GACCOUNT
from hub.rules.nlcius.version import TAGGED
from hub.rules.rule import Context, Failure, Rule, Test
from hub.rules.shapes import one_text
from hub.rules.tree import Document, Node, content, select
from hub.rules.xpath import ZERO, decimal, shown

BLOCKED = "GACCOUNT"
"""The identifier of the payment instructions for the blocked account."""
_MEANS_ID = ("cac:PaymentMeans", "cbc:ID")


def _of_extension(customization: Any, _: Document) -> Failure | None:
    """BR-GA-0: looked for in the text as it stands."""
    text = content(customization)
    return None if GACCOUNT in text else Failure(text, GACCOUNT)


def _count(name: str, wanted: int) -> Test:
    def test(node: Node, _: Document) -> Failure | None:
        found = len(node.get(name, ()))
        return None if found == wanted else Failure(str(found), str(wanted))

    return test


def _parts(invoice: Node, _: Document) -> Failure | None:
    """BR-GA-3: what is to be paid is what the terms ask for together; without slack."""
    payable = [one_text(totals, "cbc:PayableAmount") for totals in invoice.get("cac:LegalMonetaryTotal", ())]
    amounts = [decimal(text) for text in payable if text is not None]
    asked = sum((_amount(terms) for terms in invoice.get("cac:PaymentTerms", ())), ZERO)
    if asked in amounts:
        return None
    if not amounts:
        return Failure(expected=shown(asked), details=(("variant", "absent"),))
    return Failure(shown(amounts[0]), shown(asked), details=(("difference", shown(amounts[0] - asked)),))


def _amount(terms: Node) -> Decimal:
    text = one_text(terms, "cbc:Amount")
    return ZERO if text is None else decimal(text)


def _one_blocked(_: Node, document: Document) -> Failure | None:
    found = sum(1 for leaf in _whole(document) if content(leaf) == BLOCKED)
    return None if found == 1 else Failure(str(found), "1")


def _known(reference: Any, document: Document) -> Failure | None:
    """BR-GA-6: the official rule compares text nodes; an empty identifier has none, one that a comment cuts has only pieces."""
    known = [text for leaf in _whole(document) if (text := content(leaf))]
    return None if content(reference) in known else Failure(content(reference), ", ".join(known))


def _whole(document: Document) -> list[Any]:
    """Identifiers of payment means that stand in one text node, as `text()` of the official rules meets them."""
    return [leaf for leaf in select(document.root, *_MEANS_ID) if leaf not in document.split]


def _of_invoice(document: Document, *path: str) -> list[Any]:
    """What stands at a path in an Invoice; the extension has no credit notes."""
    return select(document.root, *path) if document.kind == "Invoice" else []


PAYMENT: tuple[Context, ...] = (
    Context("cbc:CustomizationID", (TAGGED, Rule("BR-GA-0", "BT-24", _of_extension))),
    Context(
        "",
        (
            Rule("BR-GA-1", "BT-20", _count("cac:PaymentTerms", 2)),
            Rule("BR-GA-2", "BG-16", _count("cac:PaymentMeans", 2)),
            Rule("BR-GA-3", "BT-115", _parts),
            Rule("BR-GA-7", "BG-16", _one_blocked),
        ),
        lambda document: (document.root,) if document.kind == "Invoice" else (),
    ),
    Context(
        "cac:PaymentTerms",
        (Rule("BR-GA-4", "BT-20", _count("cbc:PaymentMeansID", 1)),),
        lambda document: _of_invoice(document, "cac:PaymentTerms"),
    ),
    Context(
        "cac:PaymentMeans",
        (Rule("BR-GA-5", "BG-16", _count("cbc:ID", 1)),),
        lambda document: _of_invoice(document, "cac:PaymentMeans"),
    ),
    Context(
        "cbc:PaymentMeansID",
        (Rule("BR-GA-6", "BT-20", _known),),
        lambda document: _of_invoice(document, "cac:PaymentTerms", "cbc:PaymentMeansID"),
    ),
)
