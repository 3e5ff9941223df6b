"""The document level of a CrossIndustryInvoice: one table, then what can only be judged at the end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lxml import etree

from connectors.cii.line import read_allowance_charge, read_line, read_logistics
from connectors.cii.log import Log
from connectors.cii.party import read_party
from connectors.cii.payment import read_means, read_terms, spread
from connectors.cii.references import (
    INVOICED_OBJECT,
    TENDER,
    read_attachment,
    read_delivery,
    read_period,
    read_preceding,
)
from connectors.cii.totals import PLACE, read_totals, settle_totals
from connectors.cii.values import day, fill
from connectors.cii.vat import read_group
from hub.formats.terms import Table, Values, many, one, text, text_of, texts
from hub.model.invoice import Attachment, Delivery, Invoice, Period
from hub.model.party import Identifier, Party

# UNTDID 1001 as EN 16931 parts it: these are credit notes, every other type is an invoice (BR-CL-01).
CREDIT_NOTES = frozenset(["81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"])
_NEEDED = ("number", "issue_date", "currency")
_NEEDED_TOTALS = ("due", "with_vat", "without_vat", "lines")
_TUPLES = (
    "notes",
    "preceding",
    "payment_means",
    "payment_terms",
    "allowances_charges",
    "attachments",
    "lines",
    "vat_groups",
)
_DOCUMENT_PLACE = "/ExchangedDocument[1]"


def _note(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """BT-22, with BT-21 before it as in UBL."""
    note: Values = {}
    fill(element, {"Content": (texts, "content"), "SubjectCode": (text, "subject")}, note, log)
    prefix = f"#{note['subject']}#" if "subject" in note else ""
    values.setdefault(field, []).extend(prefix + content for content in note.get("content", ()))


def _test(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """A document that says it is only a test is never booked by itself."""
    if (said := text_of(element, log).lower()) in ("true", "1"):
        log.add("HUB-CII-29", "fatal", element, said, "false", layer="hub")


def _project_name(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """The schema wants a name, EN 16931 has none and fills in these words; another name is kept."""
    if text_of(element, log) != "Project reference":
        log.keep(element)


def _number_of(field: str) -> Table:
    """A reference to a document by its number; the second name is ZUGFeRD 1.0's."""
    return {"IssuerAssignedID": (text, field), "ID": (text, field)}


_CONTEXT: Table = {
    "TestIndicator": {"Indicator": (_test, "")},
    "BusinessProcessSpecifiedDocumentContextParameter": {"ID": (text, "process")},
    "GuidelineSpecifiedDocumentContextParameter": {"ID": (text, "specification")},
}
_ABOUT: Table = {
    "ID": (text, "number"),
    "TypeCode": (text, "type_code"),
    "IssueDateTime": (day, "issue_date"),
    "IncludedNote": (_note, "notes"),
}
_AGREEMENT: Table = {
    "BuyerReference": (text, "buyer_reference"),
    "SellerTradeParty": (one(read_party), "seller"),
    "BuyerTradeParty": (one(read_party), "buyer"),
    "SellerTaxRepresentativeTradeParty": (one(read_party), "tax_representative"),
    "SellerOrderReferencedDocument": _number_of("sales_order"),
    "BuyerOrderReferencedDocument": _number_of("order"),
    "ContractReferencedDocument": _number_of("contract"),
    "AdditionalReferencedDocument": (many(read_attachment), "attachments"),
    "SpecifiedProcuringProject": {"ID": (text, "project"), "Name": (_project_name, "")},
}
_DELIVERY: Table = {
    "ShipToTradeParty": (one(read_delivery), "_delivery"),
    "ActualDeliverySupplyChainEvent": {"OccurrenceDateTime": (day, "_delivered")},
    "DespatchAdviceReferencedDocument": _number_of("despatch_advice"),
    "ReceivingAdviceReferencedDocument": _number_of("receiving_advice"),
}
_SETTLEMENT: Table = {
    "CreditorReferenceID": (text, "creditor_reference"),
    "PaymentReference": (text, "_reference"),
    "TaxCurrencyCode": (text, "vat_currency"),
    "InvoiceCurrencyCode": (text, "currency"),
    "PayeeTradeParty": (one(read_party), "payee"),
    "SpecifiedTradeSettlementPaymentMeans": (many(read_means), "payment_means"),
    "ApplicableTradeTax": (read_group, "vat_groups"),
    "BillingSpecifiedPeriod": (one(read_period), "period"),
    "SpecifiedTradeAllowanceCharge": (many(read_allowance_charge), "allowances_charges"),
    "SpecifiedLogisticsServiceCharge": (many(read_logistics), "allowances_charges"),
    "SpecifiedTradePaymentTerms": (read_terms, "payment_terms"),
    "SpecifiedTradeSettlementHeaderMonetarySummation": (one(read_totals), "_totals"),
    "SpecifiedTradeSettlementMonetarySummation": (one(read_totals), "_totals"),  # ZUGFeRD 1.0
    "InvoiceReferencedDocument": (many(read_preceding), "preceding"),
    "ReceivableSpecifiedTradeAccountingAccount": {"ID": (text, "accounting_cost")},
}
_TRANSACTION: Table = {
    "IncludedSupplyChainTradeLineItem": (many(read_line), "lines"),
    "ApplicableHeaderTradeAgreement": _AGREEMENT,
    "ApplicableHeaderTradeDelivery": _DELIVERY,
    "ApplicableHeaderTradeSettlement": _SETTLEMENT,
    # ZUGFeRD 1.0
    "ApplicableSupplyChainTradeAgreement": _AGREEMENT,
    "ApplicableSupplyChainTradeDelivery": _DELIVERY,
    "ApplicableSupplyChainTradeSettlement": _SETTLEMENT,
}
_DOCUMENT: Table = {
    "ExchangedDocumentContext": _CONTEXT,
    "ExchangedDocument": _ABOUT,
    "SupplyChainTradeTransaction": _TRANSACTION,
    # ZUGFeRD 1.0
    "SpecifiedExchangedDocumentContext": _CONTEXT,
    "HeaderExchangedDocument": _ABOUT,
    "SpecifiedSupplyChainTradeTransaction": _TRANSACTION,
}


