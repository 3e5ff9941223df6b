"""The fatal syntax rules of the UBL binding, in a list: mostly what may occur only once."""

from __future__ import annotations

from hub.rules.en16931.places import all_lines, charges_anywhere
from hub.rules.en16931.syntax import (
    addresses,
    amounts,
    attachments,
    not_on_invoiced_object,
    not_the_seller,
    one_value,
    registrations,
    sellers,
    ubl_dt_01,
    ubl_sr_04,
    ubl_sr_29,
    ubl_sr_42,
    ubl_sr_43,
    ubl_sr_46,
    ubl_sr_48,
    ubl_sr_53,
)
from hub.rules.rule import Context, Rule, of_root
from hub.rules.shapes import at_most_one, present, with_attribute

SELLER = ("cac:AccountingSupplierParty", "cac:Party")
BUYER = ("cac:AccountingCustomerParty", "cac:Party")
PERSON = ("cac:PartyLegalEntity",)
NAME = ("cac:PartyName", "cbc:Name")

SYNTAX: tuple[Context, ...] = (
    Context(
        "/",
        (
            Rule("UBL-CR-666", "BT-18", not_on_invoiced_object("cac:Attachment")),
            Rule("UBL-CR-673", "BT-18", not_on_invoiced_object("cbc:DocumentDescription")),
            Rule("UBL-SR-01", "BT-12", at_most_one("cac:ContractDocumentReference", "cbc:ID")),
            Rule("UBL-SR-02", "BT-15", at_most_one("cac:ReceiptDocumentReference", "cbc:ID")),
            Rule("UBL-SR-03", "BT-16", at_most_one("cac:DespatchDocumentReference", "cbc:ID")),
            Rule("UBL-SR-04", "BT-18", ubl_sr_04),
            Rule("UBL-SR-05", "BT-20", at_most_one("cac:PaymentTerms", "cbc:Note")),
            Rule("UBL-SR-08", "BG-14", at_most_one("cac:InvoicePeriod")),
            Rule("UBL-SR-09", "BT-27", at_most_one(*SELLER, *PERSON, "cbc:RegistrationName")),
            Rule("UBL-SR-10", "BT-28", at_most_one(*SELLER, *NAME)),
            Rule("UBL-SR-11", "BT-30", at_most_one(*SELLER, *PERSON, "cbc:CompanyID")),
            Rule("UBL-SR-12", "BT-31", registrations(SELLER, vat=True)),
            Rule("UBL-SR-13", "BT-32", registrations(SELLER, vat=False)),
            Rule("UBL-SR-14", "BT-33", at_most_one(*SELLER, *PERSON, "cbc:CompanyLegalForm")),
            Rule("UBL-SR-15", "BT-44", at_most_one(*BUYER, *PERSON, "cbc:RegistrationName")),
            Rule("UBL-SR-16", "BT-46", at_most_one(*BUYER, "cac:PartyIdentification", "cbc:ID")),
            Rule("UBL-SR-17", "BT-47", at_most_one(*BUYER, *PERSON, "cbc:CompanyID")),
            Rule("UBL-SR-18", "BT-48", registrations(BUYER, vat=True)),
            Rule("UBL-SR-24", "BG-13", at_most_one("cac:Delivery")),
            Rule("UBL-SR-29", "BT-90", ubl_sr_29),
            Rule("UBL-SR-39", "BT-11", at_most_one("cac:ProjectReference", "cbc:ID")),
            Rule("UBL-SR-40", "BT-45", at_most_one(*BUYER, *NAME)),
            Rule("UBL-SR-44", "BT-83", one_value("cbc:PaymentID")),
            Rule("UBL-SR-45", "BT-9", at_most_one("cac:PaymentMeans", "cbc:PaymentDueDate")),
            Rule("UBL-SR-46", "BT-82", ubl_sr_46),
            Rule("UBL-SR-47", "BT-81", one_value("cbc:PaymentMeansCode")),
            Rule("UBL-SR-49", "BT-8", at_most_one("cac:InvoicePeriod", "cbc:DescriptionCode")),
            Rule("UBL-SR-54", "BG-18", at_most_one("cac:PaymentMeans", "cac:CardAccount")),
            Rule("UBL-SR-55", "BG-19", at_most_one("cac:PaymentMeans", "cac:PaymentMandate")),
            Rule("UBL-SR-56", "BT-17", at_most_one("cac:OriginatorDocumentReference", "cbc:ID")),
        ),
        of_root,
    ),
    Context("cac:Address", (Rule("UBL-SR-51", "BT-162", at_most_one("cac:AddressLine")),), addresses),
    Context("cac:Party", (Rule("UBL-SR-42", "BT-31 BT-32", ubl_sr_42),), sellers),
    Context("cac:PartyTaxScheme", (Rule("UBL-SR-53", "BT-31 BT-48", ubl_sr_53),)),
    Context(
        "cac:AdditionalDocumentReference",
        (
            Rule("UBL-SR-33", "BT-123", at_most_one("cbc:DocumentDescription")),
            Rule("UBL-SR-43", "BT-18", ubl_sr_43),
        ),
    ),
    Context(
        "cac:Delivery", (Rule("UBL-SR-25", "BT-70", at_most_one("cac:DeliveryParty", "cac:PartyName", "cbc:Name")),)
    ),
    Context(
        "cac:AllowanceCharge",
        (Rule("UBL-SR-30", "BT-97 BT-139", at_most_one("cbc:AllowanceChargeReason")),),
        charges_anywhere(False),
    ),
    Context(
        "cac:AllowanceCharge",
        (Rule("UBL-SR-31", "BT-104 BT-144", at_most_one("cbc:AllowanceChargeReason")),),
        charges_anywhere(True),
    ),
    Context(
        "cac:InvoiceLine",
        (
            Rule("UBL-SR-34", "BT-127", at_most_one("cbc:Note")),
            Rule("UBL-SR-35", "BT-132", at_most_one("cac:OrderLineReference", "cbc:LineID")),
            Rule("UBL-SR-36", "BG-26", at_most_one("cac:InvoicePeriod")),
            Rule("UBL-SR-37", "BT-147", at_most_one("cac:Price", "cac:AllowanceCharge", "cbc:Amount")),
            Rule("UBL-SR-48", "BG-30", ubl_sr_48),
            Rule("UBL-SR-50", "BT-154", at_most_one("cac:Item", "cbc:Description")),
            Rule("UBL-SR-52", "BT-128", at_most_one("cac:DocumentReference")),
        ),
        all_lines,
    ),
    Context(
        "cac:PayeeParty",
        (
            Rule("UBL-SR-19", "BT-59", not_the_seller(*NAME)),
            Rule("UBL-SR-20", "BT-60", not_the_seller("cac:PartyIdentification", "cbc:ID", sepa=False)),
            Rule("UBL-SR-21", "BT-61", not_the_seller(*PERSON, "cbc:CompanyID")),
        ),
    ),
    Context(
        "cac:PaymentMeans",
        (
            Rule("UBL-SR-26", "BT-83", at_most_one("cbc:PaymentID")),
            Rule("UBL-SR-27", "BT-81", at_most_one("cbc:PaymentMeansCode")),
            Rule("UBL-SR-28", "BT-89", at_most_one("cac:PaymentMandate", "cbc:ID")),
        ),
    ),
    Context(
        "cac:BillingReference",
        (
            Rule("UBL-SR-06", "BG-3", at_most_one("cac:InvoiceDocumentReference")),
            Rule("UBL-SR-07", "BT-25", present("cac:InvoiceDocumentReference", "cbc:ID")),
        ),
    ),
    Context(
        "cac:TaxRepresentativeParty",
        (
            Rule("UBL-SR-22", "BT-62", at_most_one(*NAME)),
            Rule("UBL-SR-23", "BT-63", at_most_one("cac:PartyTaxScheme", "cbc:CompanyID")),
        ),
    ),
    Context(
        "cac:TaxSubtotal",
        (Rule("UBL-SR-32", "BT-120", at_most_one("cac:TaxCategory", "cbc:TaxExemptionReason")),),
    ),
    Context("Amount", (Rule("UBL-DT-01", "", ubl_dt_01),), amounts),
    Context(
        "BinaryObject",
        (
            Rule("UBL-DT-06", "BT-125", with_attribute("mimeCode")),
            Rule("UBL-DT-07", "BT-125", with_attribute("filename")),
        ),
        attachments,
    ),
)
