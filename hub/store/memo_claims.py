"""Memo claims: what letters and cases claimed beside the principal, what of it was received, and how a claim ends.

A claim is no receivable (DOMAIN 10.6 no. 23): nothing of it is in the books until money comes, and what then comes is income. Its amount
never changes; a later claim on the same items takes its place, and what was received on the earlier one counts as received.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, select, update

from hub.errors import Conflict, NotFound
from hub.model.finding import asked
from hub.model.memo_claim import ClaimKind, ClaimPart, MemoClaim
from hub.model.money import from_minor, to_minor
from hub.model.reminder import Reminder
from hub.store import tables as t
from hub.store.ids import Ids
from hub.store.memo_lookup import claims_beside, claims_where, open_claims
from hub.store.rows import insert_rows
from hub.store.sets import chunk

__all__ = [
    "claim_more",
    "claimed",
    "claimed_by_case",
    "claims_beside",
    "end",
    "keys_needed",
    "open_claims",
    "receive",
    "take_back",
    "waive",
]

AGENCY = "agency"  # received by an agency above what we claimed: nothing of it was ever open
REPLACED = "replaced"  # by a later claim on the same items
PAID_IN_TIME = "paid_in_time"  # the principal was paid before it was claimed
WAIVED = "waived"
Wanted = tuple[ClaimKind, int | None, Decimal]


def keys_needed(reminder: Reminder) -> int:
    """How many ids to reserve before the transaction in which `claimed` is called."""
    return len(reminder.items) + 2


def claimed(
    connection: Connection, ids: Ids, administration_id: int, reminder_id: int, reminder: Reminder, on: date
) -> list[MemoClaim]:
    """Claim what a reminder that has left claims: costs, VAT on them, interest per item; what it only announces is not claimed.

    A reminder says what is owed in all since the default. Earlier claims on its items therefore end, and what was received on
    them is taken off the new ones. Told twice of one reminder, the second time is nothing.
    """
    wanted = _wanted(reminder)
    if not wanted or _is_claimed(connection, administration_id, t.memo_claim.c.reminder_id == reminder_id):
        return []
    items = sorted(item.key for item in reminder.items if item.level)
    key = ("reminder_id", reminder_id)
    return _claim(connection, ids, administration_id, wanted, items, reminder.currency, on, key)


def claimed_by_case(
    connection: Connection, ids: Ids, administration_id: int, case_id: int, on: date
) -> list[MemoClaim]:
    """Claim what a case file claims at hand-off, interest per item; as `claimed`. At most an id for each item and two."""
    c, i = t.collection_case, t.case_item
    if _is_claimed(connection, administration_id, t.memo_claim.c.case_id == case_id):
        return []
    case = connection.execute(
        select(c.c.currency, c.c.costs, c.c.vat).where(c.c.administration_id == administration_id, c.c.id == case_id)
    ).one()
    rows = connection.execute(
        select(i.c.open_item_id, i.c.interest)
        .where(i.c.administration_id == administration_id, i.c.case_id == case_id)
        .order_by(i.c.open_item_id)
    ).all()
    wanted: list[Wanted] = [
        ("costs", None, from_minor(case.costs, case.currency)),
        ("vat", None, from_minor(case.vat, case.currency)),
    ]
    wanted += [("interest", row.open_item_id, from_minor(row.interest, case.currency)) for row in rows]
    wanted = [one for one in wanted if one[2] > 0]
    items = [int(row.open_item_id) for row in rows]
    return (
        _claim(connection, ids, administration_id, wanted, items, case.currency, on, ("case_id", case_id))
        if wanted
        else []
    )


def claim_more(
    connection: Connection, ids: Ids, administration_id: int, case_id: int, kind: ClaimKind, amount: Decimal, currency: str, on: date
) -> int:  # fmt: skip
    """What an agency received above what was claimed before (it goes on counting): a claim that ends with its receipt; its key."""
    c = t.collection_case
    query = select(c.c.relation_id).where(c.c.administration_id == administration_id, c.c.id == case_id)
    relation_id = int(connection.execute(query).scalar_one())
    key = ("case_id", case_id)
    row = _row(administration_id, ids.take(), relation_id, kind, None, key, currency, amount, on)
    row = (*row[:-2], on, AGENCY)
    insert_rows(connection, t.memo_claim, [row])
    return int(row[1])


def receive(connection: Connection, administration_id: int, entry_id: int, parts: Iterable[ClaimPart]) -> None:
    """Note what an entry booked as received on claims, each claim once."""
    sums: dict[int, int] = defaultdict(int)
    for part in parts:
        sums[part.claim] += to_minor(part.amount, _currency(connection, administration_id, part.claim))
    rows = [(administration_id, claim, entry_id, amount) for claim, amount in sorted(sums.items()) if amount]
    insert_rows(connection, t.memo_receipt, rows)


def take_back(connection: Connection, administration_id: int, entry_ids: Iterable[int], by_entry: int) -> None:
    """What these entries booked as received was taken back by another one: a reversal, or money that the bank returned."""
    m = t.memo_receipt
    query = (
        select(m.c.claim_id, func.sum(m.c.amount).label("amount"))
        .where(m.c.administration_id == administration_id, m.c.entry_id.in_(sorted(set(entry_ids))))
        .group_by(m.c.claim_id)
        .order_by(m.c.claim_id)
    )
    rows = [
        (administration_id, row.claim_id, by_entry, -int(row.amount)) for row in connection.execute(query) if row.amount
    ]
    insert_rows(connection, t.memo_receipt, rows)


def end(connection: Connection, administration_id: int, claims: Iterable[int], on: date, why: str) -> None:
    """These claims end; those that have ended already stay as they ended."""
    m = t.memo_claim
    wanted = sorted(set(claims))
    for start in range(0, len(wanted), chunk(connection)):
        mine = and_(
            m.c.administration_id == administration_id,
            m.c.id.in_(wanted[start : start + chunk(connection)]),
            m.c.ended_on.is_(None),
        )
        connection.execute(update(m).where(mine).values(ended_on=on, ended_why=why))


def waive(
    connection: Connection, ids: Ids, administration_id: int, claims: Sequence[int], on: date, reason: str, actor_id: int,
    at: datetime,
) -> None:  # fmt: skip
    """A person lets claims go. Raises `NotFound` for a claim that is not there and `Conflict` for one that has ended."""
    m = t.memo_claim
    query = select(m.c.id, m.c.ended_on).where(
        m.c.administration_id == administration_id, m.c.id.in_(sorted(set(claims)))
    )
    found = {row.id: row.ended_on for row in connection.execute(query)}
    for claim in claims:
        if claim not in found:
            raise NotFound(asked("HUB-MEMO-01", str(claim)))
        if found[claim] is not None:
            raise Conflict(asked("HUB-MEMO-02", str(claim), str(found[claim])))
    end(connection, administration_id, claims, on, f"{WAIVED}: {reason}")
    connection.execute(
        insert(t.activity).values(
            administration_id=administration_id, id=ids.take(), at=at, actor_id=actor_id, what="claims.waived",
            subject=" ".join(map(str, claims))[:200], details=json.dumps({"reason": reason}),
        )
    )  # fmt: skip


def _wanted(reminder: Reminder) -> list[Wanted]:
    wanted: list[Wanted] = []
    if reminder.costs_are == "claimed":
        wanted += [("costs", None, reminder.costs), ("vat", None, reminder.vat)]
    if reminder.interest_is == "claimed":
        wanted += [("interest", item.key, item.interest) for item in reminder.items if item.level]
    return [one for one in wanted if one[2] > 0]


def _is_claimed(connection: Connection, administration_id: int, same: ColumnElement[bool]) -> bool:
    m = t.memo_claim
    query = select(m.c.id).where(m.c.administration_id == administration_id, same).limit(1)
    return connection.execute(query).first() is not None


def _claim(
    connection: Connection, ids: Ids, administration_id: int, wanted: Sequence[Wanted], items: Sequence[int], currency: str, on: date,
    key: tuple[str, int],
) -> list[MemoClaim]:  # fmt: skip
    kinds = {"vat" if kind == "costs" else kind for kind, _, _ in wanted} | {kind for kind, _, _ in wanted}
    earlier = [
        c for c in claims_beside(connection, administration_id, items) if c.kind in kinds and c.currency == currency
    ]
    end(connection, administration_id, (c.id for c in earlier), on, REPLACED)
    had = _Received(earlier)
    relation_id = _relation_id(connection, administration_id, *key)
    rows = []
    for kind, item, amount in wanted:
        left = had.taken_off(kind, item, amount)
        if left > 0:
            rows.append(_row(administration_id, ids.take(), relation_id, kind, item, key, currency, left, on))
    insert_rows(connection, t.memo_claim, rows)
    return claims_where(connection, administration_id, t.memo_claim.c.id.in_([row[1] for row in rows]))


class _Received:
    """What was received on claims that end, to be taken off those that take their place."""

    def __init__(self, claims: Iterable[MemoClaim]) -> None:
        self._left: dict[tuple[str, int | None], Decimal] = defaultdict(Decimal)
        for claim in claims:
            item = claim.items[0] if claim.kind == "interest" and claim.items else None
            self._left[claim.kind, item] += claim.received

    def taken_off(self, kind: str, item: int | None, amount: Decimal) -> Decimal:
        had = min(self._left[kind, item], amount)
        self._left[kind, item] -= had
        return amount - had


def _row(
    administration_id: int, id: int, relation_id: int, kind: str, item: int | None, key: tuple[str, int], currency: str,
    amount: Decimal, on: date,
) -> tuple[Any, ...]:  # fmt: skip
    letter = key[1] if key[0] == "reminder_id" else None
    case = key[1] if key[0] == "case_id" else None
    return (
        administration_id, id, relation_id, kind, item, letter, case, currency, to_minor(amount, currency), on, None, "",
    )  # fmt: skip


def _relation_id(connection: Connection, administration_id: int, column: str, key: int) -> int:
    table = t.reminder if column == "reminder_id" else t.collection_case
    query = select(table.c.relation_id).where(table.c.administration_id == administration_id, table.c.id == key)
    return int(connection.execute(query).scalar_one())


def _currency(connection: Connection, administration_id: int, claim: int) -> str:
    m = t.memo_claim
    query = select(m.c.currency).where(m.c.administration_id == administration_id, m.c.id == claim)
    return str(connection.execute(query).scalar_one())
