"""Peppol BIS Billing 3.0.21 (release 2026-05, mandatory from 17 August 2026) and its self-billing file, native.

Each rule stands under its official code. Both are judged beside EN 16931, whose rules they do not repeat.
"""

from __future__ import annotations

from decimal import localcontext
from functools import lru_cache

from lxml import etree

from hub.model.finding import Finding
from hub.rules.change import changed
from hub.rules.peppol.code_rules import code_contexts
from hub.rules.peppol.document_rules import first_contexts, head_contexts, money_contexts
from hub.rules.peppol.identifier_rules import IDENTIFIERS
from hub.rules.peppol.line_rules import CHARGES, LINES
from hub.rules.peppol.national import NATIONAL
from hub.rules.peppol.variant import BILLING, SELF_BILLING, Variant
from hub.rules.rule import Context, Pack, Rule, judge
from hub.rules.tree import Document, Names, index
from hub.rules.xpath import EXACT

VERSION = "3.0.21"
VERSION_SELF_BILLING = "3.0.2"
LAYER = BILLING.layer
LAYER_SELF_BILLING = SELF_BILLING.layer
_EVERYTHING = Names()


def _pack(variant: Variant) -> Pack:
    """The rows in the order of the official file."""
    return Pack(
        (
            *first_contexts(),
            *head_contexts(variant),
            *CHARGES,
            *money_contexts(variant),
            *LINES,
            *IDENTIFIERS,
            *(NATIONAL if variant.national else ()),
            *code_contexts(variant),
        )
    )


_CURRENT = {LAYER: VERSION, LAYER_SELF_BILLING: VERSION_SELF_BILLING}
_PACKS = {variant.layer: _pack(variant) for variant in (BILLING, SELF_BILLING)}


def _edition(layer: str, version: str) -> Pack:
    """The rules of a release; the current one where none is named. Raises KeyError when this build has none of that number."""
    return _PACKS[layer] if version in ("", _CURRENT[layer]) else _other(layer, version)


@lru_cache(maxsize=8)
def _other(layer: str, version: str) -> Pack:
    """The rules of another release, made when it is first asked for."""
    from hub.rules.peppol.changes import CHANGES

    change = CHANGES[layer, version]
    return Pack(changed(_edition(layer, change.over).contexts, change))


def judge_document(document: Document, layer: str = LAYER, version: str = "") -> list[Finding]:
    """All findings of one of both layers on a document that was indexed already, in the order of the rule set."""
    with localcontext(EXACT):
        return judge(document, _edition(layer, version), layer)


def check(root: etree._Element, layer: str = LAYER) -> tuple[Finding, ...]:
    """All findings of Peppol BIS Billing on an Invoice or CreditNote. The tree is read, never changed.

    A rule that the official artefact cannot judge either gives `HUB-EN-01`.
    """
    document = index(root, _EVERYTHING)
    findings = judge_document(document, layer)
    document.forget()
    return tuple(findings)


def rules(layer: str = LAYER, version: str = "") -> tuple[Rule, ...]:
    """Every rule of a layer, each code once per context it is judged in."""
    contexts: tuple[Context, ...] = _edition(layer, version).contexts
    return tuple(rule for context in contexts for rule in context.rules)


__all__ = [
    "LAYER",
    "LAYER_SELF_BILLING",
    "VERSION",
    "VERSION_SELF_BILLING",
    "check",
    "judge_document",
    "rules",
]
