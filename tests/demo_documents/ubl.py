"""Writes a `Draft` as UBL 2.1, element by element in the order of the schema."""

from __future__ import annotations

import base64
from decimal import Decimal

from lxml import etree

from .draft import Adjustment, Draft, Item, Payment, Vat
from .parties import Party

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC, CBC = UBL + "CommonAggregateComponents-2", UBL + "CommonBasicComponents-2"
Node = etree._Element


def cbc(parent: Node, name: str, value: object = None, **attributes: str) -> None:
    """Add a basic component. Nothing is added for None or empty text."""
    if value is None or value == "":
        return
    node = etree.SubElement(parent, f"{{{CBC}}}{name}", attributes)
    node.text = str(value)


def cac(parent: Node, *names: str) -> Node:
    """Add an aggregate component, or a nest of them, and give back the innermost."""
    for name in names:
        parent = etree.SubElement(parent, f"{{{CAC}}}{name}")
    return parent


def money(parent: Node, name: str, amount: Decimal | None, currency: str) -> None:
    """Add an amount with two decimals, unless it is not stated."""
    if amount is not None:
        cbc(parent, name, f"{amount:.2f}", currencyID=currency)


def write(draft: Draft) -> bytes:
    """The document as UTF-8 bytes, indented with two blanks."""
    kind = "CreditNote" if draft.credit_note else "Invoice"
    root = etree.Element(f"{{{UBL}{kind}-2}}{kind}", nsmap={None: f"{UBL}{kind}-2", "cac": CAC, "cbc": CBC})
    _header(root, draft)
    _references(root, draft)
    _party(cac(root, "AccountingSupplierParty", "Party"), draft.seller)
    _party(cac(root, "AccountingCustomerParty", "Party"), draft.buyer)
    _delivery(root, draft)
    _payment(root, draft)
    for adjustment in draft.adjustments:
        _adjustment(root, adjustment, draft.currency)
    _vat(root, draft)
    _totals(root, draft)
    for number, item in enumerate(draft.items, start=1):
        _line(root, number, item, draft)
    etree.indent(root)
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return text + b"\n"


def _header(root: Node, draft: Draft) -> None:
    cbc(root, "CustomizationID", draft.specification)
    cbc(root, "ProfileID", draft.process)
    cbc(root, "ID", draft.number)
    cbc(root, "IssueDate", draft.issued)
    if draft.credit_note:
        cbc(root, "CreditNoteTypeCode", draft.type_code)
    else:
        cbc(root, "DueDate", draft.due)
        cbc(root, "InvoiceTypeCode", draft.type_code)
    for note in draft.notes:
        cbc(root, "Note", note)
    cbc(root, "DocumentCurrencyCode", draft.currency)
    cbc(root, "AccountingCost", draft.accounting_cost)
    cbc(root, "BuyerReference", draft.buyer_reference)


def _references(root: Node, draft: Draft) -> None:
    if draft.period:
        period = cac(root, "InvoicePeriod")
        cbc(period, "StartDate", draft.period[0])
        cbc(period, "EndDate", draft.period[1])
    if draft.order:
        cbc(cac(root, "OrderReference"), "ID", draft.order)
    for number, issued in draft.preceding:
        reference = cac(root, "BillingReference", "InvoiceDocumentReference")
        cbc(reference, "ID", number)
        cbc(reference, "IssueDate", issued)
    if draft.attachment:
        name, content = draft.attachment
        document = cac(root, "AdditionalDocumentReference")
        cbc(document, "ID", draft.number)
        cbc(document, "DocumentDescription", "Factuur als pdf")
        cbc(
            cac(document, "Attachment"),
            "EmbeddedDocumentBinaryObject",
            base64.b64encode(content).decode(),
            mimeCode="application/pdf",
            filename=name,
        )


def _party(node: Node, party: Party) -> None:
    scheme, value = party.endpoint if party.endpoint[0] else ("0106", party.kvk)
    if value:
        cbc(node, "EndpointID", value, schemeID=scheme)
    if party.gln:
        cbc(cac(node, "PartyIdentification"), "ID", party.gln, schemeID="0088")
    cbc(cac(node, "PartyName"), "Name", party.name)
    address = cac(node, "PostalAddress")
    cbc(address, "StreetName", party.street)
    cbc(address, "CityName", party.city)
    cbc(address, "PostalZone", party.postcode)
    cbc(cac(address, "Country"), "IdentificationCode", party.country)
    for number, scheme in ((party.vat_id, "VAT"), (party.tax_number, "TAX")):
        if number:
            tax = cac(node, "PartyTaxScheme")
            cbc(tax, "CompanyID", number)
            cbc(cac(tax, "TaxScheme"), "ID", scheme)
    legal = cac(node, "PartyLegalEntity")
    cbc(legal, "RegistrationName", party.name)
    cbc(legal, "CompanyID", party.kvk, **({"schemeID": party.kvk_scheme} if party.kvk_scheme else {}))
    if party.email:
        cbc(cac(node, "Contact"), "ElectronicMail", party.email)


