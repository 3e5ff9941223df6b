"""What we say about a document, in the form of an official outcome."""

from __future__ import annotations

from collections import Counter

from lxml import etree

from hub.model.finding import Finding
from hub.rules import en16931, gaccount, nlcius, peppol
from hub.rules.rule import UNDECIDABLE
from hub.rules.tree import Names, index
from tests.rules.fuzz.official import Outcome

_NAMES = Names()
_NOT_IN_GACCOUNT = {"(SI-V20-INV-R000)", "(SI-INV-R000)", "(BII2-T10-R001)"}


def findings(root: etree._Element) -> dict[str, list[Finding]]:
    """By artefact: those of the Netherlands repeat EN 16931, so they are made of several of our layers."""
    document = index(root, _NAMES)
    core, dutch = en16931.judge_document(document), nlcius.judge_document(document)
    blocked = gaccount.judge_document(document)
    found = {
        "en16931": core,
        "peppol": peppol.judge_document(document, peppol.LAYER),
        "peppol-sb": peppol.judge_document(document, peppol.LAYER_SELF_BILLING),
        "siubl": [*core, *dutch],
        "gaccount": [
            *(finding for finding in core if finding.code not in gaccount.USED),
            *(finding for finding in dutch if finding.code not in _NOT_IN_GACCOUNT),
            *blocked,
        ],
    }
    document.forget()
    return found


def judge(root: etree._Element) -> dict[str, Outcome]:
    """The same as outcomes."""
    return {layer: outcome(found) for layer, found in findings(root).items()}


def outcome(found: list[Finding]) -> Outcome:
    """Findings in the form of an official report."""
    fired: Counter[tuple[str, str]] = Counter()
    places: dict[str, Counter[str]] = {}
    stopped = ""
    for finding in found:
        if finding.code == UNDECIDABLE:
            stopped = stopped or f"{dict(finding.details).get('rule')}: {finding.found}"
        else:
            fired[finding.code, finding.severity] += 1
            places.setdefault(finding.code, Counter())[finding.location] += 1
    return Outcome(fired, places, stopped)
