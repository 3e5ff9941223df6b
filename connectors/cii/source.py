"""The source itself: recognises Cross Industry Invoices and reads them, bare or out of a PDF."""

from __future__ import annotations

from lxml import etree

from connectors.cii.invoice import read_document
from connectors.cii.log import Log
from connectors.cii.profile import profile
from hub.errors import UnreadableInput
from hub.formats.content import Content
from hub.formats.xml import local_name
from hub.model.finding import Finding
from hub.model.invoice import Invoice
from hub.ports import Reading

CII = "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice"  # D16B up to D22B
ZUGFERD_1 = "{urn:ferd:CrossIndustryDocument:invoice:1p0}CrossIndustryDocument"
_TAGS = {local_name(CII): CII, local_name(ZUGFERD_1): ZUGFERD_1}
_ORDERS = ("SCRDMCCBDACIOMessageStructure",)  # Order-X: order, change of an order, answer to an order


class CiiSource:
    """UN/CEFACT CII D16B to D22B, Factur-X and ZUGFeRD 1.0 and 2.x, XRechnung; XML alone or inside a PDF."""

    name = "cii"
    kinds, forms = ("invoice",), ("XML", "PDF")

    def recognise(self, content: Content) -> bool:
        """Whether the payload is a Cross Industry Invoice, its older cousin of ZUGFeRD 1.0, or an order of that family."""
        try:
            return local_name(content.payload.tag) in (*_TAGS, *_ORDERS)
        except UnreadableInput:
            return False

    def read(self, content: Content) -> Reading:
        """The document with all findings. Raises UnreadableInput only when the content was never recognised."""
        root = content.payload
        if local_name(root.tag) in _ORDERS:
            return _order(root)
        log = Log(root, old=root.tag == ZUGFERD_1)
        _judge_root(root, log)
        invoice = read_document(root, log)
        if invoice is not None and not invoice.lines and log.mapped:
            _report_no_lines(invoice, log)
        guideline = invoice.specification if invoice else ""
        hybrid = content.hybrid
        return Reading(
            format=_format(root, in_pdf=hybrid is not None),
            profile=profile(guideline),
            document=invoice,
            findings=(*(hybrid.findings if hybrid else ()), *log.findings),
            mapped=log.mapped and invoice is not None,
        )


def _format(root: etree._Element, *, in_pdf: bool) -> str:
    """`cii`, `factur-x` (the same inside a PDF; ZUGFeRD 2.x is one), or `zugferd` for version 1.0 anywhere."""
    if root.tag == ZUGFERD_1:
        return "zugferd"
    return "factur-x" if in_pdf else "cii"


def _judge_root(root: etree._Element, log: Log) -> None:
    """ZUGFeRD 1.0 is said to be what it is; a root under a namespace that nobody published is a fault of the sender."""
    if root.tag == ZUGFERD_1:
        log.add("HUB-CII-26", "information", None, "ZUGFeRD 1.0", "EN 16931", who="sender")
    elif root.tag != CII:
        log.add("HUB-CII-11", "warning", None, str(root.tag), _TAGS[local_name(root.tag)])


def _report_no_lines(invoice: Invoice, log: Log) -> None:
    """MINIMUM and BASIC WL carry totals only: what was bought is not told, so no account and no VAT code follow."""
    totals = invoice.totals
    told = {"net": totals.without_vat, "vat": totals.vat, "total": totals.with_vat, "due": totals.due}
    details = tuple((name, "-" if value is None else str(value)) for name, value in told.items())
    log.add(
        "HUB-CII-14", "fatal", None, profile(invoice.specification) or invoice.specification or None,
        "IncludedSupplyChainTradeLineItem", who="us", layer="hub", details=(*details, ("currency", invoice.currency)),
    )  # fmt: skip


def _order(root: etree._Element) -> Reading:
    """An order is no invoice, though its family is the same: said as what it is."""
    place = f"/{local_name(root.tag)}[1]"
    finding = Finding("HUB-CII-27", "fatal", "read", place, "Order-X", "CrossIndustryInvoice")
    return Reading("unknown", findings=(finding,), mapped=False)


source = CiiSource()
