"""What fires what: literal tables of rules that one fault in an invoice sets off together."""

from __future__ import annotations

from typing import Literal, NamedTuple

COUNTED = "BR-CO-15 counted"
"""BR-CO-15 where it counts the VAT totals in the currency of the invoice."""
CATEGORIES = ("S", "Z", "E", "AE", "IC", "G", "O", "AF", "AG")
"""VAT categories as they are named in rule codes."""
Scope = Literal["document", "line", "party", "place", "category"]


class Link(NamedTuple):
    """Where one of `first` fires, all of `first` and `then` within the scope have one cause; without any they have not."""

    scope: Scope
    first: frozenset[str]
    then: frozenset[str] = frozenset()


def _codes(text: str) -> frozenset[str]:
    """Codes, separated by blanks: `*` stands for every VAT category, `R051` for PEPPOL-EN16931-R051."""
    found: set[str] = set()
    for code in text.split():
        whole = f"PEPPOL-EN16931-{code}" if code[0] in "RPF" or code[:2] == "CL" else code
        found.update(whole.replace("*", name) for name in CATEGORIES) if "*" in whole else found.add(whole)
    return frozenset(found)


_P = "P0104 P0105 P0106 P0107 P0108 P0109 P0110 P0111"
LINKS = (
    # One wrong currency: of the document, or of amounts.
    Link("document", _codes("BR-05 BR-CL-04 BR-CL-03 CL007 R051"), frozenset((COUNTED,))),
    Link("document", _codes("BR-53 R005 R054 R055 BR-CL-05 BR-NL-19 BR-NL-33")),
    # VAT categories that do not fit: all that is then asked of the breakdown follows.
    Link("document",
         _codes("BR-CL-17 BR-CL-18 BR-CO-04 BR-47 BR-32 BR-37 UBL-SR-48 BR-*-01 BR-O-11 BR-O-12 BR-O-13 BR-O-14 BR-B-01 BR-B-02"),
         _codes(f"BR-48 BR-*-05 BR-*-06 BR-*-07 BR-*-08 BR-*-09 BR-*-10 BR-CO-17 {_P}")),
    Link("document", _codes("BR-*-05 BR-*-06 BR-*-07"), _codes("BR-S-08 BR-AF-08 BR-AG-08 BR-S-09 BR-AF-09 BR-AG-09")),
    Link("document", _codes(f"BR-*-10 {_P}")),
    Link("category", _codes("BR-*-09"), _codes("BR-*-10 BR-*-02 BR-IC-11 BR-IC-12")),
    Link("document", _codes("BR-*-09"), _codes("BR-CO-17")),
    # Without lines or breakdown no sum is right.
    Link("document", _codes("BR-16"), _codes("BR-CO-10 BR-*-01 BR-*-08 BR-CO-13")),
    Link("document", _codes("BR-CO-18"), _codes("R053 BR-*-01 BR-CO-14 BR-CO-15")),
    # Who the seller is, for VAT.
    Link("document", _codes("BR-*-02 BR-*-03 BR-*-04 BR-CO-26"), _codes("BR-CO-09 UBL-SR-12 UBL-SR-53")),
    Link("party", _codes("BR-08 BR-10"), _codes("BR-09 BR-11 NL-R-002 NL-R-004 BR-NL-3 BR-NL-4 DE-R-003 DE-R-004 DE-R-008 DE-R-009")),
    Link("party", _codes("BR-09 BR-11 NL-R-002 NL-R-004 BR-NL-3 BR-NL-4")),
    Link("party", _codes("R010 R020 BR-62 BR-63 BR-CL-25 CL008")),
    Link("party", _codes("NL-R-003 NL-R-005 BR-NL-1 BR-NL-10 BR-CL-11 DK-R-014 SE-R-013 DK-R-017")),
    Link("party", _codes("SE-R-003 SE-R-004 SE-R-013")),
    Link("document", _codes("UBL-SR-09 UBL-SR-10 UBL-SR-11 UBL-SR-12 UBL-SR-13 UBL-SR-14")),
    Link("document", _codes("UBL-SR-15 UBL-SR-16 UBL-SR-17 UBL-SR-18 UBL-SR-40")),
    # How to pay.
    Link("document", _codes("NL-R-007 BR-NL-11 BR-GA-2 BR-GA-6")),
    Link("place", _codes("NL-R-008 BR-NL-12 BR-CL-16")),
    Link("place", _codes("BR-49 BR-50 BR-51 BR-61 R061"), _codes("BR-NL-29 DE-R-030 DE-R-031 DK-R-006 DK-R-007")),
    # References.
    Link("document", _codes("NL-R-001 BR-NL-9")),
    Link("document", _codes("BR-18 BR-19 BR-20 BR-56")),
    Link("document", _codes("UBL-SR-19 UBL-SR-20 UBL-SR-21"), _codes("BR-17")),
    Link("document", _codes("BR-CO-16"), _codes("BR-GA-3")),
    Link("document", _codes("NL-R-009 BR-NL-13")),
    Link("document", _codes("BR-CL-01 P0100 P0101 P0112")),
    Link("document", frozenset(f"GR-R-001-{n}" for n in range(1, 8)), _codes("GR-R-003 GR-R-004-1 GR-R-009 GR-S-008-1 GR-S-011")),
    Link("line", _codes("R100 UBL-SR-52 R101")),
    # A line: what of it, how many, at which price.
    Link("line", _codes("BR-26 BR-27 BR-28 R044 R046 R121 UBL-SR-37"), _codes("R120")),
    Link("line", _codes("BR-22 BR-23 R130"), _codes("R120")),
    Link("line", _codes("BR-24 BR-DEC-23"), _codes("R120")),
    Link("line", _codes("BR-41 BR-43 R040 R041 R042 R043"), _codes("R120 BR-42 BR-44 BR-CO-23 BR-CO-24")),
    Link("line", _codes("BR-CO-20 BR-30 UBL-SR-36")),
    Link("place", _codes("BR-31 BR-36 R040 R041 R042 R043"), _codes("BR-33 BR-38 BR-CO-21 BR-CO-22")),
    Link("place", _codes("BR-54 UBL-SR-43 UBL-DT-06 UBL-DT-07 BR-CL-24 CL001")),
)  # fmt: skip
"""One cause, several rules."""


