"""Accounts of debtors for reminding: everything that decides, in a dozen questions whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, Select, case, func, select

from hub.credit.account import Account, OpenPart
from hub.credit.policy import Debtor
from hub.model.dunning import DunningEvent
from hub.model.money import from_minor
from hub.store import tables as t
from hub.store.bank_until import bank_until
from hub.store.keyed import keyed
from hub.store.recipients import Cards, addressee_of, cards_of
from hub.store.reminded import Written, written_for
from hub.store.stops import stops_for


@dataclass(slots=True)
class _Moved:
    """What changed an item after it was booked, by day: payments, and what takes a payment back."""

    paid: list[tuple[date, Decimal]] = field(default_factory=list)


def overdue_accounts(
    connection: Connection, administration_id: int, administration: str, as_of: date, relation_id: int = 0
) -> list[Account]:
    """Every debtor with something overdue on a day, with all that is open of him then; in order of relation.

    `relation_id` is that of one debtor, a survivor of merges.
    """
    rows = _items(connection, administration_id, as_of, relation_id)
    late = {row.owner for row in rows if row.rest > 0 and row.due_date < as_of}
    mine = [row for row in rows if row.owner in late]
    return _accounts(connection, administration_id, administration, mine, as_of)


def accounts_now(
    connection: Connection, administration_id: int, administration: str, relation_ids: Iterable[int], today: date,
    *, but: Iterable[int] = (),
) -> dict[int, Account]:  # fmt: skip
    """These debtors as they are at this moment, whatever the days of what was booked; reminders `but` left out of their history."""
    wanted = sorted(set(relation_ids))
    whose = keyed(connection, t.open_item.c.relation_id, _families(connection, administration_id, wanted))
    rows = list(connection.execute(_open_query(administration_id).where(whose)))
    accounts = _accounts(connection, administration_id, administration, rows, today, frozenset(but), wanted)
    return {account.relation_id: account for account in accounts}


def _items(connection: Connection, administration_id: int, as_of: date, relation_id: int) -> list[Row[Any]]:
    query = _open_query(administration_id).where(t.posting.c.booking_date <= as_of)
    if relation_id:
        family = _families(connection, administration_id, [relation_id])
        query = query.where(keyed(connection, t.open_item.c.relation_id, family))
    return list(connection.execute(query))


def _families(connection: Connection, administration_id: int, wanted: list[int]) -> list[int]:
    """With the relations that were merged into these: their items keep their own."""
    r = t.relation
    query = select(r.c.id).where(r.c.administration_id == administration_id, keyed(connection, r.c.merged_into, wanted))
    return [*wanted, *connection.execute(query).scalars()]


def _open_query(administration_id: int) -> Select[Any]:
    """Debtors' items with something left; `owner` is the survivor of a merge, `moves` how many postings came later."""
    o, p, own, r = t.open_item, t.posting, t.relation.alias("own"), t.relation
    amount = case((p.c.side == "debit", p.c.amount), else_=-p.c.amount)
    rest = func.sum(amount)
    first = case((p.c.entry_id == o.c.entry_id, 1), else_=0)
    return (
        select(
            o.c.id, r.c.id.label("owner"), r.c.code, r.c.name, r.c.country, o.c.number, o.c.invoice_date, o.c.due_date,
            o.c.currency, o.c.part, rest.label("rest"), func.sum(first * amount).label("opened"),
            func.sum(1 - first).label("moves"),
        )
        .join_from(o, p, (p.c.administration_id == o.c.administration_id) & (p.c.open_item_id == o.c.id))
        .join(own, (own.c.administration_id == o.c.administration_id) & (own.c.id == o.c.relation_id))
        .join(r, (r.c.administration_id == o.c.administration_id) & (r.c.id == func.coalesce(own.c.merged_into, own.c.id)))
        .where(o.c.administration_id == administration_id, o.c.side == "receivable")
        .group_by(o.c.administration_id, o.c.id, r.c.administration_id, r.c.id)
        .having(rest != 0)
        .order_by(r.c.id, o.c.id)
    )  # fmt: skip


def _accounts(
    connection: Connection, administration_id: int, administration: str, rows: list[Row[Any]], as_of: date,
    but: frozenset[int] = frozenset(), relations: Iterable[int] = (),
) -> list[Account]:  # fmt: skip
    owners = {row.owner for row in rows} | set(relations)
    if not owners:
        return []
    cards = cards_of(connection, administration_id, owners)
    stops = stops_for(connection, administration_id, owners, as_of)
    written = written_for(connection, administration_id, [row.id for row in rows], but)
    moved = _moved(
        connection, administration_id, [row.id for row in rows if row.moves], as_of if not relations else None
    )
    until = bank_until(connection, administration_id)
    by_owner: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        by_owner[row.owner].append(row)
    made = []
    for owner, items in by_owner.items():
        card = cards.of(owner)
        parts = tuple(_part(row, written, moved) for row in items)
        letters = {part.letter: written.letters[part.letter] for part in parts if part.letter}
        made.append(
            Account(
                owner, _debtor(items[0], cards, administration), addressee_of(cards, owner, items[0].name, items[0].country),
                parts, card.language, stops.get(owner, ()), letters, until,
            )
        )  # fmt: skip
    return made


def _debtor(row: Row[Any], cards: Cards, administration: str) -> Debtor:
    codes = (row.code, *cards.aliases.get(row.owner, ()))
    groups = tuple(cards.groups.get(row.owner, ()))
    return Debtor(codes, cards.of(row.owner).customer_type, groups, administration)


def _part(row: Row[Any], written: Written, moved: Mapping[int, _Moved]) -> OpenPart:
    events: tuple[DunningEvent, ...] = written.events.get(row.id, ())
    paid = tuple(moved[row.id].paid) if row.id in moved else ()
    return OpenPart(
        row.id, row.number, row.invoice_date, row.due_date, row.currency, row.part, from_minor(int(row.opened), row.currency),
        from_minor(int(row.rest), row.currency), events, paid, written.letter_of.get(row.id, 0), written.in_run.get(row.id, 0),
    )  # fmt: skip


def _moved(
    connection: Connection, administration_id: int, ids: list[int], as_of: date | None
) -> dict[int, _Moved]:  # fmt: skip
    """Payments by item and day. What takes an earlier payment back makes that payment undone: it never lowered the debt."""
    if not ids:
        return {}
    o, p = t.open_item, t.posting
    lowered = func.sum(case((p.c.side == "credit", p.c.amount), else_=-p.c.amount)).label("lowered")
    query = (
        select(o.c.id, o.c.currency, p.c.booking_date, lowered)
        .join_from(o, p, (p.c.administration_id == o.c.administration_id) & (p.c.open_item_id == o.c.id))
        .where(o.c.administration_id == administration_id, keyed(connection, o.c.id, ids), p.c.entry_id != o.c.entry_id)
        .group_by(o.c.id, o.c.currency, p.c.booking_date)
        .order_by(o.c.id, p.c.booking_date)
    )
    if as_of is not None:
        query = query.where(p.c.booking_date <= as_of)
    found: dict[int, _Moved] = defaultdict(_Moved)
    for row in connection.execute(query):
        _add(found[row.id].paid, row.booking_date, from_minor(int(row.lowered), row.currency))
    return found


def _add(paid: list[tuple[date, Decimal]], on: date, amount: Decimal) -> None:
    if amount > 0:
        paid.append((on, amount))
    while amount < 0 and paid:
        day, last = paid.pop()
        amount += last
        if amount > 0:
            paid.append((day, amount))
            amount = Decimal(0)
