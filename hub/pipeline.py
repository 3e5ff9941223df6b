"""The way of a message: read ▸ look up ▸ book ▸ record. Read this page first.

bytes ─ read ─▶ documents + findings         pure   steps/recognise, connectors, steps/validate
      ─ look up ─▶ facts                     one query per noun for the whole batch   store/lookup
      ─ book ─▶ entry, open items, decisions pure   steps/book, accounting
      ─ record ─▶ one commit                 the lock confirms   store/record
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from hub import failpoints
from hub.errors import StaleFacts, Transient
from hub.formats.content import Content
from hub.model.booking import Booking, Facts
from hub.model.feed import fingerprint_of
from hub.model.finding import Finding
from hub.model.fingerprint import fingerprint
from hub.model.message import Message
from hub.model.result import Case, Result
from hub.parts import in_portions, parts_of
from hub.ports import Reading, Source, Store
from hub.steps.book import book
from hub.steps.book_feed import book_feed
from hub.steps.in_turn import by_number, whole_and_in_turn
from hub.steps.memory import BatchMemory
from hub.steps.recognise import recognise
from hub.steps.validate import IN_FORCE, validate

DECIDE_AGAIN = 5  # times a batch is decided again when its facts changed under it
log = structlog.get_logger(__name__)


def process(messages: Sequence[Message], sources: Sequence[Source], store: Store) -> list[Result]:
    """Take a batch of messages to their outcomes, all in one commit. Raises `Transient` when the world will not have it."""
    return conclude(messages, [read(message, sources) for message in messages], store)


def conclude(messages: Sequence[Message], readings: Sequence[Reading], store: Store) -> list[Result]:
    """As `process`, from what was read of each message on.

    A file of many documents takes several commits; each document is recorded once, however often that is begun anew.
    """
    results: list[Result] = []
    for parts, last in in_portions(parts_of(messages, readings), store):
        results += _take([m for m, _ in parts], [r for _, r in parts], store, last=last)
    return results


def _take(messages: Sequence[Message], readings: Sequence[Reading], store: Store, *, last: bool) -> list[Result]:
    order = by_number(messages, readings)
    messages, readings = [messages[place] for place in order], [readings[place] for place in order]
    for _ in range(DECIDE_AGAIN):
        facts = store.look_up(list(zip(messages, readings, strict=True)))
        cases = book_all(messages, readings, facts)
        try:
            made = dict(zip(order, store.record(cases, facts, last=last), strict=True))
            return [made[place] for place in range(len(order))]
        except StaleFacts:
            continue
    raise Transient("the facts of this batch keep changing; it is tried again later")


def read(message: Message, sources: Sequence[Source], releases: Mapping[str, str] = IN_FORCE) -> Reading:
    """Bytes to document and findings. An unexpected exception is our bug: it would come again, so it is a refusal.

    Official rules judge in the release that was mandatory on the day it came in; `releases` names others, by layer.
    """
    failpoints.hit_document(message.sha256)
    content = Content(message.body, message.file_name, message.media_type, message.channel)
    try:
        source = recognise(content, sources)
        if isinstance(source, Reading):
            return source
        return validate(source.read(content), content, message.received_at.date(), releases)
    except Exception as error:
        return Reading("unknown", findings=(_bug(message, error),))


def book_all(messages: Sequence[Message], readings: Sequence[Reading], facts: Any) -> list[Case]:
    """Decide each document in order, as if those before it in the batch were recorded already."""
    memory = BatchMemory()
    cases = []
    for message, reading, given in zip(messages, readings, facts.facts, strict=True):
        known: Facts = memory.add_to(given, message.administration, reading)
        mark = (
            fingerprint(reading.document) if reading.document else fingerprint_of(reading.feed) if reading.feed else ""
        )
        booking = _decide(message, reading, known, mark)
        memory.remember(message, reading, booking, mark, known)
        cases.append(
            Case(
                message,
                reading.document,
                reading.format,
                reading.profile,
                known,
                booking,
                mark,
                reading.feed,
                reading.reader,
                reading.judged_by,
            )
        )
    return whole_and_in_turn(cases, facts.whole)


def _decide(message: Message, reading: Reading, facts: Facts, mark: str) -> Booking:
    """One document's booking; other bytes under an id that came before are a conflict, whatever they say."""
    if message.collides_with:
        finding = Finding(
            "HUB-MSG-01", "fatal", "hub", found=message.sha256, details=(("earlier", message.collides_with),)
        )
        return Booking("conflict", findings=(*reading.findings, finding))
    try:
        return decided(reading, facts, mark)
    except Exception as error:
        return Booking("refused", findings=(*reading.findings, _bug(message, error)))


def decided(reading: Reading, facts: Facts, mark: str | None = None) -> Booking:
    """What becomes of a document by these facts; the same whenever it is asked."""
    known = mark_of(reading) if mark is None else mark
    return book(reading, facts, known) if reading.feed is None else book_feed(reading, facts, known)


def mark_of(reading: Reading) -> str:
    """The fingerprint of a document's contents, "" where nothing could be read."""
    if reading.feed is not None:
        return fingerprint_of(reading.feed)
    return fingerprint(reading.document) if reading.document else ""


def _bug(message: Message, error: Exception) -> Finding:
    log.error(
        "hub_bug",
        message_id=message.id,
        administration=message.administration,
        error=type(error).__name__,
        exc_info=error,
    )
    return Finding("HUB-BUG", "fatal", "hub", found=f"{type(error).__name__}: {error}"[:300], who="us")
