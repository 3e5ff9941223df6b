"""The proof of the ledger: every original is read again, every booking derived again, and compared with the books."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Row, select

from hub import __version__
from hub.model.administration import Administration
from hub.model.booking import Booking
from hub.model.column_mapping import PROFILE
from hub.model.mapping import Mapping as SourceMapping
from hub.model.message import Message
from hub.parts import base_of, number_of, parts
from hub.pipeline import decided, read
from hub.ports import Described, Reading, Source
from hub.reports.judged import Judged
from hub.reports.message_pages import MessagePage, message_pages
from hub.reports.rederive import compare_findings, differences, foreign_facts, stored_facts
from hub.reports.reproduce import document_differences, door_differences, vat_differences
from hub.reports.reproduce_feed import feed_differences
from hub.reports.sealed import SealedEntry
from hub.reports.verify_result import Tally, guarded
from hub.reports.verify_stored import Progress, unpacked
from hub.store import tables as t
from hub.store.administrations import snapshot_of
from hub.store.feed_record import mapping_of, reader_kept
from hub.store.findings import findings_in
from hub.store.messages import as_instant

ZIP = "application/zip"  # what the door refused of an archive is kept as the archive


@dataclass(slots=True)
class Derivation:
    """The checks that come out of one walk over the messages."""

    documents: Tally = field(
        default_factory=lambda: Tally("documents", "every document row is what its original says, read again")
    )
    findings: Tally = field(
        default_factory=lambda: Tally("findings", "every finding of reading and booking is found again, and no other")
    )
    vat: Tally = field(
        default_factory=lambda: Tally("vat-totals", "VAT lines reproduce the breakdown of their document, to the cent")
    )
    entries: Tally = field(
        default_factory=lambda: Tally(
            "derivation",
            "every entry follows from its original and the facts it was decided on, to the last cent and reason",
        )
    )

    def tallies(self) -> tuple[Tally, ...]:
        """In the order in which they are shown."""
        return self.documents, self.findings, self.vat, self.entries


@dataclass(slots=True)
class _Books:
    """What the walk over one administration needs by id; snapshots are few and kept."""

    connection: Connection
    id: int
    code: str
    accounts: dict[int, str]
    snapshots: dict[str, Administration] = field(default_factory=dict)
    _file: tuple[str, list[Reading]] = ("", [])

    def reading(
        self, message: Message, sources: Sequence[Source], profile: str, releases: Mapping[str, str]
    ) -> Reading:
        """What the original says; a file of many documents is read once for all of them that follow each other.

        `releases` of official rules are those that judged it. `profile` of what was stored: a file that was read by a
        bookkeeper's description is read by that very one again.
        """
        number, mark = number_of(message.id), message.sha256 + profile
        if number > 1 and self._file[0] == mark:
            return self._file[1][number - 1]
        if profile.startswith(PROFILE):
            reader = reader_kept(self.connection, self.id, profile.removeprefix(PROFILE))
            sources = [source.by(reader) for source in sources if isinstance(source, Described)]
        every = [part for _, part in parts(replace(message, id=base_of(message.id)), read(message, sources, releases))]
        self._file = (mark, every) if len(every) > 1 else ("", [])
        return every[number - 1] if number <= len(every) else every[0]

    def mapping(self, hash_: str) -> SourceMapping:
        """A mapping by its hash. Raises what a missing or changed one raises."""
        return mapping_of(self.connection, self.id, hash_)

    def snapshot(self, hash_: str) -> Administration:
        """A chart by its hash. Raises what a missing or changed one raises."""
        if hash_ not in self.snapshots:
            self.snapshots[hash_] = snapshot_of(self.connection, self.id, hash_)
        return self.snapshots[hash_]


def derive_again(
    connection: Connection, administration_id: int, code: str, sources: Sequence[Source], into: Derivation,
    progress: Progress,
) -> None:  # fmt: skip
    """Walk over every message with an outcome; failures go `into` the tallies."""
    a = t.account
    query = select(a.c.id, a.c.code).where(a.c.administration_id == administration_id)
    accounts = {row.id: row.code for row in connection.execute(query)}
    books = _Books(connection, administration_id, code, accounts)
    for page in message_pages(connection, administration_id):
        for row in page.messages:
            _one(row, page, books, sources, into)
        progress(len(page.messages))


def _one(row: Row[Any], page: MessagePage, books: _Books, sources: Sequence[Source], into: Derivation) -> None:
    where = f"{books.code}: message {row.uid}"
    body = unpacked(row.body, row.sha256) if row.body is not None else None
    if body is None:
        into.documents.add(["its original cannot be read"], where=where)
        return
    document, stored = page.documents.get(row.uid), page.findings.get(row.uid, [])
    if row.outcome == "refused" and document is None and any(f.code == "HUB-BUG" for f in stored):
        return  # our own fault when it came in; nothing follows from it
    if row.media_type == ZIP:
        into.findings.add(guarded(door_differences(body, stored)), where=where)
        return
    message = Message(
        id=row.uid, administration=books.code, channel=row.channel, external_id=row.external_id, media_type=row.media_type,
        body=body, sha256=row.sha256, received_at=as_instant(row.received_at), file_name=row.file_name,
        wished=row.wished or "",
    )  # fmt: skip
    judged, entry = Judged(row.judged_by), page.entries.get(row.uid)
    whole = books.reading(message, sources, _profile(document, stored), judged.releases)
    reading = judged.of(whole)
    booking = _derive(message, reading, entry, page, books, into) if entry is not None else None
    attachments = page.attachments.get(document.id, []) if document is not None else []
    if reading.feed is not None:
        into.documents.add(guarded(feed_differences(document, reading, reading.feed, message, booking)), where=where)
    else:
        into.documents.add(guarded(document_differences(document, attachments, reading, message, booking)), where=where)
    found = chain(judged.failures(whole, entry), _finding_failures(row.outcome, stored, judged, reading, booking))
    into.findings.add(guarded(found), where=where)


def _profile(document: Row[Any] | None, findings: Sequence[Row[Any]]) -> str:
    """By which description it was read, where it was: its document says so, else the findings of what could not be read."""
    if document is not None:
        return str(document.profile)
    return next((dict(json.loads(f.details)).get("reader", "") for f in findings if f.details), "")


def _derive(
    message: Message, reading: Reading, entry: SealedEntry, page: MessagePage, books: _Books, into: Derivation
) -> Booking | None:
    """Book once more; None when the facts do not allow it."""
    where = f"{books.code}: {entry.name}"
    if entry.facts is None:
        into.entries.add(["has no facts"], where=where)
        return None
    try:
        facts = stored_facts(entry, books.snapshot(entry.facts.chart_hash), books.mapping)
        booking = decided(reading, facts)
    except Exception as error:  # changed facts may break anything
        into.entries.add([f"cannot be derived: {type(error).__name__}: {error}"[:300]], where=where)
        return None
    failures = chain(
        foreign_facts(facts, message),
        differences(booking, entry, books.accounts, page.relation_keys),
        _block_failures(booking, entry, page),
    )
    into.entries.add(guarded(_with_version(failures, entry)), where=where)
    if reading.document is not None:
        into.vat.add(guarded(vat_differences(reading.document, entry)), where=where)
    return booking


def _with_version(failures: Iterable[str], entry: SealedEntry) -> Iterator[str]:
    """Say so when another version of the hub decided."""
    assert entry.facts is not None
    decided = json.loads(entry.facts.versions).get("code")
    note = "" if decided == __version__ else f" (decided by hub {decided}, derived by {__version__})"
    for failure in failures:
        yield failure + note


def _block_failures(booking: Booking, entry: SealedEntry, page: MessagePage) -> Iterator[str]:
    """Blocks that the booking itself put on; later ones are people's."""
    items = booking.entry.open_items if booking.entry else ()
    for stored, derived in zip(entry.items, items, strict=False):
        mine = {b.reason for b in page.blocks.get(stored.id, ()) if b.since == entry.header.posted_at}
        if mine != set(derived.block_reasons):
            yield f"open item {stored.number}: blocked for {sorted(mine)}, derived {sorted(derived.block_reasons)}"


def _finding_failures(
    outcome: str, every: Sequence[Row[Any]], judged: Judged, reading: Reading, booking: Booking | None
) -> Iterator[str]:
    """With facts all of them; without, those of reading, which stand first."""
    stored = judged.comparable(list(findings_in(every)))
    if [f.position for f in every] != list(range(len(every))):
        yield "findings: one is missing"
    elif booking is not None:
        yield from compare_findings(booking.findings, stored)
    elif reading.document is None and reading.feed is None and outcome == "refused":
        yield from compare_findings(reading.findings, stored)
    else:
        yield from compare_findings(reading.findings, stored[: len(reading.findings)])
