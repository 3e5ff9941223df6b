"""Invoice lines (BG-25) and the allowances and charges of document, line and price (BG-20, 21, 27, 28)."""

from __future__ import annotations

from lxml import etree

from connectors.ubl.log import Log
from connectors.ubl.names import CAC, CBC
from connectors.ubl.party import vat_scheme
from connectors.ubl.references import read_period
from connectors.ubl.values import fill
from connectors.ubl.vat import category
from hub.formats.terms import (
    Table,
    Values,
    amount,
    identifier,
    many,
    number,
    one,
    plain_amount,
    quantity,
    text,
    text_of,
)
from hub.model.invoice import AllowanceCharge, Line
from hub.model.party import Identifier

_TUPLES = ("allowances_charges", "classifications", "attributes")
_INDICATORS = {"true": True, "1": True, "false": False, "0": False}  # the four literals of xs:boolean

_PRICE_DISCOUNT: Table = {
    CBC + "ChargeIndicator": (text, "_indicator"),
    CBC + "Amount": (plain_amount, "price_discount"),
    CBC + "BaseAmount": (plain_amount, "gross_price"),
}
_CATEGORY: Table = {
    CBC + "ID": (category, "vat_category"),
    CBC + "Percent": (number, "vat_rate"),
    CAC + "TaxScheme": {CBC + "ID": (vat_scheme, "")},
}
_ALLOWANCE_CHARGE: Table = {
    CBC + "ChargeIndicator": (text, "_indicator"),
    CBC + "AllowanceChargeReasonCode": (text, "reason_code"),
    CBC + "AllowanceChargeReason": (text, "reason"),
    CBC + "MultiplierFactorNumeric": (number, "percentage"),
    CBC + "Amount": (amount, "amount"),
    CBC + "BaseAmount": (amount, "base_amount"),
    CAC + "TaxCategory": _CATEGORY,
}


def read_allowance_charge(element: etree._Element, log: Log) -> AllowanceCharge | None:
    """An allowance or charge; None with a fatal finding when its direction or amount is not there."""
    values: Values = {}
    fill(element, _ALLOWANCE_CHARGE, values, log)
    word = values.pop("_indicator", "")
    indicator = _INDICATORS.get(word)
    if indicator is None:
        log.add("HUB-UBL-20", "fatal", element, word, "true, false", below="/ChargeIndicator[1]")
    if "amount" not in values:
        log.missing("HUB-UBL-21", element, "Amount")
    if indicator is None or "amount" not in values:
        log.mapped = False
        log.keep(element)
        return None
    return AllowanceCharge(is_charge=indicator, **values)


def _price_discount(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """BT-147 and BT-148: an allowance on the price. A charge there has no term and is kept."""
    discount: Values = {}
    indicator = element.findtext(CBC + "ChargeIndicator", "").strip()
    if _INDICATORS.get(indicator) is not False or "price_discount" in values or "gross_price" in values:
        log.keep(element)
        return
    fill(element, _PRICE_DISCOUNT, discount, log)
    discount.pop("_indicator", None)
    values.update(discount)


def _property(element: etree._Element, log: Log) -> tuple[str, str] | None:
    values: Values = {}
    fill(element, {CBC + "Name": (text, "name"), CBC + "Value": (text, "value")}, values, log)
    return (values.get("name", ""), values.get("value", "")) if values else None


def _classification(element: etree._Element, field: str, values: Values, log: Log) -> None:
    if value := text_of(element, log):
        values.setdefault(field, []).append(Identifier(value, element.get("listID", "")))


def _line_reference(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """BT-128: the reference of type 130. References of other types have no term."""
    reference: Values = {}
    fill(element, _DOCUMENT_REFERENCE, reference, log)
    if reference.get("type_code", "130") == "130" and "id" in reference and field not in values:
        values[field] = reference["id"]
    else:
        log.keep(element)


_DOCUMENT_REFERENCE: Table = {CBC + "ID": (identifier, "id"), CBC + "DocumentTypeCode": (text, "type_code")}
_ITEM: Table = {
    CBC + "Description": (text, "item_description"),
    CBC + "Name": (text, "item_name"),
    CAC + "BuyersItemIdentification": {CBC + "ID": (text, "buyer_item_id")},
    CAC + "SellersItemIdentification": {CBC + "ID": (text, "seller_item_id")},
    CAC + "StandardItemIdentification": {CBC + "ID": (identifier, "standard_item_id")},
    CAC + "OriginCountry": {CBC + "IdentificationCode": (text, "origin_country")},
    CAC + "CommodityClassification": {CBC + "ItemClassificationCode": (_classification, "classifications")},
    CAC + "ClassifiedTaxCategory": _CATEGORY,
    CAC + "AdditionalItemProperty": (many(_property), "attributes"),
}
_PRICE: Table = {
    CBC + "PriceAmount": (plain_amount, "price"),  # a price is not booked: its currency is left to the rules
    CBC + "BaseQuantity": (quantity, "base_quantity"),
    CAC + "AllowanceCharge": (_price_discount, ""),
}
_TAX: Table = {
    CBC + "TaxAmount": (plain_amount, "vat_amount"),
    CAC + "TaxSubtotal": {
        CBC + "Percent": (number, "_rate"),
        CAC + "TaxCategory": {
            CBC + "ID": (category, "_category"),
            CBC + "Percent": (number, "_rate"),
            CAC + "TaxScheme": {CBC + "ID": (vat_scheme, "")},
        },
    },
}


def _line_tax(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """The first TaxTotal of a line; UBL.BE repeats it in the VAT accounting currency, which is kept apart."""
    if field in values:
        log.keep(element)
    else:
        fill(element, _TAX, values, log)


_LINE: Table = {
    CBC + "ID": (text, "id"),
    CBC + "Note": (text, "note"),
    CBC + "InvoicedQuantity": (quantity, "quantity"),
    CBC + "CreditedQuantity": (quantity, "quantity"),
    CBC + "LineExtensionAmount": (amount, "net_amount"),
    CBC + "AccountingCost": (text, "accounting_cost"),
    CBC + "AccountingCostCode": (text, "accounting_cost"),
    CAC + "InvoicePeriod": (one(read_period), "period"),
    CAC + "OrderLineReference": {CBC + "LineID": (text, "order_line")},
    CAC + "DocumentReference": (_line_reference, "object_id"),
    CAC + "AllowanceCharge": (many(read_allowance_charge), "allowances_charges"),
    CAC + "TaxTotal": (_line_tax, "vat_amount"),
    CAC + "Item": _ITEM,
    CAC + "Price": _PRICE,
}


def read_line(element: etree._Element, log: Log) -> Line | None:
    """One line; None with a fatal finding when it has no readable net amount (BT-131). Its text stays unmapped."""
    values: Values = {}
    fill(element, _LINE, values, log)
    if "id" not in values:
        log.missing("HUB-UBL-04", element, "ID")
        values["id"] = ""
    if "net_amount" not in values:
        log.missing("HUB-UBL-05", element, "LineExtensionAmount")
        log.mapped = False
        log.keep(element)
        return None
    _take_tax_of_line(values)
    for name in _TUPLES:
        if name in values:
            values[name] = tuple(values[name])
    return Line(**values)


def _take_tax_of_line(values: Values) -> None:
    """Dialects write category and rate in the line's TaxTotal where EN 16931 has them in the item."""
    if "_category" in values or "_rate" in values:
        kind, rate = values.pop("_category", ""), values.pop("_rate", None)
        if "vat_category" not in values:
            values["vat_category"] = kind
            values.setdefault("vat_rate", rate)