class Flow(NamedTuple):
    """The amount that a rule says is wrong (its business term), and those that it is made of."""

    own: str
    parts: tuple[str, ...] = ()


_ROWS = {f"BR-{name}-08": Flow("BT-116", ("BT-131", "BT-92", "BT-99")) for name in CATEGORIES} | {
    f"BR-{name}-09": Flow("BT-117", ("BT-116",)) for name in CATEGORIES
}
FLOWS: dict[str, Flow] = {
    "PEPPOL-EN16931-R120": Flow("BT-131"),
    "BR-24": Flow("BT-131"),
    "BR-31": Flow("BT-92"),
    "BR-36": Flow("BT-99"),
    "BR-CO-10": Flow("BT-106", ("BT-131",)),
    "BR-12": Flow("BT-106"),
    "BR-CO-11": Flow("BT-107", ("BT-92",)),
    "BR-CO-12": Flow("BT-108", ("BT-99",)),
    **_ROWS,
    "BR-45": Flow("BT-116"),
    "BR-46": Flow("BT-117"),
    "BR-CO-17": Flow("BT-117", ("BT-116",)),
    "BR-CO-14": Flow("BT-110", ("BT-117",)),
    "BR-13": Flow("BT-109"),
    "BR-CO-13": Flow("BT-109", ("BT-106", "BT-107", "BT-108")),
    "BR-14": Flow("BT-112"),
    "BR-CO-15": Flow("BT-112", ("BT-109", "BT-110")),
    "BR-15": Flow("BT-115"),
    "BR-CO-16": Flow("BT-115", ("BT-112", "BT-113", "BT-114")),
}
"""Rules of arithmetic, in the order in which amounts are made of one another: an earlier one wrong makes a later one wrong."""

_LEADS = (
    "BR-16", "BR-05", "BR-CL-04", "BR-CL-17", "BR-CL-18", "BR-CO-04", "UBL-SR-48", "BR-47", "BR-32", "BR-37", "BR-CO-18",
    *(f"BR-{name}-01" for name in CATEGORIES), *(f"BR-{name}-{n:02}" for name in CATEGORIES for n in (5, 6, 7, 2, 3, 4)),
    "BR-08", "BR-10", "BR-26", "BR-27", "BR-22", "BR-23", "PEPPOL-EN16931-R046", "PEPPOL-EN16931-R040",
    *FLOWS, *(f"BR-{name}-10" for name in CATEGORIES),
)  # fmt: skip
RANKS: dict[str, int] = {code: rank for rank, code in enumerate(_LEADS)}
"""Of several with one cause, the one that is told: mending it mends the others."""

SAME_MISSING = {
    code: number
    for number, codes in enumerate(
        (("BR-42", "BR-CO-23"), ("BR-44", "BR-CO-24"), ("BR-33", "BR-CO-21"), ("BR-38", "BR-CO-22"), ("BR-26", "BR-27"),
         ("BR-01", "PEPPOL-EN16931-R004"), ("BR-55", "UBL-SR-07"))
    )
    for code in codes
}  # fmt: skip
"""Rules that miss the same thing in the same place."""

NAMES = {
    "BR-01": "CustomizationID", "BR-02": "ID", "BR-03": "IssueDate", "BR-04": "InvoiceTypeCode", "BR-05": "DocumentCurrencyCode",
    "BR-06": "RegistrationName", "BR-07": "RegistrationName", "BR-15": "PayableAmount", "BR-16": "InvoiceLine", "BR-21": "ID",
    "BR-22": "InvoicedQuantity", "BR-24": "LineExtensionAmount", "BR-26": "PriceAmount", "BR-31": "Amount", "BR-32": "TaxScheme",
    "BR-36": "Amount", "BR-37": "TaxScheme", "BR-41": "Amount", "BR-43": "Amount", "BR-47": "TaxScheme", "BR-52": "ID",
    "BR-CO-04": "TaxScheme", "BR-CO-18": "TaxTotal",
}  # fmt: skip
"""What a rule misses, as the schema calls it."""
