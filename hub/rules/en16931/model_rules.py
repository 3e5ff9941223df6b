"""The model rules of EN 16931 in their official order, VAT categories apart: what is there, and what it adds up to."""

from __future__ import annotations

from hub.rules.en16931.mandatory import (
    br_04,
    br_17,
    br_23,
    br_27,
    br_28,
    br_48,
    br_51,
    br_53,
    br_56,
    br_61,
    br_co_03,
    br_co_04,
    br_co_09,
    br_co_19,
    br_co_26,
    has_vat_category,
    period_in_order,
)
from hub.rules.en16931.places import (
    accounts_of_transfers,
    all_lines,
    below,
    below_lines,
    card_numbers,
    charges_of_document,
    charges_of_lines,
    periods,
    subtotals,
)
from hub.rules.rule import Context, Rule, of_root
from hub.rules.shapes import all_of, either, filled, never, present, with_attribute

SELLER = ("cac:AccountingSupplierParty", "cac:Party")
BUYER = ("cac:AccountingCustomerParty", "cac:Party")
REGISTERED_NAME = ("cac:PartyLegalEntity", "cbc:RegistrationName")
COUNTRY = ("cac:Country", "cbc:IdentificationCode")
REASON = either("cbc:AllowanceChargeReason", "cbc:AllowanceChargeReasonCode")

