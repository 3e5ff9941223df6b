"""Announced orders: the one gate through which they come in, and how they end.

The gate takes a lock on the debtor before it reads what he owes, so that two orders that fit only one by one never both
pass (PEERS 2.6): the second waits, and then sees the first. On SQLite the write transaction is that lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from hub.accounting.credit_limit import Verdict, judge_order
from hub.accounting.currency import choose_rate
from hub.errors import Conflict, NotFound, Refused, Usage
from hub.model.announced_order import AnnouncedOrder
from hub.model.finding import Finding, asked
from hub.model.money import Money, from_minor, to_minor
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.exposure import exposures
from hub.store.rates import find_rates
from hub.store.reasons import active_reasons
from hub.store.relation_cards import key_owners
from hub.store.relation_changes import Changing
from hub.store.relations import resolve
from hub.store.rows import insert_rows

_ENDED = ("closed",)


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of one order. `known`: it was there already, just so, and nothing changed."""

    order: AnnouncedOrder
    relation: str
    verdict: Verdict
    known: bool = False


@dataclass(frozen=True, slots=True)
class _Debtor:
    id: int
    code: str
    name: str


def check_credit(change: Changing, books: Books, order: AnnouncedOrder, *, despite_limit: bool = False) -> Placed:
    """The gate for one order; see `place_orders`. Two keys. `despite_limit`: a person lets this one pass his limit."""
    return place_orders(change, books, [order], despite_limit=despite_limit)[0]


def place_orders(
    change: Changing, books: Books, orders: Sequence[AnnouncedOrder], *, despite_limit: bool = False
) -> list[Placed]:
    """Lock the debtors, then decide and record each order as accepted, held or refused. Two keys an order.

    An order that is there already with the same amount changes nothing; with another amount it is decided again. Raises
    `Refused`, and records nothing, for an unknown debtor, a missing rate, or a number that is another debtor's or has ended.
    """
    wrong: list[Finding] = []
    debtors = _debtors(change, orders, wrong)
    base = [_base_amount(change.connection, books, order, wrong) for order in orders]
    if wrong:
        raise Refused(wrong)
    _lock(change.connection, change.administration_id, [debtor.id for debtor in debtors.values()])
    placed = []
    for order, amount in zip(orders, base, strict=True):
        placed.append(_place(change, books, order, debtors[order.relation], amount, despite_limit, wrong))
    if wrong:
        raise Refused(wrong)
    return placed


def _debtors(change: Changing, orders: Sequence[AnnouncedOrder], wrong: list[Finding]) -> dict[str, _Debtor]:
    """Who ordered, by the name that the order gives him; survivors for those that were merged."""
    found: dict[str, _Debtor] = {}
    keys = sorted({order.relation for order in orders if ":" in order.relation})
    owners = key_owners(change.connection, change.administration_id, keys)
    r = t.relation
    for order in orders:
        if order.relation in found:
            continue
        try:
            relation_id, code = resolve(
                change.connection, change.administration_id, owners.get(order.relation, order.relation)
            )
        except NotFound:
            wrong.append(_wrong("HUB-ORDER-01", order, order.relation, None))
            continue
        mine = (r.c.administration_id == change.administration_id) & (r.c.id == relation_id)
        name = change.connection.execute(select(r.c.name).where(mine)).scalar_one()
        found[order.relation] = _Debtor(relation_id, code, name)
    return found


def _base_amount(connection: Connection, books: Books, order: AnnouncedOrder, wrong: list[Finding]) -> int:
    """The order in the administration's currency, at the rate of its day."""
    base = books.snapshot.currency
    currency = order.amount.currency
    rates = (
        []
        if currency == base
        else find_rates(connection, {currency, base} - {"EUR"}, order.ordered_on, order.ordered_on)
    )
    conversion = choose_rate(currency, base, order.ordered_on, rates)
    if conversion is None:
        wrong.append(_wrong("HUB-ORDER-02", order, currency, str(order.ordered_on)))
        return 0
    return to_minor(conversion.to_base(order.amount.amount), base)


def _lock(connection: Connection, administration_id: int, relation_ids: Sequence[int]) -> None:
    """Keep debtors to ourselves, in order of id. Raises `Conflict` when one was merged while we waited."""
    r = t.relation
    mine = (r.c.administration_id == administration_id) & r.c.id.in_(sorted(set(relation_ids)))
    query = select(r.c.id, r.c.code, r.c.merged_into).where(mine).order_by(r.c.id).with_for_update(key_share=True)
    for row in connection.execute(query):
        if row.merged_into is not None:
            raise Conflict(f"{row.code} was merged into another relation just now; try again")


