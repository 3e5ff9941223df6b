"""VAT categories and TaxTotal: the breakdown BG-23 and the totals BT-110 and BT-111."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

from connectors.ubl.log import Log
from connectors.ubl.names import CAC, CBC
from connectors.ubl.party import vat_scheme
from connectors.ubl.values import fill
from hub.formats.terms import Table, Values, number, plain_amount, text, text_of
from hub.model.invoice import VatGroup

# Words of OIOUBL and other dialects for the codes of UNCL5305.
_WORDS = {"standardrated": "S", "zerorated": "Z", "reversecharge": "AE", "exempt": "E"}


def category(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """Action: a VAT category code; a word of a dialect becomes its code with finding HUB-UBL-14."""
    value = text_of(element, log)
    if field in values:
        log.keep(element)
        return
    if len(value) > 3:  # codes have one to three letters
        code = _WORDS.get(value.replace(" ", "").lower())
        log.add_once("HUB-UBL-14", "information" if code else "warning", element, value, code or "UNCL5305", key=value)
        value = code or value
    if value:
        values[field] = value


_GROUP: Table = {
    CBC + "TaxableAmount": (plain_amount, "taxable_amount"),
    CBC + "TaxAmount": (plain_amount, "tax_amount"),
    CBC + "Percent": (number, "_rate"),  # UBL 2.0
    CAC + "TaxCategory": {
        CBC + "ID": (category, "category"),
        CBC + "Percent": (number, "rate"),
        CBC + "TaxExemptionReasonCode": (text, "exemption_code"),
        CBC + "TaxExemptionReason": (text, "exemption_reason"),
        CAC + "TaxScheme": {CBC + "ID": (vat_scheme, "")},
    },
}


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """One TaxTotal as written, before it is known whether it is BT-110 or BT-111.

    `currency` is the @currencyID of the amount, "" where it has none; `incomplete` holds the subtotals
    that lack an amount, each with the name of what is missing: only a breakdown of BT-110 needs both.
    """

    element: etree._Element
    currency: str
    amount: Decimal | None
    groups: tuple[VatGroup, ...]
    incomplete: tuple[tuple[etree._Element, str], ...] = ()


def _group(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """Action: one row of the breakdown."""
    group: Values = {}
    fill(element, _GROUP, group, log)
    rate = group.pop("_rate", None)
    if rate is not None:
        group.setdefault("rate", rate)
    for name, child in (("taxable_amount", "TaxableAmount"), ("tax_amount", "TaxAmount")):
        if name not in group:
            values.setdefault("incomplete", []).append((element, child))
            return
    group.setdefault("category", "")
    values.setdefault(field, []).append(VatGroup(**group))


def _total(element: etree._Element, field: str, values: Values, log: Log) -> None:
    values.setdefault("currency", element.get("currencyID", ""))
    plain_amount(element, field, values, log)


_TAX_TOTAL: Table = {CBC + "TaxAmount": (_total, "amount"), CAC + "TaxSubtotal": (_group, "groups")}


def read_tax_total(element: etree._Element, log: Log) -> TaxTotal:
    """One TaxTotal of the document."""
    values: Values = {}
    fill(element, _TAX_TOTAL, values, log)
    return TaxTotal(
        element,
        values.get("currency", ""),
        values.get("amount"),
        tuple(values.get("groups", ())),
        tuple(values.get("incomplete", ())),
    )
