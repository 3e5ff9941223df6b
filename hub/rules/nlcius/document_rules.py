"""What kind of document it is, what it refers to and how it is paid (BR-NL-2, -7 to -9, -11 to -13 and -31)."""

from __future__ import annotations

from typing import Any

from hub.rules.nlcius.places import Placed, at
from hub.rules.rule import ABSENT, Context, Failure, Rule
from hub.rules.shapes import one_text
from hub.rules.tree import Document, Node, content, normal, select
from hub.rules.xpath import ZERO, decimal

TYPES = ("380", "381", "384", "389")
MEANS = ("30", "48", "49", "57", "58", "59")
_CORRECTED = ("cac:BillingReference", "cac:InvoiceDocumentReference", "cbc:ID")
_BANK = ("cac:PayeeFinancialAccount", "cac:FinancialInstitutionBranch", "cbc:ID")


def _reference(root: Node, _: Document) -> Failure | None:
    return None if "cbc:BuyerReference" in root or select(root, "cac:OrderReference", "cbc:ID") else ABSENT


def _known_type(code: Any, _: Document) -> Failure | None:
    """Compared as it stands: blanks around it make it another code."""
    return None if content(code) in TYPES else Failure(content(code), ", ".join(TYPES))


def _right_root(code: Any, document: Document) -> Failure | None:
    """381 belongs in a CreditNote, every other code in an Invoice; two official asserts under one id."""
    wanted = "CreditNote" if content(code) == "381" else "Invoice"
    return None if document.kind == wanted else Failure(content(code), wanted)


def _corrects(code: Any, document: Document) -> Failure | None:
    return None if content(code) != "384" or select(document.root, *_CORRECTED) else ABSENT


def _payable(totals: Node, document: Document) -> Failure | None:
    """Something is to be paid (or nothing says what), and no way to pay is named."""
    amount = one_text(totals, "cbc:PayableAmount")
    if amount is not None and decimal(amount) <= ZERO:
        return None
    return None if "cac:PaymentMeans" in document.named else Failure(amount)


def totals_of_invoice(document: Document) -> list[Any]:
    """The totals of an Invoice; a CreditNote has none that BR-NL-11 looks at."""
    return document.root.get("cac:LegalMonetaryTotal", []) if document.kind == "Invoice" else []


def _means(node: Node, _: Document) -> Failure | None:
    code = normal(one_text(node, "cbc:PaymentMeansCode"))
    return None if code in MEANS else Failure(code, ", ".join(MEANS))


def _no_bank(node: Node, _: Document) -> Failure | None:
    """BR-NL-31: with a SEPA payment the IBAN is enough."""
    if normal(one_text(node, "cbc:PaymentMeansCode")) not in ("58", "59"):
        return None
    banks = select(node, *_BANK)
    return Failure(content(banks[0]), at=banks[0]) if banks else None


def _order(line: Any, document: Document) -> Failure | None:
    return None if select(document.root, "cac:OrderReference", "cbc:ID") else Failure(content(line))


_TYPE_RULES = (
    Rule("BR-NL-7", "BT-3", _known_type),
    Rule("BR-NL-8", "BT-3", _right_root),
    Rule("BR-NL-9", "BT-25", _corrects),
)

WHOLE: tuple[Context, ...] = (
    Context("", (Rule("BR-NL-2", "BT-10 BT-13", _reference),), lambda document: (document.root,)),
    Context("cac:LegalMonetaryTotal", (Rule("BR-NL-11", "BG-16", _payable),), totals_of_invoice),
)
"""Judged on the root, and on the totals of an Invoice itself."""

DOCUMENT: tuple[Placed, ...] = (
    at("cbc:InvoiceTypeCode", *_TYPE_RULES),
    at("cbc:CreditNoteTypeCode", *_TYPE_RULES),
    at(
        "cac:PaymentMeans",
        Rule("BR-NL-12", "BT-81", _means),
        Rule("BR-NL-31", "BT-86", _no_bank, severity="warning"),
    ),
)

ORDER_LINES: tuple[Placed, ...] = (at("cac:OrderLineReference/cbc:LineID", Rule("BR-NL-13", "BT-132 BT-13", _order)),)
"""For a seller of any country."""
