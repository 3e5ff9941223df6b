"""A debtor who was reminded and did not pay: what tests of cases begin with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hub.bootstrap import data_folder
from hub.credit.account import Rulebook
from hub.formats.collection_tables import read_cost_tables, read_interest_tables
from hub.formats.dunning_file import read_dunning
from hub.model.agency import Agency
from hub.model.case_file import CaseFile
from hub.model.dunning import LevelText
from hub.model.journal import JournalEntry, NewOpenItem, Posting
from hub.model.money import Money
from hub.model.party import Address, Identifier
from hub.model.plan import PlannedEntry
from hub.model.relation_card import RelationAddress, RelationCard, RelationDraft
from hub.model.reminder import Addressee, Creditor, Reminder, ReminderItem
from hub.store import tables as t
from hub.store.administrations import Books as StoredBooks
from hub.store.administrations import load_books
from hub.store.booking import post
from hub.store.case_documents import keep_documents
from hub.store.cases import hand_over, prepare
from hub.store.packing import packed
from hub.store.relation_cards import add_relations
from hub.store.relation_changes import Changing
from hub.store.rows import insert_rows
from hub.store.store import now
from tests.books import Books

AGENCY = Agency("incasso", "WKI-12345", Decimal("10.00"))
ON = date(2026, 11, 30)
ADDRESS = RelationAddress("visit", Address("Kade 12a", postcode="3511 AB", city="Utrecht", country="NL"))


def rulebook(bank_days: int | None = None) -> Rulebook:
    """The shipped law and policies; bank data may be as old as it is."""
    folder = data_folder("mappings")

    def file(name: str) -> list[tuple[str, bytes]]:
        return [(name, (folder / f"{name}.toml").read_bytes())]

    rules = replace(read_dunning(file("dunning")), bank_days=bank_days)
    us = Creditor("Voorbeeld Handel B.V.")
    costs, interest = read_cost_tables(file("collection_costs")), read_interest_tables(file("interest"))
    return Rulebook("demo", rules, costs, interest, {"normal": us, "g_account": us})


@contextmanager
def changing(books: Books, on: date | None = None) -> Iterator[tuple[Changing, StoredBooks]]:
    """One transaction, at nine on a day or else now, and the books as the store knows them."""
    books.hub.ids.reserve(300)
    at = datetime(on.year, on.month, on.day, 9, tzinfo=UTC) if on else now()
    with books.hub.database.transaction() as connection:
        yield (
            Changing(connection, books.hub.ids, books.id, books.actor_id, at),
            load_books(connection, ["demo"])["demo"],
        )


def debtor(books: Books, name: str = "Klant B.V.", customer_type: str = "business", **more: Any) -> str:
    """A debtor with an address; his code."""
    draft = RelationDraft(
        name, identifiers=more.pop("identifiers", (Identifier("00260413", "0106"),)), card=RelationCard(("debtor",), customer_type),  # type: ignore[arg-type]
        addresses=more.pop("addresses", (ADDRESS,)), **more,
    )  # fmt: skip
    with changing(books) as (change, _):
        return add_relations(change, [draft])[0]


def invoice(books: Books, code: str, number: str, amount: str = "1000.00", due: date = date(2026, 9, 1)) -> int:
    """A sale that is booked by hand; the id of its open item."""
    item = NewOpenItem("receivable", number, due.replace(month=8), due)
    return _booked(books, code, "VRK", due.replace(month=8), amount, ("1300", "8000"), item)


def pay(books: Books, code: str, item: int, amount: str, on: date = date(2026, 10, 5)) -> int:
    """A payment at our bank on an open item; its entry."""
    money = Money(Decimal(amount), "EUR")
    lines = (Posting("1100", "debit", money, money), Posting("1300", "credit", money, money, settles=item))
    return _post(books, code, JournalEntry("BNK", on, "betaald", lines))


def _booked(
    books: Books, code: str, journal: str, on: date, amount: str, accounts: tuple[str, str], item: NewOpenItem
) -> int:
    money = Money(Decimal(amount), "EUR")
    lines = (Posting(accounts[0], "debit", money, money, open_item=0), Posting(accounts[1], "credit", money, money))
    entry = _post(books, code, JournalEntry(journal, on, item.number, lines, open_items=(item,)))
    return int(books.scalar("SELECT id FROM open_item WHERE entry_id = :e", e=entry))


def _post(books: Books, code: str, entry: JournalEntry) -> int:
    with changing(books) as (change, mine):
        [posted] = post(
            change.connection, books.hub.ids, mine, [PlannedEntry(entry, relation=code)], books.actor_id, change.at
        )
    return posted.id


def letter(
    books: Books, code: str, items: dict[int, str], kind: str = "demand", on: date = date(2026, 10, 10), state: str = "sent",
    **amounts: str,
) -> int:  # fmt: skip
    """A letter that went out for items with what was outstanding of each; its key."""
    books.hub.ids.reserve(20)
    run, key = books.hub.ids.take(), books.hub.ids.take()
    minor = {name: int(Decimal(value) * 100) for name, value in amounts.items()}
    owed = {item: int(Decimal(value) * 100) for item, value in items.items()}
    relation = books.scalar("SELECT id FROM relation WHERE code = :c", c=code)
    at, by = now(), books.actor_id
    body = packed(_reminder(code, f"H-{key}", kind, on, items, amounts))
    with books.hub.database.transaction() as connection:
        insert_rows(
            connection, t.dunning_run, [(books.id, run, run % 100000, on, "sent", "", "{}", at, by, None, None, at, by)]
        )
        row = (
            books.id, key, run, 1, relation, f"H-{key}", kind, kind, "letter", "nl", "Kade 12a", "EUR", sum(owed.values()), 0,
            minor.get("costs", 0), minor.get("vat", 0), state, "", body, "", on, None, "", None, at, by,
        )  # fmt: skip
        insert_rows(connection, t.reminder, [row])
        rows = [(books.id, key, item, kind, kind, left, 0, f"{item}:{kind}:{key}") for item, left in owed.items()]
        insert_rows(connection, t.reminder_item, rows)
    return key


def _reminder(
    code: str, reference: str, kind: str, on: date, items: dict[int, str], amounts: dict[str, str]
) -> Reminder:
    shown = tuple(
        ReminderItem(item, f"VF-{item}", on, on, Decimal(left), Decimal(left), kind, kind)  # type: ignore[arg-type]
        for item, left in items.items()
    )
    return Reminder(
        "demo", reference, code, kind, kind, "letter", on, "nl", LevelText("Aanmaning", "Geachte {debtor},"), "", Creditor("Wij"),  # type: ignore[arg-type]
        Addressee("Klant", lines=("Kade 12a",)), shown, "EUR", sum(map(Decimal, items.values()), Decimal(0)), "claimed", "none",
        Decimal(amounts.get("costs", "0.00")),
    )  # fmt: skip


def paper(*invoices: str) -> list[tuple[str, str, bytes]]:
    """A document for each invoice."""
    return [(number, f"{number}.pdf", f"%PDF {number}".encode()) for number in invoices]


def prepared(books: Books, code: str, *invoices: str, on: date = ON, agency: Agency = AGENCY) -> CaseFile:
    """A case on the shelf."""
    with changing(books) as (change, mine):
        extra = keep_documents(change, books.id, paper(*invoices))
        return prepare(change, mine, code, agency, rulebook(), on, invoices=invoices, extra=extra)


def handed_over(books: Books, number: str, on: date = ON, agency: Agency = AGENCY) -> CaseFile:
    """It leaves the shelf."""
    with changing(books, on) as (change, mine):
        return hand_over(change, mine, number, agency, rulebook(), on)
