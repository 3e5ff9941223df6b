"""Open items to settle: locked first, then read, so that what is decided on them is still true when it is recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection, case, func, select, update

from hub.errors import NotFound
from hub.model.money import Money, from_minor
from hub.store import tables as t
from hub.store.ledger import KnownItem
from hub.store.sets import among, chunk

CHUNK = 500  # items in one query


@dataclass(frozen=True, slots=True)
class OpenBalance:
    """What is left of one open item now. Amounts are positive when the item is what its side says: owed to us, or by us.

    `outstanding` is in the item's own currency, `outstanding_base` the same in the administration's at the
    rates it was booked at.
    """

    id: int
    relation: str
    relation_id: int
    account: str
    side: str
    part: str
    number: str
    invoice_date: date
    due_date: date
    entry_id: int
    original: Money
    outstanding: Money
    outstanding_base: Money
    iban: str
    payment_reference: str
    discount_until: date | None
    discount_percentage: Decimal | None
    blocks: tuple[str, ...] = ()

    def known(self) -> KnownItem:
        """As `seal` wants to know it."""
        return KnownItem(self.relation_id, self.due_date if self.original.amount > 0 else None)


def lock_items(connection: Connection, administration_id: int, ids: Iterable[int]) -> dict[int, OpenBalance]:
    """These open items as they are now, kept from others until this transaction ends.

    Locked in order of id, so that two that want the same items wait and never deadlock. Raises `NotFound`.
    """
    wanted = sorted(set(ids))
    o = t.open_item
    if connection.dialect.name == "postgresql":  # SQLite's write transaction is alone anyway
        most = chunk(connection)
        for start in range(0, len(wanted), most):
            mine = (o.c.administration_id == administration_id) & among(
                connection, o.c.id, wanted[start : start + most]
            )
            connection.execute(select(o.c.id).where(mine).order_by(o.c.id).with_for_update(key_share=True)).all()
    return read_items(connection, administration_id, wanted)


def read_items(connection: Connection, administration_id: int, ids: Iterable[int]) -> dict[int, OpenBalance]:
    """These open items by id, without locking them. Raises `NotFound` for an id that is not there."""
    wanted = sorted(set(ids))
    found: dict[int, OpenBalance] = {}
    most = chunk(connection)
    for start in range(0, len(wanted), most):
        part = wanted[start : start + most]
        blocks = _blocks(connection, administration_id, part)
        for row in connection.execute(_query(connection, administration_id, part)):
            found[row.id] = _balance(row, blocks.get(row.id, ()))
    missing = set(wanted) - found.keys()
    if missing:
        raise NotFound(f"there is no open item {', '.join(map(str, sorted(missing)))} in this administration")
    return found


def open_item_ids(
    connection: Connection,
    administration_id: int,
    *,
    relation: str = "",
    side: str = "",
    numbers: Iterable[str] = (),
    due_until: date | None = None,
) -> list[int]:
    """Ids of items with something left, by relation code, side, invoice numbers as written, or last due date; in order of due date."""
    o, r, p = t.open_item, t.relation, t.posting
    query = (
        select(o.c.id)
        .join(r, (r.c.administration_id == o.c.administration_id) & (r.c.id == o.c.relation_id))
        .join(p, (p.c.administration_id == o.c.administration_id) & (p.c.open_item_id == o.c.id))
        .where(o.c.administration_id == administration_id)
        .group_by(o.c.id, o.c.due_date)
        .having(func.sum(case((p.c.side == "debit", p.c.amount), else_=-p.c.amount)) != 0)
        .order_by(o.c.due_date, o.c.id)
    )
    if relation:
        query = query.where(o.c.relation_id.in_(_family(administration_id, relation)))
    if side:
        query = query.where(o.c.side == side)
    if due_until is not None:
        query = query.where(o.c.due_date <= due_until)
    if wanted := sorted(set(numbers)):
        query = query.where(o.c.number.in_(wanted))
    return list(connection.execute(query).scalars())


def _family(administration_id: int, code: str):  # type: ignore[no-untyped-def]
    """Ids of a relation, or of its survivor, and of all that were merged into it."""
    r, named = t.relation, t.relation.alias("named")
    survivor = (
        select(func.coalesce(named.c.merged_into, named.c.id))
        .where(named.c.administration_id == administration_id, named.c.code == code)
        .scalar_subquery()
    )
    return select(r.c.id).where(
        r.c.administration_id == administration_id, (r.c.id == survivor) | (r.c.merged_into == survivor)
    )


def _query(connection: Connection, administration_id: int, ids: list[int]):  # type: ignore[no-untyped-def]
    o, r, p, a, n = t.open_item, t.relation, t.posting, t.account, t.administration
    sign = case((p.c.side == "debit", 1), else_=-1)
    return (
        select(
            o, r.c.code, n.c.currency.label("base_currency"), func.min(a.c.code).label("account"),
            func.sum(sign * p.c.amount).label("rest"), func.sum(sign * p.c.base_amount).label("rest_base"),
            func.sum(case((p.c.entry_id == o.c.entry_id, sign * p.c.amount), else_=0)).label("opened"),
        )
        .join(r, (r.c.administration_id == o.c.administration_id) & (r.c.id == o.c.relation_id))
        .join(n, n.c.id == o.c.administration_id)
        .join(p, (p.c.administration_id == o.c.administration_id) & (p.c.open_item_id == o.c.id))
        .join(a, (a.c.administration_id == p.c.administration_id) & (a.c.id == p.c.account_id))
        .where(o.c.administration_id == administration_id, among(connection, o.c.id, ids))
        .group_by(*o.c, r.c.code, n.c.currency)
    )  # fmt: skip


def _balance(row, blocks: tuple[str, ...]) -> OpenBalance:  # type: ignore[no-untyped-def]
    sign = 1 if row.side == "receivable" else -1

    def money(minor: int | Decimal, currency: str) -> Money:
        return Money(from_minor(sign * int(minor), currency), currency)

    percentage = None if row.discount_percentage is None else Decimal(row.discount_percentage)
    return OpenBalance(
        row.id, row.code, row.relation_id, row.account, row.side, row.part, row.number, row.invoice_date, row.due_date, row.entry_id,
        money(row.opened, row.currency), money(row.rest, row.currency), money(row.rest_base, row.base_currency),
        row.iban, row.payment_reference, row.discount_until, percentage, blocks,
    )  # fmt: skip


def _blocks(connection: Connection, administration_id: int, ids: list[int]) -> dict[int, tuple[str, ...]]:
    b = t.open_item_block
    query = select(b.c.open_item_id, b.c.reason).where(
        b.c.administration_id == administration_id, among(connection, b.c.open_item_id, ids), b.c.lifted_at.is_(None)
    )
    found: dict[int, list[str]] = {}
    for row in connection.execute(query.order_by(b.c.reason)):
        found.setdefault(row.open_item_id, []).append(row.reason)
    return {item: tuple(reasons) for item, reasons in found.items()}


def block_items(connection: Connection, administration_id: int, ids: Iterable[int], reason: str, at: datetime) -> None:
    """Keep items from being paid for `reason`; one that was lifted is set again."""
    b = t.open_item_block
    for item in sorted(set(ids)):
        same = (b.c.administration_id == administration_id) & (b.c.open_item_id == item) & (b.c.reason == reason)
        if connection.execute(select(b.c.open_item_id).where(same)).first() is None:
            connection.execute(
                b.insert().values(administration_id=administration_id, open_item_id=item, reason=reason, since=at)
            )
        else:
            connection.execute(
                update(b).where(same, b.c.lifted_at.is_not(None)).values(since=at, lifted_at=None, lifted_by=None)
            )


def lift_blocks(
    connection: Connection, administration_id: int, ids: Iterable[int], reason: str, actor_id: int, at: datetime
) -> int:
    """Lift one reason from items; the number that bore it."""
    b = t.open_item_block
    mine = (
        (b.c.administration_id == administration_id) & b.c.open_item_id.in_(sorted(set(ids))) & (b.c.reason == reason)
    )
    done = connection.execute(update(b).where(mine, b.c.lifted_at.is_(None)).values(lifted_at=at, lifted_by=actor_id))
    return int(done.rowcount)
