"""NLCIUS as SI-UBL 2.0.3.13 has it: what the Netherlands adds to EN 16931, native, under the official codes.

The official artefact repeats EN 16931; here that is a layer of its own, and this one has only what is added to it.
"""

from __future__ import annotations

from decimal import localcontext

from lxml import etree

from hub.model.finding import Finding
from hub.rules.nlcius.advice import ADVICE, HIDDEN
from hub.rules.nlcius.document_rules import DOCUMENT, ORDER_LINES, WHOLE
from hub.rules.nlcius.empties import EMPTIES
from hub.rules.nlcius.parties import PARTIES
from hub.rules.nlcius.promise import promise
from hub.rules.nlcius.version import VERSION_OF_DOCUMENT
from hub.rules.rule import Pack, Rule, judge
from hub.rules.tree import Document, Names, index
from hub.rules.xpath import EXACT

VERSION = "2.0.3.13"
LAYER = "nlcius"

_ALWAYS = Pack((*VERSION_OF_DOCUMENT, *EMPTIES, HIDDEN))
_OF_NLCIUS = Pack(placed.context for placed in ORDER_LINES)
_OF_DUTCH = Pack((*WHOLE, *(placed.context for placed in (*PARTIES, *DOCUMENT, *ADVICE))))
_EVERYTHING = Names()


def judge_document(document: Document) -> list[Finding]:
    """All findings of NLCIUS on a document that was indexed already."""
    promised = promise(document)
    with localcontext(EXACT):
        findings = judge(document, _ALWAYS, LAYER)
        if promised.nlcius:
            findings += judge(document, _OF_NLCIUS, LAYER)
        if promised.dutch:
            findings += judge(document, _OF_DUTCH, LAYER)
    return findings


def check(root: etree._Element) -> tuple[Finding, ...]:
    """All findings of NLCIUS on an Invoice or CreditNote. The tree is read, never changed.

    A rule that the official artefact cannot judge either gives `HUB-EN-01`.
    """
    document = index(root, _EVERYTHING)
    findings = judge_document(document)
    document.forget()
    return tuple(findings)


def rules() -> tuple[Rule, ...]:
    """Every rule of this layer, each code once per context it is judged in."""
    packs = (_ALWAYS, _OF_NLCIUS, _OF_DUTCH)
    return tuple(rule for pack in packs for context in pack.contexts for rule in context.rules)


__all__ = ["LAYER", "VERSION", "check", "judge_document", "rules"]
