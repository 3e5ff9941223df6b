"""An `Invoice` as UN/CEFACT CII, every term of EN 16931 in its place: the other half of `ubl_writer`."""

from __future__ import annotations

from datetime import date

from hub.model.invoice import AllowanceCharge, Attachment, Invoice, Line, PaymentMeans, Period, VatGroup
from hub.model.party import Address, Contact, Identifier, Party
from tests.written_xml import binary, element, said

_URN = "urn:un:unece:uncefact:data:standard:"
_SPACES = {
    "rsm": _URN + "CrossIndustryInvoice:100",
    "ram": _URN + "ReusableAggregateBusinessInformationEntity:100",
    "udt": _URN + "UnqualifiedDataType:100",
    "qdt": _URN + "QualifiedDataType:100",
}
_POINT_CODES = {"3": "5", "35": "29", "432": "72"}  # UNTDID 2005 as 2475


def write_cii(invoice: Invoice) -> bytes:
    """The document, valid by the D22B schema."""
    context = element(
        "rsm:ExchangedDocumentContext",
        element("ram:BusinessProcessSpecifiedDocumentContextParameter", said("ram:ID", invoice.process)),
        element("ram:GuidelineSpecifiedDocumentContextParameter", said("ram:ID", invoice.specification)),
    )
    about = element(
        "rsm:ExchangedDocument",
        said("ram:ID", invoice.number),
        said("ram:TypeCode", invoice.type_code),
        _day("ram:IssueDateTime", invoice.issue_date),
        *map(_note, invoice.notes),
    )
    transaction = element(
        "rsm:SupplyChainTradeTransaction",
        *map(_line, invoice.lines),
        _agreement(invoice),
        _delivery(invoice) or "<ram:ApplicableHeaderTradeDelivery/>",
        _settlement(invoice),
    )
    spaces = "".join(f' xmlns:{prefix}="{urn}"' for prefix, urn in _SPACES.items())
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return (
        f"{head}<rsm:CrossIndustryInvoice{spaces}>{context}{about}{transaction}</rsm:CrossIndustryInvoice>\n".encode()
    )


def _day(name: str, day: date | None, inner: str = "udt:DateTimeString") -> str:
    return "" if day is None else element(name, said(inner, day.strftime("%Y%m%d"), format="102"))


def _id(name: str, identifier: Identifier | None) -> str:
    return "" if identifier is None else said(name, identifier.value, schemeID=identifier.scheme)


def _either(identifiers: tuple[Identifier, ...]) -> str:
    """ID without a scheme, GlobalID with one; the schema wants them in that order."""
    plain = [_id("ram:ID", one) for one in identifiers if not one.scheme]
    return "".join([*plain, *(_id("ram:GlobalID", one) for one in identifiers if one.scheme)])


def _note(note: str) -> str:
    code, mark, text = note[1:].partition("#") if note.startswith("#") else ("", "", note)
    content, subject = (text, code) if mark else (note, "")
    return element("ram:IncludedNote", said("ram:Content", content), said("ram:SubjectCode", subject))


def _reference(name: str, number: str) -> str:
    return element(name, said("ram:IssuerAssignedID", number))


def _address(address: Address) -> str:
    return element(
        "ram:PostalTradeAddress",
        said("ram:PostcodeCode", address.postcode),
        said("ram:LineOne", address.line_1),
        said("ram:LineTwo", address.line_2),
        said("ram:LineThree", address.line_3),
        said("ram:CityName", address.city),
        said("ram:CountryID", address.country),
        said("ram:CountrySubDivisionName", address.subdivision),
    )


def _contact(contact: Contact) -> str:
    return element(
        "ram:DefinedTradeContact",
        said("ram:PersonName", contact.name),
        element("ram:TelephoneUniversalCommunication", said("ram:CompleteNumber", contact.telephone)),
        element("ram:EmailURIUniversalCommunication", said("ram:URIID", contact.email)),
    )


def _party(name: str, party: Party | None) -> str:
    if party is None:
        return ""
    return element(
        name,
        _either(party.identifiers),
        said("ram:Name", party.name),
        said("ram:Description", party.legal_form),
        element(
            "ram:SpecifiedLegalOrganization",
            _id("ram:ID", party.legal_id),
            said("ram:TradingBusinessName", party.trading_name),
        ),
        _contact(party.contact),
        _address(party.address),
        element("ram:URIUniversalCommunication", _id("ram:URIID", party.endpoint)),
        element("ram:SpecifiedTaxRegistration", said("ram:ID", party.tax_registration_id, schemeID="FC")),
        element("ram:SpecifiedTaxRegistration", said("ram:ID", party.vat_id, schemeID="VA")),
    )


def _attachment(attachment: Attachment) -> str:
    embedded = (
        said(
            "ram:AttachmentBinaryObject",
            binary(attachment.content),
            mimeCode=attachment.media_type,
            filename=attachment.file_name,
        )
        if attachment.content is not None
        else ""
    )
    return element(
        "ram:AdditionalReferencedDocument",
        said("ram:IssuerAssignedID", attachment.id),
        said("ram:URIID", attachment.url),
        said("ram:TypeCode", attachment.type_code or "916"),
        said("ram:Name", attachment.description),
        embedded,
        said("ram:ReferenceTypeCode", attachment.scheme),
    )


