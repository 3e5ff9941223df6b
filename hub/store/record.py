"""Record: one transaction that turns a batch of bookings into rows. Pure decided, here the lock confirms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from hub import failpoints
from hub.errors import StaleFacts
from hub.model.column_mapping import reader_hash
from hub.model.keys import name_key, relation_keys
from hub.model.mapping import Mapping
from hub.model.master_file import MasterFile
from hub.model.result import Case, Result
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.approval_record import confirm_rejected, record_approvals
from hub.store.document_rows import address_of, attachment_rows, contact_of, invoice_row
from hub.store.feed_effects import Effects, Further
from hub.store.feed_record import feed_row, keep_mappings
from hub.store.findings import finding_rows
from hub.store.ids import Ids
from hub.store.ledger import EntryToSeal, facts_kept, headers_of, lines_of, seal
from hub.store.lookup import Lookup
from hub.store.master_files import MasterFiles
from hub.store.messages import arrival_rows, find_arrivals
from hub.store.packing import packed
from hub.store.relations import NewRelation, add_keys, create_relations
from hub.store.rows import Part, Row, insert_and_count, insert_new, insert_rows, insert_together, is_taken
from hub.store.streams import Streams
from hub.store.versions import judged_text, versions_text
from hub.store.years import YearIds, YearKey, ensure_years, remembered_years, take_numbers

AT_ONCE = 4  # messages at most that are recorded at once: of more, one came before more likely, and COPY is faster
Series = tuple[int, int, int]  # administration, journal, fiscal year
PROVISIONAL = "*"  # a relation created by this very batch bears `*<key>` until it has its code


class NotAtOnce(Exception):
    """What was recorded at once must be rolled back, and recorded step by step, which says what is the matter."""


def fits_at_once(cases: Sequence[Case]) -> bool:
    """Whether `Recorder.record_at_once` may be tried: a few messages, nobody among them whom we do not know yet."""
    alike = len(cases) - len({case.message.id for case in cases})
    several = any(
        c.booking.new_relation or c.booking.new_keys or c.booking.approval or c.feed or c.reader for c in cases
    )
    return len(cases) <= AT_ONCE and not alike and not several


@dataclass(slots=True)
class Recorder:
    """Records one batch within the caller's transaction. `stored` are messages whose arrival is recorded already."""

    connection: Connection
    ids: Ids
    lookup: Lookup
    actor_id: int
    now: datetime
    consumer: str
    lane: str
    mapping_version: str
    stored: frozenset[str] = frozenset()
    relations: dict[tuple[int, str], tuple[int, str]] = field(default_factory=dict)  # created now: id and code
    further: dict[str, Further] = field(default_factory=dict)  # what came of a document beside its own entry

    def record(self, cases: Sequence[Case]) -> list[Result]:
        """All or nothing. Raises `StaleFacts` when a guard fails; the caller then decides the batch again."""
        failpoints.hit("record:begin")
        cases = self._with_master_files(cases)
        confirm_rejected(self.connection, cases, self.lookup.books)
        first = {case.message.id: case for case in reversed(cases)}  # a batch may hold one message twice
        waiting = [case for case in first.values() if case.booking.waits]  # they have no outcome before their turn
        new = self._inbox([case for case in first.values() if not case.booking.waits])
        mine = [case for case in cases if case.message.id in new and case is first[case.message.id]]
        fresh = {id(case) for case in (*mine, *waiting)}
        self._check_again([case for case in cases if id(case) not in fresh or case.booking.waits], mine)
        streams = Streams(self.connection, self.ids, self._books, self.actor_id, self.now)
        streams.confirm(mine, waiting)
        self._create_relations(mine)
        keep_mappings(self.connection, self._mappings(mine), self.actor_id, self.now)
        documents = self._documents(mine, waiting)
        entries = self._entries(mine, documents)
        failpoints.hit("record:before-seal")
        seal(self.connection, self.ids, list(entries.values()))
        if any(case.feed is not None for case in mine):
            effects = Effects(self.connection, self.ids, self._books, documents, self.actor_id, self.now)
            self.further = effects.apply(mine)
        record_approvals(self.connection, self.ids, mine, self.lookup.books, self.actor_id, self.now)
        streams.advance(mine, waiting)
        failpoints.hit("record:end")
        return [self._result(first[c.message.id], id(c) not in fresh, entries.get(c.message.id)) for c in cases]

    def record_at_once(self, cases: Sequence[Case]) -> list[Result]:
        """As `record`, on PostgreSQL: one statement for everything but the headers, which need not be waited for.

        It is tried in the hope that no message was recorded before. Raises `NotAtOnce` otherwise; that, and `IntegrityError`
        for a row that the database refuses, here or at COMMIT, must be rolled back, which gives back the numbers taken.
        """
        failpoints.hit("record:begin")
        years = remembered_years(self.connection, self._years(cases))
        if len(years) < len(self._years(cases)):
            raise NotAtOnce  # a year's first entry opens it
        document_parts, documents = self._document_parts(cases)
        entries, counts = self._numberless(cases, years, documents)
        lines = lines_of(self.ids, list(entries.values()))
        parts: list[Part] = [(t.inbox, self._inbox_rows(cases), True), *document_parts, *lines.parts]
        failpoints.hit("record:before-numbers")
        counters = [(*key, counts[key]) for key in sorted(counts)]
        inserted, last = insert_and_count(self.connection, parts, (t.number_series, counters, False))
        if inserted[0] < len(cases):
            raise NotAtOnce
        entries = self._numbered(entries, {(a, j, y): number - counts[a, j, y] + 1 for a, j, y, number in last})
        failpoints.hit("record:before-seal")
        insert_rows(self.connection, t.entry, headers_of(list(entries.values()), lines))
        failpoints.hit("record:end")
        return [self._result(case, False, entries.get(case.message.id)) for case in cases]

    def _mappings(self, cases: Sequence[Case]) -> dict[tuple[int, str], Mapping]:
        """The mappings that decided something, and the descriptions that something was read by, by administration id and hash."""
        feeds = ((self._books(case).id, case.facts.feed) for case in cases)
        kept = {(books_id, feed.mapping_hash): feed.mapping for books_id, feed in feeds if feed is not None}
        readers = {
            (self._books(case).id, reader_hash(case.reader)): case.reader for case in cases if case.reader is not None
        }
        return kept | readers

    def _with_master_files(self, cases: Sequence[Case]) -> Sequence[Case]:
        """Files of master data, judged and applied; one that was recorded before is left alone."""
        if not any(isinstance(case.feed, MasterFile) for case in cases):
            return cases
        files = MasterFiles(self.connection, self.ids, self.actor_id, self.now, self.lane)
        query = select(t.inbox.c.message_uid).where(t.inbox.c.message_uid.in_([c.message.id for c in cases]))
        known = set(self.connection.execute(query).scalars())
        return [case if case.message.id in known else files.taken(case, self._books(case)) for case in cases]

    def _books(self, case: Case) -> Books:
        return self.lookup.books[case.message.administration]

    def _inbox(self, cases: Sequence[Case]) -> set[str]:
        """The messages that nobody recorded before; sorted, so that two workers wait instead of deadlocking."""
        return insert_new(self.connection, t.inbox, self._inbox_rows(cases), "message_uid")

    def _inbox_rows(self, cases: Sequence[Case]) -> list[Row]:
        made = ((c, self._books(c).id, judged_text(c.judged_by)) for c in cases)
        return sorted((c.message.id, self.consumer, a, c.booking.outcome, self.now, by) for c, a, by in made)

    def _check_again(self, cases: Sequence[Case], mine: Sequence[Case]) -> None:
        """A message that was recorded before, or stands earlier in the batch, must be this very one, not another with its id."""
        before = find_arrivals(self.connection, (case.message.id for case in cases))
        before |= {c.message.id: (c.message.administration, c.message.sha256) for c in mine}
        these = ((c.message.id, (c.message.administration, c.message.sha256)) for c in cases)
        if any(before.get(uid, this) != this for uid, this in these):
            raise StaleFacts

    def _arrivals(self, cases: Sequence[Case]) -> tuple[list[Row], list[Row]]:
        """Rows of originals and messages, of those whose arrival was not recorded before."""
        fresh = [(self._books(c).id, c.message) for c in cases if c.message.id not in self.stored]
        return arrival_rows(self.ids, self.lane, fresh, self.actor_id)

    def _create_relations(self, cases: Sequence[Case]) -> None:
        wanted: dict[int, dict[str, NewRelation]] = {}
        added: list[tuple[int, int, str]] = []
        for case in cases:
            booking, books = case.booking, self._books(case)
            if booking.relation is None or booking.outcome not in ("posted", "held"):
                continue
            if booking.new_relation:
                r = booking.relation
                wanted.setdefault(books.id, {})[r.key] = NewRelation(
                    r, name_key(r.name), tuple(sorted(relation_keys(r))), address_of(case), contact_of(case),
                    getattr(case.feed, "customer_type", ""),
                )  # fmt: skip
        if wanted:
            new = {a: list(by_key.values()) for a, by_key in wanted.items()}
            self.relations = create_relations(self.connection, self.ids, new, self.actor_id, self.now)
        for case in cases:
            if case.booking.relation is not None and case.booking.new_keys and case.booking.outcome == "posted":
                books = self._books(case)
                added += [(books.id, self._relation_id(case) or 0, key) for key in case.booking.new_keys]
        add_keys(self.connection, added)

    def _relation_id(self, case: Case) -> int | None:
        """The id of a case's relation; None for a refused document of somebody we did not know."""
        relation = case.booking.relation
        if relation is None:
            return None
        at = (self._books(case).id, relation.key)
        found = self.relations.get(at)
        return found[0] if found else self.lookup.relation_ids.get(at)

    def _code(self, case: Case) -> str:
        relation = case.booking.relation
        if relation is None:
            return ""
        found = self.relations.get((self._books(case).id, relation.key))
        return found[1] if found else relation.code.removeprefix(PROVISIONAL)

    def _documents(self, cases: Sequence[Case], waiting: Sequence[Case]) -> dict[str, int]:
        """What came in and one row per readable document. A claim that is taken meanwhile raises `StaleFacts`."""
        parts, ids = self._document_parts(cases, waiting)
        try:
            insert_together(self.connection, parts)
        except IntegrityError as error:
            if is_taken(error, t.document):
                raise StaleFacts from error
            raise
        return ids

    def _document_parts(self, cases: Sequence[Case], waiting: Sequence[Case] = ()) -> tuple[list[Part], dict[str, int]]:
        """The rows of what came in and of the readable documents, and the documents' ids by message; of what waits, its arrival."""
        rows, ids = [], {}
        for case in sorted(cases, key=lambda c: (self._books(c).id, c.booking.identity, c.message.id)):
            if case.invoice is None and case.feed is None:
                continue
            document_id = ids[case.message.id] = self.ids.take()
            if case.feed is not None:
                rows.append(
                    feed_row(
                        case, case.feed, document_id, self._books(case).id, self._relation_id(case), self._code(case)
                    )
                )
            elif case.invoice is not None:
                rows.append(
                    invoice_row(
                        case, case.invoice, document_id, self._books(case).id, self._relation_id(case), self._code(case)
                    )
                )
        originals, messages = self._arrivals([*cases, *waiting])
        embedded, attachments = attachment_rows([(c, self._books(c).id) for c in cases], ids)
        findings = [row for c in cases for row in finding_rows(self._books(c).id, c.message.id, c.booking.findings)]
        parts: list[Part] = [
            (t.original, sorted({row[:2]: row for row in (*embedded, *originals)}.values()), True), (t.message, messages, True),
            (t.document, rows, False), (t.finding, findings, False), (t.attachment, attachments, False),
        ]  # fmt: skip
        return parts, ids

    def _entries(self, cases: Sequence[Case], documents: dict[str, int]) -> dict[str, EntryToSeal]:
        """Numbers are taken late and in one update per journal and fiscal year."""
        years = ensure_years(self.connection, self.ids, self._years(cases))
        entries, counts = self._numberless(cases, years, documents)
        failpoints.hit("record:before-numbers")
        return self._numbered(entries, take_numbers(self.connection, counts))

    def _years(self, cases: Sequence[Case]) -> set[YearKey]:
        return {(self._books(c).id, c.booking.entry.booking_date.year) for c in cases if c.booking.entry is not None}

    def _numberless(
        self, cases: Sequence[Case], years: Map[YearKey, YearIds], documents: Map[str, int]
    ) -> tuple[dict[str, EntryToSeal], dict[Series, int]]:
        """The entries by message, still without numbers, and how many each series is to give."""
        entries = {c.message.id: self._to_seal(c, years, documents) for c in cases if c.booking.entry is not None}
        return entries, Counter(map(_series, entries.values()))

    def _numbered(self, entries: Map[str, EntryToSeal], first: Map[Series, int]) -> dict[str, EntryToSeal]:
        """The same, with the numbers from the first of each series on."""
        following = dict(first)
        numbered = {}
        for uid, entry in entries.items():
            numbered[uid] = replace(entry, number=following[_series(entry)])
            following[_series(entry)] += 1
        return numbered

    def _to_seal(self, case: Case, years: Map[YearKey, YearIds], documents: Map[str, int]) -> EntryToSeal:
        books, entry = self._books(case), _entry(case)
        year_id, periods = years[books.id, entry.booking_date.year]
        return EntryToSeal(
            entry_id=self.ids.take(), books=books, entry=entry, fiscal_year_id=year_id,
            period_id=periods[entry.booking_date.month], number=0, posted_at=self.now, actor_id=self.actor_id,
            message_uid=case.message.id, document_id=documents[case.message.id], relation_id=self._relation_id(case),
            facts=packed(facts_kept(case.facts)), decisions=packed(case.booking.decisions),
            versions=versions_text(self.mapping_version, case.judged_by),
            relation_ids={code: key for (a, code), key in self.lookup.named.items() if a == books.id},
        )  # fmt: skip

    def _result(self, case: Case, again: bool, sealed: EntryToSeal | None) -> Result:
        number, further = sealed.number if sealed else None, self.further.get(case.message.id, Further())
        booking = replace(case.booking, findings=(*case.booking.findings, *further.findings))
        return Result(
            case.message, case.booking.outcome, booking, case.invoice, case.format, case.profile, number,
            f"{sealed.entry.booking_date:%Y-%m}" if sealed else "", self._code(case), again, case.feed, further.posted, case.judged_by,
        )  # fmt: skip


def _series(entry: EntryToSeal) -> Series:
    """What its number is counted in."""
    return (entry.books.id, entry.books.journals[entry.entry.journal], entry.fiscal_year_id)


def _entry(case: Case) -> Any:
    assert case.booking.entry is not None
    return case.booking.entry
