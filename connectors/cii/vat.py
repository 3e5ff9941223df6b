"""VAT: the breakdown BG-23, the category of a line or allowance, and when VAT falls due (BT-7, BT-8)."""

from __future__ import annotations

from lxml import etree

from connectors.cii.log import Log
from connectors.cii.values import day, fill
from hub.formats.terms import Table, Values, amount, number, text, text_of
from hub.model.invoice import VatGroup

# BT-8 is UNTDID 2475 in CII and UNTDID 2005 in UBL; the model has the latter.
_POINT_CODES = {"5": "3", "29": "35", "72": "432"}
_NEEDED = (("taxable_amount", "BasisAmount"), ("tax_amount", "CalculatedAmount"))


def _tax_type(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """Action for TypeCode: VAT is what the group already says, any other tax is kept with a finding."""
    if (kind := text_of(element, log)).upper() != "VAT":
        log.keep(element)
        log.add_once("HUB-CII-25", "warning", element, kind, "VAT", key=kind)


CATEGORY: Table = {
    "TypeCode": (_tax_type, ""),
    "CategoryCode": (text, "vat_category"),
    "RateApplicablePercent": (number, "vat_rate"),
    "ApplicablePercent": (number, "vat_rate"),  # ZUGFeRD 1.0
}
_GROUP: Table = {
    "CalculatedAmount": (amount, "tax_amount"),
    "TypeCode": (_tax_type, ""),
    "ExemptionReason": (text, "exemption_reason"),
    "BasisAmount": (amount, "taxable_amount"),
    "CategoryCode": (text, "category"),
    "ExemptionReasonCode": (text, "exemption_code"),
    "TaxPointDate": (day, "_point_date"),
    "DueDateTypeCode": (text, "_point_code"),
    "RateApplicablePercent": (number, "rate"),
    "ApplicablePercent": (number, "rate"),
}


def read_group(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """Action: one row of the breakdown. One without both amounts is a fatal finding, and kept."""
    group: Values = {}
    fill(element, _GROUP, group, log)
    _take_point(element, group, values, log)
    for name, child in _NEEDED:
        if name not in group:
            log.missing("HUB-CII-21", element, child)
            log.mapped = False
            log.keep(element)
            return
    group.setdefault("category", "")
    values.setdefault(field, []).append(VatGroup(**group))


def _take_point(element: etree._Element, group: Values, values: Values, log: Log) -> None:
    """BT-7 and BT-8 are of the document but stand in each row; one that says otherwise than the first is kept."""
    code = group.pop("_point_code", "")
    told = {"vat_point_date": group.pop("_point_date", None), "_point_code": _POINT_CODES.get(code, code)}
    for name, value in told.items():
        if value and values.setdefault(name, value) != value:
            log.keep(element)
