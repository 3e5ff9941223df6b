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
_OWN = {"(SI-V20-INV-R000)", "(SI-INV-R000)", "(BII2-T10-R001)"}


def judge(root: etree._Element) -> dict[str, Outcome]:
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
            *(f for f in core if f.code not in gaccount.USED),
            *(f for f in dutch if f.code not in _OWN),
            *blocked,
        ],
    }
    document.forget()
    return {layer: _outcome(findings) for layer, findings in found.items()}


def _outcome(findings: list[Finding]) -> Outcome:
    fired: Counter[tuple[str, str]] = Counter()
    places: dict[str, Counter[str]] = {}
    stopped = ""
    for finding in findings:
        if finding.code == UNDECIDABLE:
            stopped = stopped or f"{dict(finding.details).get('rule')}: {finding.found}"
        else:
            fired[finding.code, finding.severity] += 1
            places.setdefault(finding.code, Counter())[finding.location] += 1
    return Outcome(fired, places, stopped)
