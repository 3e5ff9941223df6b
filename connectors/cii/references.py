"""Periods, deliveries, preceding invoices and supporting documents: BG-3, BG-13, BG-14, BG-24, BG-26."""

from __future__ import annotations

from lxml import etree

from connectors.cii.log import Log
from connectors.cii.party import read_address
from connectors.cii.values import day, fill
from hub.formats.terms import Table, Values, embedded, identifier, one, text
from hub.model.invoice import Attachment, Delivery, Period, PrecedingInvoice

SUPPORTING, TENDER, INVOICED_OBJECT = "916", "50", "130"  # UNTDID 1001: what a reference is

_PERIOD: Table = {"StartDateTime": (day, "start"), "EndDateTime": (day, "end")}
_DELIVERY: Table = {
    "ID": (identifier, "location"),
    "GlobalID": (identifier, "location"),
    "Name": (text, "name"),
    "PostalTradeAddress": (one(read_address), "address"),
}
_PRECEDING: Table = {
    "IssuerAssignedID": (text, "number"),
    "ID": (text, "number"),
    "FormattedIssueDateTime": (day, "issue_date"),
    "IssueDateTime": (day, "issue_date"),
}


def read_period(element: etree._Element, log: Log) -> Period:
    """BG-14 or BG-26."""
    values: Values = {}
    fill(element, _PERIOD, values, log)
    return Period(**values)


def read_delivery(element: etree._Element, log: Log) -> Delivery | None:
    """BG-13 but its date, which stands beside it; None when nothing in it has a term."""
    values: Values = {}
    fill(element, _DELIVERY, values, log)
    return Delivery(**values) if values else None


def read_preceding(element: etree._Element, log: Log) -> PrecedingInvoice | None:
    """BG-3; a reference without a number is kept as unmapped."""
    values: Values = {}
    fill(element, _PRECEDING, values, log)
    if "number" not in values:
        log.keep(element)
        return None
    return PrecedingInvoice(**values)


_ATTACHMENT: Table = {
    "IssuerAssignedID": (text, "id"),
    "ID": (text, "id"),
    "URIID": (text, "url"),
    "TypeCode": (text, "type_code"),
    "Name": (text, "description"),
    "AttachmentBinaryObject": (embedded, "content"),
    "ReferenceTypeCode": (text, "scheme"),
}


def read_attachment(element: etree._Element, log: Log) -> Attachment | None:
    """BG-24, or the reference to a tender (BT-17) or invoiced object (BT-18) by its type. The URL is never followed."""
    values: Values = {}
    fill(element, _ATTACHMENT, values, log)
    if values.get("type_code") == SUPPORTING:  # what BG-24 says by itself
        del values["type_code"]
    return Attachment(**values) if values else None