def _agreement(invoice: Invoice) -> str:
    thing, name = invoice.object_id, said("ram:Name", "Project reference")  # the schema wants a name
    project = element("ram:SpecifiedProcuringProject", said("ram:ID", invoice.project), name)
    typed = [
        Attachment(id=invoice.tender, type_code="50") if invoice.tender else None,
        Attachment(id=thing.value, scheme=thing.scheme, type_code="130") if thing else None,
    ]
    return element(
        "ram:ApplicableHeaderTradeAgreement",
        said("ram:BuyerReference", invoice.buyer_reference),
        _party("ram:SellerTradeParty", invoice.seller),
        _party("ram:BuyerTradeParty", invoice.buyer),
        _party("ram:SellerTaxRepresentativeTradeParty", invoice.tax_representative),
        _reference("ram:SellerOrderReferencedDocument", invoice.sales_order),
        _reference("ram:BuyerOrderReferencedDocument", invoice.order),
        _reference("ram:ContractReferencedDocument", invoice.contract),
        *map(_attachment, [*(one for one in typed if one), *invoice.attachments]),
        project if invoice.project else "",
    )


def _delivery(invoice: Invoice) -> str:
    delivery = invoice.deliveries[0] if invoice.deliveries else None
    place = on = ""
    if delivery is not None:
        location = (delivery.location,) if delivery.location else ()
        inside = (_either(location), said("ram:Name", delivery.name), _address(delivery.address))
        place = element("ram:ShipToTradeParty", *inside)
        on = element("ram:ActualDeliverySupplyChainEvent", _day("ram:OccurrenceDateTime", delivery.date))
    return element(
        "ram:ApplicableHeaderTradeDelivery",
        place,
        on,
        _reference("ram:DespatchAdviceReferencedDocument", invoice.despatch_advice),
        _reference("ram:ReceivingAdviceReferencedDocument", invoice.receiving_advice),
    )


def _means(means: PaymentMeans) -> str:
    return element(
        "ram:SpecifiedTradeSettlementPaymentMeans",
        said("ram:TypeCode", means.code),
        said("ram:Information", means.text),
        element(
            "ram:ApplicableTradeSettlementFinancialCard",
            said("ram:ID", means.card_number),
            said("ram:CardholderName", means.card_holder),
        ),
        element("ram:PayerPartyDebtorFinancialAccount", said("ram:IBANID", means.debited_account)),
        element(
            "ram:PayeePartyCreditorFinancialAccount",
            said("ram:IBANID", means.account),
            said("ram:AccountName", means.account_name),
        ),
        element("ram:PayeeSpecifiedCreditorFinancialInstitution", said("ram:BICID", means.bic)),
    )


def _group(group: VatGroup, invoice: Invoice) -> str:
    code = _POINT_CODES.get(invoice.period.vat_point_code, "") if invoice.period else ""
    return element(
        "ram:ApplicableTradeTax",
        said("ram:CalculatedAmount", group.tax_amount),
        said("ram:TypeCode", "VAT"),
        said("ram:ExemptionReason", group.exemption_reason),
        said("ram:BasisAmount", group.taxable_amount),
        said("ram:CategoryCode", group.category),
        said("ram:ExemptionReasonCode", group.exemption_code),
        _day("ram:TaxPointDate", invoice.vat_point_date, "udt:DateString"),
        said("ram:DueDateTypeCode", code),
        said("ram:RateApplicablePercent", group.rate),
    )


def _period(period: Period | None) -> str:
    if period is None:
        return ""
    days = _day("ram:StartDateTime", period.start), _day("ram:EndDateTime", period.end)
    return element("ram:BillingSpecifiedPeriod", *days)


def _allowance(one: AllowanceCharge, *, of_line: bool = False) -> str:
    category = element(
        "ram:CategoryTradeTax",
        said("ram:TypeCode", "VAT"),
        said("ram:CategoryCode", one.vat_category),
        said("ram:RateApplicablePercent", one.vat_rate),
    )
    return element(
        "ram:SpecifiedTradeAllowanceCharge",
        element("ram:ChargeIndicator", said("udt:Indicator", "true" if one.is_charge else "false")),
        said("ram:CalculationPercent", one.percentage),
        said("ram:BasisAmount", one.base_amount),
        said("ram:ActualAmount", one.amount),
        said("ram:ReasonCode", one.reason_code),
        said("ram:Reason", one.reason),
        "" if of_line else category,
    )


def _terms(invoice: Invoice) -> str:
    mandate = next((means.mandate for means in invoice.payment_means if means.mandate), "")
    notes = [terms.note for terms in invoice.payment_terms] or [""]
    first = (_day("ram:DueDateDateTime", invoice.due_date), said("ram:DirectDebitMandateID", mandate))
    return "".join(
        element("ram:SpecifiedTradePaymentTerms", said("ram:Description", note), *(first if not at else ()))
        for at, note in enumerate(notes)
    )


