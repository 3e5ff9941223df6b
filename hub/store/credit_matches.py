"""Credit notes settled with the invoice they name, and items set off by a person, in the memorial."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection

from hub.accounting.credit_notes import credit_matches
from hub.model.decision import Decision
from hub.model.plan import PostedEntry
from hub.model.settlement import Allocation, OpenItem, Settlement
from hub.store.administrations import Books
from hub.store.booking import post
from hub.store.ids import Ids
from hub.store.open_index import open_index
from hub.store.settling_items import settling_items
from hub.store.workshop import Workshop


def settle_credit_notes(
    connection: Connection, ids: Ids, books: Books, actor_id: int, at: datetime, on: date | None = None
) -> list[tuple[PostedEntry, OpenItem, OpenItem]]:
    """Every credit note with its invoice where DOMAIN 10.6 no. 13 allows it: (entry, credit note, invoice)."""
    index = open_index(connection, books.id)
    credits = settling_items(connection, books.id, [item for mine in index.negative.values() for item in mine])
    keys = {key for item in credits.values() for key in item.credited}
    wanted = {item for key in keys for item in index.by_key.get(key, ())} | {
        c.id for c in credits.values() if c.credited
    }
    items = settling_items(connection, books.id, wanted, lock=True)
    shop = Workshop(connection, ids, books, actor_id, at, items)
    plans, pairs = [], credit_matches(list(items.values()))
    for credit, invoice in pairs:
        amount = credit.outstanding.amount
        settlement = Settlement(None, (Allocation(credit.id, amount), Allocation(invoice.id, -amount)))
        decision = Decision("match", credit.number, "match_credit_note")
        plans.append(shop.plan(settlement, decision, on or max(credit.invoice_date, invoice.invoice_date)))
    posted = post(connection, ids, books, plans, actor_id, at)
    return [(entry, credit, invoice) for entry, (credit, invoice) in zip(posted, pairs, strict=True)]
