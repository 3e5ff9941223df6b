"""VAT of what is not paid: which invoices it concerns, and booking what the list says."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, case, func, insert, select

from hub.accounting.vat_due import (
    Booked,
    InvoiceVat,
    Settled,
    Side,
    Step,
    UnpaidItem,
    bookable,
    counts,
    due_entry,
    steps,
    write_off_accounts,
)
from hub.accounting.vat_period import a_year_after
from hub.accounting.vat_return import DatedCodes, share
from hub.errors import Conflict, NotFound, Usage
from hub.model.decision import Decision
from hub.model.finding import asked
from hub.model.plan import PlannedEntry, PostedEntry
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.booking import first_open_day, post
from hub.store.ids import Ids
from hub.store.open_items import lock_items, open_item_ids
from hub.store.rows import insert_rows
from hub.store.vat_lines import dated_codes
from hub.store.vat_losses import lost_vat

CHUNK = 500  # items in one query


def due_steps(connection: Connection, books: Books, side: Side, as_of: date) -> list[Step]:
    """What is still to be booked of unpaid invoices of a side up to a day, by due date; nothing is in it twice."""
    codes = dated_codes(connection, books)
    found: list[Step] = []
    wanted = _candidates(connection, books, side, as_of)
    for start in range(0, len(wanted), CHUNK):
        for item in unpaid_items(connection, books, codes, side, wanted[start : start + CHUNK]):
            found += bookable(steps(item, as_of))
    return sorted(found, key=lambda s: (s.item.due_date, s.item.number, s.item.id, s.tax_date))


def book_steps(
    connection: Connection, ids: Ids, books: Books, side: Side, as_of: date, actor_id: int, at: datetime
) -> list[tuple[Step, PostedEntry]]:
    """Book everything on the list of a day, each on its own date or the first open day after it; its VAT date stays.

    The items are locked first and the list is made again, so that two at once cannot book the same.
    """
    lock_items(connection, books.id, {step.item.id for step in due_steps(connection, books, side, as_of)})
    found = due_steps(connection, books, side, as_of)
    plans = []
    for step in found:
        why = "vat_unpaid_a_year" if step.action in ("reclaim", "give_back") else "vat_paid_after_all"
        words = (("relation", step.item.relation), ("date", str(step.tax_date)))
        facts = {"open_item": step.item.id, "tax_date": str(step.tax_date), "action": step.action}
        try:
            entry = due_entry(step, books.snapshot, first_open_day(connection, books.id, step.tax_date))
        except LookupError as error:
            raise Usage(str(error)) from error
        plans.append(PlannedEntry(entry, (Decision("vat_due", step.item.number, why, words=words),), facts))
    posted = post(connection, ids, books, plans, actor_id, at)
    rows = [
        (books.id, entry.id, line, step.item.id, part.source_line)
        for step, entry in zip(found, posted, strict=True)
        for line, part in enumerate(step.parts)
    ]
    insert_rows(connection, t.vat_adjusted, rows)
    return list(zip(found, posted, strict=True))


def set_certain(
    connection: Connection, ids: Ids, books: Books, number: str, relation: str, since: date, reason: str, actor_id: int,
    at: datetime,
) -> int:  # fmt: skip
    """Note that a sales invoice will certainly not be paid (bankruptcy); the VAT is had back from that day. Its item.

    Raises `NotFound`, and `Conflict` when the number is that of several open invoices or it was noted before.
    """
    found = open_item_ids(connection, books.id, relation=relation, side="receivable", numbers=[number])
    if not found:
        raise NotFound(asked("HUB-ASK-07", number))
    if len(found) > 1:
        raise Conflict(asked("HUB-ASK-08", number, str(len(found))))
    u = t.vat_uncollectable.c
    known = select(u.since).where(u.administration_id == books.id, u.open_item_id == found[0])
    if (before := connection.execute(known).scalar()) is not None:
        raise Conflict(asked("HUB-VATR-07", number, date=before))
    connection.execute(
        insert(t.vat_uncollectable).values(
            administration_id=books.id, open_item_id=found[0], since=since, reason=reason, at=at, actor_id=actor_id
        )
    )
    details = json.dumps({"since": str(since), "reason": reason, "open_item": found[0]}, sort_keys=True)
    connection.execute(
        insert(t.activity).values(
            administration_id=books.id, id=ids.take(), at=at, actor_id=actor_id, what="vat_due.certain", subject=number,
            details=details,
        )
    )  # fmt: skip
    return found[0]


def _candidates(connection: Connection, books: Books, side: Side, as_of: date) -> list[int]:
    """Items that were open a year after they were due, were given up, or have been booked about before."""
    o, p = t.open_item.c, t.posting.c
    signed = case((p.side == "debit", p.amount), else_=-p.amount)
    query = (
        select(o.id, o.due_date, func.sum(signed).label("rest"), func.max(p.booking_date).label("last"))
        .join(t.posting, (p.administration_id == o.administration_id) & (p.open_item_id == o.id))
        .where(o.administration_id == books.id, o.side == side, o.due_date <= as_of)
        .group_by(o.id, o.due_date)
    )
    found = {
        row.id
        for row in connection.execute(query)
        if a_year_after(row.due_date) <= as_of and (row.rest or row.last > a_year_after(row.due_date))
    }
    return sorted(found | _noted(connection, books, side) | _given_up(connection, books, side))


def _noted(connection: Connection, books: Books, side: Side) -> set[int]:
    o, x, u = t.open_item.c, t.vat_adjusted.c, t.vat_uncollectable.c
    mine = (o.administration_id == books.id) & (o.side == side)
    booked = select(o.id).join(t.vat_adjusted, (x.administration_id == o.administration_id) & (x.open_item_id == o.id))
    certain = select(o.id).join(
        t.vat_uncollectable, (u.administration_id == o.administration_id) & (u.open_item_id == o.id)
    )
    return {*connection.execute(booked.where(mine)).scalars(), *connection.execute(certain.where(mine)).scalars()}


def _given_up(connection: Connection, books: Books, side: Side) -> set[int]:
    accounts = _write_offs(books, side)
    if not accounts:
        return set()
    w, p, o = t.posting.alias("w").c, t.posting.alias("p").c, t.open_item.c
    query = select(p.open_item_id).where(
        p.administration_id == books.id, p.open_item_id.is_not(None), w.administration_id == books.id,
        w.entry_id == p.entry_id, w.account_id.in_(accounts), o.administration_id == books.id, o.id == p.open_item_id,
        o.side == side,
    )  # fmt: skip
    return set(connection.execute(query).scalars())


def _write_offs(books: Books, side: Side) -> list[int]:
    """Only debtors are given up here; what a creditor lets go is for a person to book."""
    names = write_off_accounts(books.snapshot) if side == "receivable" else ()
    return [books.accounts[code] for code in names if code in books.accounts]


def unpaid_items(
    connection: Connection, books: Books, codes: DatedCodes, side: Side, ids: Sequence[int]
) -> Iterable[UnpaidItem]:
    """These items with the VAT of their invoices, what was paid and what was booked about them; without VAT none."""
    o, r, u = t.open_item, t.relation, t.vat_uncollectable
    query = (
        select(o, r.c.code.label("relation"), r.c.name.label("relation_name"), u.c.since.label("certain"))
        .join(r, (r.c.administration_id == o.c.administration_id) & (r.c.id == o.c.relation_id))
        .outerjoin(u, (u.c.administration_id == o.c.administration_id) & (u.c.open_item_id == o.c.id))
        .where(o.c.administration_id == books.id, o.c.id.in_(ids))
    )
    heads = connection.execute(query).all()
    vat, gross = _vat(connection, books, codes, side, {row.entry_id for row in heads})
    moves, opened = _moves(connection, books, side, ids)
    booked, blocked = _booked(connection, books, ids), _blocked(connection, books, ids)
    lost = lost_vat(connection, books, ids) if side == "receivable" else {}
    for row in heads:
        if vat[row.entry_id]:
            yield UnpaidItem(
                row.id, side, row.relation, row.relation_name, row.number, row.due_date, row.currency, opened[row.id],
                gross[row.entry_id], tuple(vat[row.entry_id]), tuple(moves[row.id]), tuple(booked[row.id]), row.certain,
                tuple(blocked[row.id]), lost.get(row.id, 0),
            )  # fmt: skip


def _vat(
    connection: Connection, books: Books, codes: DatedCodes, side: Side, entries: set[int]
) -> tuple[dict[int, list[InvoiceVat]], dict[int, int]]:
    """Per entry the VAT lines that count, and the gross amount of the document in its own currency."""
    v = t.vat_line.c
    found: dict[int, list[InvoiceVat]] = defaultdict(list)
    gross: dict[int, int] = defaultdict(int)
    query = select(t.vat_line).where(v.administration_id == books.id, v.entry_id.in_(sorted(entries)))
    for row in connection.execute(query.order_by(v.entry_id, v.line)):
        code = codes.row(row.code, row.supply_date)
        gross[row.entry_id] += row.base + (0 if row.reverse_charge else row.tax)
        tax = row.tax_in_base - (row.non_deductible_in_base if side == "payable" else 0)
        if tax and counts(code, side, reverse_charge=bool(row.reverse_charge)):
            found[row.entry_id].append(InvoiceVat(row.line, code, row.base_in_base, tax, row.supply_date, row.kind))
    return found, gross


def _moves(
    connection: Connection, books: Books, side: Side, ids: Sequence[int]
) -> tuple[dict[int, list[Settled]], dict[int, int]]:
    """Per item what its own entry opened, and what every later entry took of it."""
    p, o = t.posting.c, t.open_item.c
    sign = 1 if side == "receivable" else -1
    query = (
        select(p.open_item_id, p.entry_id, p.booking_date, p.side, p.amount, o.entry_id.label("opened_by"))
        .join(t.open_item, (o.administration_id == p.administration_id) & (o.id == p.open_item_id))
        .where(p.administration_id == books.id, p.open_item_id.in_(ids))
        .order_by(p.booking_date, p.entry_id, p.line)
    )
    rows = connection.execute(query).all()
    lost = _written_off(connection, books, side, {r.entry_id for r in rows if r.entry_id != r.opened_by})
    opened: dict[int, int] = defaultdict(int)
    moves: dict[int, list[Settled]] = defaultdict(list)
    for row in rows:
        amount = sign * (row.amount if row.side == "debit" else -row.amount)
        if row.entry_id == row.opened_by:
            opened[row.open_item_id] += amount
        else:
            given_up, whole = lost.get(row.entry_id, (0, 0))
            part = share(-amount, given_up, whole)  # a write-off that is reversed comes with the other sign
            most = sorted((0, -amount))
            moves[row.open_item_id].append(Settled(row.booking_date, -amount, min(max(part, most[0]), most[1])))
    return moves, opened


def _written_off(connection: Connection, books: Books, side: Side, entries: set[int]) -> dict[int, tuple[int, int]]:
    """Per entry what it booked on accounts of what is given up, and what it took from open items in all; base currency.

    An entry that lowers VAT by itself gives nothing up for this list.
    """
    accounts = _write_offs(books, side)
    if not accounts or not entries:
        return {}
    p = t.posting.c
    with_vat = select(t.vat_line.c.entry_id).where(t.vat_line.c.administration_id == books.id)
    signed = case((p.side == "debit", p.base_amount), else_=-p.base_amount)
    query = (
        select(
            p.entry_id,
            func.sum(case((p.account_id.in_(accounts), signed), else_=0)),
            func.sum(case((p.open_item_id.is_not(None), -signed), else_=0)),
        )
        .where(p.administration_id == books.id, p.entry_id.in_(sorted(entries)), p.entry_id.not_in(with_vat))
        .group_by(p.entry_id)
    )
    return {entry: (int(given_up), int(whole)) for entry, given_up, whole in connection.execute(query) if given_up}


def _booked(connection: Connection, books: Books, ids: Sequence[int]) -> dict[int, list[Booked]]:
    """What was taken and brought back per item, without what was reversed since."""
    x, v, e = t.vat_adjusted.c, t.vat_line.c, t.entry.c
    reversed_ = select(e.reversal_of).where(e.administration_id == books.id, e.reversal_of.is_not(None))
    query = (
        select(x.open_item_id, x.source_line, v.tax_date, v.base_in_base, v.tax_in_base)
        .join(
            t.vat_line,
            (v.administration_id == x.administration_id) & (v.entry_id == x.entry_id) & (v.line == x.line),
        )
        .where(x.administration_id == books.id, x.open_item_id.in_(ids), x.entry_id.not_in(reversed_))
        .order_by(v.tax_date, x.entry_id, x.line)
    )
    found: dict[int, list[Booked]] = defaultdict(list)
    for item, source, tax_date, base, tax in connection.execute(query):
        found[item].append(Booked(source, tax_date, -base, -tax))
    return found


def _blocked(connection: Connection, books: Books, ids: Sequence[int]) -> dict[int, list[str]]:
    b = t.open_item_block.c
    query = select(b.open_item_id, b.reason).where(
        b.administration_id == books.id, b.open_item_id.in_(ids), b.lifted_at.is_(None)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for item, reason in connection.execute(query.order_by(b.reason)):
        found[item].append(reason)
    return found