def _place(
    change: Changing, books: Books, order: AnnouncedOrder, debtor: _Debtor, amount: int, despite_limit: bool, wrong: list[Finding]
) -> Placed:  # fmt: skip
    """Decide one order while its debtor is locked, and record what was decided."""
    before = _find(change.connection, change.administration_id, order.number, order.source)
    current = _as_recorded(before) if before is not None else None
    if before is not None and before.relation_id != debtor.id:
        wrong.append(_wrong("HUB-ORDER-03", order, order.number, before.relation))
    same = current == (order.amount.minor, order.amount.currency)
    exposure = exposures(
        change.connection,
        change.administration_id,
        [debtor.id],
        without_order=before.id if before is not None else None,
    )[debtor.id]
    if before is not None and same and before.state in ("accepted", *_ENDED):
        return Placed(order, debtor.code, Verdict("accepted", exposure, None), known=True)
    if before is not None and before.state in _ENDED:
        wrong.append(_wrong("HUB-ORDER-04", order, order.number, before.state))
    reasons = active_reasons(change.connection, change.administration_id, [debtor.id]).get(debtor.id, [])
    invoiced = int(before.invoiced_base) if before is not None else 0
    verdict = judge_order(
        f"{debtor.code} {debtor.name}", reasons, exposure, max(amount - invoiced, 0), books.snapshot.currency,
        despite_limit=despite_limit,
    )  # fmt: skip
    if before is None:
        _insert(change, order, debtor, amount, verdict)
    elif before.state != "accepted" or verdict.outcome == "accepted":  # else what was accepted before stays accepted
        _update(change, before.id, order, amount, verdict)
    details = {
        "number": order.number,
        "source": order.source,
        "amount": str(order.amount),
        "currency": order.amount.currency,
    }
    change.note([(debtor.code, f"order.{verdict.outcome}", details)])
    return Placed(order, debtor.code, verdict)


def _as_recorded(row: Any) -> tuple[int, str]:
    return int(row.amount), str(row.currency)


def _insert(change: Changing, order: AnnouncedOrder, debtor: _Debtor, amount: int, verdict: Verdict) -> None:
    code = verdict.finding.code if verdict.finding else ""
    row = (
        change.administration_id, change.ids.take(), debtor.id, order.source, order.number, order.ordered_on,
        order.amount.currency, order.amount.minor, amount, 0, verdict.outcome, code, change.at, change.at, change.actor_id,
    )  # fmt: skip
    insert_rows(change.connection, t.announced_order, [row])


def _update(change: Changing, order_id: int, order: AnnouncedOrder, amount: int, verdict: Verdict) -> None:
    values = {
        "ordered_on": order.ordered_on, "currency": order.amount.currency, "amount": order.amount.minor, "base_amount": amount,
        "state": verdict.outcome, "finding": verdict.finding.code if verdict.finding else "",
    }  # fmt: skip
    _write(change, order_id, values)


def _write(change: Changing, order_id: int, values: dict[str, Any]) -> None:
    a = t.announced_order
    mine = (a.c.administration_id == change.administration_id) & (a.c.id == order_id)
    change.connection.execute(update(a).where(mine).values(**values, changed_at=change.at, changed_by=change.actor_id))


def release_order(
    change: Changing, books: Books, number: str, source: str = "", *, despite_limit: bool = False
) -> Placed:
    """Decide a held or refused order again, as things stand now. Raises `NotFound` and `Conflict`."""
    row = _existing(change, number, source)
    if row.state not in ("held", "refused"):
        raise Conflict(asked("HUB-ASK-43", row.state, number=number))
    amount = Money(from_minor(row.amount, row.currency), row.currency)
    order = AnnouncedOrder(number, row.relation, row.ordered_on, amount, row.source)
    return check_credit(change, books, order, despite_limit=despite_limit)


def close_order(change: Changing, books: Books, number: str, source: str = "", *, invoiced: Money | None = None) -> str:
    """The order was invoiced, or will not come; its state. With `invoiced` only that part leaves it, until nothing is left.

    Raises `NotFound`, `Conflict` for one that ended, and `Usage` for an amount in another currency than the administration's.
    """
    row = _existing(change, number, source)
    if row.state in _ENDED:
        raise Conflict(asked("HUB-ASK-43", row.state, number=number))
    if invoiced is not None and (invoiced.currency != books.snapshot.currency or invoiced.amount <= 0):
        raise Usage(f"what was invoiced is more than zero, in {books.snapshot.currency}")
    done = int(row.base_amount) if invoiced is None else int(row.invoiced_base) + invoiced.minor
    state = row.state if invoiced is not None and done < row.base_amount else "closed"
    _write(change, row.id, {"invoiced_base": done, "state": state})
    details = {"number": number, "source": row.source, "invoiced": str(invoiced) if invoiced else None}
    change.note([(row.relation, "order.closed" if state == "closed" else "order.invoiced", details)])
    return str(state)


def _existing(change: Changing, number: str, source: str) -> Any:
    """The order, locked with its debtor."""
    row = _find(change.connection, change.administration_id, number, source)
    if row is None:
        raise NotFound(asked("HUB-ASK-44", number))
    _lock(change.connection, change.administration_id, [row.relation_id])
    return _find(change.connection, change.administration_id, number, source)


def _find(connection: Connection, administration_id: int, number: str, source: str) -> Any:
    a, r = t.announced_order, t.relation
    query = (
        select(a, r.c.code.label("relation"))
        .join(r, (r.c.administration_id == a.c.administration_id) & (r.c.id == a.c.relation_id))
        .where(a.c.administration_id == administration_id, a.c.number == number, a.c.source == source)
    )
    return connection.execute(query).first()


def _wrong(code: str, order: AnnouncedOrder, found: str, expected: str | None) -> Finding:
    return Finding(
        code, "fatal", "hub", order.place or order.number, found, expected, "us", (("number", order.number),)
    )
