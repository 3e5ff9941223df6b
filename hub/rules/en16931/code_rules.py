"""Values that must come from a code list: BR-CL-01 to BR-CL-26."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from hub.rules.en16931 import code_lists as lists
from hub.rules.en16931.places import Where, charges_anywhere
from hub.rules.en16931.units import UNITS
from hub.rules.near import near
from hub.rules.rule import Context, Failure, Rule, Test
from hub.rules.tree import CAC, Document, content, normal

AMOUNTS = (
    "cbc:Amount",
    "cbc:BaseAmount",
    "cbc:PriceAmount",
    "cbc:TaxAmount",
    "cbc:TaxableAmount",
    "cbc:LineExtensionAmount",
    "cbc:TaxExclusiveAmount",
    "cbc:TaxInclusiveAmount",
    "cbc:AllowanceTotalAmount",
    "cbc:ChargeTotalAmount",
    "cbc:PrepaidAmount",
    "cbc:PayableRoundingAmount",
    "cbc:PayableAmount",
)
QUANTITIES = ("cbc:InvoicedQuantity", "cbc:BaseQuantity", "cbc:CreditedQuantity")
PAYEE_OR_SELLER = (f"{{{CAC}}}AccountingSupplierParty", f"{{{CAC}}}PayeeParty")


class Place(NamedTuple):
    """Where coded values stand: an element that must occur for there to be any (or empty), and all of them."""

    needs: str
    where: Where
    names: tuple[str, ...] = ()
    """Set where it is all values of these names."""


def anywhere(*names: str) -> Place:
    """Elements of these names at any place."""
    if len(names) == 1:
        return Place(names[0], lambda document: document.named[names[0]], names)
    return Place("", lambda document: [leaf for name in names for leaf in document.named.get(name, ())], names)


def child_of(group: str, name: str) -> Place:
    """Elements of this name directly in a group, wherever the group stands."""
    return Place(group, lambda document: [leaf for node in document.named[group] for leaf in node.get(name, ())])


def reason_of(charge: bool) -> Place:
    """Reason codes of allowances (False) or charges (True) at every level."""
    places, name = charges_anywhere(charge), "cbc:AllowanceChargeReasonCode"
    return Place(name, lambda document: [leaf for node in places(document) for leaf in node.get(name, ())])


def reference_130(document: Document) -> Sequence[Any]:
    """Identifiers in references whose document type is literally 130."""
    groups = ("cac:AdditionalDocumentReference", "cac:DocumentReference")
    return [
        leaf
        for group in groups
        for node in document.named.get(group, ())
        if any(content(code) == "130" for code in node.get("cbc:DocumentTypeCode", ()))
        for leaf in node.get("cbc:ID", ())
    ]


def notes(document: Document) -> Sequence[Any]:
    """The notes of an Invoice or CreditNote itself."""
    return document.root.get("cbc:Note", ()) if document.kind else ()


def listed(code: str, terms: str, place: Place, allowed: frozenset[str]) -> Context:
    """The text, blanks normalised, is in the list. Most values are, so they are sifted out before judging."""

    where = place.where

    def doubtful(document: Document) -> Sequence[Any]:
        return [leaf for leaf in where(document) if leaf.text not in allowed]

    def test(leaf: Any, _: Document) -> Failure | None:
        text = normal(leaf.text)
        return None if text in allowed else Failure(text, details=near(text, allowed))

    return Context(place.needs, (Rule(code, terms, test),), doubtful)


def attribute(code: str, terms: str, place: Place, name: str, allowed: frozenset[str], **but: Any) -> Context:
    """The attribute, blanks normalised, is in the list. An absent one passes unless `required`."""
    where, names = place.where, place.names
    required, unless = bool(but.get("required")), but.get("unless")

    def doubtful(document: Document) -> Sequence[Any]:
        if all(allowed.issuperset(document.attributes(each, name)) for each in names) and names:
            return ()
        found = [leaf for leaf in where(document) if leaf.get(name) not in allowed]
        return found if required else [leaf for leaf in found if leaf.get(name) is not None]

    def test(leaf: Any, _: Document) -> Failure | None:
        text = normal(leaf.get(name))
        if text in allowed or (unless is not None and unless(leaf, text)):
            return None
        return Failure(text, details=near(text, allowed))

    return Context(place.needs, (Rule(code, terms, test),), doubtful)


def sepa(leaf: Any, scheme: str) -> bool:
    """Scheme SEPA is for the creditor identifier, so only below the seller or the payee (BT-90)."""
    return scheme == "SEPA" and any(True for _ in leaf.iterancestors(*PAYEE_OR_SELLER))


class Lists(NamedTuple):
    """The code lists that releases change; a release has these where it does not say otherwise."""

    invoice_types: frozenset[str] = lists.INVOICE_TYPES
    credit_note_types: frozenset[str] = lists.CREDIT_NOTE_TYPES
    currencies: frozenset[str] = lists.CURRENCIES
    identifier_schemes: frozenset[str] = lists.IDENTIFIER_SCHEMES
    endpoint_schemes: frozenset[str] = lists.ENDPOINT_SCHEMES
    exemption_reasons: frozenset[str] = lists.EXEMPTION_REASONS


def _type_code(known: Lists) -> Test:
    def test(leaf: Any, _: Document) -> Failure | None:
        invoice = leaf.tag.endswith("}InvoiceTypeCode")
        text = normal(leaf.text)
        if text in (known.invoice_types if invoice else known.credit_note_types):
            return None
        swapped = text in (known.credit_note_types if invoice else known.invoice_types)
        return Failure(text, "380" if invoice else "381", details=(("variant", "swapped"),) if swapped else ())

    return test


def _note_subject(leaf: Any, _: Document) -> Failure | None:
    """A note that starts a subject code between two #: three characters found anywhere in the list."""
    parts = content(leaf).split("#", 2)
    if len(parts) < 3 or len(parts[1]) != 3 or parts[1] in lists.NOTE_SUBJECT_TEXT:
        return None
    return Failure(parts[1])


