"""Collection cases as their agencies' messages need them: which is meant, how it stands, and everything its money is decided on."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, case, func, or_, select

from hub.accounting.case_booking import names_of
from hub.model.case_known import (
    CaseAccounts,
    CaseFacts,
    CaseItem,
    CasePosition,
    CaseStanding,
    KnownCase,
    OnAccount,
    Told,
)
from hub.model.case_message import CaseMessage
from hub.model.codec import restore
from hub.model.feed import FeedDocument
from hub.model.money import from_minor
from hub.store import tables as t
from hub.store.memo_lookup import open_claims
from hub.store.messages import as_instant
from hub.store.open_items import OpenBalance, lock_items

ZERO = Decimal("0.00")
Named = dict[tuple[int, str], tuple[KnownCase, ...]]  # by administration and identity of the document


@dataclass(frozen=True, slots=True)
class LockedCase:
    """A case that waits for nobody but us until the transaction ends."""

    id: int
    number: str
    relation_id: int
    relation: str
    currency: str
    standing: CaseStanding
    ended: bool


def known_cases(connection: Connection, documents: Sequence[tuple[int, FeedDocument]]) -> Named:
    """For each message of an agency the cases that it names, and that exist. One query, none where no message is of an agency."""
    messages = [(a, d) for a, d in documents if isinstance(d, CaseMessage)]
    if not messages:
        return {}
    wanted = {(a, name) for a, m in messages for given in names_of(m) for name in given}
    found = _find(connection, wanted)
    return {
        (a, m.identity): tuple(
            replace(case, foreign=agency.casefold() != m.agency.casefold())
            for given in names_of(m)
            for name in given
            for agency, case in found.get((a, name), ())
        )
        for a, m in messages
    }


def _find(
    connection: Connection, wanted: Iterable[tuple[int, str]]
) -> dict[tuple[int, str], list[tuple[str, KnownCase]]]:
    """By name, each with its agency, the oldest first: an agency may use one reference for several."""
    c = t.collection_case
    by_administration: dict[int, set[str]] = defaultdict(set)
    for administration_id, name in wanted:
        by_administration[administration_id].add(name)
    found: dict[tuple[int, str], list[tuple[str, KnownCase]]] = defaultdict(list)
    for administration_id, names in sorted(by_administration.items()):
        theirs = {name.partition(":")[2] for name in names}
        query = select(c.c.number, c.c.agency, c.c.agency_reference, c.c.currency).where(
            c.c.administration_id == administration_id,
            or_(func.lower(c.c.number).in_(sorted(names)), func.lower(c.c.agency_reference).in_(sorted(theirs - {""}))),
        )
        for row in connection.execute(query.order_by(c.c.id)):
            for name in (row.number.casefold(), f"{row.agency}:{row.agency_reference}".casefold()):
                if name in names:
                    found[administration_id, name].append((row.agency, KnownCase(name, row.number, row.currency)))
    return found


def lock_cases(connection: Connection, administration_id: int, numbers: Iterable[str]) -> dict[str, LockedCase]:
    """These cases by number, kept from others until this transaction ends; in order of their keys, so that two never deadlock."""
    c, r = t.collection_case, t.relation
    mine = (c.c.administration_id == administration_id) & c.c.number.in_(sorted(set(numbers)))
    query = select(c).where(mine).order_by(c.c.id)
    rows = connection.execute(query.with_for_update() if connection.dialect.name == "postgresql" else query).all()
    codes = select(r.c.id, r.c.code).where(
        r.c.administration_id == administration_id, r.c.id.in_([x.relation_id for x in rows])
    )
    code_of = {row.id: row.code for row in connection.execute(codes)} if rows else {}
    return {row.number: _locked(row, code_of[row.relation_id]) for row in rows}


def _locked(row: Row[Any], code: str) -> LockedCase:
    standing = CaseStanding(
        row.state, as_instant(row.status_at).isoformat(), row.raw_status, row.close_reason, row.agency_reference, row.link
    )  # fmt: skip
    return LockedCase(row.id, row.number, row.relation_id, code, row.currency, standing, row.ended_at is not None)


def case_facts(
    connection: Connection, administration_id: int, locked: LockedCase, fresh: Sequence[Told], accounts: CaseAccounts,
    agency: str, on: date, happened: date, text: str,
) -> CaseFacts:  # fmt: skip
    """What the entry of a message about a locked case is decided on; its items are locked too."""
    before = _told(connection, administration_id, locked.id)
    moved = _moved(connection, administration_id, locked.id)
    i = t.case_item
    query = select(i.c.open_item_id).where(i.c.administration_id == administration_id, i.c.case_id == locked.id)
    mine = set(connection.execute(query).scalars())
    items = lock_items(connection, administration_id, mine | moved.keys())
    booked = _booked(connection, administration_id, locked, {k: v for k, v in moved.items() if k in mine})
    extra = tuple(OnAccount(k, -items[k].outstanding.amount) for k in sorted(moved.keys() - mine))
    return CaseFacts(
        locked.number, locked.relation, agency, locked.currency, on, happened, accounts, (*before, *fresh), len(fresh), booked,
        tuple(_item(items[k], moved.get(k, ZERO)) for k in sorted(mine)),
        tuple(open_claims(connection, administration_id, case=locked.id)), _own(connection, administration_id, locked),
        tuple(one for one in extra if one.left > 0), text,
    )  # fmt: skip


def _told(connection: Connection, administration_id: int, case_id: int) -> list[Told]:
    """All that was ever told of money of the case, in the order in which it came."""
    e = t.case_event
    query = select(e.c.details).where(e.c.administration_id == administration_id, e.c.case_id == case_id)
    found: list[Told] = []
    for details in connection.execute(query.order_by(e.c.id)).scalars():
        found += [restore(Told, one) for one in json.loads(details).get("told", ())]
    return found


def _entries(administration_id: int, case_id: int) -> Any:
    m = t.case_money
    return (
        select(m.c.entry_id)
        .where(m.c.administration_id == administration_id, m.c.case_id == case_id, m.c.entry_id.is_not(None))
        .distinct()
    )


def _moved(connection: Connection, administration_id: int, case_id: int) -> dict[int, Decimal]:
    """By how much entries of the case lowered each open item; entries that were reversed count for nothing."""
    p, o = t.posting, t.open_item
    sign = case((p.c.side == "credit", p.c.amount), else_=-p.c.amount)
    query = (
        select(p.c.open_item_id, o.c.currency, func.sum(sign).label("amount"))
        .join(o, (o.c.administration_id == p.c.administration_id) & (o.c.id == p.c.open_item_id))
        .where(p.c.administration_id == administration_id, p.c.entry_id.in_(_entries(administration_id, case_id)))
        .group_by(p.c.open_item_id, o.c.currency)
    )
    return {row.open_item_id: from_minor(int(row.amount), row.currency) for row in connection.execute(query)}


def _booked(
    connection: Connection, administration_id: int, locked: LockedCase, items: dict[int, Decimal]
) -> CasePosition:
    """Where the money of the case is now, by what was booked of it."""
    m = t.case_money
    sums = [func.sum(column) for column in (m.c.amount, m.c.interest, m.c.costs)]
    query = (
        select(m.c.what, *sums)
        .where(m.c.administration_id == administration_id, m.c.case_id == locked.id)
        .group_by(m.c.what)
    )
    found = {
        row[0]: [from_minor(int(value), locked.currency) for value in row[1:]] for row in connection.execute(query)
    }
    received, interest, costs = found.get("payment", [ZERO] * 3)
    held = tuple(sorted((key, amount) for key, amount in items.items() if amount))
    rest = received - interest - costs - sum((amount for _, amount in held), ZERO)
    return CasePosition(
        received, costs, interest, held, rest, -found.get("fee", [ZERO])[0], -found.get("fee_vat", [ZERO])[0],
        -found.get("remitted", [ZERO])[0],
    )  # fmt: skip


def _item(balance: OpenBalance, settled: Decimal) -> CaseItem:
    return CaseItem(balance.id, balance.number, balance.due_date, balance.account, balance.outstanding.amount, settled)


def _own(connection: Connection, administration_id: int, locked: LockedCase) -> tuple[tuple[int, str, Decimal], ...]:
    """What entries of the case received per claim; oldest claim first."""
    r, m = t.memo_receipt, t.memo_claim
    query = (
        select(m.c.id, m.c.kind, func.sum(r.c.amount).label("amount"))
        .join(r, (r.c.administration_id == m.c.administration_id) & (r.c.claim_id == m.c.id))
        .where(m.c.administration_id == administration_id, r.c.entry_id.in_(_entries(administration_id, locked.id)))
        .group_by(m.c.id, m.c.kind)
        .order_by(m.c.id)
    )
    return tuple(
        (row.id, row.kind, from_minor(int(row.amount), locked.currency)) for row in connection.execute(query) if row.amount
    )  # fmt: skip
