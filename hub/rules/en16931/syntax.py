"""Tests of the UBL binding that more than a count decides (UBL-SR, UBL-DT, UBL-CR)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import Any

from hub.rules.rule import ABSENT, Failure, Test, by_shape
from hub.rules.shapes import not_a_crowd, too_many
from hub.rules.tree import CAC, Document, Node, content, select

CATEGORY = ("cac:Item", "cac:ClassifiedTaxCategory")
SELLER = ("cac:AccountingSupplierParty", "cac:Party")


def _of_type_130(document: Document) -> list[Node]:
    """References to an invoiced object (BT-18): document type literally 130."""
    references: list[Node] = document.named.get("cac:AdditionalDocumentReference", [])
    return [each for each in references if any(content(t) == "130" for t in each.get("cbc:DocumentTypeCode", ()))]


def not_on_invoiced_object(name: str) -> Test:
    """A reference to an invoiced object has no such child."""

    def test(_: Node, document: Document) -> Failure | None:
        for reference in _of_type_130(document):
            if name in reference:
                return Failure(None, None, reference[name][0])
        return None

    return test


def ubl_sr_04(root: Node, _: Document) -> Failure | None:
    """One invoiced object at most (BT-18)."""
    found = [
        leaf
        for each in root.get("cac:AdditionalDocumentReference", ())
        if any(content(code) == "130" for code in each.get("cbc:DocumentTypeCode", ()))
        for leaf in each.get("cbc:ID", ())
    ]
    return None if len(found) < 2 else too_many(found)


def registrations(party: tuple[str, ...], vat: bool) -> Test:
    """One number per party under scheme VAT, or under another scheme; blanks around VAT make it another one."""

    def test(root: Node, _: Document) -> Failure | None:
        schemes = select(root, *party, "cac:PartyTaxScheme")
        if len(schemes) == 1 and len(schemes[0].get("cbc:CompanyID", ())) < 2:
            return None
        found = [
            leaf
            for scheme in schemes
            if any(_is_vat(each) is vat for each in scheme.get("cac:TaxScheme", ()))
            for leaf in scheme.get("cbc:CompanyID", ())
        ]
        return None if len(found) < 2 else too_many(found)

    return test


def _is_vat(scheme: Node) -> bool:
    leaves = scheme.get("cbc:ID")
    return content(leaves[0]).upper() == "VAT" if leaves else False


@by_shape
def ubl_sr_42(party: Node, _: Document) -> Failure | None:
    """A seller has a VAT number and one other tax registration at most."""
    found = party.get("cac:PartyTaxScheme", ())
    return None if len(found) < 3 else Failure(str(len(found)), "2", found[2])


@by_shape
def ubl_sr_53(registration: Node, _: Document) -> Failure | None:
    """A tax registration has both its number and its scheme."""
    complete = "cbc:CompanyID" in registration and select(registration, "cac:TaxScheme", "cbc:ID")
    return None if complete else ABSENT


def ubl_sr_29(_: Node, document: Document) -> Failure | None:
    """One SEPA creditor identifier in the whole document (BT-90)."""
    found = [
        leaf
        for each in document.named.get("cac:PartyIdentification", ())
        for leaf in each.get("cbc:ID", ())
        if (leaf.get("schemeID") or "").upper() == "SEPA"
    ]
    return None if len(found) < 2 else too_many(found)


def one_value(name: str) -> Test:
    """However often it is repeated, it always says the same."""

    def test(_: Node, document: Document) -> Failure | None:
        leaves = document.named.get(name, ())
        if len(leaves) < 2:
            return None
        other = [leaf for leaf in leaves if leaf.text != leaves[0].text and content(leaf) != content(leaves[0])]
        return Failure(content(other[0]), content(leaves[0]), other[0]) if other else None

    return test


def ubl_sr_46(root: Node, _: Document) -> Failure | None:
    """One description of the means of payment (BT-82)."""
    codes = [leaf for means in root.get("cac:PaymentMeans", ()) for leaf in means.get("cbc:PaymentMeansCode", ())]
    named = [leaf for leaf in codes if leaf.get("name") is not None]
    return None if len(named) < 2 else too_many(named)


def ubl_sr_43(reference: Node, document: Document) -> Failure | None:
    """A scheme or type code belongs to an invoiced object (130), on a credit note also to a project (50)."""
    codes = [content(each) for each in reference.get("cbc:DocumentTypeCode", ())]
    if "130" in codes or ("50" in codes and str(document.root.element.tag).endswith("}CreditNote")):
        return None
    schemes = any(leaf.get("schemeID") is not None for leaf in reference.get("cbc:ID", ()))
    return Failure(codes[0] if codes else None, "130") if codes or schemes else None


@by_shape
def ubl_sr_48(line: Node, _: Document) -> Failure | None:
    """Exactly one VAT category per line."""
    items = line.get("cac:Item", ())
    found = items[0].get("cac:ClassifiedTaxCategory", ()) if len(items) == 1 else select(line, *CATEGORY)
    return None if len(found) == 1 else Failure(str(len(found)), "1", found[1] if found else None)


def not_the_seller(*path: str, sepa: bool = True) -> Test:
    """Something occurs once, and the payee bears another name than the seller. Without both names it fails too."""

    def test(payee: Node, document: Document) -> Failure | None:
        not_a_crowd(document)
        found = select(payee, *path)
        if not sepa:
            found = [each for each in found if (each.get("schemeID") or "").upper() != "SEPA"]
        if len(found) > 1:
            return too_many(found)
        sellers = select(payee.parent or Node(), *SELLER, "cac:PartyLegalEntity", "cbc:RegistrationName")
        names = [content(each) for each in select(payee, "cac:PartyName", "cbc:Name")]
        # "Another name" compares every pair, so one pair that differs is enough; no pair at all is not.
        different = bool(names and sellers) and len({*names, *map(content, sellers)}) > 1
        return None if different else Failure(names[0] if names else None, None, None, (("variant", "same"),))

    return test


def ubl_dt_01(leaf: Any, _: Document) -> Failure | None:
    """No more than two characters after the point of an amount; blanks count."""
    text = leaf.text or ""
    point = text.find(".")
    return None if point < 0 or len(text) - point < 4 else Failure(text, "2")


def long_amounts(document: Document) -> Sequence[Any]:
    """Elements whose name ends in Amount, in any namespace, with more than two characters after the point.

    Prices are left out, and what stands beside them. Sifted here rather than judged one by one.
    """
    found: list[Any] = []
    for name in document.vocabulary.amounts:
        if name[1] == "b":
            long = [text is not None and "." in text[:-3] for text in document.texts(name)]
            found += compress(document.named[name], long) if True in long else ()
        else:  # of another vocabulary, perhaps with elements in it
            found += [e for e in document.named[name] if not isinstance(e, Node) and "." in (e.text or "")[:-3]]
    return [each for each in found if not _beside_price(each)] if found else found


def _beside_price(leaf: Any) -> bool:
    """Whether it stands, at any depth, in a price that has an allowance."""
    return any(parent.find(f"{{{CAC}}}AllowanceCharge") is not None for parent in leaf.iterancestors(f"{{{CAC}}}Price"))


def attachments(document: Document) -> Sequence[Any]:
    """Every element whose name ends in BinaryObject, in any namespace."""
    return [each for name in document.vocabulary.attachments for each in document.named[name]]


@by_shape
def addresses(document: Document) -> Sequence[Node]:
    """Every address, under either name."""
    found: list[Node] = document.named.get("cac:PostalAddress", []) + document.named.get("cac:Address", [])
    return found


@by_shape
def sellers(document: Document) -> Sequence[Node]:
    """The party behind every seller."""
    return [each for supplier in document.named.get(SELLER[0], ()) for each in supplier.get("cac:Party", ())]
