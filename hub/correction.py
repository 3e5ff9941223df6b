"""From a file in hand to the mail that asks its sender to correct it; nothing is recorded or sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from hub.errors import UnreadableInput
from hub.formats.content import Content
from hub.letters.correction import Correction, correction
from hub.model.finding import Finding
from hub.model.invoice import Invoice
from hub.ports import Reading, Source
from hub.rules.judging import Sheet, judge
from hub.sources import sources_as_needed
from hub.steps.layers import layers_of
from hub.steps.recognise import as_finding, recognise


def correction_of(
    data: bytes, file: str, language: str = "", *, sources: Iterable[Source] | None = None, on: date | None = None
) -> Correction | None:
    """The mail about a document, judged by the layers its CustomizationID asks for; None when there is nothing to ask."""
    document, findings = _judged(Content(data), sources_as_needed() if sources is None else sources, on or date.today())
    return correction(document, file, findings, language)


def correction_of_known(data: bytes, file: str, findings: Iterable[Finding], language: str = "") -> Correction | None:
    """The mail about what was found when the document came in."""
    return correction(_reading(Content(data), sources_as_needed()).document, file, tuple(findings), language)


def _reading(content: Content, sources: Iterable[Source]) -> Reading:
    source = recognise(content, sources)
    return source if isinstance(source, Reading) else source.read(content)


def _judged(content: Content, sources: Iterable[Source], day: date) -> tuple[Invoice | None, tuple[Finding, ...]]:
    reading = _reading(content, sources)
    try:
        payload = content.payload
    except UnreadableInput as refusal:
        return reading.document, reading.findings or (as_finding(refusal),)
    choice = layers_of(reading, day, {})
    found = [finding for each in judge(Sheet(payload), choice.layers, together=True) for finding in each.findings]
    return reading.document, (*reading.findings, *choice.findings, *found)
