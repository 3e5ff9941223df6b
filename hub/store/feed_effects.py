"""What documents of feeds change beside their entry: announced orders of shops, movements of bank statements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from hub.accounting.shop_entry import announced
from hub.model.announced_order import AnnouncedOrder
from hub.model.plan import PostedEntry
from hub.model.result import Case
from hub.model.shop_order import ShopOrder
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.ids import Ids
from hub.store.orders import close_order, place_orders
from hub.store.relation_changes import Changing


@dataclass(frozen=True, slots=True)
class Effects:
    """Applies them within the recording transaction; `document_ids` by message id."""

    connection: Connection
    ids: Ids
    books: Callable[[Case], Books]
    document_ids: dict[str, int]
    actor_id: int
    at: datetime

    def apply(self, cases: Sequence[Case]) -> dict[str, tuple[PostedEntry, ...]]:
        """Further entries per message."""
        orders = [(c, c.feed) for c in cases if isinstance(c.feed, ShopOrder) and c.booking.outcome == "posted"]
        orders = [(case, order) for case, order in orders if not _is_late(case, order)]
        if orders:
            self._orders([(self.books(case), order) for case, order in orders])
        return {}

    def _orders(self, orders: Sequence[tuple[Books, ShopOrder]]) -> None:
        """An open order weighs on its customer's credit until it is paid, invoiced or cancelled."""
        by_books: dict[int, tuple[Books, list[ShopOrder]]] = {}
        for books, order in orders:
            by_books.setdefault(books.id, (books, []))[1].append(order)
        for books, mine in by_books.values():
            change = Changing(self.connection, self.ids, books.id, self.actor_id, self.at)
            ended = {(o.shop, o.number) for o in mine if o.state != "open" and not o.refund}
            for number, source in _waiting(self.connection, books.id, ended):
                close_order(change, books, number, source)
            if new := [a for a in map(announced, mine) if a is not None and (a.source, a.number) not in ended]:
                place_orders(change, books, _latest(new))


def _is_late(case: Case, order: ShopOrder) -> bool:
    """An order as it was before it was paid, that comes after it was booked as paid."""
    return order.state == "open" and case.facts.feed is not None and case.facts.feed.original is not None


def _latest(orders: Sequence[AnnouncedOrder]) -> list[AnnouncedOrder]:
    """The last word on each number."""
    return list({(order.source, order.number): order for order in orders}.values())


def _waiting(connection: Connection, administration_id: int, ended: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """Number and source of announced orders that have come to their end."""
    if not ended:
        return []
    a = t.announced_order
    query = select(a.c.number, a.c.source).where(
        a.c.administration_id == administration_id, a.c.state != "closed", a.c.number.in_(sorted({n for _, n in ended}))
    )
    return [(row.number, row.source) for row in connection.execute(query) if (row.source, row.number) in ended]
