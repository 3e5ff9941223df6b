"""Rows of the ledger written by hand, past every door: what a stranger with a SQL prompt would type."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert

from hub.store import tables as t
from hub.store.store import now
from hub.store.years import ensure_years
from tests.books import Books

DAY = date(2026, 5, 12)


@dataclass(slots=True)
class RawEntry:
    """An entry of 100.00 on cost and creditors with its open item, sound until a field is changed."""

    books: Books
    administration: int
    accounts: dict[str, int]
    header: dict[str, Any]
    postings: list[dict[str, Any]]
    items: list[dict[str, Any]] = field(default_factory=list)

    def write(self, connection: Connection, *, seal: bool = True) -> None:
        """Open items, postings, then the header."""
        for item in self.items:
            connection.execute(insert(t.open_item).values(item))
        for posting in self.postings:
            connection.execute(insert(t.posting).values({**self._dates(posting), **posting}))
        if seal:
            connection.execute(insert(t.entry).values(self.header))

    def _dates(self, posting: dict[str, Any]) -> dict[str, Any]:
        """What follows from header and open item."""
        on_item = posting.get("open_item_id") is not None
        due = next((i["due_date"] for i in self.items if i["id"] == posting.get("open_item_id")), DAY)
        return {
            "booking_date": self.header["booking_date"],
            "posted_at": self.header["posted_at"] if on_item else None,
            "falls_due": due if on_item else None,
        }

    def record(self, *, seal: bool = True) -> None:
        """In a transaction of its own."""
        with self.books.hub.database.transaction() as connection:
            self.write(connection, seal=seal)


def raw_entry(books: Books, administration: int = 0, number: int = 1) -> RawEntry:
    """A sound entry, not yet written, in the books of an administration (the first when 0)."""
    administration = administration or books.id
    ids = books.hub.ids
    ids.reserve(50)
    with books.hub.database.transaction() as connection:
        year_id, periods = ensure_years(connection, ids, [(administration, DAY.year)])[administration, DAY.year]
    where = {"a": administration}
    accounts = dict(books.rows("SELECT code, id FROM account WHERE administration_id = :a", **where))
    journal = books.scalar("SELECT id FROM journal WHERE administration_id = :a AND code = 'INK'", **where)
    relation = raw_relation(books, administration)
    entry_id, item_id = ids.take(), ids.take()
    common = {"administration_id": administration, "entry_id": entry_id}
    item = {
        **common, "id": item_id, "relation_id": relation, "side": "payable", "part": "normal", "number": "F1",
        "invoice_date": DAY, "due_date": DAY, "currency": "EUR", "iban": "", "payment_reference": "",
    }  # fmt: skip
    posting = {
        **common, "side": "debit", "amount": 10000, "currency": "EUR", "base_amount": 10000, "vat_code": "",
        "cost_center": "", "project": "",
    }  # fmt: skip
    on_cost = {**posting, "line": 0, "account_id": accounts["4990"]}
    on_control = {
        **posting, "line": 1, "side": "credit", "account_id": accounts["1600"], "relation_id": relation, "open_item_id": item_id,
    }  # fmt: skip
    header = {
        "administration_id": administration, "id": entry_id, "journal_id": journal, "fiscal_year_id": year_id,
        "period_id": periods[DAY.month], "number": number, "booking_date": DAY, "posted_at": now(), "actor_id": books.actor_id,
        "description": "by hand", "posting_count": 2, "digest": "0" * 64,
    }  # fmt: skip
    return RawEntry(books, administration, accounts, header, [on_cost, on_control], [item])


def raw_relation(books: Books, administration: int) -> int:
    """A relation of its own; its key."""
    relation_id = books.hub.ids.take()
    values = {
        "administration_id": administration, "id": relation_id, "code": f"R{relation_id}", "key": f"key:{relation_id}",
        "name": "By hand", "name_key": "byhand", "country": "NL", "settings": "{}", "created_at": now(),
        "created_by": books.actor_id,
    }  # fmt: skip
    with books.hub.database.transaction() as connection:
        connection.execute(insert(t.relation).values(values))
    return relation_id
