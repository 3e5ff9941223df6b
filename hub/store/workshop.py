"""Workshop: what booking payments needs within one transaction; items in memory, lowered as they are settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection

from hub.accounting.currency import Conversion, choose_rate
from hub.accounting.discount import base_of, lowers_vat
from hub.accounting.match_known import Known, Matching, SentLine
from hub.accounting.matching import match
from hub.accounting.settlement import settlement_entry
from hub.model.decision import Decision
from hub.model.money import Money
from hub.model.payment import Payment
from hub.model.plan import PlannedEntry
from hub.model.settlement import OpenItem, Settlement
from hub.store.administrations import Books
from hub.store.booking import ClosedPeriod, closed_periods, open_day
from hub.store.ids import Ids
from hub.store.ledger import KnownItem
from hub.store.rates import find_rates
from hub.store.relations import get_relation
from hub.store.settling_items import locked_items
from hub.store.write_offs import with_vat_back


@dataclass(slots=True)
class Workshop:
    """Plans entries that settle items, each seeing what those before it left."""

    connection: Connection
    ids: Ids
    books: Books
    actor_id: int
    at: datetime
    items: dict[int, OpenItem]
    known: dict[int, KnownItem] = field(default_factory=dict)  # those that were locked here
    _closed: list[ClosedPeriod] | None = field(default=None)

    def plan(
        self,
        settlement: Settlement,
        decision: Decision,
        on: date,
        description: str = "",
        steps: tuple[Decision, ...] = (),
    ) -> PlannedEntry:
        """The entry of a settlement on the first open day from `on`; what it settles is lowered here too."""
        day = self.open_day(on)
        settlement = with_vat_back(self.connection, self.books, self._with_terms(settlement), self.items)
        rates = conversions(self.connection, self.books, settlement.payment) if settlement.payment else {}
        entry = settlement_entry(
            settlement, self.items, self.books.snapshot, day, rates.get(_currency(settlement)), description
        )
        facts = {
            "settlement": settlement,
            "items": [replace(self.items[a.item], vat_lines=()) for a in settlement.allocations],
        }
        for allocation in settlement.allocations:
            item = self.items[allocation.item]
            self.move(item.id, -allocation.total, -base_of(item, allocation.total))
        relation = settlement.rest.relation if settlement.rest else ""
        return PlannedEntry(entry, (decision, *steps), facts, relation)

    def move(self, item_id: int, amount: Decimal, base: Decimal) -> None:
        """An item has this much more open, in its own currency and in base."""
        item = self.items[item_id]
        self.items[item_id] = replace(
            item,
            outstanding=Money(item.outstanding.amount + amount, item.outstanding.currency),
            outstanding_base=Money(item.outstanding_base.amount + base, item.outstanding_base.currency),
        )

    def open_day(self, wished: date) -> date:
        """As `first_open_day`, asked of the database once."""
        if self._closed is None:
            self._closed = closed_periods(self.connection, self.books.id)
        return open_day(self._closed, wished)

    def need(self, wanted: Iterable[int]) -> None:
        """Have these items at hand too, locked."""
        missing = set(wanted) - self.items.keys()
        if missing:
            items, known = locked_items(self.connection, self.books.id, missing)
            self.items.update(items)
            self.known.update(known)

    def _with_terms(self, settlement: Settlement) -> Settlement:
        """A discount is outside VAT where the relation's term is a credit surcharge (DOMAIN 10.6 no. 17)."""
        for allocation in settlement.allocations:
            if allocation.discount:
                item = self.items[allocation.item]
                _, relation = get_relation(self.connection, self.books.id, item.relation)
                if not lowers_vat(item, relation, self.books.snapshot):
                    return replace(settlement, discount_within_vat=False)
        return settlement


def _currency(settlement: Settlement) -> str:
    return settlement.payment.amount.currency if settlement.payment else ""


def conversions(
    connection: Connection, books: Books, payment: Payment, others: Iterable[str] = ()
) -> Mapping[str, Conversion]:
    """Rates on the day of a payment, of its own currency and others; what has none is left out."""
    base = books.snapshot.currency
    wanted = {payment.amount.currency, *others} - {base}
    if not wanted:
        return {}
    rates = find_rates(connection, {*wanted, base}, payment.on, payment.on)
    found = {currency: choose_rate(currency, base, payment.on, rates) for currency in sorted(wanted)}
    return {currency: conversion for currency, conversion in found.items() if conversion is not None}


def decide(
    connection: Connection, books: Books, payment: Payment, items: Mapping[int, OpenItem], candidates: Iterable[int],
    relations: frozenset[str], sent: Sequence[SentLine] = (), *, named_only: bool = False,
) -> Matching:  # fmt: skip
    """Matching of a payment over these candidates, as the items are now. `named_only`: by what was written alone."""
    of_files = {a.item for line in sent for a in line.allocations}
    near = [items[key] for key in {*candidates, *of_files} if key in items]
    rates = conversions(connection, books, payment, {item.outstanding.currency for item in near})
    known = Known(relations, tuple(sent), books.snapshot.payments, books.snapshot.currency, rates)
    return match(payment, near, known, named_only=named_only)
