"""The G-account extension 1.0.13 of NLCIUS: an invoice of which part is paid to a blocked account for wage tax and VAT.

Two ways to pay, two payment terms, and each term names its way (ketenaansprakelijkheid, article 34 Invorderingswet 1990).
The official artefact repeats NLCIUS and EN 16931, less three warnings of the latter about the elements it needs: `USED`.
"""

from __future__ import annotations

from decimal import localcontext

from lxml import etree

from hub.model.finding import Finding
from hub.rules.gaccount.payment_rules import PAYMENT
from hub.rules.rule import Pack, Rule, judge
from hub.rules.tree import Document, Names, index
from hub.rules.xpath import EXACT

VERSION = "1.0.13"
LAYER = "gaccount"
USED: frozenset[str] = frozenset(("UBL-CR-411", "UBL-CR-453", "UBL-CR-459"))
"""Rules of EN 16931 that say an element is not used, which this extension does use."""

_RULES = Pack(PAYMENT)
_EVERYTHING = Names()


def judge_document(document: Document) -> list[Finding]:
    """All findings of the extension on a document that was indexed already."""
    with localcontext(EXACT):
        return judge(document, _RULES, LAYER)


def check(root: etree._Element) -> tuple[Finding, ...]:
    """All findings of the extension on an Invoice. The tree is read, never changed.

    A rule that the official artefact cannot judge either gives `HUB-EN-01`.
    """
    document = index(root, _EVERYTHING)
    findings = judge_document(document)
    document.forget()
    return tuple(findings)


def rules() -> tuple[Rule, ...]:
    """Every rule of this layer."""
    return tuple(rule for context in _RULES.contexts for rule in context.rules)


__all__ = ["LAYER", "USED", "VERSION", "check", "judge_document", "rules"]
