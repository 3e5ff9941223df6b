"""Identifiers whose scheme says what they look like: PEPPOL-COMMON-R040 to R057."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hub.model.finding import Severity
from hub.rules.peppol import identifiers as check
from hub.rules.peppol.facts import facts
from hub.rules.rule import Context, Failure, Rule
from hub.rules.tree import Document, content, normal

_DUTCH_VAT = check.form("NL[0-9]{9}B[0-9]{2}")
_BEFORE_DUTCH_VAT = frozenset(
    ("0088", "0192", "0184", "0096", "0198", "0208", "0201", "0210", "0211", "0007", "0151", "0106", "0190", "9944")
)
"""Schemes whose rows stand before R056-2: a registration under one of them meets that row only."""


def of_scheme(scheme: str) -> Callable[[Document], Sequence[Any]]:
    """Electronic addresses, identifiers of parties and registrations under this scheme, as it stands."""
    return lambda document: facts(document).identifiers.get(scheme, ())


def addresses_of_scheme(scheme: str) -> Callable[[Document], Sequence[Any]]:
    """Electronic addresses under this scheme only."""
    return lambda document: facts(document).endpoints.get(scheme, ())


def dutch_vat_numbers(document: Document) -> Sequence[Any]:
    """VAT numbers that begin with NL, under no scheme that has a row of its own before."""
    return [
        leaf
        for registration in document.named["cac:PartyTaxScheme"]
        if scheme_of(registration) == "VAT"
        for leaf in registration.get("cbc:CompanyID", ())
        if normal(leaf.text).startswith("NL") and leaf.get("schemeID") not in _BEFORE_DUTCH_VAT
    ]


def scheme_of(registration: Any) -> str | None:
    """The only tax scheme; several have no answer, so the condition is not met."""
    found = [leaf for each in registration.get("cac:TaxScheme", ()) for leaf in each.get("cbc:ID", ())]
    return normal(found[0].text) if len(found) == 1 else None


def dutch_establishments(document: Document) -> Sequence[Any]:
    """Establishment numbers (0217), but for those that are a Dutch VAT number too."""
    found = facts(document).identifiers.get("0217", ())
    taken = set(dutch_vat_numbers(document)) if found and "cac:PartyTaxScheme" in document.named else ()
    return [leaf for leaf in found if leaf not in taken]


def _rule(code: str, severity: Severity, fits: Callable[[str], bool], expected: str, *, raw: bool = False) -> Rule:
    def test(leaf: Any, _: Document) -> Failure | None:
        text = content(leaf) if raw else normal(leaf.text)
        return None if fits(text) else Failure(content(leaf), expected)

    return Rule(f"PEPPOL-COMMON-{code}", "", test, severity=severity)


def _row(scheme: str, code: str, fits: Callable[[str], bool], expected: str, **how: Any) -> Context:
    rule = _rule(code, how.get("severity", "fatal"), fits, expected, raw=how.get("raw", False))
    return Context("", (rule,), of_scheme(scheme))


IDENTIFIERS: tuple[Context, ...] = (
    _row("0088", "R040", check.gln, "GLN"),
    _row("0192", "R041", check.norwegian, "9 x 0-9"),
    _row("0184", "R042", check.danish_company, "DK12345678, 12345678", raw=True),
    _row("0096", "R052", check.form("[0-9]{10}"), "1234567890", raw=True),
    _row("0198", "R053", check.form("DK[0-9]{8}"), "DK12345678", raw=True),
    _row("0208", "R043", check.belgian, "10 x 0-9"),
    _row("0201", "R044", check.italian_office, "6 x A-Z 0-9", severity="warning"),
    _row("0210", "R045", check.italian_person, "ABCDEF12G34H567I, 12345678901", severity="warning"),
    Context(
        "",
        (_rule("R046", "warning", check.italian_person, "ABCDEF12G34H567I, 12345678901"),),
        addresses_of_scheme("9907"),
    ),
    _row("0211", "R047", check.italian_vat, "IT12345678903", severity="warning"),
    _row("0007", "R049", check.swedish, "10 x 0-9"),
    _row("0151", "R050", check.australian, "11 x 0-9"),
    _row("0106", "R054", check.form("[0-9]{8}"), "12345678", severity="warning"),
    _row("0190", "R055", check.form("[0-9]{20}"), "12345678901234567890", severity="warning"),
    _row("9944", "R056-1", _DUTCH_VAT, "NL123456789B12", severity="warning"),
    Context("cac:PartyTaxScheme", (_rule("R056-2", "warning", _DUTCH_VAT, "NL123456789B12"),), dutch_vat_numbers),
    Context("", (_rule("R057", "warning", check.form("[0-9]{12}"), "123456789012"),), dutch_establishments),
)
