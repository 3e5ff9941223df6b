"""What tests of relations share: a change by the tester, and relations made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from hub.model.announced_order import AnnouncedOrder
from hub.model.money import Money
from hub.model.party import Identifier
from hub.model.relation_card import RelationCard, RelationDraft
from hub.store.administrations import Books as OpenedBooks
from hub.store.administrations import load_books
from hub.store.orders import Placed, place_orders
from hub.store.relation_cards import add_relations
from hub.store.relation_changes import Changing
from hub.store.store import now
from tests.books import Books


@contextmanager
def changing(books: Books, ids: int = 200) -> Iterator[Changing]:
    """A write transaction by the tester."""
    books.hub.ids.reserve(ids)
    with books.hub.database.transaction() as connection:
        yield Changing(connection, books.hub.ids, books.id, books.actor_id, now())


def add(books: Books, *names: str, kvk: str = "", vat: str = "", card: RelationCard | None = None) -> list[str]:
    """Relations by hand; their codes."""
    numbers = tuple(Identifier(value, scheme) for scheme, value in (("0106", kvk), ("VAT", vat)) if value)
    drafts = [RelationDraft(name, identifiers=numbers, card=card or RelationCard(roles=("debtor",))) for name in names]
    with changing(books) as change:
        return add_relations(change, drafts)


def loaded(change: Changing) -> OpenedBooks:
    """The administration as a command loads it."""
    return load_books(change.connection, ["demo"])["demo"]


def order(number: str, relation: str, amount: str, currency: str = "EUR", source: str = "") -> AnnouncedOrder:
    """An order of 20 November 2026."""
    return AnnouncedOrder(number, relation, date(2026, 11, 20), Money(Decimal(amount), currency), source)


def place(books: Books, *orders: AnnouncedOrder, despite_limit: bool = False) -> list[Placed]:
    """Through the gate, in one transaction."""
    with changing(books) as change:
        return place_orders(change, loaded(change), orders, despite_limit=despite_limit)
