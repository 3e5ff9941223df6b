"""Code lists of Peppol BIS Billing 3.0.21. Facts, written short: `9922..9953` is the whole run between."""

from __future__ import annotations

from datetime import date

from hub.rules.en16931.code_lists import ATTACHMENT_TYPES, CHARGE_REASONS, VAT_POINT_DATES
from hub.rules.en16931.code_lists import CURRENCIES as _CURRENCIES_OF_EN16931
from hub.rules.en16931.runs import codes

__all__ = [
    "ALLOWANCE_REASONS",
    "ATTACHMENT_TYPES",
    "CHARGE_REASONS",
    "CREDIT_NOTE_TYPES",
    "CURRENCIES",
    "ENDPOINT_SCHEMES",
    "EXEMPTIONS",
    "INVOICE_TYPES",
    "MANDATORY",
    "PUBLISHED",
    "SELF_BILLED_CREDIT_NOTE_TYPES",
    "SELF_BILLED_INVOICE_TYPES",
    "VAT_POINT_DATES",
    "WITHDRAWN_ENDPOINT_SCHEMES",
]

PUBLISHED = date(2026, 5, 18)
"""The day these lists came out, with release 2026-05."""

MANDATORY = date(2026, 8, 17)
"""The day from which every receiver judges by them; until then those of 2025-11 could still be used."""

CURRENCIES = _CURRENCIES_OF_EN16931 - {"STD"} | {"STN"}
"""ISO 4217 alpha-3; the dobra is STN here, where EN 16931 still lists STD."""

ALLOWANCE_REASONS = codes("41 42 60 62..68 70 71 88 95 100 102..105")
"""UNTDID 5189, the part for allowances (BT-98, BT-140)."""

INVOICE_TYPES = codes(
    """
    71 80 82 84 102 218 219 326 331 380 382..384 386 388 393 395 553 575 623 780 817 870 875..877
    """
)
"""UNTDID 1001, what may be an invoice (BT-3)."""

CREDIT_NOTE_TYPES = codes("81 83 381 396 532")
"""UNTDID 1001, what may be a credit note (BT-3)."""

SELF_BILLED_INVOICE_TYPES = codes("389 527")
"""UNTDID 1001, an invoice that the buyer makes out."""

SELF_BILLED_CREDIT_NOTE_TYPES = codes("261")
"""UNTDID 1001, a credit note that the buyer makes out."""

ENDPOINT_SCHEMES = codes(
    """
    0002 0007 0009 0060 0088 0096 0097 0106 0130 0135 0142 0151 0183 0184 0188 0190..0192 0195 0196 0198..0201 0204
    0208..0211 0216 0218 0221 0225 0230 0235 0240 0242 0244..0246 0248 9910 9913..9915 9918..9920 9922..9953 9957 9959
    """
)
"""Electronic Address Scheme (EAS; BT-34-1, BT-49-1). 0242, 0246 and 0248 are new in this release."""

WITHDRAWN_ENDPOINT_SCHEMES = codes("0037 0147 0154 0158 0170 0177 0193 0194 0202 0203 0205 0212 0213 0215 0217")
"""Schemes that were in the list of 2025-11 and are no longer from `MANDATORY` on."""

EXEMPTIONS = {
    "VATEX-EU-G": "G",
    "VATEX-EU-O": "O",
    "VATEX-EU-IC": "K",
    "VATEX-EU-AE": "AE",
    "VATEX-EU-D": "E",
    "VATEX-EU-F": "E",
    "VATEX-EU-I": "E",
    "VATEX-EU-J": "E",
}
"""The VAT category (BT-118) that goes with an exemption reason code (BT-121)."""