def _delivery(root: Node, draft: Draft) -> None:
    if draft.delivered:
        delivery = cac(root, "Delivery")
        cbc(delivery, "ActualDeliveryDate", draft.delivered)
        if draft.delivered_country:
            cbc(cac(delivery, "DeliveryLocation", "Address", "Country"), "IdentificationCode", draft.delivered_country)


def _payment(root: Node, draft: Draft) -> None:
    payments = draft.payments
    if payments is None:
        payments = (Payment(draft.seller.iban, draft.number),) if draft.seller.iban else ()
    for payment in payments:
        means = cac(root, "PaymentMeans")
        cbc(means, "ID", payment.id)
        cbc(means, "PaymentMeansCode", "30")
        cbc(means, "PaymentID", payment.reference)
        cbc(cac(means, "PayeeFinancialAccount"), "ID", payment.iban)
    for payment in payments:
        if payment.id:
            terms = cac(root, "PaymentTerms")
            cbc(terms, "PaymentMeansID", payment.id)
            money(terms, "Amount", payment.amount, draft.currency)
    if draft.terms:
        cbc(cac(root, "PaymentTerms"), "Note", draft.terms)


def _category(node: Node, vat: Vat, *, reason: bool = False) -> None:
    cbc(node, "ID", vat.category)
    cbc(node, "Percent", vat.rate)
    if reason:
        cbc(node, "TaxExemptionReason", vat.why)
    cbc(cac(node, "TaxScheme"), "ID", "VAT")


def _adjustment(root: Node, adjustment: Adjustment, currency: str) -> None:
    node = cac(root, "AllowanceCharge")
    cbc(node, "ChargeIndicator", "true" if adjustment.is_charge else "false")
    cbc(node, "AllowanceChargeReason", adjustment.reason)
    money(node, "Amount", adjustment.amount, currency)
    _category(cac(node, "TaxCategory"), adjustment.vat)


def _vat(root: Node, draft: Draft) -> None:
    total = cac(root, "TaxTotal")
    money(total, "TaxAmount", draft.totals["vat"], draft.currency)
    for group in draft.groups:
        subtotal = cac(total, "TaxSubtotal")
        money(subtotal, "TaxableAmount", group.base, draft.currency)
        money(subtotal, "TaxAmount", group.tax, draft.currency)
        _category(cac(subtotal, "TaxCategory"), group.vat, reason=True)


def _totals(root: Node, draft: Draft) -> None:
    node, totals = cac(root, "LegalMonetaryTotal"), draft.totals
    for element, term in (
        ("LineExtensionAmount", "lines"),
        ("TaxExclusiveAmount", "without_vat"),
        ("TaxInclusiveAmount", "with_vat"),
        ("AllowanceTotalAmount", "allowances"),
        ("ChargeTotalAmount", "charges"),
        ("PrepaidAmount", "prepaid"),
        ("PayableRoundingAmount", "rounding"),
        ("PayableAmount", "due"),
    ):
        money(node, element, totals[term], draft.currency)


def _line(root: Node, number: int, item: Item, draft: Draft) -> None:
    node = cac(root, "CreditNoteLine" if draft.credit_note else "InvoiceLine")
    cbc(node, "ID", number)
    cbc(node, "CreditedQuantity" if draft.credit_note else "InvoicedQuantity", item.quantity, unitCode=item.unit)
    money(node, "LineExtensionAmount", item.net, draft.currency)
    cbc(node, "AccountingCost", item.cost)
    product = cac(node, "Item")
    cbc(product, "Name", item.name)
    if item.seller_item:
        cbc(cac(product, "SellersItemIdentification"), "ID", item.seller_item)
    _category(cac(product, "ClassifiedTaxCategory"), item.vat)
    cbc(cac(node, "Price"), "PriceAmount", item.price, currencyID=draft.currency)
