"""The index by which candidates for a payment are found: what is open, by who, by what was written, and by amount.

Who books statement after statement keeps it in mind and brings it up to date. What tells that something was booked are
the numbers of entries: each series counts without gaps and in order of commit, so whatever was booked since, by whomever,
are the entries above the last number that was seen; the items that they move are read anew. It finds candidates and decides
nothing: what is settled is locked and read again (`Workshop.need`).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, case, func, select

from hub.model.invoice import normalised_number
from hub.model.keys import normalised
from hub.model.money import Money
from hub.store import tables as t
from hub.store.cache import cache_of
from hub.store.driver import fetch
from hub.store.sets import among, chunk

KEPT_ITEMS = 100_000  # in all, that a process keeps in mind (some 80 MB); larger books are read for each statement
_TOO_MUCH = 0.5  # of an index has changed: reading all of it is quicker then
Amount = tuple[int, str]  # minor units, debit positive, and currency
Series = tuple[int, int]  # journal, fiscal year


@dataclass(frozen=True, slots=True)
class _Entry:
    """Where one item stands in the index."""

    relation: str
    keys: tuple[str, ...]
    amount: Amount
    negative: bool


@dataclass(slots=True)
class OpenIndex:
    """Ids of items with something left, each list in order: by relation code, by normalised number or reference, by amount."""

    by_relation: dict[str, list[int]] = field(default_factory=dict)
    by_key: dict[str, list[int]] = field(default_factory=dict)
    by_amount: dict[Amount, list[int]] = field(default_factory=dict)
    negative: dict[str, list[int]] = field(default_factory=dict)  # by relation code
    _items: dict[int, _Entry] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._items)

    def named(self, keys: Iterable[str]) -> set[int]:
        """Items that these words name, and the negative ones of their relations: credit notes, money on account."""
        found = {item for key in keys for item in self.by_key.get(key, ())}
        for code in {self._items[item].relation for item in found}:
            found.update(self.negative.get(code, ()))
        return found

    def candidates(
        self, keys: Iterable[str], relations: Iterable[str], amount: Money, most: int | None = None
    ) -> set[int]:
        """Items that a payment with these words, of one of these relations, or of this amount may settle.

        `most` is how many are looked at that only the amount speaks for: those are proposed, never certain.
        """
        found = {item for key in keys for item in self.by_key.get(key, ())}
        found.update(item for code in relations for item in self.by_relation.get(code, ()))
        found.update(self.by_amount.get((amount.minor, amount.currency), ())[:most])
        return found

    def relations_of(self, items: Iterable[int]) -> set[str]:
        """Codes of the relations that have these items."""
        return {self._items[item].relation for item in items}

    def put(self, item: int, side: str, number: str, reference: str, relation: str, amount: Amount) -> None:
        """An item as it is now, in place of what was known of it; one of which nothing is left is forgotten."""
        if known := self._items.pop(item, None):
            for places, name in self._places(known):
                _take(places, name, item)
        if not amount[0]:
            return
        said = (normalised_number(number), normalised(reference) if reference else "")
        keys = tuple(dict.fromkeys(filter(None, said)))
        entry = self._items[item] = _Entry(relation, keys, amount, (amount[0] < 0) == (side == "receivable"))
        _add(self.by_relation, relation, item)
        for key in keys:
            _add(self.by_key, key, item)
        _add(self.by_amount, amount, item)
        if entry.negative:
            _add(self.negative, relation, item)

    def _places(self, entry: _Entry) -> Iterator[tuple[dict[Any, list[int]], Any]]:
        yield self.by_relation, entry.relation
        yield from ((self.by_key, key) for key in entry.keys)
        yield self.by_amount, entry.amount
        if entry.negative:
            yield self.negative, entry.relation


def _add(places: dict[Any, list[int]], name: Any, item: int) -> None:
    there = places.get(name)
    if there is None:
        places[name] = [item]
    elif there[-1] < item:
        there.append(item)
    else:
        insort(there, item)


def _take(places: dict[Any, list[int]], name: Any, item: int) -> None:
    there = places[name]
    del there[bisect_left(there, item)]
    if not there:
        del places[name]


def open_index(connection: Connection, administration_id: int) -> OpenIndex:
    """Every item with something left; one query, linear in what is open."""
    index = OpenIndex()
    _put(index, connection, _query(administration_id).having(_REST != 0).order_by(t.open_item.c.id))
    return index


def _put(index: OpenIndex, connection: Connection, query: Select[Any]) -> None:
    for item, side, number, reference, currency, relation, rest in connection.execute(query):
        index.put(item, side, number, reference, relation, (int(rest), currency))


_REST = func.sum(case((t.posting.c.side == "debit", t.posting.c.amount), else_=-t.posting.c.amount))


def _query(administration_id: int) -> Select[Any]:
    o, r, s, p = t.open_item, t.relation, t.relation.alias("s"), t.posting
    columns = (o.c.id, o.c.side, o.c.number, o.c.payment_reference, o.c.currency, s.c.code)
    survivor = func.coalesce(r.c.merged_into, r.c.id)
    return (
        select(*columns, _REST)
        .join(r, (r.c.administration_id == o.c.administration_id) & (r.c.id == o.c.relation_id))
        .join(s, (s.c.administration_id == r.c.administration_id) & (s.c.id == survivor))
        .join(p, (p.c.administration_id == o.c.administration_id) & (p.c.open_item_id == o.c.id))
        .where(o.c.administration_id == administration_id)
        .group_by(*columns)
    )


# --- kept in mind


@dataclass(frozen=True, slots=True)
class _Seen:
    """What tells whether something was booked: the last number of each series, how many relations were merged, and who asks.

    `transaction` is what an index was read in: it may hold what that one booked, so it is of use to itself, and to others
    once it is committed.
    """

    transaction: str
    merged: int
    last: Mapping[Series, int]


@contextmanager
def kept_index(connection: Connection, administration_id: int) -> Iterator[OpenIndex]:
    """As `open_index`, from what the last statement left in mind where that is possible (PostgreSQL).

    For nobody else while it is used; it must not be changed.
    """
    if connection.dialect.name != "postgresql":
        yield open_index(connection, administration_id)
        return
    kept: dict[int, tuple[_Seen, OpenIndex]] = cache_of(connection, "open items")
    before, index = kept.pop(administration_id, (None, None))
    seen = _look(connection, administration_id, before.transaction if before else "")
    changed = _changed(connection, administration_id, before, seen[0], len(index or ())) if seen[1] else None
    if index is None or changed is None:
        index = open_index(connection, administration_id)
    else:
        most = chunk(connection)
        for part in (changed[start : start + most] for start in range(0, len(changed), most)):
            mine = among(connection, t.open_item.c.id, part)
            _put(index, connection, _query(administration_id).where(mine))
    yield index
    kept[administration_id] = seen[0], index
    while sum(len(one) for _, one in kept.values()) > KEPT_ITEMS:
        kept.pop(next(iter(kept)))


def _look(connection: Connection, administration_id: int, before: str) -> tuple[_Seen, bool]:
    """What was booked by now, and whether what an index was read in before still holds: it is this transaction, or committed."""
    (row,) = fetch(connection, _LOOK, {"a": administration_id, "before": before or "0"})
    transaction, merged, status, series = row
    last = {(journal, year): number for journal, year, number in series or ()}
    return _Seen(transaction, merged, last), bool(before) and (before == transaction or status == "committed")


_LOOK = """
    SELECT pg_current_xact_id()::text,
      (SELECT COUNT(*) FROM relation WHERE administration_id = :a AND merged_into IS NOT NULL),
      CASE WHEN :before::text::xid8 < pg_current_xact_id() THEN pg_xact_status(:before::text::xid8) END,
      (SELECT json_agg(json_build_array(journal_id, fiscal_year_id, last)) FROM number_series WHERE administration_id = :a)"""


def _changed(
    connection: Connection, administration_id: int, before: _Seen | None, now: _Seen, size: int
) -> Sequence[int] | None:
    """The items that were moved since; None where all is to be read: relations were merged, or very much was booked."""
    if before is None or before.merged != now.merged or not before.last.keys() <= now.last.keys():
        return None
    ranges = [(series, before.last.get(series, 0), last) for series, last in now.last.items()]
    if (
        any(last < first for _, first, last in ranges)
        or sum(last - first for _, first, last in ranges) > size * _TOO_MUCH
    ):
        return None
    moved: set[int] = set()
    for (journal, year), first, last in ranges:
        if last > first:
            known = {"a": administration_id, "journal": journal, "year": year, "first": first, "last": last}
            moved.update(row[0] for row in fetch(connection, _MOVED, known))
    return sorted(moved)


_MOVED = """
    SELECT DISTINCT p.open_item_id FROM entry e
    JOIN posting p ON p.administration_id = e.administration_id AND p.entry_id = e.id AND p.open_item_id IS NOT NULL
    WHERE e.administration_id = :a AND e.journal_id = :journal AND e.fiscal_year_id = :year
      AND e.number > :first AND e.number <= :last"""
