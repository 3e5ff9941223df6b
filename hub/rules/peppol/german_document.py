"""What Germany asks of the document as a whole: type, numbers, cash discount (Skonto), attachments, direct debit."""

from __future__ import annotations

import re
from collections.abc import Callable

from hub.rules.peppol.countries import SUPPLIER
from hub.rules.peppol.values import texts
from hub.rules.rule import ABSENT, Failure, Test, Undecidable
from hub.rules.shapes import one_text
from hub.rules.tree import BLANKS, Document, Node, normal, select

_CATEGORIES = frozenset({"S", "Z", "E", "AE", "K", "G", "L", "M"})
_TYPES = ("326", "380", "381", "384", "389", "875", "876", "877")
_MANDATE = ("cac:PaymentMeans", "cac:PaymentMandate")
_FILE = ("cac:Attachment", "cbc:EmbeddedDocumentBinaryObject")
_LINE_END = re.compile("\r?\n")
_SEGMENTS = re.compile("#[^\n\r]+#")
_is_skonto = re.compile(r"#SKONTO#TAGE=[0-9]+#PROZENT=[0-9]+\.[0-9]{2}(?:#BASISBETRAG=-?[0-9]+\.[0-9]{2})?#").fullmatch


def de_r_016(root: Node, _: Document) -> Failure | None:
    """With VAT there is a number of the seller, or a tax representative; categories are compared as they stand."""
    used = _CATEGORIES.intersection(_used(root))
    if not used or "cac:TaxRepresentativeParty" in root:
        return None
    numbers = texts(root, *SUPPLIER, "cac:PartyTaxScheme", "cbc:CompanyID")
    return None if any(map(normal, numbers)) else Failure("", None, None, (("categories", ", ".join(sorted(used))),))


def _used(root: Node) -> set[str]:
    """Categories of allowances, charges and lines of the document; an indicator of `1` makes neither."""
    charges = root.get("cac:AllowanceCharge", ())
    told = [each for each in charges if {"true", "false"}.intersection(texts(each, "cbc:ChargeIndicator"))]
    lines = [*root.get("cac:InvoiceLine", ()), *root.get("cac:CreditNoteLine", ())]
    return {text for each in told for text in texts(each, "cac:TaxCategory", "cbc:ID")} | {
        text for each in lines for text in texts(each, "cac:Item", "cac:ClassifiedTaxCategory", "cbc:ID")
    }


def _types(root: Node) -> list[str]:
    return [normal(one_text(root, name)) for name in ("cbc:InvoiceTypeCode", "cbc:CreditNoteTypeCode")]


def de_r_017(root: Node, _: Document) -> Failure | None:
    """The type of document is one that Germany knows."""
    types = _types(root)
    return None if any(each in _TYPES for each in types) else Failure(types[0] or types[1], ", ".join(_TYPES))


def de_r_026(root: Node, _: Document) -> Failure | None:
    """A corrected invoice names the one it corrects."""
    named = select(root, "cac:BillingReference", "cac:InvoiceDocumentReference")
    return None if named or "384" not in _types(root) else ABSENT


def skonto(fits: Callable[[str], object]) -> Test:
    """Lines of the payment terms that begin with # are a cash discount in the agreed form, and the last ends with a line end.

    Raises Undecidable when there are several payment terms, after the first line that is right.
    """

    def test(root: Node, _: Document) -> Failure | None:
        terms = [(each, notes[0]) for each in root.get("cac:PaymentTerms", ()) if (notes := texts(each, "cbc:Note"))]
        tails = [_SEGMENTS.split(note)[-1] for _, note in terms if note]
        for node, note in terms:
            for line in map(normal, _LINE_END.split(note)):
                if line.startswith("#") and not (fits(line) and _ends_line(tails)):
                    return Failure(line, "#SKONTO#TAGE=14#PROZENT=2.00#", node)
        return None

    return test


de_r_018 = skonto(_is_skonto)


def _ends_line(tails: list[str]) -> bool:
    """Whether nothing but blanks stands between the last # and the end of its line."""
    if len(tails) > 1:
        raise Undecidable(f"{len(tails)} cac:PaymentTerms")
    tail = tails[0]
    return "\n" in tail[: len(tail) - len(tail.lstrip(BLANKS))]


def de_r_022(root: Node, _: Document) -> Failure | None:
    """No two attachments have the same file name; capitals make a difference after all."""
    seen: set[str] = set()
    for reference in root.get("cac:AdditionalDocumentReference", ()):
        names = {name for leaf in select(reference, *_FILE) if (name := leaf.get("filename")) is not None}
        if names & seen:
            return Failure(", ".join(sorted(names & seen)), None, reference)
        seen |= names
    return None


def de_r_030(root: Node, _: Document) -> Failure | None:
    """A direct debit names the creditor identifier, with seller or payee."""
    if not select(root, *_MANDATE):
        return None
    parties = [*select(root, *SUPPLIER), *root.get("cac:PayeeParty", ())]
    known = [leaf for party in parties for leaf in select(party, "cac:PartyIdentification", "cbc:ID")]
    return None if any(leaf.get("schemeID") == "SEPA" for leaf in known) else ABSENT


def de_r_031(root: Node, _: Document) -> Failure | None:
    """A direct debit names the account that is debited."""
    mandates = select(root, *_MANDATE)
    debited = select(root, *_MANDATE, "cac:PayerFinancialAccount", "cbc:ID")
    return None if debited or not mandates else Failure(None, None, mandates[0])
