"""EN 16931 as CEN publishes it for UBL, release 1.3.16: every rule, native, under its official code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import localcontext
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from hub.model.finding import Finding
from hub.rules.change import changed
from hub.rules.en16931.arithmetic_rules import READ_FOR_ARITHMETIC, TOTALS
from hub.rules.en16931.code_rules import CODES
from hub.rules.en16931.model_rules import MODEL
from hub.rules.en16931.stops import STOPS
from hub.rules.en16931.syntax_rules import SYNTAX
from hub.rules.en16931.unused import OtherRows, unused
from hub.rules.en16931.unused import rules as rules_of_unused
from hub.rules.en16931.vat import ARITHMETIC_OF, RULES_OF, of_used_categories
from hub.rules.rule import Pack, Rule, judge
from hub.rules.tree import Document, Names, index
from hub.rules.xpath import EXACT

VERSION = "1.3.16"
LAYER = "en16931"

_STOPS = Pack(STOPS)
_ALWAYS = Pack((*MODEL, *TOTALS, *SYNTAX, *CODES))
_TOTALS = Pack(TOTALS)
_EVERYTHING = Names()
_ARITHMETIC_ONLY = Names(READ_FOR_ARITHMETIC)


class Edition(NamedTuple):
    """One release as it judges: what is always judged, what a used VAT category adds, and what is not used of UBL."""

    always: Pack
    categories: Mapping[str, Pack]
    unused: Callable[[Document], list[Finding]]
    unused_rules: Callable[[], tuple[Rule, ...]]


_CURRENT = Edition(_ALWAYS, RULES_OF, unused, rules_of_unused)


@lru_cache(maxsize=8)
def _edition(version: str) -> Edition:
    """The rules of a release, made when they are first asked for. Raises KeyError when this build has none of that number."""
    if version == VERSION:
        return _CURRENT
    from hub.rules.en16931.changes import CHANGES, UNUSED

    change = CHANGES[version]
    before, others = _edition(change.over), OtherRows(*UNUSED[version])
    always = Pack(changed(before.always.contexts, change))
    in_place = change._replace(added=())
    categories = {code: Pack(changed(pack.contexts, in_place)) for code, pack in before.categories.items()}
    return Edition(always, categories, others, others.rules)


def check(root: etree._Element, version: str = VERSION) -> tuple[Finding, ...]:
    """All findings of EN 16931 on an Invoice or CreditNote, in the order of the rule set; what is not used comes last.

    The tree is read, never changed. A rule that the official artefact cannot judge either gives `HUB-EN-01`.
    """
    document = index(root, _EVERYTHING)
    findings = judge_document(document, version)
    document.forget()
    return tuple(findings)


def judge_document(document: Document, version: str = VERSION) -> list[Finding]:
    """As `check`, on a document that was indexed already."""
    edition = _CURRENT if version == VERSION else _edition(version)
    return [*_judged(document, edition.always, edition.categories), *edition.unused(document)]


def _judged(document: Document, always: Pack, categories: Mapping[str, Pack]) -> list[Finding]:
    with localcontext(EXACT):
        findings = judge(document, _STOPS, LAYER)
        findings += judge(document, always, LAYER)
        for pack in of_used_categories(document, categories):
            findings += judge(document, pack, LAYER)
    return findings


def check_arithmetic(root: etree._Element) -> tuple[Finding, ...]:
    """Only totals, VAT amounts and decimals: what decides whether a document can be booked at all."""
    document = index(root, _ARITHMETIC_ONLY)
    with localcontext(EXACT):
        findings = judge(document, _TOTALS, LAYER)
        for pack in of_used_categories(document, ARITHMETIC_OF):
            findings += judge(document, pack, LAYER)
    document.forget()
    return tuple(findings)


def rules(version: str = VERSION) -> tuple[Rule, ...]:
    """Every rule of a release, each code once per context it is judged in."""
    edition = _edition(version)
    packs = (edition.always, *edition.categories.values())
    return (*(rule for pack in packs for context in pack.contexts for rule in context.rules), *edition.unused_rules())


ARITHMETIC: frozenset[str] = frozenset(
    rule.code
    for context in (*TOTALS, *(context for pack in ARITHMETIC_OF.values() for context in pack.contexts))
    for rule in context.rules
)
"""Codes of the rules that `check_arithmetic` judges."""

BASES_OF_LINES: frozenset[str] = frozenset(code for code in ARITHMETIC if code.endswith("-08"))
"""Of these the ones that compare the base of a VAT category with the lines that bear it."""

__all__ = [
    "ARITHMETIC",
    "BASES_OF_LINES",
    "LAYER",
    "VERSION",
    "check",
    "check_arithmetic",
    "judge_document",
    "rules",
]
