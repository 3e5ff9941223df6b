"""An `Invoice` as UBL 2.1, every term of EN 16931 in its place: the other half of `cii_writer`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hub.model.invoice import AllowanceCharge, Attachment, Delivery, Invoice, Line, PaymentMeans, Period, VatGroup
from hub.model.party import Address, Contact, Identifier, Party
from tests.written_xml import binary, element, said

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
NO_NETWORK = "-"  # UBL wants one; EN 16931 has no term for it
_VAT = element("cac:TaxScheme", said("cbc:ID", "VAT"))


def write_ubl(invoice: Invoice) -> bytes:
    """The document, valid by the UBL 2.1 schema: an Invoice or a CreditNote, as its kind says."""
    name = "CreditNote" if invoice.kind == "credit_note" else "Invoice"
    inside = _head(invoice, name) + _references(invoice, name) + _parties(invoice) + _money(invoice, name)
    spaces = f'xmlns="{_UBL}{name}-2" xmlns:cac="{_UBL}CommonAggregateComponents-2" xmlns:cbc="{_UBL}CommonBasicComponents-2"'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} {spaces}>{inside}</{name}>\n'.encode()


def _day(name: str, day: date | None) -> str:
    return said(name, day)


def _id(name: str, identifier: Identifier | None) -> str:
    return "" if identifier is None else said(name, identifier.value, schemeID=identifier.scheme)


def _head(invoice: Invoice, name: str) -> str:
    is_note = name == "CreditNote"
    point = _day("cbc:TaxPointDate", invoice.vat_point_date)
    return "".join(
        (
            said("cbc:CustomizationID", invoice.specification),
            said("cbc:ProfileID", invoice.process),
            said("cbc:ID", invoice.number),
            _day("cbc:IssueDate", invoice.issue_date),
            point if is_note else _day("cbc:DueDate", invoice.due_date),
            said(f"cbc:{name}TypeCode", invoice.type_code),
            *(said("cbc:Note", note) for note in invoice.notes),
            "" if is_note else point,
            said("cbc:DocumentCurrencyCode", invoice.currency),
            said("cbc:TaxCurrencyCode", invoice.vat_currency),
            said("cbc:AccountingCost", invoice.accounting_cost),
            said("cbc:BuyerReference", invoice.buyer_reference),
            _period(invoice.period),
        )
    )


def _period(period: Period | None) -> str:
    if period is None:
        return ""
    days = _day("cbc:StartDate", period.start), _day("cbc:EndDate", period.end)
    return element("cac:InvoicePeriod", *days, said("cbc:DescriptionCode", period.vat_point_code))


def _reference(name: str, number: str) -> str:
    return element(name, said("cbc:ID", number))


def _references(invoice: Invoice, name: str) -> str:
    tender = _reference("cac:OriginatorDocumentReference", invoice.tender)
    contract = _reference("cac:ContractDocumentReference", invoice.contract)
    thing = invoice.object_id
    typed = [Attachment(id=thing.value, scheme=thing.scheme, type_code="130")] if thing else []
    if name == "CreditNote" and invoice.project:
        typed.append(Attachment(id=invoice.project, type_code="50"))
    more = "".join(map(_attachment, [*typed, *invoice.attachments]))
    # UBL gives an order to an order without a number of the buyer no place: the number is mandatory.
    order = element("cac:OrderReference", said("cbc:ID", invoice.order), said("cbc:SalesOrderID", invoice.sales_order))
    return "".join(
        (
            order,
            *(
                element(
                    "cac:BillingReference",
                    element(
                        "cac:InvoiceDocumentReference",
                        said("cbc:ID", one.number),
                        _day("cbc:IssueDate", one.issue_date),
                    ),
                )
                for one in invoice.preceding
            ),
            _reference("cac:DespatchDocumentReference", invoice.despatch_advice),
            _reference("cac:ReceiptDocumentReference", invoice.receiving_advice),
            contract + more + tender if name == "CreditNote" else tender + contract + more,
            "" if name == "CreditNote" else _reference("cac:ProjectReference", invoice.project),
        )
    )


def _attachment(attachment: Attachment) -> str:
    embedded = (
        said(
            "cbc:EmbeddedDocumentBinaryObject",
            binary(attachment.content),
            mimeCode=attachment.media_type,
            filename=attachment.file_name,
        )
        if attachment.content is not None
        else ""
    )
    return element(
        "cac:AdditionalDocumentReference",
        said("cbc:ID", attachment.id, schemeID=attachment.scheme),
        said("cbc:DocumentTypeCode", attachment.type_code),
        said("cbc:DocumentDescription", attachment.description),
        element(
            "cac:Attachment", embedded, element("cac:ExternalReference", said("cbc:URI", attachment.url))
        ),
    )  # fmt: skip


def _address(name: str, address: Address) -> str:
    return element(
        name,
        said("cbc:StreetName", address.line_1),
        said("cbc:AdditionalStreetName", address.line_2),
        said("cbc:CityName", address.city),
        said("cbc:PostalZone", address.postcode),
        said("cbc:CountrySubentity", address.subdivision),
        element("cac:AddressLine", said("cbc:Line", address.line_3)),
        element("cac:Country", said("cbc:IdentificationCode", address.country)),
    )


def _contact(contact: Contact) -> str:
    return element(
        "cac:Contact",
        said("cbc:Name", contact.name),
        said("cbc:Telephone", contact.telephone),
        said("cbc:ElectronicMail", contact.email),
    )


def _party(party: Party, creditor: str = "") -> str:
    identifiers = (*party.identifiers, *([Identifier(creditor, "SEPA")] if creditor else []))
    return "".join(
        (
            _id("cbc:EndpointID", party.endpoint),
            *(element("cac:PartyIdentification", _id("cbc:ID", one)) for one in identifiers),
            element("cac:PartyName", said("cbc:Name", party.trading_name)),
            _address("cac:PostalAddress", party.address),
            _tax("VAT", party.vat_id),
            _tax("TAX", party.tax_registration_id),
            element(
                "cac:PartyLegalEntity",
                said("cbc:RegistrationName", party.name),
                _id("cbc:CompanyID", party.legal_id),
                said("cbc:CompanyLegalForm", party.legal_form),
            ),
            _contact(party.contact),
        )
    )


def _tax(scheme: str, number: str) -> str:
    inside = said("cbc:CompanyID", number), element("cac:TaxScheme", said("cbc:ID", scheme))
    return element("cac:PartyTaxScheme", *inside) if number else ""


def _parties(invoice: Invoice) -> str:
    return "".join(
        (
            element(
                "cac:AccountingSupplierParty",
                element("cac:Party", _party(invoice.seller, invoice.creditor_reference)),
            ),
            element("cac:AccountingCustomerParty", element("cac:Party", _party(invoice.buyer))),
            element("cac:PayeeParty", _party(invoice.payee)) if invoice.payee else "",
            element("cac:TaxRepresentativeParty", _representative(invoice.tax_representative)),
            *map(_delivery, invoice.deliveries),
            *map(_means, invoice.payment_means),
            *(element("cac:PaymentTerms", said("cbc:Note", terms.note)) for terms in invoice.payment_terms),
        )
    )


def _representative(party: Party | None) -> str:
    """The name of a representative is a PartyName (BT-62)."""
    if party is None:
        return ""
    name = element("cac:PartyName", said("cbc:Name", party.name))
    return name + _address("cac:PostalAddress", party.address) + _tax("VAT", party.vat_id)


def _delivery(delivery: Delivery) -> str:
    place = _id("cbc:ID", delivery.location), _address("cac:Address", delivery.address)
    return element(
        "cac:Delivery",
        _day("cbc:ActualDeliveryDate", delivery.date),
        element("cac:DeliveryLocation", *place),
        element("cac:DeliveryParty", element("cac:PartyName", said("cbc:Name", delivery.name))),
    )


def _means(means: PaymentMeans) -> str:
    card = element(
        "cac:CardAccount",
        said("cbc:PrimaryAccountNumberID", means.card_number),
        said("cbc:NetworkID", NO_NETWORK),
        said("cbc:HolderName", means.card_holder),
    )
    return element(
        "cac:PaymentMeans",
        said("cbc:PaymentMeansCode", means.code, name=means.text),
        said("cbc:PaymentID", means.reference),
        card if means.card_number else "",
        element(
            "cac:PayeeFinancialAccount",
            said("cbc:ID", means.account),
            said("cbc:Name", means.account_name),
            element("cac:FinancialInstitutionBranch", said("cbc:ID", means.bic)),
        ),
        element(
            "cac:PaymentMandate",
            said("cbc:ID", means.mandate),
            element("cac:PayerFinancialAccount", said("cbc:ID", means.debited_account)),
        ),
    )


def _allowance(one: AllowanceCharge, currency: str) -> str:
    category = element("cac:TaxCategory", said("cbc:ID", one.vat_category), said("cbc:Percent", one.vat_rate), _VAT)
    return element(
        "cac:AllowanceCharge",
        said("cbc:ChargeIndicator", "true" if one.is_charge else "false"),
        said("cbc:AllowanceChargeReasonCode", one.reason_code),
        said("cbc:AllowanceChargeReason", one.reason),
        said("cbc:MultiplierFactorNumeric", one.percentage),
        said("cbc:Amount", one.amount, currencyID=currency),
        said("cbc:BaseAmount", one.base_amount, currencyID=currency),
        category if one.vat_category else "",
    )  # fmt: skip


def _group(group: VatGroup, currency: str) -> str:
    category = element(
        "cac:TaxCategory",
        said("cbc:ID", group.category),
        said("cbc:Percent", group.rate),
        said("cbc:TaxExemptionReasonCode", group.exemption_code),
        said("cbc:TaxExemptionReason", group.exemption_reason),
        _VAT,
    )
    base = said("cbc:TaxableAmount", group.taxable_amount, currencyID=currency)
    return element("cac:TaxSubtotal", base, said("cbc:TaxAmount", group.tax_amount, currencyID=currency), category)


def _money(invoice: Invoice, name: str) -> str:
    totals, currency = invoice.totals, invoice.currency
    terms: tuple[tuple[str, Decimal | None], ...] = (
        ("LineExtensionAmount", totals.lines),
        ("TaxExclusiveAmount", totals.without_vat),
        ("TaxInclusiveAmount", totals.with_vat),
        ("AllowanceTotalAmount", totals.allowances),
        ("ChargeTotalAmount", totals.charges),
        ("PrepaidAmount", totals.prepaid),
        ("PayableRoundingAmount", totals.rounding),
        ("PayableAmount", totals.due),
    )
    accounting = said("cbc:TaxAmount", totals.vat_accounting, currencyID=invoice.vat_currency)
    return "".join(
        (
            *(_allowance(one, currency) for one in invoice.allowances_charges),
            element(
                "cac:TaxTotal",
                said("cbc:TaxAmount", totals.vat, currencyID=currency),
                *(_group(group, currency) for group in invoice.vat_groups),
            ),
            element("cac:TaxTotal", accounting),
            element(
                "cac:LegalMonetaryTotal", *(said(f"cbc:{term}", value, currencyID=currency) for term, value in terms)
            ),
            *(_line(line, name, currency) for line in invoice.lines),
        )
    )


def _item(line: Line) -> str:
    return element(
        "cac:Item",
        said("cbc:Description", line.item_description),
        said("cbc:Name", line.item_name),
        element("cac:BuyersItemIdentification", said("cbc:ID", line.buyer_item_id)),
        element("cac:SellersItemIdentification", said("cbc:ID", line.seller_item_id)),
        element("cac:StandardItemIdentification", _id("cbc:ID", line.standard_item_id)),
        element("cac:OriginCountry", said("cbc:IdentificationCode", line.origin_country)),
        *(
            element("cac:CommodityClassification", said("cbc:ItemClassificationCode", one.value, listID=one.scheme))
            for one in line.classifications
        ),
        element(
            "cac:ClassifiedTaxCategory", said("cbc:ID", line.vat_category), said("cbc:Percent", line.vat_rate), _VAT
        ),
        *(
            element("cac:AdditionalItemProperty", said("cbc:Name", name), said("cbc:Value", value))
            for name, value in line.attributes
        ),
    )


def _price(line: Line, currency: str) -> str:
    discount = element(
        "cac:AllowanceCharge",
        said("cbc:ChargeIndicator", "false"),
        said("cbc:Amount", line.price_discount, currencyID=currency),
        said("cbc:BaseAmount", line.gross_price, currencyID=currency),
    )
    return element(
        "cac:Price",
        said("cbc:PriceAmount", line.price, currencyID=currency),
        said("cbc:BaseQuantity", line.base_quantity, unitCode=line.base_unit),
        discount if line.price_discount is not None else "",
    )


def _line(line: Line, name: str, currency: str) -> str:
    counted = "CreditedQuantity" if name == "CreditNote" else "InvoicedQuantity"
    thing = element("cac:DocumentReference", _id("cbc:ID", line.object_id), said("cbc:DocumentTypeCode", "130"))
    return element(
        f"cac:{name}Line",
        said("cbc:ID", line.id),
        said("cbc:Note", line.note),
        said(f"cbc:{counted}", line.quantity, unitCode=line.unit),
        said("cbc:LineExtensionAmount", line.net_amount, currencyID=currency),
        said("cbc:AccountingCost", line.accounting_cost),
        _period(line.period),
        element("cac:OrderLineReference", said("cbc:LineID", line.order_line)),
        thing if line.object_id else "",
        *(_allowance(one, currency) for one in line.allowances_charges),
        _item(line),
        _price(line, currency),
    )
