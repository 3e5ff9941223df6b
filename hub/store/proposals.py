"""Payment proposals: what is due goes into a file once; what the bank answers is known by its end-to-end id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from hub.accounting.match_known import SentLine
from hub.accounting.payment_proposal import LeftOut, Payee, Transfer, transfers
from hub.accounting.sepa import block_id
from hub.errors import Conflict, NotFound
from hub.model.finding import asked
from hub.model.money import from_minor, to_minor
from hub.model.payment import BankAccount
from hub.model.settlement import Allocation, OpenItem
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.ids import Ids
from hub.store.open_items import open_item_ids
from hub.store.payees import payees
from hub.store.relations import resolve
from hub.store.settling_items import settling_items


@dataclass(frozen=True, slots=True)
class Made:
    """A new proposal: its number and id, its lines, and what is due but does not go along."""

    number: int
    id: int
    lines: tuple[Transfer, ...]
    left_out: tuple[LeftOut, ...]


def propose(
    connection: Connection, ids: Ids, books: Books, own: BankAccount, execution: date, until: date, actor_id: int, at: datetime,
    *, with_discount: bool = False, relation: str = "",
) -> Made:  # fmt: skip
    """A proposal of what we owe that is due by `until`; number 0 and nothing recorded where there is nothing to pay."""
    items = settling_items(connection, books.id, open_item_ids(connection, books.id, side="payable"))
    if relation:
        _, wanted = resolve(connection, books.id, relation)
        items = {key: item for key, item in items.items() if item.relation == wanted}
    known = payees(connection, books.id, {item.relation for item in items.values()})
    under_way = active_items(connection, books.id)
    lines, left_out = transfers(
        items.values(), known, execution, until=until, with_discount=with_discount, under_way=under_way,
        currency=books.snapshot.currency,
    )  # fmt: skip
    return save_proposal(connection, ids, books, "transfer", own, execution, lines, left_out, items, actor_id, at)


def active_items(connection: Connection, administration_id: int) -> frozenset[int]:
    """Items that are in a proposal already."""
    i = t.payment_line_item
    query = select(i.c.open_item_id).where(i.c.administration_id == administration_id, i.c.active)
    return frozenset(connection.execute(query).scalars())


def save_proposal(
    connection: Connection, ids: Ids, books: Books, kind: str, own: BankAccount, execution: date, lines: Sequence[Transfer],
    left_out: Sequence[LeftOut], items: Mapping[int, OpenItem], actor_id: int, at: datetime,
) -> Made:  # fmt: skip
    """Record a proposal with its lines. Raises `Conflict` when another took one of its items just now."""
    if not lines:
        return Made(0, 0, (), tuple(left_out))
    q = t.payment_proposal
    last = connection.execute(select(func.max(q.c.number)).where(q.c.administration_id == books.id)).scalar() or 0
    proposal_id, number = ids.take(), last + 1
    message_id = f"BH{at:%Y%m%d}-{proposal_id}"
    codes = {line.payee.relation for line in lines}
    r = t.relation
    query = select(r.c.code, r.c.id).where(r.c.administration_id == books.id, r.c.code.in_(sorted(codes)))
    relations = {row.code: row.id for row in connection.execute(query)}
    try:
        connection.execute(
            insert(q).values(
                administration_id=books.id, id=proposal_id, number=number, kind=kind, state="open", execution_date=execution,
                account_id=books.accounts[own.account], message_id=message_id, created_at=at, created_by=actor_id,
            )
        )  # fmt: skip
        for position, line in enumerate(lines, 1):
            _insert_line(
                connection, ids, books, proposal_id, position, message_id, line, relations[line.payee.relation]
            )
    except IntegrityError as error:
        raise Conflict(asked("HUB-ASK-38")) from error
    return Made(number, proposal_id, tuple(lines), tuple(left_out))


def _insert_line(
    connection: Connection, ids: Ids, books: Books, proposal_id: int, position: int, message_id: str, line: Transfer,
    relation_id: int,
) -> None:  # fmt: skip
    line_id, currency = ids.take(), books.snapshot.currency
    payee: Payee = line.payee
    connection.execute(
        insert(t.payment_line).values(
            administration_id=books.id, id=line_id, proposal_id=proposal_id, position=position, relation_id=relation_id,
            part=line.part, iban=line.iban, name=payee.name, town=payee.town, country=payee.country,
            amount=to_minor(line.amount, currency), currency=currency, remittance=line.remittance,
            creditor_reference=line.creditor_reference, end_to_end_id=f"{message_id}-{position}",
            mandate_id=payee.mandate or None, sequence=payee.sequence, state="open",
        )
    )  # fmt: skip
    connection.execute(
        insert(t.payment_line_item),
        [
            {"administration_id": books.id, "line_id": line_id, "open_item_id": a.item, "amount": to_minor(a.amount, currency),
             "discount": to_minor(a.discount, currency), "active": True}
            for a in line.allocations
        ],
    )  # fmt: skip


def find_proposal(connection: Connection, administration_id: int, number: int) -> Row[Any]:
    """A proposal by its number, with the code of its bank account. Raises `NotFound`."""
    q, a = t.payment_proposal, t.account
    query = (
        select(q, a.c.code.label("account"))
        .join(a, (a.c.administration_id == q.c.administration_id) & (a.c.id == q.c.account_id))
        .where(q.c.administration_id == administration_id, q.c.number == number)
    )
    row = connection.execute(query).first()
    if row is None:
        raise NotFound(asked("HUB-ASK-37", str(number)))
    return row


def lines_of(connection: Connection, administration_id: int, proposal_id: int) -> list[Row[Any]]:
    """Its lines in order, with relation and mandate; those that were removed too."""
    n, r, m = t.payment_line, t.relation, t.mandate
    query = (
        select(n, r.c.code, m.c.reference.label("mandate"), m.c.signed_on, m.c.kind.label("scheme"), m.c.revoked_at)
        .join(r, (r.c.administration_id == n.c.administration_id) & (r.c.id == n.c.relation_id))
        .outerjoin(m, (m.c.administration_id == n.c.administration_id) & (m.c.id == n.c.mandate_id))
        .where(n.c.administration_id == administration_id, n.c.proposal_id == proposal_id)
        .order_by(n.c.position)
    )
    return list(connection.execute(query))


def items_of_lines(connection: Connection, administration_id: int, lines: Iterable[int]) -> list[Row[Any]]:
    """What the lines settle: (line, item, amount, discount)."""
    i = t.payment_line_item
    wanted = sorted(set(lines))
    found: list[Row[Any]] = []
    for start in range(0, len(wanted), 500):
        query = select(i).where(
            i.c.administration_id == administration_id, i.c.line_id.in_(wanted[start : start + 500])
        )
        found += connection.execute(query.order_by(i.c.line_id, i.c.open_item_id))
    return found


def sent_lines(connection: Connection, administration_id: int) -> list[SentLine]:
    """Lines of confirmed and exported proposals that the bank has not answered, oldest first."""
    q, n, i, a, m = t.payment_proposal, t.payment_line, t.payment_line_item, t.account, t.mandate
    query = (
        select(
            n.c.id, n.c.end_to_end_id, n.c.amount.label("whole"), n.c.currency, q.c.message_id, q.c.kind,
            q.c.transit_entry_id, i.c.open_item_id, i.c.amount, i.c.discount, a.c.code.label("transit"), n.c.sequence,
            m.c.kind.label("scheme"),
        )
        .join(q, (q.c.administration_id == n.c.administration_id) & (q.c.id == n.c.proposal_id))
        .join(i, (i.c.administration_id == n.c.administration_id) & (i.c.line_id == n.c.id))
        .outerjoin(a, (a.c.administration_id == q.c.administration_id) & (a.c.id == q.c.transit_account_id))
        .outerjoin(m, (m.c.administration_id == n.c.administration_id) & (m.c.id == n.c.mandate_id))
        .where(n.c.administration_id == administration_id, n.c.state == "open", q.c.state.in_(("confirmed", "exported")))
        .order_by(n.c.id, i.c.open_item_id)
    )  # fmt: skip
    found: dict[int, SentLine] = {}
    for row in connection.execute(query):
        taken = Allocation(
            row.open_item_id, from_minor(row.amount, row.currency), from_minor(row.discount, row.currency)
        )
        sign = -1 if row.kind == "transfer" else 1
        known = found.get(row.id)
        found[row.id] = SentLine(
            row.end_to_end_id, row.message_id, sign * from_minor(row.whole, row.currency),
            (*known.allocations, taken) if known else (taken,), row.transit or "", row.id,
            block_id(row.message_id, row.scheme, row.sequence) if row.scheme else "",
        )  # fmt: skip
    return list(found.values())


def answered(connection: Connection, administration_id: int, lines: Iterable[int]) -> None:
    """The bank has carried these lines out: their items are free for what is still open of them."""
    wanted = sorted(set(lines))
    n, i = t.payment_line, t.payment_line_item
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        mine = (n.c.administration_id == administration_id) & n.c.id.in_(part)
        connection.execute(update(n).where(mine).values(state="answered"))
        ours = (i.c.administration_id == administration_id) & i.c.line_id.in_(part)
        connection.execute(update(i).where(ours).values(active=False))