def _media_type(leaf: Any, _: Document) -> Failure | None:
    """Compared as it stands, blanks and case included."""
    kind = leaf.get("mimeCode")
    if kind is None or kind in lists.ATTACHMENT_TYPES:
        return None
    return Failure(kind, details=near(kind, lists.ATTACHMENT_TYPES))


def _exemption(known: Lists) -> Test:
    """The only list that does not mind lower case."""

    def test(leaf: Any, _: Document) -> Failure | None:
        text = normal(content(leaf).upper())
        if text in known.exemption_reasons:
            return None
        return Failure(content(leaf), details=near(text, known.exemption_reasons))

    return test


def own(code: str, terms: str, place: Place, test: Test) -> Context:
    """A code list rule with a test of its own."""
    return Context(place.needs, (Rule(code, terms, test),), place.where)


TYPE_CODES = anywhere("cbc:InvoiceTypeCode", "cbc:CreditNoteTypeCode")
COUNTRY = "cbc:IdentificationCode"


def code_contexts(known: Lists) -> tuple[Context, ...]:
    """The rows of all code lists, of which a release may have others."""
    return (
        own("BR-CL-01", "BT-3", TYPE_CODES, _type_code(known)),
        attribute("BR-CL-03", "BT-5 BT-6", anywhere(*AMOUNTS), "currencyID", known.currencies, required=True),
        listed("BR-CL-04", "BT-5", anywhere("cbc:DocumentCurrencyCode"), known.currencies),
        listed("BR-CL-05", "BT-6", anywhere("cbc:TaxCurrencyCode"), known.currencies),
        listed("BR-CL-06", "BT-8", child_of("cac:InvoicePeriod", "cbc:DescriptionCode"), lists.VAT_POINT_DATES),
        attribute(
            "BR-CL-07", "BT-18 BT-128", Place("cbc:DocumentTypeCode", reference_130), "schemeID", lists.OBJECT_SCHEMES
        ),
        own("BR-CL-08", "BT-21", Place("cbc:Note", notes), _note_subject),
        attribute(
            "BR-CL-10",
            "BT-29 BT-46 BT-60",
            child_of("cac:PartyIdentification", "cbc:ID"),
            "schemeID",
            known.identifier_schemes,
            unless=sepa,
        ),
        attribute(
            "BR-CL-11",
            "BT-30 BT-47 BT-61",
            child_of("cac:PartyLegalEntity", "cbc:CompanyID"),
            "schemeID",
            known.identifier_schemes,
        ),
        attribute(
            "BR-CL-13",
            "BT-158",
            child_of("cac:CommodityClassification", "cbc:ItemClassificationCode"),
            "listID",
            lists.ITEM_CLASSIFICATIONS,
        ),
        listed("BR-CL-14", "BT-40 BT-55 BT-69 BT-80", child_of("cac:Country", COUNTRY), lists.COUNTRIES),
        listed("BR-CL-15", "BT-159", child_of("cac:OriginCountry", COUNTRY), lists.COUNTRIES),
        listed("BR-CL-16", "BT-81", child_of("cac:PaymentMeans", "cbc:PaymentMeansCode"), lists.PAYMENT_MEANS),
        listed("BR-CL-17", "BT-95 BT-102 BT-118", child_of("cac:TaxCategory", "cbc:ID"), lists.VAT_CATEGORIES),
        listed("BR-CL-18", "BT-151", child_of("cac:ClassifiedTaxCategory", "cbc:ID"), lists.VAT_CATEGORIES),
        listed("BR-CL-19", "BT-98 BT-140", reason_of(False), lists.ALLOWANCE_REASONS),
        listed("BR-CL-20", "BT-105 BT-145", reason_of(True), lists.CHARGE_REASONS),
        attribute(
            "BR-CL-21",
            "BT-157",
            child_of("cac:StandardItemIdentification", "cbc:ID"),
            "schemeID",
            known.identifier_schemes,
        ),
        own("BR-CL-22", "BT-121", anywhere("cbc:TaxExemptionReasonCode"), _exemption(known)),
        attribute("BR-CL-23", "BT-130 BT-150", anywhere(*QUANTITIES), "unitCode", UNITS),
        own("BR-CL-24", "BT-125", anywhere("cbc:EmbeddedDocumentBinaryObject"), _media_type),
        attribute("BR-CL-25", "BT-34 BT-49", anywhere("cbc:EndpointID"), "schemeID", known.endpoint_schemes),
        attribute(
            "BR-CL-26",
            "BT-71",
            child_of("cac:DeliveryLocation", "cbc:ID"),
            "schemeID",
            known.identifier_schemes,
        ),
    )


CODES = code_contexts(Lists())
