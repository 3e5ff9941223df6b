"""The SQL store: what the pipeline asks of it, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from hub import failpoints
from hub.model.bank_statement import BankStatement
from hub.model.case_message import CaseMessage
from hub.model.message import Message
from hub.model.result import Case, Result
from hub.parts import whole_files
from hub.ports import FactsBatch, Reading
from hub.store import tables as t
from hub.store.case_effects import case_keys
from hub.store.database import Database
from hub.store.feed_lookup import FeedArrival, Mappings
from hub.store.ids import Ids
from hub.store.lookup import Lookup, look_up
from hub.store.master_files import keys_needed
from hub.store.record import NotAtOnce, Recorder, fits_at_once
from hub.store.rows import insert_rows
from hub.store.statements import statement_keys
from hub.store.streams import stream_keys

Settle = Callable[[Connection], None]
IDS_PER_MESSAGE = 12  # document, entry, open items, relation, message …; more are taken from the next block


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


class SqlStore:
    """The store port over one database.

    `actor` is recorded with everything; `settle` is run inside the recording transaction, so that an
    embedded queue loses the messages in the very commit that books them. `stored` are the messages
    whose arrival was recorded before (claim checks).
    """

    def __init__(
        self,
        database: Database,
        ids: Ids,
        actor: str,
        *,
        lane: str = "invoice",
        clock: Callable[[], datetime] = now,
        mappings: Mappings | None = None,
    ) -> None:
        self.database = database
        self.ids = ids
        self.lane = lane
        self._clock = clock
        self._actor = actor
        self.mappings = mappings
        self.settle: Settle | None = None
        self.stored: frozenset[str] = frozenset()

    def look_up(self, arrivals: Sequence[tuple[Message, Reading]]) -> Lookup:
        """See `hub.ports.Store`."""
        feeds = [FeedArrival(r.feed, r.source) if r.feed is not None else None for _, r in arrivals]
        with self.database.finding() as connection:
            found = look_up(connection, [(m, r.document) for m, r in arrivals], feeds, self.mappings)
        return replace(found, whole=whole_files(arrivals, self))

    def setting(self, source: str, administration: str, name: str) -> str:
        """See `hub.ports.Store`."""
        return self.mappings.of(source, administration)[0].setting(name) if self.mappings is not None else ""

    def record(self, cases: Sequence[Case], batch: FactsBatch, *, last: bool = True) -> list[Result]:
        """See `hub.ports.Store`."""
        assert isinstance(batch, Lookup)
        actor_id = actor_of(self.database, self.ids, self._actor, self._clock())
        self.ids.reserve(
            IDS_PER_MESSAGE * len(cases) + 100 + sum(map(_keys_of, cases)) + keys_needed(cases) + stream_keys(cases)
        )
        if not self.database.is_sqlite and self.settle is None and fits_at_once(cases):
            try:
                return self._commit(cases, batch, actor_id, at_once=True, last=last)
            except (NotAtOnce, IntegrityError):
                pass  # rolled back; step by step, it shows what was the matter
        return self._commit(cases, batch, actor_id, at_once=False, last=last)

    def _commit(
        self, cases: Sequence[Case], batch: Lookup, actor_id: int, *, at_once: bool, last: bool
    ) -> list[Result]:
        with self.database.recording(waiting=not at_once) as connection:
            recorder = self._recorder(connection, batch, actor_id)
            results = recorder.record_at_once(cases) if at_once else recorder.record(cases)
            if self.settle is not None and last:
                self.settle(connection)
            failpoints.hit("record:before-commit")
        failpoints.hit("record:after-commit")
        return results

    def _recorder(self, connection: Connection, batch: Lookup, actor_id: int) -> Recorder:
        return Recorder(
            connection,
            self.ids,
            batch,
            actor_id,
            self._clock(),
            "intake",
            self.lane,
            next((b.snapshot.mapping_version for b in batch.books.values()), ""),
            self.stored,
        )


def _keys_of(case: Case) -> int:
    """Ids that a document takes beside those of every message."""
    if isinstance(case.feed, CaseMessage):
        return case_keys(case.feed)
    return statement_keys(case.feed) if isinstance(case.feed, BankStatement) else 0


def actor_of(database: Database, ids: Ids, name: str, at: datetime, role: str = "operator") -> int:
    """The id of a user, who is created when first seen (local installations know people by name)."""
    if name in database.actors:
        return database.actors[name]
    with_name = select(t.app_user.c.id).where(t.app_user.c.name == name)
    with database.reading() as connection:
        found = connection.execute(with_name).scalar()
    if found is None:
        new_id = ids.take()
        with database.transaction() as connection:  # whoever else sees it first at this moment is waited for, and wins
            insert_rows(connection, t.app_user, [(new_id, name, role, at)], ignore=True)
            found = connection.execute(with_name).scalar_one()
    database.actors[name] = int(found)
    return database.actors[name]