MODEL: tuple[Context, ...] = (
    Context(
        "",
        (
            Rule("BR-01", "BT-24", filled("cbc:CustomizationID")),
            Rule("BR-02", "BT-1", filled("cbc:ID")),
            Rule("BR-03", "BT-2", filled("cbc:IssueDate")),
            Rule("BR-04", "BT-3", br_04),
            Rule("BR-05", "BT-5", filled("cbc:DocumentCurrencyCode")),
            Rule("BR-06", "BT-27", filled(*SELLER, *REGISTERED_NAME)),
            Rule("BR-07", "BT-44", filled(*BUYER, *REGISTERED_NAME)),
            Rule("BR-08", "BG-5", present(*SELLER, "cac:PostalAddress")),
            Rule("BR-10", "BG-8", present(*BUYER, "cac:PostalAddress")),
            Rule("BR-16", "BG-25", either("cac:InvoiceLine", "cac:CreditNoteLine")),
            Rule("BR-53", "BT-111 BT-6", br_53, "cbc:TaxCurrencyCode"),
            Rule("BR-CO-03", "BT-7 BT-8", br_co_03, "cbc:TaxPointDate"),
            Rule("BR-CO-18", "BG-23", present("cac:TaxTotal", "cac:TaxSubtotal")),
        ),
        of_root,
    ),
    Context("cac:AccountingSupplierParty", (Rule("BR-CO-26", "BT-29 BT-30 BT-31", br_co_26),)),
    Context("cbc:EndpointID", (Rule("BR-62", "BT-34", with_attribute("schemeID")),), below(*SELLER, "cbc:EndpointID")),
    Context("cbc:EndpointID", (Rule("BR-63", "BT-49", with_attribute("schemeID")),), below(*BUYER, "cbc:EndpointID")),
    Context("cac:PostalAddress", (Rule("BR-09", "BT-40", filled(*COUNTRY)),), below(*SELLER, "cac:PostalAddress")),
    Context("cac:PostalAddress", (Rule("BR-11", "BT-55", filled(*COUNTRY)),), below(*BUYER, "cac:PostalAddress")),
    Context("cac:PartyTaxScheme", (Rule("BR-CO-09", "BT-31 BT-48 BT-63", br_co_09),)),
    Context("cac:PayeeParty", (Rule("BR-17", "BT-59 BT-60", br_17),)),
    Context(
        "cac:TaxRepresentativeParty",
        (
            Rule("BR-18", "BT-62", filled("cac:PartyName", "cbc:Name")),
            Rule("BR-19", "BG-12", present("cac:PostalAddress")),
            Rule("BR-56", "BT-63", br_56),
        ),
    ),
    Context(
        "cac:PostalAddress",
        (Rule("BR-20", "BT-69", filled(*COUNTRY)),),
        below("cac:TaxRepresentativeParty", "cac:PostalAddress"),
    ),
    Context(
        "cac:Address",
        (Rule("BR-57", "BT-80", present(*COUNTRY)),),
        below("cac:Delivery", "cac:DeliveryLocation", "cac:Address"),
    ),
    Context("cac:AdditionalDocumentReference", (Rule("BR-52", "BT-122", filled("cbc:ID")),)),
    Context("cac:BillingReference", (Rule("BR-55", "BT-25", present("cac:InvoiceDocumentReference", "cbc:ID")),)),
    Context(
        "cac:PaymentMeans",
        (Rule("BR-49", "BT-81", present("cbc:PaymentMeansCode")), Rule("BR-61", "BT-84 BT-81", br_61)),
    ),
    Context("cac:PayeeFinancialAccount", (Rule("BR-50", "BT-84", filled("cbc:ID")),), accounts_of_transfers),
    Context(
        "cac:InvoicePeriod",
        (Rule("BR-29", "BT-74 BT-73", period_in_order), Rule("BR-CO-19", "BG-14", br_co_19)),
        periods(of_lines=False),
    ),
    Context(
        "cac:AllowanceCharge",
        (
            Rule("BR-31", "BT-92", present("cbc:Amount")),
            Rule("BR-32", "BT-95", has_vat_category),
            Rule("BR-33", "BT-97 BT-98", REASON),
            never("BR-CO-05", "BT-97 BT-98"),
            Rule("BR-CO-21", "BT-97 BT-98", REASON),
        ),
        charges_of_document(False),
    ),
    Context(
        "cac:AllowanceCharge",
        (
            Rule("BR-36", "BT-99", present("cbc:Amount")),
            Rule("BR-37", "BT-102", has_vat_category),
            Rule("BR-38", "BT-104 BT-105", REASON),
            never("BR-CO-06", "BT-104 BT-105"),
            Rule("BR-CO-22", "BT-104 BT-105", REASON),
        ),
        charges_of_document(True),
    ),
    Context(
        "cac:LegalMonetaryTotal",
        (
            Rule("BR-12", "BT-106", present("cbc:LineExtensionAmount")),
            Rule("BR-13", "BT-109", present("cbc:TaxExclusiveAmount")),
            Rule("BR-14", "BT-112", present("cbc:TaxInclusiveAmount")),
            Rule("BR-15", "BT-115", present("cbc:PayableAmount")),
        ),
    ),
    Context(
        "cac:TaxSubtotal",
        (
            Rule("BR-45", "BT-116", present("cbc:TaxableAmount")),
            Rule("BR-46", "BT-117", present("cbc:TaxAmount")),
            Rule("BR-47", "BT-118", has_vat_category),
            Rule("BR-48", "BT-119", br_48),
        ),
        subtotals,
    ),
    Context(
        "",
        (
            Rule("BR-21", "BT-126", filled("cbc:ID")),
            Rule("BR-22", "BT-129", either("cbc:InvoicedQuantity", "cbc:CreditedQuantity")),
            Rule("BR-23", "BT-130", br_23),
            Rule("BR-24", "BT-131", present("cbc:LineExtensionAmount")),
            Rule("BR-25", "BT-153", filled("cac:Item", "cbc:Name")),
            Rule("BR-26", "BT-146", present("cac:Price", "cbc:PriceAmount")),
            Rule("BR-27", "BT-146", br_27),
            Rule("BR-28", "BT-148", br_28, "cbc:BaseAmount"),
            Rule("BR-CO-04", "BT-151", br_co_04),
        ),
        all_lines,
    ),
    Context(
        "cac:InvoicePeriod",
        (
            Rule("BR-30", "BT-135 BT-134", period_in_order),
            Rule("BR-CO-20", "BG-26", either("cbc:StartDate", "cbc:EndDate")),
        ),
        periods(of_lines=True),
    ),
    Context(
        "cac:AllowanceCharge",
        (
            Rule("BR-41", "BT-136", present("cbc:Amount")),
            Rule("BR-42", "BT-139 BT-140", REASON),
            never("BR-CO-07", "BT-139 BT-140"),
            Rule("BR-CO-23", "BT-139 BT-140", REASON),
        ),
        charges_of_lines(False),
    ),
    Context(
        "cac:AllowanceCharge",
        (
            Rule("BR-43", "BT-141", present("cbc:Amount")),
            Rule("BR-44", "BT-144 BT-145", REASON),
            never("BR-CO-08", "BT-144 BT-145"),
            Rule("BR-CO-24", "BT-144 BT-145", REASON),
        ),
        charges_of_lines(True),
    ),
    Context("cbc:PrimaryAccountNumberID", (Rule("BR-51", "BT-87", br_51, severity="warning"),), card_numbers),
    Context("cac:AdditionalItemProperty", (Rule("BR-54", "BT-160 BT-161", all_of("cbc:Name", "cbc:Value")),)),
    Context(
        "cbc:ID",
        (Rule("BR-64", "BT-157", with_attribute("schemeID")),),
        below_lines("cac:Item", "cac:StandardItemIdentification", "cbc:ID"),
    ),
    Context(
        "cbc:ItemClassificationCode",
        (Rule("BR-65", "BT-158", with_attribute("listID")),),
        below_lines("cac:Item", "cac:CommodityClassification", "cbc:ItemClassificationCode"),
    ),
)
