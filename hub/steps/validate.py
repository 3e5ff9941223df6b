"""Step 3: schema and rules over what was read. The document's own promise (CustomizationID) chooses the layers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from hub.formats.content import Content
from hub.ports import Reading
from hub.rules.judging import NOT_FOR_CII, Sheet, Verdict, judge
from hub.steps.layers import CII, layers_of

IN_FORCE: Mapping[str, str] = MappingProxyType({})  # no release is chosen: each as the day has it
_UBL = ("ubl-invoice", "ubl-creditnote")


def validate(reading: Reading, content: Content, on: date, releases: Mapping[str, str] = IN_FORCE) -> Reading:
    """The reading with the findings of every layer that applies; layers do not stop each other.

    Each judges in the release that is mandatory `on` that day, or the one that `releases` names. Warnings are findings
    like others and travel with the document; what follows from findings is decided in `hub/steps/judge.py`.
    """
    if reading.format not in (*_UBL, *CII):
        return reading
    choice = layers_of(reading, on, releases)
    # Who cannot even be read is told so already: the slow explanation (seconds, once a process) is for the others.
    sheet = Sheet(content.payload, explain=None if reading.document is not None else False)
    verdicts = judge(sheet, choice.layers)
    findings = (*reading.findings, *choice.findings, *(f for v in verdicts for f in v.findings))
    return replace(reading, findings=findings, judged_by=_releases(verdicts))


def _releases(verdicts: Iterable[Verdict]) -> tuple[tuple[str, str], ...]:
    """What judged, release by release; a layer that has no rules for the format did not."""
    return tuple((v.layer, v.version) for v in verdicts if v.reason != NOT_FOR_CII)
