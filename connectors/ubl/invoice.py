"""The document level of UBL Invoice and CreditNote: one table, then what can only be judged at the end."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from connectors.ubl.line import read_allowance_charge, read_line
from connectors.ubl.log import Log
from connectors.ubl.names import CAC, CBC, CREDIT_NOTE
from connectors.ubl.party import read_party, read_third_party
from connectors.ubl.payment import read_means, read_terms
from connectors.ubl.references import read_attachment, read_delivery, read_period, read_preceding
from connectors.ubl.totals import read_totals, settle_totals
from connectors.ubl.values import day, fill
from connectors.ubl.vat import read_tax_total
from hub.formats.terms import Table, Values, many, one, text, texts
from hub.model.invoice import Attachment, Invoice
from hub.model.party import Identifier, Party

_INVOICED_OBJECT, _PROJECT = "130", "50"  # UNTDID 1001 codes of additional document references
_SEPA = "SEPA"  # scheme of BT-90 among the party identifiers
_NEEDED = ("number", "issue_date", "currency")
_NEEDED_TOTALS = ("due", "with_vat", "without_vat", "lines")
_TUPLES = (
    "notes",
    "preceding",
    "deliveries",
    "payment_means",
    "payment_terms",
    "allowances_charges",
    "attachments",
    "lines",
)
_DOCUMENT: Table = {
    CBC + "CustomizationID": (text, "specification"),
    CBC + "ProfileID": (text, "process"),
    CBC + "ID": (text, "number"),
    CBC + "IssueDate": (day, "issue_date"),
    CBC + "DueDate": (day, "due_date"),
    CBC + "InvoiceTypeCode": (text, "type_code"),
    CBC + "CreditNoteTypeCode": (text, "type_code"),
    CBC + "Note": (texts, "notes"),
    CBC + "TaxPointDate": (day, "vat_point_date"),
    CBC + "DocumentCurrencyCode": (text, "currency"),
    CBC + "TaxCurrencyCode": (text, "vat_currency"),
    CBC + "AccountingCost": (text, "accounting_cost"),
    CBC + "AccountingCostCode": (text, "accounting_cost"),
    CBC + "BuyerReference": (text, "buyer_reference"),
    CAC + "InvoicePeriod": (one(read_period), "period"),
    CAC + "OrderReference": {CBC + "ID": (text, "order"), CBC + "SalesOrderID": (text, "sales_order")},
    CAC + "BillingReference": {
        CAC + "InvoiceDocumentReference": (many(read_preceding), "preceding"),
        CAC + "SelfBilledInvoiceDocumentReference": (many(read_preceding), "preceding"),
    },
    CAC + "DespatchDocumentReference": {CBC + "ID": (text, "despatch_advice")},
    CAC + "ReceiptDocumentReference": {CBC + "ID": (text, "receiving_advice")},
    CAC + "OriginatorDocumentReference": {CBC + "ID": (text, "tender")},
    CAC + "ContractDocumentReference": {CBC + "ID": (text, "contract")},
    CAC + "AdditionalDocumentReference": (many(read_attachment), "attachments"),
    CAC + "ProjectReference": {CBC + "ID": (text, "project")},
    CAC + "AccountingSupplierParty": {CAC + "Party": (one(read_party), "seller")},
    CAC + "AccountingCustomerParty": {CAC + "Party": (one(read_party), "buyer")},
    CAC + "PayeeParty": (one(read_third_party), "payee"),
    CAC + "TaxRepresentativeParty": (one(read_third_party), "tax_representative"),
    CAC + "Delivery": (many(read_delivery), "deliveries"),
    CAC + "PaymentMeans": (many(read_means), "payment_means"),
    CAC + "PaymentTerms": (many(read_terms), "payment_terms"),
    CAC + "AllowanceCharge": (many(read_allowance_charge), "allowances_charges"),
    CAC + "TaxTotal": (many(read_tax_total), "_tax_totals"),
    CAC + "LegalMonetaryTotal": (one(read_totals), "_totals"),
    CAC + "InvoiceLine": (many(read_line), "lines"),
    CAC + "CreditNoteLine": (many(read_line), "lines"),
}


def read_document(root: etree._Element, log: Log) -> Invoice | None:
    """The document, or None when its number, issue date, currency or every total cannot be read."""
    values: Values = {"kind": "credit_note" if root.tag == CREDIT_NOTE else "invoice"}
    fill(root, _DOCUMENT, values, log)
    currency = values["currency"] = _currency(values, log)
    _judge_currencies(currency, log)
    tax_totals, totals = values.pop("_tax_totals", []), values.pop("_totals", {})
    values["totals"], values["vat_groups"] = settle_totals(
        totals, tax_totals, currency, values.get("vat_currency", ""), log
    )
    _report_missing(root, values, log)
    if not all(values.get(name) for name in _NEEDED) or not any(name in totals for name in _NEEDED_TOTALS):
        return None
    _sort_references(values)
    _take_creditor_reference(values)
    if "due_date" not in values:
        values["due_date"] = next((m.due_date for m in values.get("payment_means", ()) if m.due_date), None)
    for name in _TUPLES:
        if name in values:
            values[name] = tuple(values[name])
    values.setdefault("seller", Party())
    values.setdefault("buyer", Party())
    return Invoice(unmapped=log.unmapped(), **values)


def _currency(values: Values, log: Log) -> str:
    """BT-5; where it is not stated, the one currency that all amounts carry, with a finding."""
    stated = str(values.get("currency", ""))
    carried = [code for code in log.currencies if code]
    if stated:
        return stated
    if len(carried) == 1:
        log.add("HUB-UBL-19", "warning", None, None, carried[0], below="/DocumentCurrencyCode[1]")
        return carried[0]
    log.add(
        "HUB-UBL-03",
        "fatal",
        None,
        ", ".join(carried) or None,
        "DocumentCurrencyCode",
        below="/DocumentCurrencyCode[1]",
    )
    return ""


def _judge_currencies(currency: str, log: Log) -> None:
    """EN 16931 has one invoice currency (BT-5), so a stray attribute is a warning; amounts in none of it are not."""
    stray = currency in log.currencies
    for code, element in log.currencies.items():
        if code and currency and code != currency:
            log.add("HUB-UBL-24" if stray else "HUB-UBL-18", "warning" if stray else "fatal", element, code, currency)


def _report_missing(root: etree._Element, values: Values, log: Log) -> None:
    if "number" not in values:
        log.missing("HUB-UBL-01", root, "ID")
    if "issue_date" not in values:
        log.missing("HUB-UBL-02", root, "IssueDate")
    if "specification" not in values:
        log.add("HUB-UBL-10", "information", None, None, "CustomizationID", below="/CustomizationID[1]")


def _sort_references(values: Values) -> None:
    """Two kinds of additional reference are no supporting document: BT-18, and BT-11 of a credit note."""
    attachments: list[Attachment] = []
    for reference in values.get("attachments", ()):
        if reference.type_code == _INVOICED_OBJECT and "object_id" not in values:
            values["object_id"] = Identifier(reference.id, reference.scheme)
        elif reference.type_code == _PROJECT and values["kind"] == "credit_note" and "project" not in values:
            values["project"] = reference.id
        else:
            attachments.append(reference)
            continue
        if reference.content is not None or reference.url or reference.description:
            attachments.append(reference)
    values["attachments"] = attachments


def _take_creditor_reference(values: Values) -> None:
    """BT-90 stands among the identifiers of seller or payee and is none of theirs."""
    for role in ("seller", "payee"):
        party = values.get(role)
        if party is None:
            continue
        for found in party.identifiers:
            if found.scheme == _SEPA:
                values.setdefault("creditor_reference", found.value)
                rest = tuple(i for i in party.identifiers if i.scheme != _SEPA)
                values[role] = replace(party, identifiers=rest)
                break
