"""Invoice lines (BG-25) and the allowances and charges of document, line and price (BG-20, 21, 27, 28)."""

from __future__ import annotations

from lxml import etree

from connectors.cii.log import Log
from connectors.cii.references import INVOICED_OBJECT, read_period
from connectors.cii.values import fill
from connectors.cii.vat import CATEGORY
from hub.formats.terms import Table, Values, amount, identifier, many, number, one, quantity, text, text_of
from hub.model.invoice import AllowanceCharge, Line
from hub.model.party import Identifier

_INDICATORS = {"true": True, "1": True, "false": False, "0": False}  # the four literals of xs:boolean
_NOT_COUNTED = (
    "GROUP",
    "INFORMATION",
    "NOTE",
)  # EXTENDED: a subtotal, or no amount at all; only DETAIL lines make up BT-106
_TUPLES = ("allowances_charges", "classifications", "attributes")

_ALLOWANCE_CHARGE: Table = {
    "ChargeIndicator": {"Indicator": (text, "_indicator")},
    "CalculationPercent": (number, "percentage"),
    "BasisAmount": (amount, "base_amount"),
    "ActualAmount": (amount, "amount"),
    "ReasonCode": (text, "reason_code"),
    "Reason": (text, "reason"),
    "CategoryTradeTax": CATEGORY,
}
_LOGISTICS: Table = {
    "Description": (text, "reason"),
    "AppliedAmount": (amount, "amount"),
    "AppliedTradeTax": CATEGORY,
}
_PRICE_DISCOUNT: Table = {
    "ChargeIndicator": {"Indicator": (text, "_indicator")},
    "ActualAmount": (number, "price_discount"),
}


def read_allowance_charge(element: etree._Element, log: Log) -> AllowanceCharge | None:
    """An allowance or charge; None with a fatal finding when its direction or amount is not there."""
    values: Values = {}
    fill(element, _ALLOWANCE_CHARGE, values, log)
    word = values.pop("_indicator", "")
    indicator = _INDICATORS.get(word)
    if indicator is None:
        log.add("HUB-CII-20", "fatal", element, word, "true, false", below="/ChargeIndicator[1]")
    return _made(element, values, indicator, "ActualAmount", log)


def read_logistics(element: etree._Element, log: Log) -> AllowanceCharge | None:
    """SpecifiedLogisticsServiceCharge (EXTENDED): freight, which counts in BT-108 as any other charge."""
    values: Values = {}
    fill(element, _LOGISTICS, values, log)
    return _made(element, values, True, "AppliedAmount", log)


def _made(
    element: etree._Element, values: Values, indicator: bool | None, amount_name: str, log: Log
) -> AllowanceCharge | None:
    if "amount" not in values:
        log.missing("HUB-CII-21", element, amount_name)
    if indicator is None or "amount" not in values:
        log.mapped = False
        log.keep(element)
        return None
    return AllowanceCharge(is_charge=indicator, **values)


