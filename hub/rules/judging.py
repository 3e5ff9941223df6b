"""Judging a document by several sets of rules at once: its tree is walked once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import NamedTuple

from lxml import etree

from hub.formats.xsd import check as check_schema
from hub.formats.xsd import is_cii
from hub.formats.xsd import version as schema_version
from hub.garbage import put_off
from hub.model.finding import Finding
from hub.rules import en16931, peppol
from hub.rules.releases import GACCOUNT, NLCIUS, RELEASES
from hub.rules.rule import BUG, UNDECIDABLE, bug
from hub.rules.tree import Document, Names, index

SCHEMA = "xsd"
SCHEMA_VERSION = "2.1"
WHOLE, ARITHMETIC, AMOUNTS = "", "arithmetic", "amounts"
"""How much of a layer is judged: all of it; of EN 16931 totals, VAT and decimals; the same without what follows from the VAT
category of lines, for a document whose lines have none."""

ARITHMETIC_ONLY = "arithmetic only: the document names no agreement that is known"
NOT_IN_THIS_VERSION = "not in this version"
"""Why a release is not judged that this build has no rules of, as one kept with a document of long ago may be."""
NOT_FOR_CII = "rules for CII are not in this version"


class Asked(NamedTuple):
    """One layer that a document is judged by: its name, the release (`hub/rules/releases.py`), and how much of it."""

    layer: str
    version: str
    part: str = WHOLE


class Verdict(NamedTuple):
    """What one layer says. `status` error = it could not be judged; `reason` says why, or what was left out."""

    layer: str
    version: str
    status: str
    reason: str | None
    findings: tuple[Finding, ...]


class Sheet:
    """A document as the layers read it. `explain`: as in `hub.formats.xsd.check`."""

    def __init__(self, tree: etree._Element, *, explain: bool | None = None) -> None:
        self.tree = tree
        self.explain = explain

    @cached_property
    def document(self) -> Document:
        """The index, made at the first question."""
        return index(self.tree, _EVERYTHING)

    def forget(self) -> None:
        """Let go of the index at once, where it was made; the next question makes it anew."""
        known: Document | None = self.__dict__.pop("document", None)
        if known is not None:
            known.forget()


def judge(sheet: Sheet, asked: Iterable[Asked], *, together: bool = True) -> tuple[Verdict, ...]:
    """What each layer says, in the order asked; none stops another. Pure, and never raises: a rule that trips is an `error`.

    `together`: an extension takes back what EN 16931 alone would warn about; without it each layer speaks for itself.
    """
    with put_off():
        verdicts = tuple(_judged(sheet, one) for one in asked)
        sheet.forget()
    if together and any(verdict.layer == GACCOUNT for verdict in verdicts):
        from hub.rules.gaccount import USED

        return tuple(_without(verdict, USED) for verdict in verdicts)
    return verdicts


def _judged(sheet: Sheet, asked: Asked) -> Verdict:
    layer, version, part = asked
    check = _CHECKS.get(layer)
    if layer == SCHEMA:
        version = schema_version(sheet.tree)
    elif is_cii(sheet.tree):
        return Verdict(layer, version, "error", NOT_FOR_CII, ())
    elif (layer, version) not in _KNOWN:
        check = None
    if check is None:
        return Verdict(layer, version, "error", NOT_IN_THIS_VERSION, ())
    try:
        findings = tuple(check(sheet, version) if part == WHOLE else _arithmetic(sheet, part))
    except Exception as error:  # one layer that trips must not hide the others
        findings = (bug(layer, error),)
    tripped = next((finding for finding in findings if finding.code == BUG), None)
    if tripped is not None:
        return Verdict(layer, version, "error", f"{BUG} {tripped.found}", findings)
    undecided = next((finding for finding in findings if finding.code == UNDECIDABLE), None)
    if undecided is not None:
        reason = f"{dict(undecided.details).get('rule', '')}: {undecided.found}"
        return Verdict(layer, version, "error", reason, findings)
    return Verdict(layer, version, "ok", None if part == WHOLE else ARITHMETIC_ONLY, findings)


def _arithmetic(sheet: Sheet, part: str) -> Iterable[Finding]:
    found = en16931.check_arithmetic(sheet.tree)
    return found if part == ARITHMETIC else (each for each in found if each.code not in en16931.BASES_OF_LINES)


def _without(verdict: Verdict, codes: frozenset[str]) -> Verdict:
    return verdict._replace(findings=tuple(each for each in verdict.findings if each.code not in codes))


def _nlcius(sheet: Sheet, _: str) -> Iterable[Finding]:
    from hub.rules import nlcius  # of two sets of rules a start need not wait for the one that is not asked

    return nlcius.judge_document(sheet.document)


def _gaccount(sheet: Sheet, _: str) -> Iterable[Finding]:
    from hub.rules import gaccount

    return gaccount.judge_document(sheet.document)


_KNOWN = frozenset((release.layer, release.version) for layer in RELEASES.values() for release in layer)
_EVERYTHING = Names()
# What NLCIUS and the G-account extension add to EN 16931 is the same in every release that is known here.
_CHECKS: dict[str, Callable[[Sheet, str], Iterable[Finding]]] = {
    SCHEMA: lambda sheet, _: check_schema(sheet.tree, explain=sheet.explain),
    en16931.LAYER: lambda sheet, version: en16931.judge_document(sheet.document, version),
    peppol.LAYER: lambda sheet, version: peppol.judge_document(sheet.document, peppol.LAYER, version),
    peppol.LAYER_SELF_BILLING: lambda sheet, version: peppol.judge_document(
        sheet.document, peppol.LAYER_SELF_BILLING, version
    ),
    NLCIUS: _nlcius,
    GACCOUNT: _gaccount,
}
