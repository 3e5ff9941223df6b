"""Payments that a debtor made to us while an agency collects: is what the agency tells of in the bank already?"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import Connection, and_, or_, select

from hub.model.money import to_minor
from hub.store import tables as t
from hub.store.case_lookup import LockedCase

_DAYS = 10  # that a bank, an agency or a weekend may put between them


def is_in_bank(connection: Connection, administration_id: int, case: LockedCase, amount: Decimal, on: date) -> bool:
    """Whether a movement of this amount, of this debtor or on an invoice of the case, came in about that day."""
    m, n, p, i = t.payment, t.payment_entry, t.posting, t.case_item
    items = select(i.c.open_item_id).where(i.c.administration_id == administration_id, i.c.case_id == case.id)
    settles = (
        select(n.c.payment_id)
        .join(p, and_(p.c.administration_id == n.c.administration_id, p.c.entry_id == n.c.entry_id))
        .where(n.c.administration_id == administration_id, p.c.open_item_id.in_(items))
    )
    query = select(m.c.id).where(
        m.c.administration_id == administration_id, m.c.amount == to_minor(amount, case.currency),
        m.c.booked_on.between(on - timedelta(days=_DAYS), on + timedelta(days=_DAYS)),
        or_(m.c.relation_id == case.relation_id, m.c.id.in_(settles)),
    )  # fmt: skip
    return connection.execute(query.limit(1)).first() is not None
