"""Mandates: a debtor's word that we may collect; and what can be collected with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from hub.accounting.payment_proposal import Payee, transfers
from hub.accounting.sepa import sepa_text
from hub.errors import Conflict, NotFound, Usage
from hub.model.keys import normalised
from hub.model.payment import BankAccount
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.ids import Ids
from hub.store.open_items import open_item_ids
from hub.store.payees import payees
from hub.store.payments import note
from hub.store.proposals import Made, active_items, save_proposal
from hub.store.relations import family, resolve
from hub.store.settling_items import settling_items


def add_mandate(
    connection: Connection, ids: Ids, books: Books, relation: str, reference: str, kind: str, signed_on: date, iban: str,
    name: str, actor_id: int, at: datetime, *, once: bool = False,
) -> int:  # fmt: skip
    """Record a signed mandate. Raises `NotFound` for no such relation, `Conflict` for a reference that is used already."""
    if not reference or len(reference) > 35 or sepa_text(reference, 35) != reference or "//" in reference:
        raise Usage(
            f"{reference!r} is no mandate reference: at most 35 of the letters, digits and signs that SEPA knows"
        )
    key, code = resolve(connection, books.id, relation)
    taken = select(t.mandate.c.id).where(t.mandate.c.administration_id == books.id, t.mandate.c.reference == reference)
    if connection.execute(taken).first() is not None:
        raise Conflict(f"there is a mandate {reference} already; a reference is used once for ever")
    mandate_id = ids.take()
    try:
        connection.execute(
            insert(t.mandate).values(
                administration_id=books.id, id=mandate_id, relation_id=key, reference=reference, kind=kind, signed_on=signed_on,
                iban=normalised(iban), name=name, once=once, created_at=at, created_by=actor_id,
            )
        )  # fmt: skip
    except IntegrityError as error:
        raise Conflict(f"there is a mandate {reference} already; a reference is used once for ever") from error
    note(connection, ids, books.id, actor_id, at, "mandate.added", reference, code)
    return mandate_id


def revoke_mandate(
    connection: Connection, ids: Ids, books: Books, reference: str, reason: str, actor_id: int, at: datetime
) -> None:
    """Nothing is collected with it any more. Raises `NotFound` and `Conflict`."""
    m = t.mandate
    mine = (m.c.administration_id == books.id) & (m.c.reference == reference)
    row = connection.execute(select(m.c.revoked_at).where(mine)).first()
    if row is None:
        raise NotFound(f"there is no mandate {reference} in this administration")
    if row.revoked_at is not None:
        raise Conflict(f"mandate {reference} was revoked already")
    connection.execute(update(m).where(mine).values(revoked_at=at, revoked_by=actor_id))
    note(connection, ids, books.id, actor_id, at, "mandate.revoked", reference, reason)


def list_mandates(connection: Connection, administration_id: int) -> list[dict[str, Any]]:
    """Every mandate with what its next collection would be; revoked ones too."""
    m, r = t.mandate, t.relation
    query = (
        select(m, r.c.code, r.c.name.label("relation_name"), _used(m).label("used"))
        .join(r, (r.c.administration_id == m.c.administration_id) & (r.c.id == m.c.relation_id))
        .where(m.c.administration_id == administration_id)
        .order_by(r.c.code, m.c.reference)
    )
    return [
        {"mandate": row.reference, "relation": row.code, "relation_name": row.relation_name, "kind": row.kind,
         "signed_on": str(row.signed_on), "iban": row.iban, "sequence": _sequence(row), "active": _is_active(row)}
        for row in connection.execute(query)
    ]  # fmt: skip


def _used(m: Any) -> Any:
    """Whether something was collected with it before."""
    n, q = t.payment_line, t.payment_proposal
    return exists().where(
        n.c.administration_id == m.c.administration_id, n.c.mandate_id == m.c.id, n.c.state != "removed",
        q.c.administration_id == n.c.administration_id, q.c.id == n.c.proposal_id, q.c.state.in_(("confirmed", "exported")),
    )  # fmt: skip


def _sequence(row: Any) -> str:
    """OOFF for a single collection, FRST for the first, then RCUR."""
    return "OOFF" if row.once else "RCUR" if row.used else "FRST"


def _is_active(row: Any) -> bool:
    return row.revoked_at is None and not (row.once and row.used)


def collect(
    connection: Connection, ids: Ids, books: Books, own: BankAccount, execution: date, until: date, actor_id: int, at: datetime
) -> Made:  # fmt: skip
    """A proposal of what relations with an active mandate owe us that is due by `until`."""
    active = _mandates_by_relation(connection, books.id)
    wanted = [
        item
        for code in sorted(active)
        for item in open_item_ids(connection, books.id, relation=code, side="receivable")
    ]
    items = settling_items(connection, books.id, wanted)
    known = payees(connection, books.id, {item.relation for item in items.values()})
    collected = {code: _with_mandate(payee, active[code]) for code, payee in known.items() if code in active}
    lines, left_out = transfers(
        items.values(), collected, execution, until=until, with_discount=False,
        under_way=active_items(connection, books.id), currency=books.snapshot.currency,
    )  # fmt: skip
    return save_proposal(connection, ids, books, "collection", own, execution, lines, left_out, items, actor_id, at)


def _codes(connection: Connection, administration_id: int, code: str) -> list[str]:
    """The relation's code and those of who was merged into it: items of old stay with the old ones."""
    key, _ = resolve(connection, administration_id, code)
    mine = family(connection, administration_id, key)
    r = t.relation
    query = select(r.c.code).where(r.c.administration_id == administration_id, r.c.id.in_(mine))
    return list(connection.execute(query.order_by(r.c.code)).scalars())


def _mandates_by_relation(connection: Connection, administration_id: int) -> dict[str, Any]:
    """The newest active mandate of each relation."""
    m, o, r = t.mandate, t.relation.alias("o"), t.relation
    query = (
        select(m, r.c.code, _used(m).label("used"))
        .join(o, (o.c.administration_id == m.c.administration_id) & (o.c.id == m.c.relation_id))
        .join(r, (r.c.administration_id == o.c.administration_id) & (r.c.id == func.coalesce(o.c.merged_into, o.c.id)))
        .where(m.c.administration_id == administration_id, m.c.revoked_at.is_(None))
        .order_by(m.c.signed_on, m.c.id)
    )
    return {row.code: row for row in connection.execute(query) if _is_active(row)}


def _with_mandate(payee: Payee, row: Any) -> Payee:
    name = row.name or payee.name
    return replace(payee, name=name, ibans=(row.iban,), g_iban="", mandate=row.id, sequence=_sequence(row))
