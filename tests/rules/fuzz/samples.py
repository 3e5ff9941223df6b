"""The documents that are spoiled: small ones of every kind, (nearly) right for the layer they promise, and those of the demo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lxml import etree

from hub.errors import UnreadableInput
from hub.formats.xml import safe_parse
from tests.rules.documents import allowance, invoice, line, subtotal, totals
from tests.rules.dutch import blocked, dutch
from tests.rules.fuzz.build import C, leaf, lines, place, put
from tests.rules.peppol_documents import peppol_invoice, self_billed

DEMO = Path(__file__).parents[3] / "hub" / "demo" / "documents"
_LARGEST = 60_000
_TWO_RATES = {
    "lines": line("100.00") + line("50.00", "S", "9", number=2),
    "subtotals": subtotal("100.00", "21.00") + subtotal("50.00", "4.50", "S", "9"),
    "vat": "25.50",
    "monetary": totals(lines="150.00", net="150.00", gross="175.50", payable="175.50"),
}
_CHARGED = {
    "allowances": allowance("10.00") + allowance("5.00", charge=True),
    "subtotals": subtotal("95.00", "19.95"),
    "vat": "19.95",
    "monetary": totals(
        lines="100.00",
        net="95.00",
        gross="114.95",
        allowances="10.00",
        charges="5.00",
        prepaid="4.95",
        payable="110.00",
    ),
}


def _reversed(code: str) -> dict[str, str]:
    """Lines without VAT under this category, with its reason."""
    rate = None if code == "O" else "0"
    return {
        "lines": line("100.00", code, rate),
        "subtotals": subtotal("100.00", "0.00", code, rate, reason="" if code == "Z" else "Because"),
        "vat": "0.00",
        "monetary": totals(lines="100.00", net="100.00", gross="100.00", payable="100.00"),
    }


def _full(text: str) -> str:
    """With delivery, payment, references, period, and everything a line may have under EN 16931."""
    root = etree.fromstring(text)
    for path, said in (
        ("cbc:DueDate", "2026-12-02"),
        ("cbc:AccountingCost", "4000"),
        ("cac:InvoicePeriod/cbc:StartDate", "2026-11-01"),
        ("cac:InvoicePeriod/cbc:EndDate", "2026-11-30"),
        ("cac:OrderReference/cbc:ID", "O-1"),
        ("cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID", "2026-0"),
        ("cac:ContractDocumentReference/cbc:ID", "C-1"),
        ("cac:AdditionalDocumentReference/cbc:ID", "A-1"),
        ("cac:Delivery/cbc:ActualDeliveryDate", "2026-11-02"),
        ("cac:Delivery/cac:DeliveryLocation/cac:Address/cac:Country/cbc:IdentificationCode", "NL"),
        ("cac:PaymentMeans/cbc:PaymentMeansCode", "30"),
        ("cac:PaymentMeans/cbc:PaymentID", "2026-1"),
        ("cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID", "NL91ABNA0417164300"),
        ("cac:PaymentTerms/cbc:Note", "30 days"),
    ):
        if path != "cbc:DueDate" or not str(root.tag).endswith("}CreditNote"):
            put(root, path, said)
    for each in lines(root):
        _fill_line(each)
    return etree.tostring(root, encoding="unicode")


def _rich(text: str) -> str:
    """The full document with whatever else EN 16931 has: representative, payee, card, mandate, attachment, line charges."""
    root = etree.fromstring(_full(text))
    for path, said in (
        ("cbc:Note", "As agreed"),
        ("cbc:TaxPointDate", "2026-11-02"),
        ("cac:ProjectReference/cbc:ID", "P-1"),
        ("cac:OrderReference/cbc:SalesOrderID", "S-1"),
        ("cac:DespatchDocumentReference/cbc:ID", "D-1"),
        ("cac:ReceiptDocumentReference/cbc:ID", "R-1"),
        ("cac:OriginatorDocumentReference/cbc:ID", "T-1"),
        ("cac:AdditionalDocumentReference/cbc:DocumentTypeCode", "130"),
        ("cac:PayeeParty/cac:PartyIdentification/cbc:ID", "P-2"),
        ("cac:PayeeParty/cac:PartyName/cbc:Name", "Payee"),
        ("cac:PayeeParty/cac:PartyLegalEntity/cbc:CompanyID", "11223344"),
        ("cac:TaxRepresentativeParty/cac:PartyName/cbc:Name", "Representative"),
        ("cac:TaxRepresentativeParty/cac:PostalAddress/cac:Country/cbc:IdentificationCode", "BE"),
        ("cac:TaxRepresentativeParty/cac:PartyTaxScheme/cbc:CompanyID", "BE0403019261"),
        ("cac:TaxRepresentativeParty/cac:PartyTaxScheme/cac:TaxScheme/cbc:ID", "VAT"),
        ("cac:Delivery/cac:DeliveryLocation/cbc:ID", "4006381333931"),
        ("cac:Delivery/cac:DeliveryParty/cac:PartyName/cbc:Name", "Shop"),
        ("cac:PaymentMeans/cac:CardAccount/cbc:PrimaryAccountNumberID", "1234"),
        ("cac:PaymentMeans/cac:CardAccount/cbc:NetworkID", "NA"),
        ("cac:PaymentMeans/cac:PaymentMandate/cbc:ID", "M-1"),
        ("cac:PaymentMeans/cac:PaymentMandate/cac:PayerFinancialAccount/cbc:ID", "NL91ABNA0417164300"),
        ("cac:LegalMonetaryTotal/cbc:PrepaidAmount", "0.00"),
        ("cac:LegalMonetaryTotal/cbc:PayableRoundingAmount", "0.00"),
    ):
        if "ProjectReference" in path and str(root.tag).endswith("}CreditNote"):
            continue
        if not path.endswith("Amount"):
            put(root, path, said)
        elif put(root, path).text is None:
            put(root, path, said).set("currencyID", "EUR")
    attached = place(root, etree.Element(f"{C}AdditionalDocumentReference"))
    attached.append(leaf("cbc:ID", "A-2"))
    document = put(attached, "cac:Attachment/cbc:EmbeddedDocumentBinaryObject", "QUJD")
    document.set("mimeCode", "application/pdf")
    document.set("filename", "a.pdf")
    for each in lines(root):
        for charge in ("false", "true"):
            _charge_line(each, charge)
    return etree.tostring(root, encoding="unicode")


def _charge_line(line_: etree._Element, charge: str) -> None:
    made = etree.Element(f"{C}AllowanceCharge")
    made.append(leaf("cbc:ChargeIndicator", charge))
    made.append(leaf("cbc:AllowanceChargeReasonCode", "95" if charge == "false" else "FC"))
    made.append(leaf("cbc:AllowanceChargeReason", "Agreed"))
    made.append(leaf("cbc:MultiplierFactorNumeric", "10"))
    made.append(leaf("cbc:Amount", "10.00", currencyID="EUR"))
    made.append(leaf("cbc:BaseAmount", "100.00", currencyID="EUR"))
    place(line_, made)


def _fill_line(each: etree._Element) -> None:
    put(each, "cbc:Note", "As agreed")
    put(each, "cac:InvoicePeriod/cbc:StartDate", "2026-11-02")
    put(each, "cac:OrderLineReference/cbc:LineID", "1")
    put(each, "cac:Item/cac:StandardItemIdentification/cbc:ID", "4006381333931").set("schemeID", "0160")
    put(each, "cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode", "43211503").set("listID", "STI")
    put(each, "cac:Item/cac:AdditionalItemProperty/cbc:Name", "Colour")
    put(each, "cac:Item/cac:AdditionalItemProperty/cbc:Value", "Red")
    put(each, "cac:Price/cbc:BaseQuantity", "1").set("unitCode", "C62")
    price = put(each, "cac:Price")
    put(price, "cac:AllowanceCharge/cbc:ChargeIndicator", "false")
    said = price.findtext("{*}PriceAmount") or "0"
    charge = put(price, "cac:AllowanceCharge")
    charge.extend([leaf("cbc:Amount", "0.00", currencyID="EUR"), leaf("cbc:BaseAmount", said, currencyID="EUR")])


OF_LAYER: dict[str, dict[str, Callable[[], str]]] = {
    "en16931": {
        "invoice": invoice,
        "credit-note": lambda: invoice(kind="CreditNote"),
        "two-rates": lambda: invoice(**_TWO_RATES),
        "charged": lambda: invoice(**_CHARGED),
        "rich": lambda: _rich(invoice(**_CHARGED)),
        "rich-credit-note": lambda: _rich(invoice(kind="CreditNote", **_CHARGED)),
        "full": lambda: _full(invoice(**_CHARGED)),
        "full-credit-note": lambda: _full(invoice(kind="CreditNote", **_TWO_RATES)),
        **{
            f"category-{code}": lambda code=code: invoice(**_reversed(code)) for code in ("Z", "E", "AE", "K", "G", "O")
        },
    },
    "peppol": {
        "peppol": peppol_invoice,
        "peppol-full": lambda: _full(peppol_invoice(**_CHARGED)),
        "peppol-rich": lambda: _rich(peppol_invoice(**_CHARGED)),
        "peppol-credit-note": lambda: _full(peppol_invoice(kind="CreditNote")),
        "peppol-two-rates": lambda: peppol_invoice(**_TWO_RATES),
    },
    "peppol-sb": {
        "self-billed": self_billed,
        "self-billed-credit-note": lambda: self_billed("CreditNote", "261"),
        "self-billed-rich": lambda: _rich(self_billed()),
        "self-billed-full": lambda: _full(self_billed()),
    },
    "siubl": {
        "dutch": dutch,
        "dutch-credit-note": lambda: dutch("CreditNote"),
        "dutch-rich": lambda: _rich(dutch()),
        "dutch-full": lambda: _full(dutch()),
    },
    "gaccount": {"blocked": blocked, "blocked-full": lambda: blocked().replace("<cbc:Name>Thing", "<cbc:Name>Work")},
}
"""Small documents by the layer they are for, and by name."""


def small(layer: str = "") -> dict[str, bytes]:
    """The small documents of a layer, or all of them."""
    chosen = [OF_LAYER[layer]] if layer else list(OF_LAYER.values())
    return {name: make().encode() for each in chosen for name, make in each.items()}


def of_folders(folders: list[Path]) -> list[bytes]:
    """The documents of some folders that are an Invoice or CreditNote of moderate size."""
    found = []
    for path in sorted(path for folder in folders for path in folder.glob("**/*.xml")):
        data = path.read_bytes()
        try:
            tag = str(safe_parse(data).tag)
        except UnreadableInput:
            continue
        if tag.endswith(("}Invoice", "}CreditNote")) and len(data) < _LARGEST:
            found.append(data)
    return found
