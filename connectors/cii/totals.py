"""Document totals (BG-22), and which TaxTotalAmount is which."""

from __future__ import annotations

from lxml import etree

from connectors.cii.log import Log
from connectors.cii.values import fill
from hub.formats.terms import Table, Values, amount, decimal_of
from hub.model.invoice import Totals

PLACE = "/SupplyChainTradeTransaction[1]/ApplicableHeaderTradeSettlement[1]"
_SUMMATION = PLACE + "/SpecifiedTradeSettlementHeaderMonetarySummation[1]"


def _tax_total(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """BT-110 or BT-111, told apart by their currency when all is read."""
    if (value := decimal_of(element, log)) is not None:
        values.setdefault(field, []).append((element, element.get("currencyID", ""), value))


_TOTALS: Table = {
    "LineTotalAmount": (amount, "lines"),
    "ChargeTotalAmount": (amount, "charges"),
    "AllowanceTotalAmount": (amount, "allowances"),
    "TaxBasisTotalAmount": (amount, "without_vat"),
    "TaxTotalAmount": (_tax_total, "_tax"),
    "RoundingAmount": (amount, "rounding"),
    "GrandTotalAmount": (amount, "with_vat"),
    "TotalPrepaidAmount": (amount, "prepaid"),
    "DuePayableAmount": (amount, "due"),
}


def read_totals(element: etree._Element, log: Log) -> Values:
    """The amounts of the monetary summation by field of `Totals`."""
    values: Values = {}
    fill(element, _TOTALS, values, log)
    return values


def settle_totals(values: Values, currency: str, vat_currency: str, log: Log) -> Totals:
    """The totals with their VAT; findings where the document says it in an unusual way."""
    taxes = values.pop("_tax", [])
    own = [tax for tax in taxes if tax[1] in ("", currency)]
    for tax in taxes:
        if tax not in own:
            _take_other(tax, values, vat_currency, log, fatal=not own)
    if len(own) > 1 and vat_currency == currency:  # both are stated, though they are the same
        values.setdefault("vat_accounting", own.pop()[2])
    if own:
        values["vat"] = own[0][2]
    for element, _, _ in own[1:]:
        log.unreadable("HUB-CII-22", element, element.text or "", "1")
    if "due" not in values:
        log.add("HUB-CII-06", "fatal", None, None, "DuePayableAmount", below=_SUMMATION)
        log.mapped = False
    return Totals(**values)


def _take_other(
    tax: tuple[etree._Element, str, object], values: Values, vat_currency: str, log: Log, *, fatal: bool
) -> None:
    """BT-111, or a total in a third currency, which is kept with a finding."""
    element, currency, value = tax
    if currency == vat_currency and "vat_accounting" not in values:
        values["vat_accounting"] = value
        return
    log.add("HUB-CII-18", "fatal" if fatal else "warning", element, currency, vat_currency or None)
    log.keep(element)
    log.mapped = log.mapped and not fatal
