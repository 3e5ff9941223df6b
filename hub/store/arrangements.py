"""Disputes, promises, plans and what the law makes rest: recorded with who and when, watched against what was paid."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, and_, case, func, insert, or_, select, update

from hub.credit.arrangements import faults_of, standing
from hub.errors import NotFound, Refused
from hub.model.arrangement import ENDINGS, Arrangement, Instalment, Outcome, Paid, Standing
from hub.model.finding import asked
from hub.model.money import Money, from_minor
from hub.store import tables as t
from hub.store.bank_until import bank_until
from hub.store.relation_changes import Changing
from hub.store.relations import family, resolve
from hub.store.rows import insert_rows

ZERO = Decimal("0.00")
WATCHED = ("promise", "plan")  # kept or broken by what is paid


@dataclass(frozen=True, slots=True)
class Recorded:
    """An arrangement as it is kept, with how it stands today where it can be kept or broken."""

    id: int
    relation_id: int
    made: Arrangement
    outcome: Outcome
    by: str
    created_at: datetime
    ended_on: date | None = None
    ended_by: str = ""
    ended_why: str = ""
    standing: Standing | None = None


def add_arrangement(change: Changing, made: Arrangement, currency: str) -> int:
    """Record it; its id. A new promise takes the place of the one before it.

    Raises `NotFound` for a relation or an invoice that is not there, `Refused` with every fault of it.
    """
    change.begin()
    relation_id, code = resolve(change.connection, change.administration_id, made.relation)
    items = _items(change, relation_id, made.invoice)
    outstanding = from_minor(sum(row.open for row in items), currency)
    faults = [*faults_of(made, outstanding), *_double(change, relation_id, made)]
    if faults:
        raise Refused(tuple(faults))
    stop_id = change.ids.take()
    change.connection.execute(insert(t.dunning_stop).values(_row(change, stop_id, relation_id, items, made, currency)))
    terms = [
        (change.administration_id, stop_id, number, term.due, Money(term.amount, currency).minor)
        for number, term in enumerate(made.instalments, 1)
    ]
    insert_rows(change.connection, t.instalment, terms)
    details = {"id": stop_id, "invoice": made.invoice, "until": made.until, "note": made.note, "owner": made.owner}
    change.done(relation_id, code, f"relation.{made.kind}_made", details)
    return stop_id


def _row(
    change: Changing, stop_id: int, relation_id: int, items: Sequence[Row[Any]], made: Arrangement, currency: str
) -> dict[str, Any]:
    return {
        "administration_id": change.administration_id, "id": stop_id, "kind": made.kind, "relation_id": relation_id,
        "open_item_id": items[0].id if made.invoice else None, "since": made.since, "until": made.until,
        "amount": None if made.amount is None else Money(made.amount, currency).minor, "category": made.category,
        "owner": made.owner, "reference": made.reference, "note": made.note, "outcome": "open", "created_at": change.at,
        "created_by": change.actor_id, "ended_why": "",
    }  # fmt: skip


def _items(change: Changing, relation_id: int, invoice: str) -> Sequence[Any]:
    """What the relation owes, of one invoice or all; the newest first where a number occurs twice."""
    o, p = t.open_item, t.posting
    signed = func.sum(case((p.c.side == "debit", p.c.base_amount), else_=-p.c.base_amount)).label("open")
    query = (
        select(o.c.id, signed)
        .join(p, and_(p.c.administration_id == o.c.administration_id, p.c.open_item_id == o.c.id))
        .where(
            o.c.administration_id == change.administration_id, o.c.side == "receivable",
            o.c.relation_id.in_(family(change.connection, change.administration_id, relation_id)),
        )
        .group_by(o.c.id)
        .order_by(o.c.id.desc())
    )  # fmt: skip
    rows = change.connection.execute(query.where(o.c.number == invoice) if invoice else query).all()
    if invoice and not rows:
        raise NotFound(asked("HUB-DUN-11", invoice))
    return rows


def _double(change: Changing, relation_id: int, made: Arrangement) -> list[Any]:
    """The same kind on the same thing is there already: a promise is replaced, anything else is a mistake."""
    s, o = t.dunning_stop, t.open_item
    its_item = and_(o.c.administration_id == s.c.administration_id, o.c.id == s.c.open_item_id)
    query = (
        select(s.c.id, o.c.number)
        .outerjoin_from(s, o, its_item)
        .where(s.c.administration_id == change.administration_id, s.c.relation_id == relation_id)
        .where(s.c.kind == made.kind, s.c.outcome == "open")
    )
    same = [row.id for row in change.connection.execute(query) if (row.number or "") == made.invoice]
    if same and made.kind != "promise":
        return [asked("HUB-ARR-09", str(same[0]), kind=made.kind)]
    for stop_id in same:
        _end(change, stop_id, "withdrawn", made.since, "replaced")
    return []


def end_arrangement(change: Changing, stop_id: int, outcome: Outcome, why: str, on: date) -> None:
    """A person ends it; from that day on it rests no more. Raises `NotFound`, and `Refused` for an ending of another kind."""
    change.begin()
    s, r = t.dunning_stop, t.relation
    query = (
        select(s.c.kind, s.c.relation_id, s.c.outcome, r.c.code)
        .join(r, and_(r.c.administration_id == s.c.administration_id, r.c.id == s.c.relation_id))
        .where(s.c.administration_id == change.administration_id, s.c.id == stop_id)
    )
    row = change.connection.execute(query.with_for_update(of=s)).first()
    if row is None:
        raise NotFound(asked("HUB-ARR-10", str(stop_id)))
    if row.outcome != "open":
        raise Refused((asked("HUB-ARR-11", row.outcome, id=stop_id),))
    if outcome not in ENDINGS.get(row.kind, ()):
        raise Refused((asked("HUB-ARR-12", outcome, ", ".join(ENDINGS.get(row.kind, ())), kind=row.kind),))
    _end(change, stop_id, outcome, on, why)
    change.done(row.relation_id, row.code, f"relation.{row.kind}_{outcome}", {"id": stop_id, "why": why})


def _end(change: Changing, stop_id: int, outcome: str, on: date, why: str) -> None:
    s = t.dunning_stop
    mine = (s.c.administration_id == change.administration_id) & (s.c.id == stop_id) & (s.c.outcome == "open")
    values = {"outcome": outcome, "ended_at": change.at, "ended_on": on, "ended_by": change.actor_id, "ended_why": why}
    change.connection.execute(update(s).where(mine).values(**values))


def watch_arrangements(change: Changing, currency: str, on: date) -> list[Recorded]:
    """Mark promises and plans that were kept or broken by this day; those that ended now. Asked again it finds none.

    It ends what `stops_for` knows without it: nobody is dunned, or left alone, because nobody watched.
    """
    ended = []
    for one in arrangements(change.connection, change.administration_id, currency, on):
        if one.standing is None or one.standing.outcome == "open":
            continue
        day = one.standing.broken_on or on
        change.begin()
        _end(change, one.id, one.standing.outcome, day, "watched")
        details = {"id": one.id, "paid": one.standing.paid, "owed": one.standing.owed}
        change.done(one.relation_id, one.made.relation, f"relation.{one.made.kind}_{one.standing.outcome}", details)
        ended.append(one)
    return ended


def arrangements(
    connection: Connection, administration_id: int, currency: str, on: date, *, kinds: Iterable[str] = (),
    relation: str = "", ended: bool = False, only: Collection[int] = (),
) -> list[Recorded]:  # fmt: skip
    """What is recorded, the oldest first: what still holds, or with `ended` everything; `only` these ids.

    A handful of queries, however many there are. Nothing is broken before the bank was read for its day.
    """
    rows = _rows(connection, administration_id, tuple(kinds), relation, ended, only)
    terms = _terms(connection, administration_id, [row.id for row in rows if row.kind == "plan"], currency)
    watched = [row for row in rows if row.outcome == "open" and row.kind in WATCHED]
    lowered = _lowered(connection, administration_id, watched)
    known_until = bank_until(connection, administration_id) if watched else None
    return [_recorded(row, terms.get(row.id, ()), lowered, currency, on, known_until) for row in rows]


def _rows(
    connection: Connection, administration_id: int, kinds: tuple[str, ...], relation: str, ended: bool,
    only: Collection[int],
) -> Sequence[Any]:  # fmt: skip
    s, r, o, by, ender = t.dunning_stop, t.relation, t.open_item, t.app_user.alias("by_"), t.app_user.alias("ender")
    query = (
        select(s, r.c.code, o.c.number, by.c.name.label("by_name"), ender.c.name.label("ender_name"))
        .join_from(s, r, and_(r.c.administration_id == s.c.administration_id, r.c.id == s.c.relation_id))
        .join(by, by.c.id == s.c.created_by)
        .outerjoin(ender, ender.c.id == s.c.ended_by)
        .outerjoin(o, and_(o.c.administration_id == s.c.administration_id, o.c.id == s.c.open_item_id))
        .where(s.c.administration_id == administration_id)
        .order_by(s.c.id)
    )
    if kinds:
        query = query.where(s.c.kind.in_(kinds))
    if only:
        query = query.where(s.c.id.in_(only))
    if not ended:
        query = query.where(s.c.outcome == "open")
    if relation:
        wanted, _ = resolve(connection, administration_id, relation)
        query = query.where(s.c.relation_id.in_(family(connection, administration_id, wanted)))
    return connection.execute(query).all()


def _terms(
    connection: Connection, administration_id: int, ids: Sequence[int], currency: str
) -> dict[int, tuple[Instalment, ...]]:
    i = t.instalment
    query = select(i).where(i.c.administration_id == administration_id).order_by(i.c.stop_id, i.c.position)
    found: dict[int, list[Instalment]] = {}
    for row in connection.execute(query) if ids else ():
        found.setdefault(row.stop_id, []).append(Instalment(row.due_on, from_minor(row.amount, currency)))
    return {stop_id: tuple(terms) for stop_id, terms in found.items()}


@dataclass(frozen=True, slots=True)
class _Lowered:
    """Of relations under watch: what is open per item, and what lowered it on which day, in minor units."""

    open: Mapping[tuple[int, int], int]  # by relation and item
    paid: Mapping[tuple[int, int], Sequence[tuple[date, int]]]


def _lowered(connection: Connection, administration_id: int, rows: Sequence[Row[Any]]) -> _Lowered:
    """Every posting on what they owe: those on an invoice after its own entry, and credits on account, lower the debt."""
    wanted = sorted({row.relation_id for row in rows})
    if not wanted:
        return _Lowered({}, {})
    r, o, p = t.relation, t.open_item, t.posting
    survivor = func.coalesce(r.c.merged_into, r.c.id).label("survivor")
    signed = case((p.c.side == "debit", p.c.base_amount), else_=-p.c.base_amount).label("signed")
    query = (
        select(survivor, o.c.id, o.c.entry_id, p.c.entry_id.label("posted_by"), p.c.booking_date, signed)
        .join_from(r, o, and_(o.c.administration_id == r.c.administration_id, o.c.relation_id == r.c.id))
        .join(p, and_(p.c.administration_id == o.c.administration_id, p.c.open_item_id == o.c.id))
        .where(r.c.administration_id == administration_id, or_(r.c.id.in_(wanted), r.c.merged_into.in_(wanted)))
        .where(o.c.side == "receivable")
    )
    left: dict[tuple[int, int], int] = {}
    paid: dict[tuple[int, int], list[tuple[date, int]]] = {}
    for row in connection.execute(query):
        key = (row.survivor, row.id)
        left[key] = left.get(key, 0) + row.signed
        if row.posted_by != row.entry_id or row.signed < 0:
            paid.setdefault(key, []).append((row.booking_date, -row.signed))
    return _Lowered(left, paid)


def _recorded(
    row: Row[Any], terms: tuple[Instalment, ...], lowered: _Lowered, currency: str, on: date, known_until: date | None
) -> Recorded:
    amount = None if row.amount is None else from_minor(row.amount, currency)
    made = Arrangement(
        row.kind, row.code, row.since, row.until, row.number or "", amount, row.category, row.owner, row.reference, row.note,
        terms,
    )  # fmt: skip
    stands = None
    if row.outcome == "open" and row.kind in WATCHED:
        mine = [key for key in lowered.open if key[0] == row.relation_id and row.open_item_id in (None, key[1])]
        outstanding = from_minor(sum(lowered.open[key] for key in mine), currency)
        paid = [Paid(day, from_minor(minor, currency)) for key in mine for day, minor in lowered.paid.get(key, ())]
        stands = standing(made, paid, outstanding, on, known_until=known_until)
    return Recorded(
        row.id, row.relation_id, made, row.outcome, row.by_name, row.created_at, row.ended_on, row.ender_name or "",
        row.ended_why, stands,
    )  # fmt: skip
