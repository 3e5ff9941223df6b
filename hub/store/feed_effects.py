"""What documents of feeds change beside their entry: orders of shops, movements of bank statements, collection cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from hub.accounting.shop_entry import announced
from hub.errors import Refused
from hub.model.announced_order import AnnouncedOrder
from hub.model.bank_statement import BankStatement
from hub.model.case_message import CaseMessage
from hub.model.finding import Finding
from hub.model.mapping import Mapping
from hub.model.plan import PostedEntry
from hub.model.result import Case
from hub.model.shop_order import ShopOrder
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.case_effects import CaseEffects
from hub.store.findings import finding_rows
from hub.store.ids import Ids
from hub.store.orders import close_order, place_orders
from hub.store.relation_changes import Changing
from hub.store.rows import insert_rows
from hub.store.statements import record_statement


@dataclass(frozen=True, slots=True)
class Further:
    """What came of a document beside its entry: further entries, and what was noticed while they were made."""

    posted: tuple[PostedEntry, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Effects:
    """Applies them within the recording transaction; `document_ids` by message id."""

    connection: Connection
    ids: Ids
    books: Callable[[Case], Books]
    document_ids: dict[str, int]
    actor_id: int
    at: datetime

    def apply(self, cases: Sequence[Case]) -> dict[str, Further]:
        """What came of them, per message."""
        orders = [(c, c.feed) for c in cases if isinstance(c.feed, ShopOrder) and c.booking.outcome == "posted"]
        orders = [(case, order) for case, order in orders if not _is_late(case, order)]
        if orders:
            self._orders(orders)
        statements = [(c, c.feed) for c in cases if isinstance(c.feed, BankStatement) and c.booking.outcome == "posted"]
        told = [(c, c.feed) for c in cases if isinstance(c.feed, CaseMessage) and c.booking.outcome == "posted"]
        further = {case.message.id: self._statement(case, statement) for case, statement in statements}
        return further | {case.message.id: self._case(case, message) for case, message in told}

    def _case(self, case: Case, message: CaseMessage) -> Further:
        """In the order in which they came, though that changes nothing of the books."""
        books, known = self.books(case), case.facts.feed
        assert known is not None
        effects = CaseEffects(
            self.connection, self.ids, books, message, known.mapping, case.message.id, self.actor_id, self.at
        )
        done = effects.record(known.cases)
        rows = finding_rows(books.id, case.message.id, done.findings, after=case.booking.findings)
        insert_rows(self.connection, t.finding, rows)
        return Further(done.posted, done.findings)

    def _statement(self, case: Case, statement: BankStatement) -> Further:
        """In the order in which they stand: each is compared with the one before it."""
        books, known = self.books(case), case.facts.feed
        done = record_statement(
            self.connection, self.ids, books, statement, known.mapping if known else Mapping("bank"),
            self.document_ids.get(case.message.id), case.message.id, self.actor_id, self.at,
        )  # fmt: skip
        rows = finding_rows(books.id, case.message.id, done.findings, after=case.booking.findings)
        insert_rows(self.connection, t.finding, rows)
        return Further(tuple(m.posted for m in done.movements if m.posted is not None), done.findings)

    def _orders(self, orders: Sequence[tuple[Case, ShopOrder]]) -> None:
        """An open order weighs on its customer's credit until it is paid, invoiced or cancelled."""
        by_books: dict[int, tuple[Books, list[ShopOrder]]] = {}
        for case, order in orders:
            books = self.books(case)
            by_books.setdefault(books.id, (books, []))[1].append(order)
        cases = {
            (self.books(case).id, order.shop, order.number): case for case, order in orders if order.state == "open"
        }
        for books, mine in by_books.values():
            change = Changing(self.connection, self.ids, books.id, self.actor_id, self.at)
            ended = {(o.shop, o.number) for o in mine if o.state != "open" and not o.refund}
            for number, source in _waiting(self.connection, books.id, ended):
                close_order(change, books, number, source)
            if new := [a for a in map(announced, mine) if a is not None and (a.source, a.number) not in ended]:
                self._place(change, books, _latest(new), cases)

    def _place(
        self, change: Changing, books: Books, orders: list[AnnouncedOrder], cases: dict[tuple[int, str, str], Case]
    ) -> None:
        """All at once; where one of them cannot be (it has ended, or is another customer's) that one is told, and stays as it is."""
        try:
            with self.connection.begin_nested():
                place_orders(change, books, orders)
            return
        except Refused as refused:
            if len(orders) == 1:
                self._tell(books, orders[0], cases, refused)
                return
        for order in orders:
            self._place(change, books, [order], cases)

    def _tell(
        self, books: Books, order: AnnouncedOrder, cases: dict[tuple[int, str, str], Case], refused: Refused
    ) -> None:
        case = cases[books.id, order.source, order.number]
        found = [replace(finding, severity="warning") for finding in refused.findings]
        rows = finding_rows(books.id, case.message.id, found, after=case.booking.findings)
        insert_rows(self.connection, t.finding, rows)


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
