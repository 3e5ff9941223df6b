"""Whom we pay or collect from: name, confirmed accounts, and the town and country that banks ask for."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from hub.accounting.payment_proposal import Payee
from hub.store import tables as t
from hub.store.relations import get_relation

_KINDS = ("visit", "post", "invoice", "delivery")  # in this order, whichever there is


def payees(connection: Connection, administration_id: int, codes: Iterable[str]) -> dict[str, Payee]:
    """By relation code, merged ones under the code of the survivor."""
    found: dict[str, Payee] = {}
    for code in sorted(set(codes)):
        key, relation = get_relation(connection, administration_id, code)
        town, country = _place(connection, administration_id, key)
        found[code] = Payee(
            relation.code, relation.name, relation.ibans, relation.g_iban, town, country or relation.country[:2]
        )
    return found


def _place(connection: Connection, administration_id: int, relation_id: int) -> tuple[str, str]:
    a = t.relation_address
    query = select(a.c.kind, a.c.city, a.c.country).where(
        a.c.administration_id == administration_id, a.c.relation_id == relation_id, a.c.ended_at.is_(None)
    )
    rows = {row.kind: row for row in connection.execute(query.order_by(a.c.id))}
    best = next((rows[kind] for kind in _KINDS if kind in rows), None)
    return (best.city, best.country) if best is not None else ("", "")
