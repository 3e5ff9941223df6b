"""Streams: what a batch decided about numbers is confirmed under the lock of its streams, and who is in turn goes back to his lane.

Exactly once, because a message that waits has no outcome: whoever brings it again finds it waiting, or decided. What is
applied, the number it took, how far the stream is and the messages whose turn has come are rows of one commit
(RELIABILITY 2.8).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select, update

from hub import failpoints
from hub.errors import StaleFacts
from hub.model.result import Case
from hub.model.stream import Place, place_of
from hub.parts import base_of
from hub.store import outbox
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.ids import Ids
from hub.store.rows import insert_rows

AT_ONCE = 200  # messages that go back to their lane in one commit; the others follow when these are decided
Key = tuple[int, str]  # administration id, stream
Placed = tuple[Case, Key, Place]


def stream_keys(cases: Iterable[Case]) -> int:
    """Ids that a batch may take for messages whose turn comes by it."""
    return AT_ONCE * len({place.key for place in (place_of(case.feed) for case in cases) if place})


@dataclass(slots=True)
class Streams:
    """The streams of one batch, within the recording transaction."""

    connection: Connection
    ids: Ids
    books: Callable[[Case], Books]
    actor_id: int
    now: datetime
    _applied: dict[Key, int] = field(default_factory=dict)

    def confirm(self, mine: Sequence[Case], waiting: Sequence[Case]) -> None:
        """Lock the streams of these documents, and see that each is where it was believed to be. Raises `StaleFacts` otherwise.

        `mine` are recorded with an outcome now; what of them is posted must be the next numbers, without a gap.
        """
        placed = [*self._placed(mine), *self._placed(waiting)]
        if not placed:
            return
        self._applied = lock(self.connection, sorted({key for _, key, _ in placed}))
        for case, key, _ in placed:
            known = case.facts.feed.stream if case.facts.feed else None
            if known is None or known.applied != self._applied[key] or known.recorded:
                raise StaleFacts
        for _, key, place in self._posted(mine):
            if place.seq != self._applied[key] + 1:
                raise StaleFacts
            self._applied[key] = place.seq

    def advance(self, mine: Sequence[Case], waiting: Sequence[Case]) -> None:
        """Record which numbers are taken and who waits, and send on whose turn has come."""
        if not self._applied:
            return
        failpoints.hit("stream:before-keep")
        self._keep(self._placed(mine), waiting=False)
        self._keep(self._placed(waiting), waiting=True)
        taken = [
            (key[0], key[1], place.seq, case.message.id, self.now, self.actor_id, "")
            for case, key, place in self._posted(mine)
        ]
        insert_rows(self.connection, t.stream_number, taken)
        for key in sorted(self._applied):
            move_on(self.connection, self.ids, key, self._applied[key], self.now)
        failpoints.hit("stream:after-release")

    def _placed(self, cases: Iterable[Case]) -> Iterator[Placed]:
        for case in cases:
            place = place_of(case.feed)
            if place is not None:
                yield case, (self.books(case).id, place.key), place

    def _posted(self, cases: Iterable[Case]) -> Iterator[Placed]:
        return (found for found in self._placed(cases) if found[0].booking.outcome == "posted")

    def _keep(self, placed: Iterable[Placed], *, waiting: bool) -> None:
        """A row a message, or whether it waits where it has one."""
        s = t.stream_message
        rows = {
            case.message.id: (key[0], case.message.id, key[1], place.seq, case.feed.number if case.feed else "", waiting, self.now)
            for case, key, place in placed
        }  # fmt: skip
        insert_rows(self.connection, s, [rows[uid] for uid in sorted(rows)], ignore=True)
        if rows:
            here = s.c.administration_id.in_({row[0] for row in rows.values()})
            self.connection.execute(update(s).where(here, s.c.message_uid.in_(sorted(rows))).values(waiting=waiting))


def lock(connection: Connection, keys: Sequence[Key]) -> dict[Key, int]:
    """How far each stream is, locked until the end of the transaction; new ones begin. `keys` sorted, so that two wait in turn."""
    insert_rows(connection, t.stream, [(*key, 0) for key in keys], ignore=True)
    s = t.stream
    query = (
        select(s.c.administration_id, s.c.key, s.c.applied)
        .where(s.c.administration_id.in_({a for a, _ in keys}), s.c.key.in_({name for _, name in keys}))
        .order_by(s.c.administration_id, s.c.key)
    )
    rows = connection.execute(query.with_for_update() if connection.dialect.name != "sqlite" else query)
    found = {(row.administration_id, row.key): int(row.applied) for row in rows}
    return {key: found[key] for key in keys}


def move_on(connection: Connection, ids: Ids, key: Key, applied: int, at: datetime) -> int:
    """Put a locked stream at `applied`, and past numbers that were skipped; who is in turn then goes back to his lane. Where it is."""
    administration_id, name = key
    applied = _past_skipped(connection, key, applied)
    s = t.stream
    mine = (s.c.administration_id == administration_id) & (s.c.key == name)
    connection.execute(update(s).where(mine, s.c.applied != applied).values(applied=applied))
    uids = _in_turn(connection, key, applied)
    if uids:
        w = t.stream_message
        here = (w.c.administration_id == administration_id) & w.c.message_uid.in_(uids)
        connection.execute(update(w).where(here).values(waiting=False))
        outbox.put_again(connection, ids, administration_id, _carriers(uids), at)
    return applied


def _carriers(uids: Sequence[str]) -> list[str]:
    """The messages to send: of several documents of one file the file, which is then read once instead of once for each."""
    files = Counter(map(base_of, uids))
    return list(dict.fromkeys(base_of(uid) if files[base_of(uid)] > 1 else uid for uid in uids))


def _past_skipped(connection: Connection, key: Key, applied: int) -> int:
    n = t.stream_number
    query = select(n.c.seq).where(
        n.c.administration_id == key[0], n.c.stream == key[1], n.c.seq > applied, n.c.message_uid.is_(None)
    )
    for seq in connection.execute(query.order_by(n.c.seq)).scalars():
        if seq != applied + 1:
            break
        applied = int(seq)
    return applied


def _in_turn(connection: Connection, key: Key, applied: int) -> list[str]:
    """Who waits for the next number or an earlier one, and whoever follows on them without a gap, in order."""
    w = t.stream_message
    query = select(w.c.seq, w.c.message_uid).where(w.c.administration_id == key[0], w.c.stream == key[1], w.c.waiting)
    found: list[str] = []
    due = applied + 1
    for row in connection.execute(query.order_by(w.c.seq, w.c.message_uid).limit(AT_ONCE)):
        if row.seq > due:
            break
        found.append(row.message_uid)
        due = max(due, row.seq + 1)
    return found
