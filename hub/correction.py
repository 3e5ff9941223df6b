"""From a file in hand to the mail that asks its sender to correct it; nothing is recorded or sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from hub.formats.content import Content
from hub.letters.correction import Correction, correction
from hub.model.finding import Finding
from hub.ports import Reading, Source
from hub.sources import sources_as_needed
from hub.steps.recognise import recognise
from hub.steps.validate import validate


def correction_of(
    data: bytes, file: str, language: str = "", *, sources: Iterable[Source] | None = None, on: date | None = None
) -> Correction | None:
    """The mail about a document, judged by the layers its CustomizationID asks for; None when there is nothing to ask."""
    content = Content(data)
    reading = validate(
        _reading(content, sources_as_needed() if sources is None else sources), content, on or date.today()
    )
    return correction(reading.document, file, reading.findings, language)


def correction_of_known(data: bytes, file: str, findings: Iterable[Finding], language: str = "") -> Correction | None:
    """The mail about what was found when the document came in."""
    return correction(_reading(Content(data), sources_as_needed()).document, file, tuple(findings), language)


def _reading(content: Content, sources: Iterable[Source]) -> Reading:
    source = recognise(content, sources)
    return source if isinstance(source, Reading) else source.read(content)
