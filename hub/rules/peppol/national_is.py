"""Iceland: identification, address, account and final due date (eindagi) of a seller whose address is there."""

from __future__ import annotations

from collections.abc import Callable

from hub.rules.en16931.dates import minutes_of
from hub.rules.peppol.countries import CUSTOMER, SUPPLIER, Countries, when
from hub.rules.peppol.values import below_documents, only, texts
from hub.rules.rule import ABSENT, Context, Failure, Rule, Undecidable
from hub.rules.shapes import one_text
from hub.rules.tree import Document, Node, content, normal, select

_REGISTRATION = ("cac:PartyLegalEntity", "cbc:CompanyID")
_KENNITALA = "0196"
_FINAL_DAY = "EINDAGI"
_TYPES = ("380", "381")
_ACCOUNT_LENGTH = 12
Test = Callable[[Node, Document], Failure | None]


def is_r_001(root: Node, _: Document) -> Failure | None:
    """The document is an invoice (380) or a credit note (381); either type may stand in either kind."""
    types = [normal(one_text(root, name)) for name in ("cbc:InvoiceTypeCode", "cbc:CreditNoteTypeCode")]
    return None if any(each in _TYPES for each in types) else Failure(types[0] or types[1], "380, 381")


def _identified(*party: str) -> Test:
    """One of the registrations of a party is a kennitala by its scheme."""

    def test(node: Node, _: Document) -> Failure | None:
        schemes = [leaf.get("schemeID") for leaf in select(node, *party, *_REGISTRATION)]
        if _KENNITALA in schemes:
            return None
        return Failure(", ".join(each for each in schemes if each), _KENNITALA)

    return test


def _street_and_zone(*party: str) -> Test:
    """The address of a party has a street and a post code, empty or not; found is what there is of it."""
    paths = [(*party, "cac:PostalAddress", name) for name in ("cbc:StreetName", "cbc:PostalZone")]

    def test(node: Node, _: Document) -> Failure | None:
        found = [texts(node, *path) for path in paths]
        return None if all(found) else Failure(", ".join(text for each in found for text in each))

    return test


def _account_for(code: str) -> Test:
    """A way of paying needs an account of twelve characters."""

    def test(root: Node, _: Document) -> Failure | None:
        ways = [means for means in root.get("cac:PaymentMeans", ()) if code in texts(means, "cbc:PaymentMeansCode")]
        if not ways:
            return None
        accounts = [text for means in ways for text in texts(means, "cac:PayeeFinancialAccount", "cbc:ID")]
        account = normal(only(accounts))
        return None if len(account) == _ACCOUNT_LENGTH else Failure(account, str(_ACCOUNT_LENGTH), ways[0])

    return test


def _final_days(root: Node) -> list[Node]:
    found = root.get("cac:AdditionalDocumentReference", ())
    return [each for each in found if _FINAL_DAY in texts(each, "cbc:DocumentDescription")]


def is_r_008(root: Node, _: Document) -> Failure | None:
    """The final due date is a date."""
    references = _final_days(root)
    if not references:
        return None
    text = only([text for each in references for text in texts(each, "cbc:ID")]) or ""
    return None if _is_day(text) else Failure(text, "YYYY-MM-DD", references[0])


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and minutes_of(text) is not None
    except Undecidable:
        return False


def is_r_009(root: Node, _: Document) -> Failure | None:
    """With a final due date there is a due date."""
    return ABSENT if _final_days(root) and "cbc:DueDate" not in root else None


def is_r_010(root: Node, _: Document) -> Failure | None:
    """The final due date is not before the due date; both are compared as text."""
    references = _final_days(root)
    if not references:
        return None
    due = [content(leaf) for leaf in root.get("cbc:DueDate", ())]
    final = [text for each in references for text in texts(each, "cbc:ID")]
    if any(first <= last for first in due for last in final):
        return None
    return Failure(", ".join(final), ", ".join(due), references[0])


def _both(c: Countries) -> bool:
    return c.supplier_address_raw == "IS" and c.customer_address_raw == "IS"


CONTEXTS: tuple[Context, ...] = (
    Context(
        "",
        (
            Rule("IS-R-001", "BT-3", is_r_001, severity="warning"),
            Rule("IS-R-002", "BT-30", _identified(*SUPPLIER)),
            Rule("IS-R-003", "BT-35 BT-38", _street_and_zone(*SUPPLIER)),
            Rule("IS-R-006", "BT-84", _account_for("9")),
            Rule("IS-R-007", "BT-84", _account_for("42")),
            Rule("IS-R-008", "BT-122", is_r_008),
            Rule("IS-R-009", "BT-9", is_r_009),
            Rule("IS-R-010", "BT-122 BT-9", is_r_010),
        ),
        when(lambda c: c.supplier_address_raw == "IS", below_documents()),
    ),
    Context(
        "cac:AccountingCustomerParty",
        (
            Rule("IS-R-004", "BT-47", _identified("cac:Party")),
            Rule("IS-R-005", "BT-50 BT-53", _street_and_zone("cac:Party")),
        ),
        when(_both, below_documents(CUSTOMER[0])),
    ),
)
