"""An office for tests of approval: invoices come in, people act, and the books are looked at."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hub.accounting.approval import ActKind
from hub.model.message import Message
from hub.model.result import Result
from hub.pipeline import process
from hub.reports.verify import verify
from hub.store.administrations import load_books
from hub.store.approval import KEYS, Done, do
from hub.store.relations import change_relation
from hub.store.store import actor_of, now
from tests.books import Books, message_of, starter
from tests.demo_documents.draft import HIGH, Draft, Item, Payment, Vat
from tests.demo_documents.parties import DEMO, PAPER, Party
from tests.demo_documents.ubl import write

DAY = date(2026, 10, 14)
AT = datetime(2026, 11, 23, 10, tzinfo=UTC)


def bill(number: str, net: str = "100.00", vat: Vat = HIGH, *, seller: Party = PAPER, **changes: Any) -> Draft:
    """An invoice of one line."""
    values: dict[str, Any] = {"issued": DAY, "due": date(2026, 11, 13), "payments": (Payment(seller.iban, number),)}
    return Draft(number, seller=seller, buyer=DEMO, items=(Item("Papier", "1", net, vat),), **{**values, **changes})


def credit_for(number: str, of: str, net: str = "100.00", vat: Vat = HIGH, **changes: Any) -> Draft:
    """A credit note of one line that names an invoice (BT-25)."""
    values: dict[str, Any] = {"issued": date(2026, 11, 2), "due": None, "type_code": "381", "preceding": ((of, DAY),)}
    return bill(number, net, vat, credit_note=True, **{**values, **changes})


@dataclass(slots=True)
class Office:
    """Books whose purchases go through approval."""

    books: Books
    arrived: dict[str, Message] = field(default_factory=dict)

    def settings(self, **changes: Any) -> None:
        """Change the administration."""
        self.books.save(replace(starter(), **changes))

    def relation(self, code: str = "C0001", **changes: Any) -> None:
        """Change a relation."""
        with self.books.hub.database.transaction() as connection:
            change_relation(connection, self.books.hub.ids, self.books.id, code, changes, self.books.actor_id, now())

    def take(self, *drafts: Draft, actor: str = "tester") -> list[Result]:
        """Documents to their outcomes, in one batch."""
        messages = [message_of(write(draft), name=f"{draft.number}.xml") for draft in drafts]
        self.arrived |= {draft.number: message for draft, message in zip(drafts, messages, strict=True)}
        return process(messages, self.books.hub.sources, self.books.hub.store(actor=actor))

    def again(self, number: str) -> Result:
        """A released message comes back from its lane."""
        message = replace(self.arrived[number], decided=True)
        store = self.books.hub.store(actor="tester")
        store.stored = frozenset((message.id,))
        return process([message], self.books.hub.sources, store)[0]

    def act(self, kind: ActKind, number: str, who: str, *, at: datetime = AT, **how: Any) -> Done:
        """What a person does to an invoice."""
        hub = self.books.hub
        actor_id = actor_of(hub.database, hub.ids, who, now())
        hub.ids.reserve(KEYS)
        with hub.database.transaction() as connection:
            books = load_books(connection, ["demo"])["demo"]
            return do(connection, hub.ids, books, self.arrived[number].id, kind, actor_id, at, **how)

    def approve(self, number: str, who: str, **how: Any) -> Done:
        """Approve."""
        return self.act("approve", number, who, **how)

    def reject(self, number: str, who: str, ending: str, **how: Any) -> Done:
        """Reject."""
        return self.act("reject", number, who, ending=ending, comment="niet geleverd", **how)

    def balances(self) -> dict[str, Decimal]:
        """Every account that is not zero, in base, debit positive."""
        rows = self.books.rows(
            """SELECT a.code, SUM(CASE WHEN p.side = 'debit' THEN p.base_amount ELSE -p.base_amount END) FROM posting p
               JOIN account a ON a.administration_id = p.administration_id AND a.id = p.account_id
               WHERE p.administration_id = :a GROUP BY a.code""",
            a=self.books.id,
        )
        return {code: Decimal(int(minor)).scaleb(-2) for code, minor in rows if minor}

    def vat(self) -> dict[str, tuple[Decimal, Decimal]]:
        """Base and tax of the VAT lines by month of their tax date."""
        found: dict[str, tuple[Decimal, Decimal]] = {}
        for day, base, tax in self.books.rows("SELECT tax_date, base_in_base, tax_in_base FROM vat_line"):
            month = str(day)[:7]
            old = found.get(month, (Decimal(0), Decimal(0)))
            found[month] = (old[0] + Decimal(base).scaleb(-2), old[1] + Decimal(tax).scaleb(-2))
        return {month: sums for month, sums in found.items() if any(sums)}

    def blocked(self) -> list[str]:
        """Numbers of the open items that wait for approval."""
        return sorted(
            row[0]
            for row in self.books.rows(
                """SELECT o.number FROM open_item o JOIN open_item_block b ON b.open_item_id = o.id
                   WHERE b.reason = 'approval' AND b.lifted_at IS NULL"""
            )
        )

    def dates(self, journal: str) -> list[str]:
        """Booking dates of a journal's entries, in order of number."""
        rows = self.books.rows(
            "SELECT e.booking_date FROM entry e JOIN journal j ON j.id = e.journal_id WHERE j.code = :j ORDER BY e.number",
            j=journal,
        )
        return [str(row[0]) for row in rows]

    def wrong(self) -> list[tuple[str, tuple[str, ...]]]:
        """Every invariant that does not hold."""
        found = verify(self.books.hub.database, self.books.hub.sources)
        return [(result.check, result.failures) for result in found if not result.ok]
