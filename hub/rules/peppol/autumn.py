"""What release 2026-11 judges otherwise (published 23 November 2026, mandatory from 24 February 2027), as its drafts have it.

Numbers of Luxembourg and Belgium, addresses in Slovakia, types 384 and 389 in Slovakia and Germany, a GLN of thirteen digits, Dutch
numbers that become fatal, and what must stand exactly once. Seen in drafts of the rules for billing and for self-billing; rules
that both share and only one draft has are taken for both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from hub.model.finding import Severity
from hub.rules.en16931.places import below
from hub.rules.peppol import code_lists as lists
from hub.rules.peppol import exactly_once
from hub.rules.peppol import identifiers as check
from hub.rules.peppol import variant as files
from hub.rules.peppol.code_rules import type_of_process
from hub.rules.peppol.countries import CUSTOMER, SUPPLIER, Countries, both, when
from hub.rules.peppol.document_rules import in_other_currency, r051
from hub.rules.peppol.earlier import address_row
from hub.rules.peppol.facts import facts
from hub.rules.peppol.identifier_rules import IDENTIFIERS, of_scheme, scheme_of
from hub.rules.peppol.values import below_documents
from hub.rules.rule import ABSENT, Context, Failure, Rule
from hub.rules.shapes import one_text, present
from hub.rules.tree import Document, Node, content, normal

_FATAL_NOW = frozenset(f"PEPPOL-COMMON-R{number}" for number in ("054", "055", "056-1", "056-2", "057"))
_ADDRESS = "cac:PostalAddress"
_is_gln = re.compile("[0-9]{13}").fullmatch
_is_luxembourg_vat = re.compile("LU([0-9]{6})([0-9]{2})").fullmatch
_is_matricule = re.compile("[0-9]{4}([0-9]{2})[0-9]{5}").fullmatch
_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_WITH_TWO_CHECK_DIGITS = 24  # the legal form that may have another check digit
Where = Callable[[Document], Sequence[Any]]


def gln(text: str) -> bool:
    """R040: thirteen digits, the last a check digit of GS1."""
    return _is_gln(text) is not None and check.gln(text)


def belgian(text: str) -> bool:
    """R043: an enterprise number that begins with 0 or 1."""
    return text[:1] in ("0", "1") and check.belgian(text)


def belgian_vat(text: str) -> bool:
    """R062: BE and an enterprise number."""
    return text.upper()[:2] == "BE" and belgian(text.upper()[2:])


def luxembourg_vat(text: str) -> bool:
    """R058: LU and eight digits, the last two the first six modulo 89."""
    met = _is_luxembourg_vat(text.upper())
    return met is not None and int(met[1]) % 89 == int(met[2])


def matricule(text: str) -> bool:
    """R059: eleven digits with a legal form of 20 to 99 in the middle, the last a check digit modulo 11."""
    met = _is_matricule(text)
    if met is None or int(met[1]) < 20:
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False)) % 11
    usual = 0 if rest == 0 else 11 - rest
    other = (12 - rest) % 11 if rest else 1
    return int(text[10]) == usual or (int(met[1]) == _WITH_TWO_CHECK_DIGITS and int(text[10]) == other)


def vat_numbers_of(prefix: str, *, any_case: bool) -> Where:
    """VAT numbers that begin with these letters."""

    def where(document: Document) -> Sequence[Any]:
        return [
            leaf
            for registration in document.named.get("cac:PartyTaxScheme", ())
            if scheme_of(registration) == "VAT"
            for leaf in registration.get("cbc:CompanyID", ())
            if (normal(leaf.text).upper() if any_case else normal(leaf.text)).startswith(prefix)
        ]

    return where


def _identifier(code: str, severity: Severity, fits: Callable[[str], bool], expected: str, where: Where) -> Context:
    def test(leaf: Any, _: Document) -> Failure | None:
        return None if fits(normal(leaf.text)) else Failure(content(leaf), expected)

    return Context("", (Rule(f"PEPPOL-COMMON-{code}", "", test, severity=severity),), where)


class _InOrder:
    """Rows of one pattern: an element meets the first row that picks it, and no other."""

    def __init__(self, rows: Iterable[Context]) -> None:
        self._rows = tuple(rows)

    def contexts(self) -> tuple[Context, ...]:
        """The rows, each with the elements that are left for it."""
        return tuple(row._replace(name="", where=self._left_for(place)) for place, row in enumerate(self._rows))

    def _left_for(self, place: int) -> Where:
        return lambda document: self._shared_out(document)[place]

    def _shared_out(self, document: Document) -> list[list[Any]]:
        known: list[list[Any]] | None = document.facts.get(self)
        if known is None:
            taken: set[Any] = set()
            known = document.facts[self] = []
            for row in self._rows:
                picked = row.where(document) if row.where is not None else document.named.get(row.name, ())
                known.append([each for each in picked if each not in taken])
                taken.update(known[-1])
        return known


def _identifiers() -> tuple[Context, ...]:
    rows = {row.rules[0].code.removeprefix("PEPPOL-COMMON-"): row for row in IDENTIFIERS}
    rows["R040"] = _identifier("R040", "fatal", gln, "1234567890128", of_scheme("0088"))
    rows["R043"] = _identifier("R043", "fatal", belgian, "0123456749", of_scheme("0208"))
    rows["R056-2"] = rows["R056-2"]._replace(where=vat_numbers_of("NL", any_case=False))
    rows["R057"] = rows["R057"]._replace(where=of_scheme("0217"))
    belgium, luxembourg, registers = _new_identifiers()
    before = [*rows.values()]
    place = [*rows].index("R043") + 1
    return _InOrder((*before[:place], belgium, *before[place:], luxembourg, registers)).contexts()


def _new_identifiers() -> tuple[Context, Context, Context]:
    belgium = _identifier("R062", "warning", belgian_vat, "BE0123456749", vat_numbers_of("BE", any_case=False))
    luxembourg = _identifier("R058", "warning", luxembourg_vat, "LU12345613", vat_numbers_of("LU", any_case=True))
    registers = _identifier("R059", "warning", matricule, "19991234567", of_scheme("0240"))
    return belgium, luxembourg, registers


def _slovak(c: Countries) -> bool:
    return both(lambda: c.supplier_address == "SK", lambda: c.customer_address == "SK")


def _slovak_address(party: tuple[str, ...], codes: Sequence[str], terms: Sequence[str]) -> Context:
    names = ("cbc:StreetName", "cbc:CityName", "cbc:PostalZone")
    rules = tuple(
        Rule(code, term, present(name), severity="warning")
        for code, term, name in zip(codes, terms, names, strict=True)
    )
    return Context(_ADDRESS, rules, when(_slovak, below(*party, _ADDRESS)))


def sk_r_001(root: Node, _: Document) -> Failure | None:
    """A corrected invoice names the one it corrects."""
    corrected = normal(one_text(root, "cbc:InvoiceTypeCode")) == "384"
    return ABSENT if corrected and "cac:BillingReference" not in root else None


def _slovak_by_vat(c: Countries) -> bool:
    return both(lambda: c.supplier_country == "SK", lambda: c.customer_country == "SK")


def p0112(leaf: Any, document: Document) -> Failure | None:
    """Types 326, 384 and 389 are for Germans among themselves, 384 for Slovaks too. Raises Undecidable."""
    text = normal(leaf.text)
    if text not in ("326", "384", "389") or facts(document).both_german:
        return None
    return None if text == "384" and _slovak_by_vat(facts(document)) else Failure(text)


_SLOVAK_ADDRESSES = (
    _slovak_address(SUPPLIER, ("SK-R-002", "SK-R-003", "SK-R-004"), ("BT-35", "BT-37", "BT-38")),
    _slovak_address(CUSTOMER, ("SK-R-005", "SK-R-006", "SK-R-007"), ("BT-50", "BT-52", "BT-53")),
)
_SLOVAK_CORRECTION = Context(
    "",
    (Rule("SK-R-001", "BG-3 BT-3", sk_r_001, severity="warning"),),
    when(_slovak_by_vat, below_documents(kinds=("Invoice",))),
)
_NEW = frozenset(f"PEPPOL-COMMON-R{number}" for number in ("058", "059", "062"))
_ROWS = {row.rules[0].code: row for row in _identifiers()}
_SHARED: dict[str, Any] = {
    "severity": dict.fromkeys(_FATAL_NOW, "fatal"),
    "rows": (
        *(row for code, row in _ROWS.items() if code not in _NEW),
        address_row(lists.ENDPOINT_SCHEMES | {"0158"}),
    ),
}
_ADDED = (
    ("PEPPOL-COMMON-R043", _ROWS["PEPPOL-COMMON-R062"]),
    ("PEPPOL-COMMON-R057", _ROWS["PEPPOL-COMMON-R058"]),
    ("PEPPOL-COMMON-R057", _ROWS["PEPPOL-COMMON-R059"]),
)
_LAST = tuple(("", context) for context in exactly_once.contexts())

BILLING: dict[str, Any] = {
    **_SHARED,
    "tests": {
        "PEPPOL-EN16931-P0100": type_of_process(files.BILLING, files.BILLING.invoice_types | {"389"}),
        "PEPPOL-EN16931-P0112": p0112,
    },
    "added": (
        *_ADDED,
        *(("PEPPOL-COMMON-R057", row) for row in _SLOVAK_ADDRESSES),
        ("DE-R-014", _SLOVAK_CORRECTION),
        *_LAST,
    ),
}
"""What the file for billing changes."""

_WITH_SUBTOTALS = files.SELF_BILLING._replace(subtotals=True)
SELF_BILLED: dict[str, Any] = {
    **_SHARED,
    "rows": (
        *_SHARED["rows"],
        Context("", (Rule("PEPPOL-EN16931-R051", "BT-5", r051),), in_other_currency(_WITH_SUBTOTALS)),
    ),
    "added": (*_ADDED, *_LAST),
}
"""What the file for self-billing changes."""
