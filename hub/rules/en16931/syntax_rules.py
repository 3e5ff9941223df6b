"""The fatal syntax rules of the UBL binding, in a list: mostly what may occur only once."""

from __future__ import annotations

from hub.rules.en16931.places import all_lines, charges_anywhere
from hub.rules.en16931.syntax import (
    addresses,
    attachments,
    long_amounts,
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
from hub.rules.shapes import once, present, with_attribute

SELLER = ("cac:AccountingSupplierParty", "cac:Party")
BUYER = ("cac:AccountingCustomerParty", "cac:Party")
PERSON = ("cac:PartyLegalEntity",)
NAME = ("cac:PartyName", "cbc:Name")

SYNTAX: tuple[Context, ...] = (
    Context(
        "",
        (
            Rule("UBL-CR-666", "BT-18", not_on_invoiced_object("cac:Attachment"), "cac:Attachment"),
            Rule("UBL-CR-673", "BT-18", not_on_invoiced_object("cbc:DocumentDescription"), "cbc:DocumentDescription"),
            once("UBL-SR-01", "BT-12", "cac:ContractDocumentReference", "cbc:ID"),
            once("UBL-SR-02", "BT-15", "cac:ReceiptDocumentReference", "cbc:ID"),
            once("UBL-SR-03", "BT-16", "cac:DespatchDocumentReference", "cbc:ID"),
            Rule("UBL-SR-04", "BT-18", ubl_sr_04, "cac:AdditionalDocumentReference"),
            once("UBL-SR-05", "BT-20", "cac:PaymentTerms", "cbc:Note"),
            once("UBL-SR-08", "BG-14", "cac:InvoicePeriod"),
            once("UBL-SR-09", "BT-27", *SELLER, *PERSON, "cbc:RegistrationName"),
            once("UBL-SR-10", "BT-28", *SELLER, *NAME),
            once("UBL-SR-11", "BT-30", *SELLER, *PERSON, "cbc:CompanyID"),
            Rule("UBL-SR-12", "BT-31", registrations(SELLER, vat=True)),
            Rule("UBL-SR-13", "BT-32", registrations(SELLER, vat=False)),
            once("UBL-SR-14", "BT-33", *SELLER, *PERSON, "cbc:CompanyLegalForm"),
            once("UBL-SR-15", "BT-44", *BUYER, *PERSON, "cbc:RegistrationName"),
            once("UBL-SR-16", "BT-46", *BUYER, "cac:PartyIdentification", "cbc:ID"),
            once("UBL-SR-17", "BT-47", *BUYER, *PERSON, "cbc:CompanyID"),
            Rule("UBL-SR-18", "BT-48", registrations(BUYER, vat=True)),
            once("UBL-SR-24", "BG-13", "cac:Delivery"),
            Rule("UBL-SR-29", "BT-90", ubl_sr_29, "cac:PartyIdentification"),
            once("UBL-SR-39", "BT-11", "cac:ProjectReference", "cbc:ID"),
            once("UBL-SR-40", "BT-45", *BUYER, *NAME),
            Rule("UBL-SR-44", "BT-83", one_value("cbc:PaymentID")),
            once("UBL-SR-45", "BT-9", "cac:PaymentMeans", "cbc:PaymentDueDate"),
            Rule("UBL-SR-46", "BT-82", ubl_sr_46),
            Rule("UBL-SR-47", "BT-81", one_value("cbc:PaymentMeansCode")),
            once("UBL-SR-49", "BT-8", "cac:InvoicePeriod", "cbc:DescriptionCode"),
            once("UBL-SR-54", "BG-18", "cac:PaymentMeans", "cac:CardAccount"),
            once("UBL-SR-55", "BG-19", "cac:PaymentMeans", "cac:PaymentMandate"),
            once("UBL-SR-56", "BT-17", "cac:OriginatorDocumentReference", "cbc:ID"),
        ),
        of_root,
    ),
    Context("", (once("UBL-SR-51", "BT-162", "cac:AddressLine"),), addresses),
    Context("cac:Party", (Rule("UBL-SR-42", "BT-31 BT-32", ubl_sr_42),), sellers),
    Context("cac:PartyTaxScheme", (Rule("UBL-SR-53", "BT-31 BT-48", ubl_sr_53),)),
    Context(
        "cac:AdditionalDocumentReference",
        (
            once("UBL-SR-33", "BT-123", "cbc:DocumentDescription"),
            Rule("UBL-SR-43", "BT-18", ubl_sr_43),
        ),
    ),
    Context("cac:Delivery", (once("UBL-SR-25", "BT-70", "cac:DeliveryParty", "cac:PartyName", "cbc:Name"),)),
    Context(
        "cac:AllowanceCharge",
        (once("UBL-SR-30", "BT-97 BT-139", "cbc:AllowanceChargeReason"),),
        charges_anywhere(False),
    ),
    Context(
        "cac:AllowanceCharge",
        (once("UBL-SR-31", "BT-104 BT-144", "cbc:AllowanceChargeReason"),),
        charges_anywhere(True),
    ),
    Context(
        "",
        (
            once("UBL-SR-34", "BT-127", "cbc:Note"),
            once("UBL-SR-35", "BT-132", "cac:OrderLineReference", "cbc:LineID"),
            once("UBL-SR-36", "BG-26", "cac:InvoicePeriod"),
            once("UBL-SR-37", "BT-147", "cac:Price", "cac:AllowanceCharge", "cbc:Amount"),
            Rule("UBL-SR-48", "BG-30", ubl_sr_48),
            once("UBL-SR-50", "BT-154", "cac:Item", "cbc:Description"),
            once("UBL-SR-52", "BT-128", "cac:DocumentReference"),
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
            once("UBL-SR-26", "BT-83", "cbc:PaymentID"),
            once("UBL-SR-27", "BT-81", "cbc:PaymentMeansCode"),
            once("UBL-SR-28", "BT-89", "cac:PaymentMandate", "cbc:ID"),
        ),
    ),
    Context(
        "cac:BillingReference",
        (
            once("UBL-SR-06", "BG-3", "cac:InvoiceDocumentReference"),
            Rule("UBL-SR-07", "BT-25", present("cac:InvoiceDocumentReference", "cbc:ID")),
        ),
    ),
    Context(
        "cac:TaxRepresentativeParty",
        (
            once("UBL-SR-22", "BT-62", *NAME),
            once("UBL-SR-23", "BT-63", "cac:PartyTaxScheme", "cbc:CompanyID"),
        ),
    ),
    Context(
        "cac:TaxSubtotal",
        (once("UBL-SR-32", "BT-120", "cac:TaxCategory", "cbc:TaxExemptionReason"),),
    ),
    Context("", (Rule("UBL-DT-01", "", ubl_dt_01),), long_amounts),
    Context(
        "",
        (
            Rule("UBL-DT-06", "BT-125", with_attribute("mimeCode")),
            Rule("UBL-DT-07", "BT-125", with_attribute("filename")),
        ),
        attachments,
    ),
)
