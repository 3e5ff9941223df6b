"""Document totals (BG-22), which TaxTotal is which, and the two known misuses of the totals, judged by arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext

from lxml import etree

from connectors.ubl.log import Log
from connectors.ubl.names import CBC
from connectors.ubl.values import fill
from connectors.ubl.vat import TaxTotal
from hub.formats.terms import Table, Values, amount
from hub.model.invoice import Totals, VatGroup

_TOTALS: Table = {
    CBC + "LineExtensionAmount": (amount, "lines"),
    CBC + "TaxExclusiveAmount": (amount, "without_vat"),
    CBC + "TaxInclusiveAmount": (amount, "with_vat"),
    CBC + "AllowanceTotalAmount": (amount, "allowances"),
    CBC + "ChargeTotalAmount": (amount, "charges"),
    CBC + "PrepaidAmount": (amount, "prepaid"),
    CBC + "PayableRoundingAmount": (amount, "rounding"),
    CBC + "PayableAmount": (amount, "due"),
}
_PLACE = "/LegalMonetaryTotal[1]"
_ZERO = Decimal(0)


def read_totals(element: etree._Element, log: Log) -> Values:
    """The amounts of LegalMonetaryTotal by field of `Totals`."""
    values: Values = {}
    fill(element, _TOTALS, values, log)
    return values


def settle_totals(
    values: Values, tax_totals: Sequence[TaxTotal], currency: str, vat_currency: str, log: Log
) -> tuple[Totals, tuple[VatGroup, ...]]:
    """The totals with their VAT, and the breakdown; findings where the document says it in an unusual way."""
    own = _in_document_currency(values, tax_totals, currency, vat_currency, log)
    amounts = [total.amount for total in own if total.amount is not None]
    if amounts:
        values["vat"] = amounts[0] if len(amounts) == 1 else sum(amounts, _ZERO)
    if "due" not in values:
        log.add("HUB-UBL-06", "fatal", None, None, "PayableAmount", below=_PLACE)
        log.mapped = False
    with localcontext() as context:
        context.prec = 120
        _judge_without_vat(values, log)
        if values and "with_vat" not in values:
            _report_no_inclusive(values, log)
    return Totals(**values), _breakdown(own, log)


def _breakdown(own: Sequence[TaxTotal], log: Log) -> tuple[VatGroup, ...]:
    groups = tuple(group for total in own for group in total.groups)
    incomplete = [gap for total in own for gap in total.incomplete]
    for element, child in incomplete:
        log.missing("HUB-UBL-21", element, child)
        log.keep(element)
        log.mapped = False
    if own and not groups and not incomplete:
        log.add("HUB-UBL-15", "warning", own[0].element, None, "TaxSubtotal")
    return groups


def _in_document_currency(
    values: Values, tax_totals: Sequence[TaxTotal], currency: str, vat_currency: str, log: Log
) -> list[TaxTotal]:
    """The TaxTotals that are BT-110; BT-111 is taken on the way, one in a third currency is kept with a finding."""
    own = [total for total in tax_totals if total.currency in ("", currency)]
    for total in tax_totals:
        if total in own:
            continue
        if total.currency == vat_currency and "vat_accounting" not in values:
            _take_accounting(values, total, log)
        else:
            log.add("HUB-UBL-18", "warning" if own else "fatal", total.element, total.currency, currency)
            log.keep(total.element)
            log.mapped = log.mapped and bool(own)
    if len(own) > 1 and vat_currency == currency and not own[-1].groups:
        _take_accounting(values, own.pop(), log)
    return _several(values, own, log) if len(own) > 1 else own


def _take_accounting(values: Values, total: TaxTotal, log: Log) -> None:
    """BT-111. EN 16931 gives it no breakdown of its own; one that is there is kept as unmapped."""
    if total.amount is not None:
        values["vat_accounting"] = total.amount
    if total.groups:
        log.keep(total.element)


def _several(values: Values, own: list[TaxTotal], log: Log) -> list[TaxTotal]:
    """Several TaxTotals in one currency: all of them when the totals bear their sum out, else the first."""
    amounts = [total.amount or _ZERO for total in own]
    log.add("HUB-UBL-23", "warning", own[1].element, ", ".join(map(str, amounts)), "1 TaxTotal")
    with localcontext() as context:
        context.prec = 120
        if values.get("with_vat", _ZERO) - values.get("without_vat", _ZERO) == sum(amounts, _ZERO):
            return own
    for total in own[1:]:
        log.keep(total.element)
    return own[:1]


def _net(values: Values) -> Decimal | None:
    """Lines less allowances plus charges (BR-CO-13), None when the line total is not stated."""
    lines = values.get("lines")
    return None if lines is None else lines - values.get("allowances", _ZERO) + values.get("charges", _ZERO)


def _judge_without_vat(values: Values, log: Log) -> None:
    """OIOUBL and UBL 2.0 put the tax itself in TaxExclusiveAmount: seen by arithmetic only, and said.

    Taken as such only when it equals the tax, is not the net, and net + tax is what the document asks.
    """
    net, tax, stated = _net(values), values.get("vat"), values.get("without_vat")
    if net is None or tax is None or stated is None or stated == net or stated != tax:
        return
    asked = values.get("with_vat")
    if asked is None and "due" in values:
        asked = values["due"] + values.get("prepaid", _ZERO) - values.get("rounding", _ZERO)
    if asked == net + tax:
        values["without_vat"] = net
        log.add("HUB-UBL-12", "warning", None, str(stated), str(net), below=f"{_PLACE}/TaxExclusiveAmount[1]")


def _report_no_inclusive(values: Values, log: Log) -> None:
    without, tax = values.get("without_vat"), values.get("vat")
    expected = None if without is None or tax is None else str(without + tax)
    log.add("HUB-UBL-13", "information", None, None, expected, below=f"{_PLACE}/TaxInclusiveAmount[1]")
