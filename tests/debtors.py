"""Debtors for a test: invoices, payments and bank data put straight into the ledger, so that what is overdue is as written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hub.bootstrap import data_folder
from hub.cli.rulebook import rulebook_of
from hub.credit.account import Rulebook
from hub.model.journal import JournalEntry, NewOpenItem, Posting
from hub.model.money import Money
from hub.model.party import Address
from hub.model.plan import PlannedEntry
from hub.model.relation_card import ContactPerson, RelationAddress, RelationCard, RelationDraft
from hub.settings import Settings
from hub.store.administrations import load_books
from hub.store.booking import post
from hub.store.dunning_runs import KEYS, Prepared, freeze, prepare, record_run
from hub.store.relation_cards import add_relations
from hub.store.relation_changes import Changing
from hub.store.staging import Staged
from hub.store.store import now
from hub.workers.reminding import send_run
from tests.books import Books

TODAY = date(2026, 11, 23)  # a Monday
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DEBTORS, REVENUE, BANK = "1300", "8000", "1100"


@dataclass(slots=True)
class Debtors:
    """Books with debtors; what is done to them is done in commits of their own."""

    books: Books

    def add(
        self, name: str = "Anna de Vries", kind: str = "consumer", *, email: str = "anna@example.org", street: str = "Kerkstraat 1",
        contacts: tuple[ContactPerson, ...] = (), language: str = "",
    ) -> str:  # fmt: skip
        """A debtor; his code."""
        card = RelationCard(("debtor",), kind, email, language=language)  # type: ignore[arg-type]
        address = Address(street, "", "", "Utrecht", "3511 AA", "", "NL")
        draft = RelationDraft(
            name, card=card, addresses=(RelationAddress("visit", address),) if street else (), contacts=contacts
        )
        self.books.hub.ids.reserve(50)
        with self.books.hub.database.transaction() as connection:
            change = Changing(connection, self.books.hub.ids, self.books.id, self.books.actor_id, AT)
            return add_relations(change, [draft])[0]

    def invoice(
        self, relation: str, number: str, amount: str, due: date, *, dated: date | None = None, part: str = "normal", currency: str = "EUR"
    ) -> int:  # fmt: skip
        """An invoice, or with an amount below zero a credit note; the key of its open item."""
        value = Decimal(amount)
        money = Money(abs(value), currency)
        base = Money(abs(value), "EUR")
        mine, other = ("debit", "credit") if value > 0 else ("credit", "debit")
        day = dated or due - timedelta(days=14)
        item = NewOpenItem("receivable", number, day, due, part, currency=currency)  # type: ignore[arg-type]
        postings = (
            Posting(DEBTORS, mine, money, base, open_item=0),  # type: ignore[arg-type]
            Posting(REVENUE, other, money, base),  # type: ignore[arg-type]
        )
        self._post(PlannedEntry(JournalEntry("MEM", day, number, postings, open_items=(item,)), relation=relation))
        return int(self.books.scalar("SELECT MAX(id) FROM open_item WHERE number = :n AND part = :p", n=number, p=part))

    def pay(self, item: int, amount: str, on: date = TODAY) -> None:
        """Money received on an item; below zero it is taken back by the bank."""
        value = Decimal(amount)
        money = Money(abs(value), "EUR")
        bank, debtor = ("debit", "credit") if value > 0 else ("credit", "debit")
        postings = (
            Posting(BANK, bank, money, money),  # type: ignore[arg-type]
            Posting(DEBTORS, debtor, money, money, settles=item),  # type: ignore[arg-type]
        )
        self._post(PlannedEntry(JournalEntry("MEM", on, "betaling", postings)))

    def _post(self, plan: PlannedEntry) -> None:
        hub = self.books.hub
        hub.ids.reserve(100)
        with hub.database.transaction() as connection:
            post(connection, hub.ids, load_books(connection, ["demo"])["demo"], [plan], self.books.actor_id, AT)

    def bank_read_until(self, day: date = TODAY) -> None:
        """A bank statement without movements that closes on this day."""
        self.books.hub.ids.reserve(10)
        self.books.execute(
            "INSERT INTO bank_statement (administration_id, id, account_id, number, sequence, format, currency, closing, closing_date,"
            " page, lines, gap, message_uid, at, actor_id) SELECT :a, :id, id, '1', 0, 'camt.053', 'EUR', 0, :day, :no, 0, 0, '', :at,"
            " :actor FROM account WHERE administration_id = :a AND code = '1100'",
            a=self.books.id, id=self.books.hub.ids.take(), day=day, no=False, at=AT, actor=self.books.actor_id,
        )  # fmt: skip

    @property
    def book(self) -> Rulebook:
        """As shipped, for these books."""
        with self.books.hub.database.reading() as connection:
            snapshot = load_books(connection, ["demo"])["demo"].snapshot
        return rulebook_of(Settings(home=data_folder("mappings").parent / "no-home"), snapshot)

    def prepare(self, as_of: date = TODAY, **chosen: str) -> Prepared:
        """What a run of a day would be."""
        with self.books.hub.database.reporting() as connection:
            return prepare(connection, self.books.id, self.book, as_of, **chosen)

    def concept(self, as_of: date = TODAY) -> int:
        """A recorded run; its number."""
        return self.record(self.prepare(as_of))

    def record(self, made: Prepared) -> int:
        """A concept of what was prepared; its number."""
        hub = self.books.hub
        hub.ids.reserve(len(made.drafts) + KEYS)
        with hub.database.transaction() as connection:
            return record_run(connection, hub.ids, self.books.id, made, self.books.actor_id, AT)

    def frozen(self, as_of: date = TODAY) -> int:
        """A frozen run; its number."""
        number, hub = self.concept(as_of), self.books.hub
        hub.ids.reserve(KEYS)
        with hub.database.transaction() as connection:
            freeze(connection, hub.ids, self.books.id, number, self.books.actor_id, AT)
        return number

    def send(self, number: int, today: date = TODAY) -> Staged:
        """Stage a frozen run."""
        at = datetime(today.year, today.month, today.day, 9, 0, tzinfo=UTC)
        return send_run(self.books.hub, self.books.id, number, self.book, today, self.books.actor_id, at)

    def states(self) -> dict[str, str]:
        """State of every reminder by reference."""
        return dict(self.books.rows("SELECT reference, state FROM reminder ORDER BY run_id, position"))  # type: ignore[arg-type]

    def mark_all(self, state: str, on: date) -> None:
        """What was staged has come to this state, as mail server, printer or caller say."""
        from hub.store.reminders import mark

        for key, channel in self.books.rows("SELECT id, channel FROM reminder WHERE state = 'staged'"):
            come = state or {"email": "sent", "letter": "printed", "phone": "called"}[channel]
            self.books.hub.ids.reserve(200)
            with self.books.hub.database.transaction() as connection:
                mark(connection, self.books.id, int(key), come, on=on, at=now())
