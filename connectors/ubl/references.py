"""Periods, deliveries, preceding invoices and supporting documents: BG-3, BG-13, BG-14, BG-24, BG-26."""

from __future__ import annotations

from lxml import etree

from connectors.ubl.log import Log
from connectors.ubl.names import CAC, CBC
from connectors.ubl.party import read_address
from connectors.ubl.values import day, fill
from hub.formats.terms import Table, Values, embedded, identifier, one, text
from hub.model.invoice import Attachment, Delivery, Period, PrecedingInvoice

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
        CBC + "EmbeddedDocumentBinaryObject": (embedded, "content"),
        CAC + "ExternalReference": {CBC + "URI": (text, "url")},
    },
}


def read_attachment(element: etree._Element, log: Log) -> Attachment | None:
    """BG-24, or the invoiced object BT-18 when its type code is 130. The URL is never followed."""
    values: Values = {}
    fill(element, _ATTACHMENT, values, log)
    return Attachment(**values) if values else None
