"""Which XML inside a PDF is its invoice (Factur-X, ZUGFeRD, Order-X), and what is unusual about how it is there."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from hub.errors import UnreadableInput
from hub.formats.pdf import EmbeddedXml, embedded_xml
from hub.formats.xml import local_name, safe_parse
from hub.model.finding import Finding

# By these names the standards put it there: Factur-X and ZUGFeRD 2.1, XRechnung, ZUGFeRD 1.0 and 2.0, Order-X.
NAMES = ("factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml", "order-x.xml")
# Which root is taken where there are several: the newest standard first, an invoice before an order.
_ROOTS = ("CrossIndustryInvoice", "Invoice", "CreditNote", "CrossIndustryDocument", "SCRDMCCBDACIOMessageStructure")
_INVOICES = _ROOTS[:-1]
_RELATIONSHIPS = ("Data", "Alternative", "Source")  # that Factur-X allows
_TELLING = ("GrandTotalAmount", "DuePayableAmount", "TaxInclusiveAmount", "PayableAmount")
_EXPECTED = "Factur-X, ZUGFeRD"


@dataclass(frozen=True, slots=True)
class Hybrid:
    """The XML that is the invoice of a PDF: its root, the name it has there, its bytes, and findings about the PDF."""

    root: etree._Element
    name: str
    data: bytes
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Candidate:
    file: EmbeddedXml
    root: etree._Element

    @property
    def rank(self) -> int:
        return _ROOTS.index(local_name(self.root.tag))

    @property
    def gist(self) -> tuple[str, ...]:
        """Number and totals as written: what two of the same invoice have in common."""
        return (_number(self.root), *sorted({text for text in map(_amount, self.root.iter(etree.Element)) if text}))


def open_hybrid(data: bytes) -> Hybrid:
    """The invoice inside a PDF. Raises UnreadableInput: HUB-PDF-01 none inside, those of `embedded_xml`, and those of
    `safe_parse` where the only XML is unreadable.
    """
    embedded = embedded_xml(data)
    candidates, refusals = [], []
    for file in embedded.xml:
        try:
            root = safe_parse(file.data)
        except UnreadableInput as refusal:
            refusals.append((file, refusal))
            continue
        if local_name(root.tag) in _ROOTS:
            candidates.append(_Candidate(file, root))
    if not candidates:
        _refuse(embedded.names, refusals)
    chosen = min(candidates, key=lambda one: (one.rank, _name_rank(one.file.name)))
    findings = (*_others(chosen, candidates), *_unusual(chosen.file))
    return Hybrid(chosen.root, chosen.file.name, chosen.file.data, findings)


def _refuse(names: tuple[str, ...], refusals: list[tuple[EmbeddedXml, UnreadableInput]]) -> None:
    for file, refusal in refusals:
        if _name_rank(file.name) < len(NAMES):  # it is there, and broken
            place = f"{file.name} {refusal.location}".strip()
            raise UnreadableInput(refusal.code, found=refusal.found, expected=refusal.expected, location=place)
    raise UnreadableInput("HUB-PDF-01", found=", ".join(names)[:300] or "-", expected=_EXPECTED)


def _name_rank(name: str) -> int:
    lowered = name.lower()
    return NAMES.index(lowered) if lowered in NAMES else len(NAMES)


def _others(chosen: _Candidate, candidates: list[_Candidate]) -> tuple[Finding, ...]:
    """What to say of other invoices beside the one that is read: nothing, that they are the same, or that they differ."""
    invoices = [one for one in candidates if local_name(one.root.tag) in _INVOICES]
    if len(invoices) < 2:
        return ()
    same = all(one.gist == chosen.gist for one in invoices)
    found = ", ".join(f"{one.file.name}: {' '.join(one.gist)}" for one in invoices)[:300]
    if same:
        return (Finding("HUB-PDF-06", "information", "pdf", "", found, chosen.file.name),)
    return (Finding("HUB-PDF-05", "fatal", "hub", "", found, chosen.file.name),)


def _unusual(file: EmbeddedXml) -> tuple[Finding, ...]:
    findings = []
    if file.relationship not in _RELATIONSHIPS:
        expected = ", ".join(_RELATIONSHIPS)
        findings.append(Finding("HUB-PDF-07", "warning", "pdf", "", file.relationship or None, expected))
    if _name_rank(file.name) == len(NAMES):
        findings.append(Finding("HUB-PDF-08", "warning", "pdf", "", file.name, NAMES[0]))
    return tuple(findings)


def _number(root: etree._Element) -> str:
    """BT-1: the ID directly in the document (UBL) or in what is said about it (CII)."""
    for child in root.iterchildren(etree.Element):
        name = local_name(child.tag)
        if name == "ID":
            return (child.text or "").strip()
        if name.endswith("ExchangedDocument"):
            return next(((e.text or "").strip() for e in child if local_name(e.tag) == "ID"), "")
    return ""


def _amount(element: etree._Element) -> str:
    return (element.text or "").strip() if local_name(element.tag) in _TELLING else ""
