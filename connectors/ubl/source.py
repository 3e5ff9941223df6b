"""The source itself: recognises UBL invoices and credit notes and reads them."""

from __future__ import annotations

import copy

from lxml import etree

from connectors.ubl.names import CAC, CBC, CREDIT_NOTE, INVOICE
from connectors.ubl.profile import profile
from hub.errors import UnreadableInput
from hub.formats.content import Content
from hub.formats.xml import BLANKS, local_name
from hub.model.self_billing import is_self_billed
from hub.ports import Reading

_FORMATS = {INVOICE: "ubl-invoice", CREDIT_NOTE: "ubl-creditnote"}
_TAGS = {local_name(tag): tag for tag in _FORMATS}
_TELLING = {"AccountingSupplierParty", "LegalMonetaryTotal"}  # children that only UBL 2 invoices have


class UblSource:
    """UBL 2.x Invoice and CreditNote: EN 16931, Peppol, NLCIUS, SI-UBL 1 and 2, OIOUBL and other dialects."""

    name = "ubl"
    kinds, forms = ("invoice",), ("XML",)

    def recognise(self, content: Content) -> bool:
        """Whether the payload is a UBL invoice or credit note, or looks like one under a wrong namespace."""
        try:
            payload = content.payload
        except UnreadableInput:
            return False
        return payload.tag in _FORMATS or _looks_like_ubl(payload)

    def glance(self, content: Content) -> Reading | None:
        """Format, profile, currency and sender, for whoever judges the document by the official rules alone."""
        payload = content.payload
        if payload.tag not in _FORMATS:
            return None
        claimed, currency = (_first_text(payload, CBC + name) for name in ("CustomizationID", "DocumentCurrencyCode"))
        if not currency:  # the reader finds it at the amounts
            return None
        return Reading(_FORMATS[str(payload.tag)], profile(claimed), currency=currency, sender=_issuer(payload))

    def read(self, content: Content) -> Reading:
        """The document with all findings. Raises UnreadableInput only when the content was never recognised."""
        from connectors.ubl.invoice import read_document  # who only glances needs none of these
        from connectors.ubl.log import Log
        from connectors.ubl.sbdh import check_header
        from hub.formats.sbdh import read_header

        payload = content.payload
        subject = payload if payload.tag in _FORMATS else _renamed(payload)
        log = Log(subject)
        if subject is not payload:
            log.add("HUB-UBL-11", "warning", None, str(payload.tag), str(subject.tag))
        document = read_document(subject, log)
        envelope = None
        if payload is not content.root:
            envelope = read_header(content.root)
            check_header(envelope, subject, document, log)
        customization = document.specification if document else subject.findtext(CBC + "CustomizationID", "").strip()
        return Reading(
            format=_FORMATS[str(subject.tag)],
            profile=profile(customization),
            document=document,
            findings=(*(content.hybrid.findings if content.hybrid else ()), *log.findings),
            mapped=log.mapped and document is not None,
            envelope=envelope,
        )


def _issuer(root: etree._Element) -> str:
    """The name of `Invoice.issuer`, with nothing else read."""
    type_code = _first_text(root, CBC + "InvoiceTypeCode") or _first_text(root, CBC + "CreditNoteTypeCode")
    self_billed = is_self_billed(type_code, _first_text(root, CBC + "ProfileID"))
    role = "AccountingCustomerParty" if self_billed else "AccountingSupplierParty"
    party = root.find(f"{CAC}{role}/{CAC}Party")
    if party is None:
        return ""
    names = (
        _first_text(group, CBC + name)
        for kind, name in (("PartyLegalEntity", "RegistrationName"), ("PartyName", "Name"))
        for group in party.iterchildren(CAC + kind)
    )
    return next(filter(None, names), "")


def _first_text(root: etree._Element, tag: str) -> str:
    """The first of these children that says anything, as the reader would have it."""
    texts = ((child.text or "") + "".join(part.tail or "" for part in child) for child in root.iterchildren(tag))
    return next(filter(None, (text.strip(BLANKS) for text in texts)), "")


def _looks_like_ubl(root: etree._Element) -> bool:
    return local_name(root.tag) in _TAGS and {local_name(child.tag) for child in root} >= _TELLING


def _renamed(root: etree._Element) -> etree._Element:
    """A copy under the namespaces of UBL 2: elements with elements in them are aggregates, others are basic."""
    renamed = copy.deepcopy(root)
    for element in renamed.iter(etree.Element):
        has_children = any(isinstance(child.tag, str) for child in element)
        element.tag = (CAC if has_children else CBC) + local_name(element.tag)
    renamed.tag = _TAGS[local_name(root.tag)]
    return renamed


source = UblSource()
