"""Booking outside the queue: planned entries are numbered, sealed and explained like every other (payments, closings, reversals)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select

from hub import __version__
from hub.errors import Conflict, NotFound
from hub.model.finding import asked
from hub.model.journal import JournalEntry
from hub.model.plan import PlannedEntry, PostedEntry
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.ids import Ids
from hub.store.ledger import EntryToSeal, KnownItem, seal
from hub.store.open_items import lock_items
from hub.store.packing import packed
from hub.store.years import ensure_years, take_numbers


def post(
    connection: Connection, ids: Ids, books: Books, plans: Sequence[PlannedEntry], actor_id: int, at: datetime,
    locked: Mapping[int, KnownItem] | None = None,
) -> list[PostedEntry]:  # fmt: skip
    """Record planned entries within the caller's transaction, in the order given; numbers are taken here.

    `locked` are open items that the caller has locked already (`locked_items`).

    Keys are to be reserved before the transaction: one an entry, one an open item, and 13 a fiscal year that is opened.
    Raises `Conflict` for a booking date in a period that is not open (see `first_open_day`) and `NotFound` for an account,
    journal or relation that does not exist; the database itself refuses what settles more than is open.
    """
    if not plans:
        return []
    years = ensure_years(connection, ids, ((books.id, plan.entry.booking_date.year) for plan in plans))
    _require_open(connection, books, {plan.entry.booking_date for plan in plans})
    relations = _relation_ids(connection, books.id, plans)
    settled = _settled(connection, books.id, plans, locked or {})
    series = [_series(books, plan.entry, years[books.id, plan.entry.booking_date.year][0]) for plan in plans]
    following = take_numbers(connection, Counter(series))
    sealed, posted = [], []
    for plan, key in zip(plans, series, strict=True):
        year_id, periods = years[books.id, plan.entry.booking_date.year]
        sealed.append(_to_seal(ids, books, plan, year_id, periods, following[key], relations, settled, actor_id, at))
        posted.append(
            PostedEntry(
                sealed[-1].entry_id, plan.entry.journal, following[key], f"{plan.entry.booking_date:%Y-%m}", plan.entry
            )
        )
        following[key] += 1
    seal(connection, ids, sealed)
    return posted


ClosedPeriod = tuple[date, date]  # first and last day


def first_open_day(connection: Connection, administration_id: int, wished: date) -> date:
    """The wished day when its period is open (or was never opened), else the first day after it that is."""
    return open_day(closed_periods(connection, administration_id, wished), wished)


def closed_periods(connection: Connection, administration_id: int, since: date = date.min) -> list[ClosedPeriod]:
    """Periods that are not open and end on or after a day, in order."""
    p = t.period
    query = select(p.c.first_day, p.c.last_day).where(
        p.c.administration_id == administration_id, p.c.state != "open", p.c.last_day >= since
    )
    return [(row.first_day, row.last_day) for row in connection.execute(query.order_by(p.c.first_day))]


def open_day(closed: Iterable[ClosedPeriod], wished: date) -> date:
    """The wished day, or the first after it that lies in none of these periods."""
    day = wished
    for first, last in closed:
        if first <= day <= last:
            day = last + timedelta(days=1)
    return day


def _to_seal(
    ids: Ids, books: Books, plan: PlannedEntry, year_id: int, periods: dict[int, int], number: int, relations: dict[str, int],
    settled: dict[int, KnownItem], actor_id: int, at: datetime,
) -> EntryToSeal:  # fmt: skip
    return EntryToSeal(
        entry_id=ids.take(), books=books, entry=plan.entry, fiscal_year_id=year_id,
        period_id=periods[plan.entry.booking_date.month], number=number, posted_at=at, actor_id=actor_id,
        message_uid=plan.message_uid, document_id=plan.document_id,
        relation_id=relations[plan.relation] if plan.relation else None,
        facts=packed(dict(plan.facts)), decisions=packed(plan.decisions), versions=_VERSIONS,
        reversal_of=plan.reversal_of, relation_ids=relations, settled=settled, told_by_agency="case" in plan.facts,
    )  # fmt: skip


_VERSIONS = json.dumps({"code": __version__}, sort_keys=True)


def _series(books: Books, entry: JournalEntry, year_id: int) -> tuple[int, int, int]:
    if entry.journal not in books.journals:
        raise NotFound(asked("HUB-ASK-05", entry.journal, ", ".join(sorted(books.journals))))
    for posting in entry.postings:
        if posting.account not in books.accounts:
            raise NotFound(asked("HUB-ASK-02", posting.account, books.snapshot.accounts_like(posting.account)))
    return (books.id, books.journals[entry.journal], year_id)


def _require_open(connection: Connection, books: Books, days: set[date]) -> None:
    for day in sorted(days):
        if first_open_day(connection, books.id, day) != day:
            raise Conflict(asked("HUB-ASK-06", f"{day:%Y-%m}", str(first_open_day(connection, books.id, day))))


def _relation_ids(connection: Connection, administration_id: int, plans: Sequence[PlannedEntry]) -> dict[str, int]:
    codes = {plan.relation for plan in plans} | {i.relation for plan in plans for i in plan.entry.open_items}
    codes.discard("")
    found: dict[str, int] = {}
    wanted = sorted(codes)
    r = t.relation
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        survivor = func.coalesce(r.c.merged_into, r.c.id).label("id")  # what is new goes to whom it was merged into
        query = select(r.c.code, survivor).where(r.c.administration_id == administration_id, r.c.code.in_(part))
        found.update((row.code, row.id) for row in connection.execute(query))
    if missing := codes - found.keys():
        raise NotFound(asked("HUB-ASK-01", ", ".join(sorted(missing))))
    return found


def _settled(
    connection: Connection, administration_id: int, plans: Sequence[PlannedEntry], locked: Mapping[int, KnownItem]
) -> dict[int, KnownItem]:
    """The earlier items that these entries move, locked: another settlement of them waits until this one has ended."""
    touched = {p.settles for plan in plans for p in plan.entry.postings if p.settles is not None}
    more = lock_items(connection, administration_id, touched - locked.keys())
    return {**locked, **{item: balance.known() for item, balance in more.items()}}
