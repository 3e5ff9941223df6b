"""The arithmetic of EN 16931: totals, VAT and number of decimals. A document that fails here is not booked."""

from __future__ import annotations

from hub.rules.en16931.places import (
    all_lines,
    charges_of_document,
    charges_of_lines,
    subtotals,
    totals_of_document,
)
from hub.rules.en16931.totals import (
    br_co_10,
    br_co_11,
    br_co_12,
    br_co_13,
    br_co_14,
    br_co_15,
    br_co_16,
    br_co_17,
)
from hub.rules.rule import Context, Rule, of_root
from hub.rules.shapes import never, two_decimals

TOTALS: tuple[Context, ...] = (
    Context(
        "cac:LegalMonetaryTotal",
        (
            Rule("BR-CO-10", "BT-106 BT-131", br_co_10),
            Rule("BR-CO-11", "BT-107 BT-92", br_co_11),
            Rule("BR-CO-12", "BT-108 BT-99", br_co_12),
            Rule("BR-CO-13", "BT-109 BT-106 BT-107 BT-108", br_co_13),
            Rule("BR-CO-16", "BT-115 BT-112 BT-113 BT-114", br_co_16),
            two_decimals("BR-DEC-09", "BT-106", "cbc:LineExtensionAmount"),
            two_decimals("BR-DEC-10", "BT-107", "cbc:AllowanceTotalAmount"),
            two_decimals("BR-DEC-11", "BT-108", "cbc:ChargeTotalAmount"),
            two_decimals("BR-DEC-12", "BT-109", "cbc:TaxExclusiveAmount"),
            two_decimals("BR-DEC-14", "BT-112", "cbc:TaxInclusiveAmount"),
            two_decimals("BR-DEC-16", "BT-113", "cbc:PrepaidAmount"),
            two_decimals("BR-DEC-17", "BT-114", "cbc:PayableRoundingAmount"),
            two_decimals("BR-DEC-18", "BT-115", "cbc:PayableAmount"),
        ),
    ),
    Context(
        "",
        (
            Rule("BR-CO-15", "BT-112 BT-109 BT-110", br_co_15),
            never("BR-DEC-13", "BT-110"),
            never("BR-DEC-15", "BT-111"),
        ),
        of_root,
    ),
    Context("cac:TaxTotal", (Rule("BR-CO-14", "BT-110 BT-117", br_co_14),), totals_of_document),
    Context(
        "cac:TaxSubtotal",
        (
            Rule("BR-CO-17", "BT-117 BT-116 BT-119", br_co_17),
            two_decimals("BR-DEC-19", "BT-116", "cbc:TaxableAmount"),
            two_decimals("BR-DEC-20", "BT-117", "cbc:TaxAmount"),
        ),
        subtotals,
    ),
    Context(
        "cac:AllowanceCharge",
        (
            two_decimals("BR-DEC-01", "BT-92", "cbc:Amount"),
            two_decimals("BR-DEC-02", "BT-93", "cbc:BaseAmount"),
        ),
        charges_of_document(False),
    ),
    Context(
        "cac:AllowanceCharge",
        (
            two_decimals("BR-DEC-05", "BT-99", "cbc:Amount"),
            two_decimals("BR-DEC-06", "BT-100", "cbc:BaseAmount"),
        ),
        charges_of_document(True),
    ),
    Context("", (two_decimals("BR-DEC-23", "BT-131", "cbc:LineExtensionAmount"),), all_lines),
    Context(
        "cac:AllowanceCharge",
        (
            two_decimals("BR-DEC-24", "BT-136", "cbc:Amount"),
            two_decimals("BR-DEC-25", "BT-137", "cbc:BaseAmount"),
        ),
        charges_of_lines(False),
    ),
    Context(
        "cac:AllowanceCharge",
        (
            two_decimals("BR-DEC-27", "BT-141", "cbc:Amount"),
            two_decimals("BR-DEC-28", "BT-142", "cbc:BaseAmount"),
        ),
        charges_of_lines(True),
    ),
)
"""BR-DEC-13 and -15 look for the amount in the wrong place and never fire; the cents of BT-110 are still judged,
because BR-CO-14 and BR-CO-15 compare it with rounded sums."""

READ_FOR_ARITHMETIC = (
    "cbc:DocumentCurrencyCode",
    "cac:LegalMonetaryTotal",
    "cbc:LineExtensionAmount",
    "cbc:AllowanceTotalAmount",
    "cbc:ChargeTotalAmount",
    "cbc:TaxExclusiveAmount",
    "cbc:TaxInclusiveAmount",
    "cbc:PrepaidAmount",
    "cbc:PayableRoundingAmount",
    "cbc:PayableAmount",
    "cac:TaxTotal",
    "cac:TaxSubtotal",
    "cbc:TaxableAmount",
    "cbc:TaxAmount",
    "cac:TaxCategory",
    "cac:ClassifiedTaxCategory",
    "cac:TaxScheme",
    "cbc:ID",
    "cbc:Percent",
    "cac:AllowanceCharge",
    "cbc:ChargeIndicator",
    "cbc:Amount",
    "cbc:BaseAmount",
    "cac:InvoiceLine",
    "cac:CreditNoteLine",
    "cac:Item",
    "cac:Price",
)
"""All that these rules look at: the rest of a document is stepped over without being read."""