def read_document(root: etree._Element, log: Log) -> Invoice | None:
    """The document, or None when its number, issue date, currency or every total cannot be read."""
    values: Values = {}
    fill(root, _DOCUMENT, values, log)
    values["kind"] = "credit_note" if values.get("type_code") in CREDIT_NOTES else "invoice"
    currency = values["currency"] = _currency(values, log)
    _judge_currencies(currency, log)
    totals: dict[str, Any] = values.pop("_totals", {})
    values["totals"] = settle_totals(totals, currency, values.get("vat_currency", ""), log)
    _report_missing(values, log)
    if log.old:
        _settle_signs(values, log)
    if not all(values.get(name) for name in _NEEDED) or not any(name in totals for name in _NEEDED_TOTALS):
        return None
    _sort_references(values)
    spread(values)
    _take_delivery(values)
    _take_point_code(values)
    for name in _TUPLES:
        if name in values:
            values[name] = tuple(values[name])
    values.setdefault("seller", Party())
    values.setdefault("buyer", Party())
    return Invoice(unmapped=log.unmapped(), **values)


def _currency(values: Values, log: Log) -> str:
    """BT-5; where it is not stated, the one currency that amounts carry, with a finding."""
    stated = str(values.get("currency", ""))
    taxes = values.get("_totals", {}).get("_tax", ())
    named: list[str | None] = [*log.currencies, *(code for _, code, _ in taxes)]
    carried = list(dict.fromkeys(code for code in named if code))
    if stated:
        return stated
    below = PLACE + "/InvoiceCurrencyCode[1]"
    if len(carried) == 1:
        log.add("HUB-CII-19", "warning", None, None, carried[0], below=below)
        return carried[0]
    log.add("HUB-CII-03", "fatal", None, ", ".join(carried) or None, "InvoiceCurrencyCode", below=below)
    return ""


def _judge_currencies(currency: str, log: Log) -> None:
    """EN 16931 has one invoice currency (BT-5), so a stray attribute is a warning; amounts in none of it are not."""
    stray = currency in log.currencies or None in log.currencies
    for code, element in log.currencies.items():
        if code and currency and code != currency:
            log.add("HUB-CII-24" if stray else "HUB-CII-18", "warning" if stray else "fatal", element, code, currency)


def _report_missing(values: Values, log: Log) -> None:
    if "number" not in values:
        log.add("HUB-CII-01", "fatal", None, None, "ID", below=_DOCUMENT_PLACE + "/ID[1]")
    if "issue_date" not in values:
        log.add("HUB-CII-02", "fatal", None, None, "IssueDateTime", below=_DOCUMENT_PLACE + "/IssueDateTime[1]")
    if "specification" not in values:
        below = "/ExchangedDocumentContext[1]/GuidelineSpecifiedDocumentContextParameter[1]"
        log.add("HUB-CII-10", "information", None, None, "GuidelineSpecifiedDocumentContextParameter", below=below)


def _settle_signs(values: Values, log: Log) -> None:
    """Writers of ZUGFeRD 1.0 gave allowances a minus: seen by arithmetic only (BT-107 is their sum without it), and said."""
    stated = values["totals"].allowances
    items = values.get("allowances_charges", ())
    amounts = [item.amount for item in items if not item.is_charge]
    if stated is None or sum(amounts) == stated or sum(map(abs, amounts)) != stated:
        return
    log.add("HUB-CII-12", "warning", None, str(sum(amounts)), str(stated), below=PLACE)
    values["allowances_charges"] = [
        item if item.is_charge else replace(item, amount=abs(item.amount)) for item in items
    ]


def _sort_references(values: Values) -> None:
    """Two kinds of additional reference are no supporting document: BT-17 and BT-18."""
    attachments: list[Attachment] = []
    for reference in values.get("attachments", ()):
        if reference.type_code == INVOICED_OBJECT and "object_id" not in values:
            values["object_id"] = Identifier(reference.id, reference.scheme)
        elif reference.type_code == TENDER and "tender" not in values:
            values["tender"] = reference.id
        else:
            attachments.append(reference)
            continue
        if reference.content is not None or reference.url or reference.description:
            attachments.append(reference)
    values["attachments"] = attachments


def _take_delivery(values: Values) -> None:
    """BT-72 stands beside the place of delivery."""
    delivery, on = values.pop("_delivery", None), values.pop("_delivered", None)
    if delivery is not None or on is not None:
        values["deliveries"] = (replace(delivery or Delivery(), date=on),)


def _take_point_code(values: Values) -> None:
    """BT-8 stands in the breakdown, and in the model with the period."""
    if code := values.pop("_point_code", ""):
        values["period"] = replace(values.get("period") or Period(), vat_point_code=code)