def _summation(invoice: Invoice) -> str:
    totals = invoice.totals
    return element(
        "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
        said("ram:LineTotalAmount", totals.lines),
        said("ram:ChargeTotalAmount", totals.charges),
        said("ram:AllowanceTotalAmount", totals.allowances),
        said("ram:TaxBasisTotalAmount", totals.without_vat),
        said("ram:TaxTotalAmount", totals.vat, currencyID=invoice.currency),
        said("ram:TaxTotalAmount", totals.vat_accounting, currencyID=invoice.vat_currency),
        said("ram:RoundingAmount", totals.rounding),
        said("ram:GrandTotalAmount", totals.with_vat),
        said("ram:TotalPrepaidAmount", totals.prepaid),
        said("ram:DuePayableAmount", totals.due),
    )


def _settlement(invoice: Invoice) -> str:
    reference = next((means.reference for means in invoice.payment_means if means.reference), "")
    return element(
        "ram:ApplicableHeaderTradeSettlement",
        said("ram:CreditorReferenceID", invoice.creditor_reference),
        said("ram:PaymentReference", reference),
        said("ram:TaxCurrencyCode", invoice.vat_currency),
        said("ram:InvoiceCurrencyCode", invoice.currency),
        _party("ram:PayeeTradeParty", invoice.payee),
        *map(_means, invoice.payment_means),
        *(_group(group, invoice) for group in invoice.vat_groups),
        _period(invoice.period),
        *map(_allowance, invoice.allowances_charges),
        _terms(invoice),
        _summation(invoice),
        *(
            element(
                "ram:InvoiceReferencedDocument",
                said("ram:IssuerAssignedID", one.number),
                _day("ram:FormattedIssueDateTime", one.issue_date, "qdt:DateTimeString"),
            )
            for one in invoice.preceding
        ),
        element("ram:ReceivableSpecifiedTradeAccountingAccount", said("ram:ID", invoice.accounting_cost)),
    )


def _product(line: Line) -> str:
    return element(
        "ram:SpecifiedTradeProduct",
        _id("ram:GlobalID", line.standard_item_id),
        said("ram:SellerAssignedID", line.seller_item_id),
        said("ram:BuyerAssignedID", line.buyer_item_id),
        said("ram:Name", line.item_name),
        said("ram:Description", line.item_description),
        *(
            element("ram:ApplicableProductCharacteristic", said("ram:Description", name), said("ram:Value", value))
            for name, value in line.attributes
        ),
        *(
            element("ram:DesignatedProductClassification", said("ram:ClassCode", one.value, listID=one.scheme))
            for one in line.classifications
        ),
        element("ram:OriginTradeCountry", said("ram:ID", line.origin_country)),
    )


def _prices(line: Line) -> str:
    discount = element(
        "ram:AppliedTradeAllowanceCharge",
        element("ram:ChargeIndicator", said("udt:Indicator", "false")),
        said("ram:ActualAmount", line.price_discount),
    )
    base = said("ram:BasisQuantity", line.base_quantity, unitCode=line.base_unit)
    gross = said("ram:ChargeAmount", line.gross_price), base, discount if line.price_discount is not None else ""
    return element(
        "ram:SpecifiedLineTradeAgreement",
        element("ram:BuyerOrderReferencedDocument", said("ram:LineID", line.order_line)),
        element("ram:GrossPriceProductTradePrice", *gross) if line.gross_price is not None else "",
        element("ram:NetPriceProductTradePrice", said("ram:ChargeAmount", line.price), base),
    )


def _line(line: Line) -> str:
    thing = line.object_id
    reference = (
        element(
            "ram:AdditionalReferencedDocument",
            said("ram:IssuerAssignedID", thing.value),
            said("ram:TypeCode", "130"),
            said("ram:ReferenceTypeCode", thing.scheme),
        )
        if thing
        else ""
    )
    settlement = element(
        "ram:SpecifiedLineTradeSettlement",
        element(
            "ram:ApplicableTradeTax",
            said("ram:TypeCode", "VAT"),
            said("ram:CategoryCode", line.vat_category),
            said("ram:RateApplicablePercent", line.vat_rate),
        ),
        _period(line.period),
        *(_allowance(one, of_line=True) for one in line.allowances_charges),
        element("ram:SpecifiedTradeSettlementLineMonetarySummation", said("ram:LineTotalAmount", line.net_amount)),
        reference,
        element("ram:ReceivableSpecifiedTradeAccountingAccount", said("ram:ID", line.accounting_cost)),
    )
    return element(
        "ram:IncludedSupplyChainTradeLineItem",
        element(
            "ram:AssociatedDocumentLineDocument",
            said("ram:LineID", line.id),
            element("ram:IncludedNote", said("ram:Content", line.note)),
        ),
        _product(line),
        _prices(line),
        element("ram:SpecifiedLineTradeDelivery", said("ram:BilledQuantity", line.quantity, unitCode=line.unit)),
        settlement,
    )
