"""Invoices and payments of one's choice in real books, through the same accounting as a document's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from hub.accounting.vat_period import vat_period
from hub.bootstrap import data_folder
from hub.formats.vat_tables import read_vat_tables
from hub.model.invoice import Invoice
from hub.model.journal import JournalEntry, NewOpenItem, Posting
from hub.model.money import Money
from hub.model.plan import PlannedEntry, PostedEntry
from hub.reports.vat_return import vat_return
from hub.reports.verify_vat import CHECKS
from hub.store.administrations import Books as StoreBooks
from hub.store.administrations import load_books
from hub.store.booking import post
from hub.store.open_items import open_item_ids, read_items
from hub.store.vat_filing import file_return, file_supplement
from tests.books import Books
from tests.builders import facts, posted
from tests.store.raw import raw_relation

TABLES = read_vat_tables((data_folder("mappings") / "vat_corrections.toml").read_bytes())


def at(day: date) -> datetime:
    """Noon of a day."""
    return datetime.combine(day, time(12), UTC)


@dataclass(slots=True)
class VatBooks:
    """Books with one relation, in which everything is posted at noon of its own day."""

    books: Books
    relation: str = ""

    def __post_init__(self) -> None:
        relation_id = raw_relation(self.books, self.books.id)
        self.relation = str(self.books.scalar("SELECT code FROM relation WHERE id = :i", i=relation_id))

    def loaded(self, connection: Connection) -> StoreBooks:
        """The store's books."""
        return load_books(connection, ["demo"])["demo"]

    def invoice(self, made: Invoice, due: date, *, on: date | None = None, closed: bool = False) -> PostedEntry:
        """Book an invoice on its own date, or on `on`; due on `due`."""
        entry = posted(made, facts(received_on=made.issue_date, relations=()))
        items = tuple(replace(item, due_date=due, number=made.number, block_reasons=()) for item in entry.open_items)
        return self.entry(replace(entry, booking_date=on or made.issue_date, open_items=items))

    def entry(self, entry: JournalEntry) -> PostedEntry:
        """Book an entry, known from noon of its booking date."""
        self.books.hub.ids.reserve(100)
        with self.books.hub.database.transaction() as connection:
            plan = PlannedEntry(entry, relation=self.relation)
            when = at(entry.booking_date)
            (done,) = post(connection, self.books.hub.ids, self.loaded(connection), [plan], self.books.actor_id, when)
        return done

    def item(self, number: str) -> int:
        """The open item with an invoice number."""
        return int(self.books.scalar("SELECT MAX(id) FROM open_item WHERE number = :n", n=number))

    def pay(self, number: str, amount: str, on: date) -> PostedEntry:
        """A payment by bank on an invoice; of the contra-account's side as the item needs."""
        return self.settle(number, amount, on, "1100")

    def settle(self, number: str, amount: str, on: date, account: str) -> PostedEntry:
        """Settle a part of an invoice against an account."""
        item = self.item(number)
        with self.books.hub.database.reading() as connection:
            known = read_items(connection, self.books.id, [item])[item]
        money = Money(Decimal(amount), "EUR")
        debit, credit = Posting(account, "debit", money, money), Posting(account, "credit", money, money)
        if known.side == "receivable":
            postings = (debit, Posting(known.account, "credit", money, money, settles=item))
        else:
            postings = (Posting(known.account, "debit", money, money, settles=item), credit)
        return self.entry(JournalEntry("BNK", on, f"betaling {number}", postings))

    def open_numbers(self) -> list[str]:
        """Numbers of what is still open."""
        with self.books.hub.database.reading() as connection:
            ids = open_item_ids(connection, self.books.id)
            return sorted(item.number for item in read_items(connection, self.books.id, ids).values())

    def file(self, period: str, on: date, *along: str) -> None:
        """File a return at noon of a day."""
        self.books.hub.ids.reserve(300)
        with self.books.hub.database.transaction() as connection:
            file_return(
                connection, self.books.hub.ids, self.loaded(connection), vat_period(period), TABLES, self.books.actor_id,
                at(on), along=along,
            )  # fmt: skip

    def supplement(self, period: str, on: date) -> None:
        """File a supplement at noon of a day."""
        self.books.hub.ids.reserve(300)
        with self.books.hub.database.transaction() as connection:
            file_supplement(
                connection, self.books.hub.ids, self.loaded(connection), vat_period(period), self.books.actor_id, at(on)
            )

    def boxes(self, period: str, *along: str) -> dict[str, tuple[str, str]]:
        """Base and tax of each box that is not nil."""
        with self.books.hub.database.reading() as connection:
            rows = vat_return(connection, self.loaded(connection), vat_period(period), TABLES, along)
        return {r["box"]: (r["base"], r["tax"]) for r in rows if (r["base"], r["tax"]) != ("0.00", "0.00")}

    def declared(self, period: str) -> dict[str, str]:
        """Tax of each box in whole euros, as declared."""
        with self.books.hub.database.reading() as connection:
            rows = vat_return(connection, self.loaded(connection), vat_period(period), TABLES)
        return {r["box"]: r["declared_tax"] for r in rows if r["declared_tax"] != "0"}

    def balance(self, account: str) -> Decimal:
        """What stands on an account, debit positive."""
        minor = self.books.scalar(
            "SELECT COALESCE(SUM(CASE WHEN p.side = 'debit' THEN p.base_amount ELSE -p.base_amount END), 0) FROM posting p"
            " JOIN account a ON a.administration_id = p.administration_id AND a.id = p.account_id WHERE a.code = :c",
            c=account,
        )
        return Decimal(int(minor)).scaleb(-2)

    def broken(self) -> list[str]:
        """What the invariants of VAT find."""
        return [str(row[0]) for check in CHECKS for row in self.books.rows(check.broken, a=self.books.id)]


def item_of(side: str, number: str, day: date, due: date) -> NewOpenItem:
    """An open item."""
    return NewOpenItem(side, number, day, due)  # type: ignore[arg-type]


Json = dict[str, Any]
