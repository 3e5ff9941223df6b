"""Sentences over real documents: every place is filled, in both languages, for all that the demo and the corpus raise."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain

from hub.bootstrap import data_folder
from hub.demo.run import documents
from hub.formats.administration_file import read_administration
from hub.model.booking import Booking, Facts
from hub.model.message import Message
from hub.pipeline import read
from hub.sources import load_sources
from hub.steps.book import book
from hub.texts.catalogue import sentence, why
from tests import corpus

STARTER = read_administration((data_folder("mappings") / "starter.toml").read_bytes())


def _booked(bodies: Iterator[bytes]) -> Iterator[Booking]:
    sources = load_sources()
    facts = Facts(STARTER, datetime(2026, 11, 21, tzinfo=UTC).date(), wished="purchase")
    for body in bodies:
        sha256 = hashlib.sha256(body).hexdigest()
        message = Message(
            sha256, "demo", "test", sha256, "application/xml", body, sha256, datetime(2026, 11, 21, tzinfo=UTC)
        )
        yield book(read(message, sources), facts)


def _check(bookings: Iterator[Booking]) -> int:
    count = 0
    for booking in bookings:
        for language in ("nl", "en"):
            for finding in booking.findings:
                assert "{" not in (text := sentence(finding, language, "EUR", strict=True)) or "{" in str(finding.found)
                assert text
            for decision in booking.decisions:
                assert why(decision, language, strict=True)
        count += len(booking.findings) + len(booking.decisions)
    return count


def test_demo_documents_fill_every_place() -> None:
    assert _check(_booked(a.body for a in documents())) > 100


@corpus.needs_corpus
def test_corpus_documents_fill_every_place() -> None:
    some = (row["xml"].encode() for number, row in enumerate(corpus.rows("mutants")) if number % 4 == 0)
    assert _check(_booked(chain(corpus.documents().values(), some))) > 1000
