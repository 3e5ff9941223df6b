"""Periods, deliveries, preceding invoices and supporting documents: BG-3, BG-13, BG-14, BG-24, BG-26."""

from __future__ import annotations

import binascii

from lxml import etree

from connectors.ubl.log import Log
from connectors.ubl.names import CAC, CBC
from connectors.ubl.party import read_address
from connectors.ubl.values import Table, Values, day, fill, identifier, one, text
from hub.model.invoice import Attachment, Delivery, Period, PrecedingInvoice

# BR-CL-24, the types an invoice may embed; anything else is kept but never opened by us.
MEDIA_TYPES = frozenset(
    (
        "application/pdf",
        "image/png",
        "image/jpeg",
        "text/csv",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.oasis.opendocument.spreadsheet",
    )
)
_BLANKS = b" \t\r\n"

_PERIOD: Table = {
    CBC + "StartDate": (day, "start"),
    CBC + "EndDate": (day, "end"),
    CBC + "DescriptionCode": (text, "vat_point_code"),
}
_DELIVERY: Table = {
    CBC + "ActualDeliveryDate": (day, "date"),
    CAC + "DeliveryLocation": {CBC + "ID": (identifier, "location"), CAC + "Address": (one(read_address), "address")},
    CAC + "DeliveryAddress": (one(read_address), "address"),  # UBL 2.0
    CAC + "DeliveryParty": {CAC + "PartyName": {CBC + "Name": (text, "name")}},
}
_REFERENCE: Table = {CBC + "ID": (text, "number"), CBC + "IssueDate": (day, "issue_date")}


def read_period(element: etree._Element, log: Log) -> Period:
    """BG-14 or BG-26."""
    values: Values = {}
    fill(element, _PERIOD, values, log)
    return Period(**values)


def read_delivery(element: etree._Element, log: Log) -> Delivery | None:
    """BG-13; None when nothing in it has a term."""
    values: Values = {}
    fill(element, _DELIVERY, values, log)
    return Delivery(**values) if values else None


def read_preceding(element: etree._Element, log: Log) -> PrecedingInvoice | None:
    """BG-3; a reference without a number is kept as unmapped."""
    values: Values = {}
    fill(element, _REFERENCE, values, log)
    if "number" not in values:
        log.keep(element)
        return None
    return PrecedingInvoice(**values)


def _embedded(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """BT-125. Bytes that are not strict base64 are a finding and stay as text among the unmapped."""
    for attribute, target in (("mimeCode", "media_type"), ("filename", "file_name")):
        if value := element.get(attribute):
            values[target] = value
    media_type = values.get("media_type", "").partition(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES:
        log.add(
            "HUB-UBL-17", "warning", element, media_type or None, ", ".join(sorted(MEDIA_TYPES)), below="/@mimeCode"
        )
    written = "".join([element.text or "", *(child.tail or "" for child in element)])
    try:
        values[field] = binascii.a2b_base64(written.encode("ascii").translate(None, _BLANKS), strict_mode=True)
    except (ValueError, binascii.Error):
        log.add("HUB-UBL-16", "warning", element, written.strip()[:40], "base64")
        log.keep(element)


def _reference_id(element: etree._Element, field: str, values: Values, log: Log) -> None:
    text(element, field, values, log)
    if scheme := element.get("schemeID"):
        values.setdefault("scheme", scheme)


_ATTACHMENT: Table = {
    CBC + "ID": (_reference_id, "id"),
    CBC + "DocumentTypeCode": (text, "type_code"),
    CBC + "DocumentDescription": (text, "description"),
    CBC + "DocumentType": (text, "description"),  # SI-UBL 1: the description stands here
    CAC + "Attachment": {
        CBC + "EmbeddedDocumentBinaryObject": (_embedded, "content"),
        CAC + "ExternalReference": {CBC + "URI": (text, "url")},
    },
}


def read_attachment(element: etree._Element, log: Log) -> Attachment | None:
    """BG-24, or the invoiced object BT-18 when its type code is 130. The URL is never followed."""
    values: Values = {}
    fill(element, _ATTACHMENT, values, log)
    return Attachment(**values) if values else None