def _price_discount(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """BT-147: an allowance on the price. A charge there, or a second allowance, has no term and is kept."""
    discount: Values = {}
    fill(element, _PRICE_DISCOUNT, discount, log)
    allowed = _INDICATORS.get(discount.pop("_indicator", "false")) is False
    if not allowed or field in values:
        log.keep(element)
    elif field in discount:
        values[field] = discount[field]


def _gross_base(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """The quantity of the gross price: BT-149 where the net price has none, else the same once more."""
    gross: Values = {}
    quantity(element, "base_quantity", gross, log)
    values[field] = (element, gross)


def _settle_base(values: Values, log: Log) -> None:
    element, gross = values.pop("_gross_base", (None, {}))
    if "base_quantity" not in values:
        values.update(gross)
    elif gross and any(values.get(name) != value for name, value in gross.items()):
        log.keep(element)


def _line_tax(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """The VAT of the line. A second tax (ZUGFeRD 1.0 has other kinds) is kept."""
    if "vat_category" in values or "vat_rate" in values:
        log.keep(element)
    else:
        fill(element, CATEGORY, values, log)


def _line_reference(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """BT-128: the reference of type 130. References of other types have no term."""
    reference: Values = {}
    fill(element, _DOCUMENT_REFERENCE, reference, log)
    if reference.get("type_code") == INVOICED_OBJECT and "id" in reference and field not in values:
        values[field] = Identifier(reference["id"], reference.get("scheme", ""))
    else:
        log.keep(element)


def _classification(element: etree._Element, field: str, values: Values, log: Log) -> None:
    if value := text_of(element, log):
        values.setdefault(field, []).append(Identifier(value, element.get("listID", "")))


def _characteristic(element: etree._Element, log: Log) -> tuple[str, str] | None:
    values: Values = {}
    fill(element, {"Description": (text, "name"), "Value": (text, "value")}, values, log)
    return (values.get("name", ""), values.get("value", "")) if values else None


_DOCUMENT_REFERENCE: Table = {
    "IssuerAssignedID": (text, "id"),
    "ID": (text, "id"),
    "TypeCode": (text, "type_code"),
    "ReferenceTypeCode": (text, "scheme"),
}
_ABOUT: Table = {
    "LineID": (text, "id"),
    "LineStatusReasonCode": (text, "_status"),
    "IncludedNote": {"Content": (text, "note")},
}
_PRODUCT: Table = {
    "GlobalID": (identifier, "standard_item_id"),
    "SellerAssignedID": (text, "seller_item_id"),
    "BuyerAssignedID": (text, "buyer_item_id"),
    "Name": (text, "item_name"),
    "Description": (text, "item_description"),
    "ApplicableProductCharacteristic": (many(_characteristic), "attributes"),
    "DesignatedProductClassification": {"ClassCode": (_classification, "classifications")},
    "OriginTradeCountry": {"ID": (text, "origin_country")},
}
_AGREEMENT: Table = {
    "BuyerOrderReferencedDocument": {"LineID": (text, "order_line")},
    "GrossPriceProductTradePrice": {
        "ChargeAmount": (number, "gross_price"),  # a price is not booked: its currency is left to the rules
        "BasisQuantity": (_gross_base, "_gross_base"),
        "AppliedTradeAllowanceCharge": (_price_discount, "price_discount"),
    },
    "NetPriceProductTradePrice": {
        "ChargeAmount": (number, "price"),
        "BasisQuantity": (quantity, "base_quantity"),
    },
}
_DELIVERY: Table = {"BilledQuantity": (quantity, "quantity")}
_SETTLEMENT: Table = {
    "ApplicableTradeTax": (_line_tax, ""),
    "BillingSpecifiedPeriod": (one(read_period), "period"),
    "SpecifiedTradeAllowanceCharge": (many(read_allowance_charge), "allowances_charges"),
    "SpecifiedTradeSettlementLineMonetarySummation": {"LineTotalAmount": (amount, "net_amount")},
    "SpecifiedTradeSettlementMonetarySummation": {"LineTotalAmount": (amount, "net_amount")},  # ZUGFeRD 1.0
    "AdditionalReferencedDocument": (_line_reference, "object_id"),
    "ReceivableSpecifiedTradeAccountingAccount": {"ID": (text, "accounting_cost")},
}
_LINE: Table = {
    "AssociatedDocumentLineDocument": _ABOUT,
    "SpecifiedTradeProduct": _PRODUCT,
    "SpecifiedLineTradeAgreement": _AGREEMENT,
    "SpecifiedLineTradeDelivery": _DELIVERY,
    "SpecifiedLineTradeSettlement": _SETTLEMENT,
    # ZUGFeRD 1.0
    "SpecifiedSupplyChainTradeAgreement": _AGREEMENT,
    "SpecifiedSupplyChainTradeDelivery": _DELIVERY,
    "SpecifiedSupplyChainTradeSettlement": _SETTLEMENT,
}


def read_line(element: etree._Element, log: Log) -> Line | None:
    """One line; None when it is a subtotal, or (with a fatal finding) without a readable net amount (BT-131)."""
    values: Values = {}
    fill(element, _LINE, values, log)
    _settle_base(values, log)
    status = values.pop("_status", "")
    if log.old and not values.keys() - {"id", "note"}:
        status = "NOTE"  # ZUGFeRD 1.0 has lines that only say something
    if status.upper() in _NOT_COUNTED:
        log.add_once("HUB-CII-15", "information", element, status, "DETAIL", key=status)
        log.keep(element)
        return None
    if "id" not in values:
        values["id"] = ""
        if not log.old:
            log.missing("HUB-CII-04", element, "AssociatedDocumentLineDocument")
    if "net_amount" not in values:
        log.missing("HUB-CII-05", element, "SpecifiedLineTradeSettlement")
        log.mapped = False
        log.keep(element)
        return None
    for name in _TUPLES:
        if name in values:
            values[name] = tuple(values[name])
    return Line(**values)
