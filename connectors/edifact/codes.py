"""Code values of INVOIC: which documents are invoices, which messages only look like one, and what qualifiers mean."""

from __future__ import annotations

# UNTDID 1001, as EN 16931 divides them over invoices and credit notes.
INVOICES = frozenset((
    "71", "80", "82", "84", "102", "130", "202", "203", "204", "211", "218", "219", "295", "325", "326", "331", "380", "382", "383", "384",
    "385", "386", "387", "388", "389", "390", "393", "394", "395", "456", "457", "527", "553", "575", "623", "633", "751", "780", "817",
    "870", "875", "876", "877", "935",
))  # fmt: skip
CREDIT_NOTES = frozenset(("81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"))

# Messages that are no invoice and have a sentence of their own; any other is named by its code.
LOOK_ALIKES = frozenset((
    "ORDERS", "ORDRSP", "ORDCHG", "DESADV", "RECADV", "INVRPT", "SLSRPT", "PRICAT", "PARTIN", "REMADV", "CONTRL", "APERAK", "DELFOR",
    "IFTMIN", "IFTSTA", "COMDIS",
))  # fmt: skip

# 5305: the VAT categories of EN 16931, and the older rates AA (lower) and H (higher).
CATEGORIES = frozenset(("S", "Z", "E", "O", "AE", "K", "G", "L", "M", "B", "AA", "H"))
EARLIER_CATEGORIES = {"A": "", "C": "", "": ""}  # mixed, duty paid: they tell no category
VAT = "VAT"

CANCELLATION = "1"  # 1225 message function
CREDIT_TRANSFER = "30"  # 4461

# 7143: whose number an item number is.
STANDARD_ITEM = ("SRV", "EN", "UP", "EAN", "GTIN", "IB", "IS")
SELLER_ITEM, BUYER_ITEM = ("SA", "VN", "MF"), ("IN", "BP")
GTIN, GLN, KVK = "0160", "0088", "0106"  # ICD

# MOA 5025: the terms of the document totals, the first that is there.
TOTALS = {
    "lines": ("79",), "allowances": ("260",), "charges": ("259",), "without_vat": ("389",), "vat": ("176", "124", "150"),
    "with_vat": ("388", "77", "86", "39", "128"), "prepaid": ("113",), "rounding": ("366",), "due": ("9",),
}  # fmt: skip
TAXABLE, CHARGES_LESS_ALLOWANCES, ALL = "125", "131", "129"
OF_TOTALS = frozenset(q for group in TOTALS.values() for q in group if q not in ("124", "150")) | {ALL}

# RFF 1153 of the document → field of the invoice.
REFERENCES = {
    "ON": "order", "VN": "sales_order", "CT": "contract", "DQ": "despatch_advice", "AAK": "despatch_advice",
    "ALO": "receiving_advice", "AEP": "project", "CR": "buyer_reference", "AIV": "buyer_reference",
}  # fmt: skip
PRECEDING = ("IV", "OI")
