"""Everything at once that the rules of one country look at: numbers, addresses, means of payment, references."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from lxml import etree

from tests.rules.fuzz import values
from tests.rules.fuzz.build import B, C, Element, drop, leaf, lines, local, place, put
from tests.rules.fuzz.values import KINDS, NATIONAL

_HOMES = ("NL", "DE", "DK", "GR", "EL", "IS", "IT", "NO", "SE")
_LEGAL_SCHEMES = ("0184", "0007", "0192", "0106", "0190", "0210", "0211", "0088", None, "", " 0184")
_MEANS = {
    "DK": ("31", "42", "49", "50", "93", "93", "50", "48", "58", "30"),
    "SE": ("30", "30", "30", "50", "56", "31", " 30"),
    "IS": ("9", "42", " 9", "42"),
    "NL": ("30", "48", "49", "57", "58", "59", "31", "42"),
    "DE": ("30", "58", "48", "54", "55", "59", "1"),
}
_BRANCHES = ("SE:BANKGIRO", "SE:PLUSGIRO", "1234", "", " SE:PLUSGIRO", "DABADKKK")


def nation(chance: Random, root: Element) -> None:
    """Seller, and mostly buyer, of one country, with what its rules ask for."""
    home = chance.choice(_HOMES)
    sides = ["cac:AccountingSupplierParty/cac:Party"]
    sides += ["cac:AccountingCustomerParty/cac:Party"] if chance.random() < 0.8 else []
    sides += ["cac:TaxRepresentativeParty"] if chance.random() < 0.1 else []
    for side in sides:
        _settle(chance, put(root, side), home)
    payment(chance, root, home)
    _OF_COUNTRY.get(home, _nothing)(chance, root)


def _settle(chance: Random, party: Element, home: str) -> None:
    code = home if chance.random() < 0.95 else home.lower()
    put(party, "cac:PostalAddress/cac:Country/cbc:IdentificationCode", code)
    address = put(party, "cac:PostalAddress")
    for name in ("cbc:StreetName", "cbc:CityName", "cbc:PostalZone"):
        if chance.random() < 0.15:
            drop(address, name)
        elif chance.random() < 0.4:
            put(address, name, "x")
    _register(chance, party, home)
    if local(party) == "Party":
        _number(chance, party, "cac:PartyLegalEntity/cbc:CompanyID", NATIONAL["legal"].get(home, []))
        _number(chance, party, "cac:PartyIdentification/cbc:ID", [])


def _register(chance: Random, party: Element, home: str) -> None:
    sort = chance.random()
    if sort < 0.75:
        put(party, "cac:PartyTaxScheme/cbc:CompanyID", chance.choice(NATIONAL["numbers"][home]))
        scheme = "VAT" if chance.random() < 0.93 else chance.choice(("vat", " VAT", "TAX"))
        put(party, "cac:PartyTaxScheme/cac:TaxScheme/cbc:ID", scheme)
    elif sort < 0.85:
        drop(party, "cac:PartyTaxScheme")
    if chance.random() < 0.35:
        second = etree.Element(C + "PartyTaxScheme")
        second.append(leaf("cbc:CompanyID", chance.choice(NATIONAL["registrations"])))
        put(second, "cac:TaxScheme/cbc:ID", chance.choice(("TAX", "TAX", "LOC", "VAT", " TAX ")))
        place(party, second)


def _number(chance: Random, party: Element, path: str, own: list[str]) -> None:
    if chance.random() > (0.7 if own else 0.4):
        return
    found = put(party, path, chance.choice((*own, *KINDS["identifiers"][:16])))
    found.attrib.pop("schemeID", None)
    scheme = chance.choice(_LEGAL_SCHEMES)
    if scheme is not None:
        found.set("schemeID", scheme)


def payment(chance: Random, root: Element, home: str = "") -> None:
    """Payment instructions: means, account, card, mandate, reference; or none at all."""
    if chance.random() < 0.15:
        return drop(root, "cac:PaymentMeans")
    means = put(root, "cac:PaymentMeans")
    put(means, "cbc:PaymentMeansCode", chance.choice(_MEANS.get(home) or values.ELEMENTS["PaymentMeansCode"]))
    if chance.random() < 0.6:
        put(means, "cbc:PaymentID", chance.choice(NATIONAL["references"]))
    for path, likely in (
        ("cac:PayeeFinancialAccount/cbc:ID", 0.75),
        ("cac:CardAccount/cbc:PrimaryAccountNumberID", 0.25),
        ("cac:PaymentMandate/cbc:ID", 0.25),
    ):
        sort = chance.random()
        if sort < likely:
            put(means, path, chance.choice(NATIONAL["accounts"]))
        elif sort > 0.8:
            drop(means, path.partition("/")[0])
    return _pay_more(chance, means)


def _pay_more(chance: Random, means: Element) -> None:
    if means.find(C + "CardAccount") is not None:
        put(means, "cac:CardAccount/cbc:NetworkID", "VISA")
    if means.find(C + "PaymentMandate") is not None and chance.random() < 0.6:
        put(means, "cac:PaymentMandate/cac:PayerFinancialAccount/cbc:ID", chance.choice(NATIONAL["accounts"]))
    if means.find(C + "PayeeFinancialAccount") is not None and chance.random() < 0.6:
        branch = "cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID"
        put(means, branch, chance.choice(_BRANCHES))


def _danish(chance: Random, root: Element) -> None:
    for line in lines(root)[:2]:
        if chance.random() < 0.5:
            found = put(line, "cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode", "1234")
            found.set("listID", chance.choice(("TST", "TST", "STI", "TST ")))
            if chance.random() < 0.9:
                found.set("listVersionID", values.attribute(chance, "listVersionID"))
    if chance.random() < 0.6:
        reasons = ("x", "1234", "12345", "0001", "-123", "ABCD", "12 4", "1e10", "", None)
        reason = chance.choice(reasons)
        charge = etree.Element(C + "AllowanceCharge")
        charge.append(leaf("cbc:ChargeIndicator", "true"))
        charge.append(leaf("cbc:AllowanceChargeReasonCode", chance.choice(("ZZZ", "ZZZ", "FC", "ZZZ "))))
        if reason is not None:
            charge.append(leaf("cbc:AllowanceChargeReason", reason))
        charge.append(leaf("cbc:Amount", "0.00", currencyID="EUR"))
        place(chance.choice([root, *lines(root)]), charge)
    if chance.random() < 0.3:
        for found in root.iter(B + "PayableAmount"):
            found.text = chance.choice(("-1.00", "-0.00", "0", "x"))


def _greek(chance: Random, root: Element) -> None:
    for found in root.findall(B + "ID"):
        found.text = chance.choice(NATIONAL["greek"])
    if chance.random() < 0.4:
        put(root, "cbc:IssueDate", chance.choice(("2026-11-30", "2026-11-02", "2026-12-31")))
    for number in range(chance.choice((0, 1, 1, 2))):
        words = ("##M.AR.K##", "##INVOICE|URL##", "##INVOICE_URL##", "x", "##M.AR.K## ")
        reference = _reference(root, chance.choice(("400001234567890", "12", "x")), chance.choice(words))
        if chance.random() < 0.4:
            put(reference, "cac:Attachment/cac:ExternalReference/cbc:URI", f"https://x/{number}")
    for side in ("Supplier", "Customer"):
        party = put(root, f"cac:Accounting{side}Party/cac:Party")
        if chance.random() < 0.5:
            found = put(party, "cbc:EndpointID", chance.choice(("094014298", "EL094014298", "094014299", "")))
            found.set("schemeID", chance.choice(("9933", "9933", "0088", "9933 ")))
        if chance.random() < 0.3:
            put(party, "cac:PartyName/cbc:Name", chance.choice(("x", "")))
    if chance.random() < 0.3:
        _represented(chance, put(root, "cac:TaxRepresentativeParty"))


def _represented(chance: Random, party: Element) -> None:
    put(party, "cac:PartyTaxScheme/cbc:CompanyID", chance.choice(("EL094014298", "EL094014299", "XX1", "")))
    put(party, "cac:PartyTaxScheme/cac:TaxScheme/cbc:ID", "VAT")
    if chance.random() < 0.5:
        put(party, "cac:PartyName/cbc:Name", "x")


def _reference(root: Element, number: str, words: str, kind: str = "") -> Element:
    reference = etree.Element(C + "AdditionalDocumentReference")
    reference.append(leaf("cbc:ID", number))
    if kind:
        reference.append(leaf("cbc:DocumentTypeCode", kind))
    if words:
        reference.append(leaf("cbc:DocumentDescription", words))
    return place(root, reference)


def _icelandic(chance: Random, root: Element) -> None:
    days = ("2026-12-31", "2026-11-01", "31-12-2026", "x", "2026-12-31 ", "2026-13-01", "")
    for _ in range(chance.choice((0, 1, 1, 2))):
        words = chance.choice(("EINDAGI", "EINDAGI", "EINDAGI ", "eindagi", "x"))
        _reference(root, chance.choice(days), words, "71" if chance.random() < 0.3 else "")
    if chance.random() < 0.5 and local(root) == "Invoice":
        put(root, "cbc:DueDate", chance.choice(("2026-12-13", "2027-01-31", "2026-10-01")))
    elif chance.random() < 0.5:
        drop(root, "cbc:DueDate")


def _swedish(chance: Random, root: Element) -> None:
    rate = chance.choice(("25", "12", "6", "21", "25.00", "0", " 12 ", "6.0", ""))
    for each in root.iter(C + "TaxCategory", C + "ClassifiedTaxCategory"):
        if chance.random() < 0.7:
            for found in each.findall(B + "Percent"):
                found.text = rate


def _german(chance: Random, root: Element) -> None:
    contact = {"Name": ("x", "", " "), "Telephone": NATIONAL["telephones"], "ElectronicMail": NATIONAL["addresses"]}
    if chance.random() < 0.6:
        for name, pool in contact.items():
            if chance.random() < 0.8:
                put(root, f"cac:AccountingSupplierParty/cac:Party/cac:Contact/cbc:{name}", chance.choice(pool))
    if chance.random() < 0.5:
        terms = chance.choice([text for text in KINDS["texts"] if "SKONTO" in text])
        put(root, "cac:PaymentTerms/cbc:Note", terms + chance.choice(("", "", " ", "x\n", "\n")))
    if chance.random() < 0.4:
        _attached(chance, root)
    for found in root.findall(B + "InvoiceTypeCode"):
        if chance.random() < 0.4:
            found.text = chance.choice(("326", "384", "380", "875", "876", "877", "389", " 384"))
    if chance.random() < 0.3:
        where = put(root, "cac:Delivery/cac:DeliveryLocation/cac:Address")
        put(where, "cac:Country/cbc:IdentificationCode", "DE")
        if chance.random() < 0.5:
            put(where, "cbc:CityName", chance.choice(("x", " ")))


def _attached(chance: Random, root: Element) -> None:
    linked = "cac:Attachment/cac:ExternalReference/cbc:URI"
    put(_reference(root, "1", ""), linked, chance.choice(NATIONAL["links"]))
    for _ in range(chance.choice((0, 0, 2))):
        found = put(_reference(root, "1", ""), "cac:Attachment/cbc:EmbeddedDocumentBinaryObject", "QUJD")
        found.set("mimeCode", "application/pdf")
        found.set("filename", chance.choice(("a.pdf", "A.pdf", "b.pdf", "a.pdf ")))


def _dutch(chance: Random, root: Element) -> None:
    for found in [*root.findall(B + "InvoiceTypeCode"), *root.findall(B + "CreditNoteTypeCode")]:
        if chance.random() < 0.4:
            found.text = chance.choice(("384", "381", "380", "389"))
    if chance.random() < 0.4:
        put(root, "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID", "1")
    if chance.random() < 0.3:
        put(root, "cac:OrderReference/cbc:ID", "1")
        for line in lines(root)[:1]:
            put(line, "cac:OrderLineReference/cbc:LineID", "1")


def _nothing(_: Random, __: Element) -> None:
    """Countries whose rules ask for numbers and addresses only."""


_OF_COUNTRY: dict[str, Callable[[Random, Element], None]] = {
    "DK": _danish,
    "GR": _greek,
    "EL": _greek,
    "IS": _icelandic,
    "SE": _swedish,
    "DE": _german,
    "NL": _dutch,
}
