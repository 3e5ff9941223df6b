"""What an XML document is that no source reads: told by the name and namespace of its root."""

from __future__ import annotations

import re

from lxml import etree

from hub.formats.kinds import Kind
from hub.formats.xml import local_name

_UBL = re.compile(r"urn:oasis:names:specification:ubl:schema:xsd:(\w+)-2")
_OLD_UBL = re.compile(r"urn:oasis:names:(?:tc:ubl|specification:ubl:schema:xsd):\w+(?::1(?::\d+)*|-1(?:\.\d+)?)")
_CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
_INVOICES = ("Invoice", "CreditNote")
DOCUMENTS = frozenset(
    (
        "ApplicationResponse", "Catalogue", "DebitNote", "DespatchAdvice", "FreightInvoice", "Order", "OrderCancellation",
        "OrderChange", "OrderResponse", "OrderResponseSimple", "Quotation", "ReceiptAdvice", "Reminder", "RemittanceAdvice",
        "RequestForQuotation", "SelfBilledCreditNote", "SelfBilledInvoice", "Statement", "Tender", "UtilityStatement", "Waybill",
    )
)  # fmt: skip
"""Other documents of UBL that have a name in words; the rest go by the name of their root."""
# Beginning of a namespace, or a root name without one, of what comes instead of an invoice in UBL.
_KNOWN = (
    ("urn:iso:std:iso:20022:tech:xsd:camt.", "bank", "camt"),
    ("urn:iso:std:iso:20022:tech:xsd:pain.", "bank", "pain"),
    ("http://schemas.xmlsoap.org/soap/envelope/", "wrapped", "soap"),
    ("http://www.w3.org/2003/05/soap-envelope", "wrapped", "soap"),
    ("http://docs.oasis-open.org/ebxml-msg/", "wrapped", "as4"),
    ("http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader", "wrapped", "sbdh"),
    ("http://www.w3.org/2001/04/xmlenc#", "sealed", "sealed"),
    ("http://www.w3.org/1999/xhtml", "html", "html"),
    ("http://ivaservizi.agenziaentrate.gov.it/", "other", "fatturapa"),
    ("http://www.facturae.", "other", "facturae"),
    ("http://www.ebinterface.at/", "other", "ebinterface"),
    ("http://ns.hr-xml.org/", "other", "setu"),
    ("http://www.auditfiles.nl/", "other", "xaf"),
    ("http://www.xbrl.org/", "other", "xbrl"),
)
_ROOTS = {
    "FatturaElettronica": ("other", "fatturapa"), "Finvoice": ("other", "finvoice"), "auditfile": ("other", "xaf"),
    "eExact": ("other", "exact"), "xbrl": ("other", "xbrl"), "Envelope": ("wrapped", "soap"), "html": ("html", "html"),
}  # fmt: skip


def kind_of_root(root: etree._Element) -> Kind:
    """What a document is that no source reads. `found` is its root as it stands."""
    found = str(root.tag)[:200]
    namespace, _, name = found.removeprefix("{").rpartition("}")
    if (ubl := _UBL.fullmatch(namespace)) and ubl[1] == name and name not in _INVOICES:
        return Kind("document" if name in DOCUMENTS else "ubl", _document(root, name), found)
    if _OLD_UBL.fullmatch(namespace):
        return Kind("old", "old", found)
    for start, variant, what in _KNOWN:
        if namespace.startswith(start):
            return Kind(variant, what, found)
    if name in _INVOICES:
        return Kind("namespace" if namespace else "bare", name, found)
    return Kind(*_ROOTS[name], found) if name in _ROOTS else Kind("unknown", name, found)


def _document(root: etree._Element, name: str) -> str:
    """An ApplicationResponse is many things; its CustomizationID says which."""
    if name != "ApplicationResponse":
        return name
    promise = " ".join(
        (child.text or "").lower()
        for child in root.iterchildren(_CBC + "CustomizationID", _CBC + "ProfileID")
        if local_name(child.tag)
    )
    if "invoice_response" in promise:
        return "InvoiceResponse"
    return "MessageLevelResponse" if re.search(r"\b(mlr|mls)\b|message_level", promise) else name
