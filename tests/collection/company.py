"""A company that reminds, demands and hands over, day after day: what its people and its nightly jobs do, with crashes in between."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hub.accounting.by_hand import Wish, settlement_of
from hub.accounting.credit_notes import set_off
from hub.agency.desk import Desk
from hub.cli.case_session import agencies_of
from hub.credit.account import Rulebook
from hub.credit.arrangements import equal_terms
from hub.credit.calendar import is_working_day
from hub.errors import Refused
from hub.model.arrangement import Arrangement
from hub.model.journal import JournalEntry, NewOpenItem, Posting
from hub.model.money import Money, from_minor
from hub.model.party import Address, Identifier
from hub.model.plan import PlannedEntry
from hub.model.relation_card import RelationAddress, RelationCard, RelationDraft
from hub.model.settlement import Allocation, Settlement
from hub.store.administrations import Books as StoreBooks
from hub.store.administrations import load_books
from hub.store.arrangements import add_arrangement, end_arrangement, watch_arrangements
from hub.store.booking import post
from hub.store.case_documents import keep_documents
from hub.store.cases import hand_over, prepare
from hub.store.dunning_runs import KEYS, freeze, ready_accounts, record_run
from hub.store.dunning_runs import prepare as prepare_run
from hub.store.matches import match_with, waiting
from hub.store.payments import record_settlement
from hub.store.relation_cards import add_relations, change_card
from hub.store.relation_changes import Changing
from hub.store.reminders import mark, reminder_of
from hub.store.settling_items import settling_items
from hub.workers.deliver import deliver
from hub.workers.intake import work
from hub.workers.letters_ahead import make_all
from hub.workers.publish import Document, publish
from hub.workers.relay import relay
from hub.workers.reminding import send_run
from tests.books import Books, message_of
from tests.collection.bank import Line, statement
from tests.collection.clock import Clock
from tests.collection.crashes import DELIVERING, STAGING, TAKING, Crashes
from tests.collection.office import Office
from tests.collection.world import Bill, Event, World, iban_of
from tests.workers.mail_server import Letterbox

AGENCY = "incasso"
DEBTORS, REVENUE = "1300", "8000"


@dataclass(slots=True)
class Company:
    """Its books, and everybody it deals with. `left` is what went out: what a letter asked for, and what was open then."""

    books: Books
    world: World
    clock: Clock
    box: Letterbox
    desk: Desk
    office: Office
    crashes: Crashes
    book: Rulebook
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)  # on which somebody is at work
    codes: dict[int, str] = field(default_factory=dict)  # relation by debtor
    items: dict[str, int] = field(default_factory=dict)  # open item by invoice
    bills: dict[str, Bill] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    arrived: dict[str, date] = field(default_factory=dict)  # day by dispatch, of mails
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    balance: int = 0
    statements: int = 0
    _events: Iterator[Event] | None = None
    _next: Event | None = None
    _lines: list[Line] = field(default_factory=list)
    _whose: dict[str, str] = field(default_factory=dict)  # invoice by the bank's id of a transfer
    _stops: dict[str, int] = field(default_factory=dict)  # dispute by invoice
    _corrected: set[str] = field(default_factory=set)

    def open_doors(self) -> None:
        """Everybody whom it sells to is known."""
        drafts = [_draft(debtor) for debtor in self.world.debtors]
        for start in range(0, len(drafts), 200):
            chunk = drafts[start : start + 200]
            with self.changing(20 * len(chunk)) as change:
                made = add_relations(change, chunk)
            self.codes |= {self.world.debtors[start + n].number: code for n, code in enumerate(made)}
        self._events = iter(self.world.events)
        self._next = next(self._events, None)

    def day(self, on: date) -> None:
        """Everything of a day, in the order in which an office does it."""
        self.clock.day = on
        today = self._today(on)
        self._invoice([event for event in today if event.kind in ("invoice", "credit")])
        self._lines += [self._line(event) for event in today if event.kind == "pay"]
        self._lines += [self._transfer(one) for one in self.office.paid(on)]
        at_work = is_working_day(on) and on.weekday() in self.weekdays
        if at_work:
            self._bank(on)
            self._match()
            self._hear()
        for event in today:
            self._agree(event)
        if at_work:
            self._watch(on)
            self._remind(on)
            self._hand_over(on)
        self._deliver()
        self._look_after(on)
        self._write_off(on)

    @contextmanager
    def changing(self, keys: int = 300) -> Iterator[Changing]:
        """One transaction."""
        self.books.hub.ids.reserve(keys)
        with self.books.hub.database.transaction() as connection:
            yield Changing(connection, self.books.hub.ids, self.books.id, self.books.actor_id, self.clock.at)

    def _today(self, on: date) -> list[Event]:
        found = []
        while self._next is not None and self._next.on <= on:
            found.append(self._next)
            self._next = next(self._events, None) if self._events else None
        return found

    @property
    def at_rest(self) -> bool:
        """Nothing is under way to the agency or from it."""
        open_cases = "SELECT COUNT(*) FROM collection_case WHERE state NOT IN ('closed', 'rejected')"
        return self.office.done and not self._lines and not self.books.scalar(open_cases)

    # What is sold and credited

    def _invoice(self, events: Sequence[Event]) -> None:
        plans = [
            _entry(event, self.items, self.codes[event.bill.debtor.number]) for event in events if self._wanted(event)
        ]
        if not plans:
            return
        with self.changing(40 * len(plans)) as change:
            post(change.connection, change.ids, self.stored(change.connection), plans, change.actor_id, change.at)
        rows = self.books.rows(
            "SELECT number, id FROM open_item WHERE id > :last", last=max(self.items.values(), default=0)
        )
        self.items |= {str(number): int(key) for number, key in rows}
        self.bills |= {event.bill.number: event.bill for event in events}

    def _wanted(self, event: Event) -> bool:
        """A credit of what is settled meanwhile would be one too many."""
        return event.kind == "invoice" or self.outstanding(event.bill.number) == event.cents

    def stored(self, connection: Any) -> StoreBooks:
        """The store's books."""
        return load_books(connection, ["demo"])["demo"]

    def outstanding(self, invoice: str) -> int:
        """Cents that are open of it by the ledger."""
        return int(self.books.scalar(
            "SELECT SUM(CASE WHEN side = 'debit' THEN amount ELSE -amount END) FROM posting WHERE open_item_id = :i",
            i=self.items[invoice],
        ))  # fmt: skip

    # What the bank brings

    def _line(self, event: Event) -> Line:
        debtor = event.bill.debtor
        line = Line(f"B{len(self._whose):06d}", event.cents, debtor.name, debtor.iban, event.text, event.on)
        self._whose[line.id] = event.bill.number
        return line

    def _transfer(self, one: Any) -> Line:
        if one.direct:
            [(invoice, number)] = self.books.rows(
                "SELECT MIN(o.number), COUNT(*) FROM case_item i JOIN collection_case c ON c.id = i.case_id"
                " JOIN open_item o ON o.id = i.open_item_id WHERE c.number = :n", n=one.case,
            )  # fmt: skip
            debtor = self.bills[invoice].debtor
            text = " ".join(self._invoices(one.case)) if number > 1 else f"Factuur {invoice}"
            line = Line(f"B{len(self._whose):06d}", one.cents, debtor.name, debtor.iban, text, one.on)
            self._whose[line.id] = invoice
            return line
        key = f"B{len(self._whose):06d}"
        self._whose[key] = ""
        return Line(key, one.cents, "Incasso Noord", iban_of(77, "RABO"), f"Afdracht dossier {one.case}", one.on)

    def _invoices(self, case: str) -> list[str]:
        rows = self.books.rows(
            "SELECT o.number FROM case_item i JOIN collection_case c ON c.id = i.case_id JOIN open_item o ON o.id = i.open_item_id"
            " WHERE c.number = :n ORDER BY o.number", n=case,
        )  # fmt: skip
        return [str(number) for (number,) in rows]

    def _bank(self, on: date) -> None:
        """A statement of what came in since the last; without movements too, so that it is known how far the bank was read."""
        lines, self._lines = self._lines, []
        self.statements += 1
        body = statement(self.statements, on, self.balance, lines)
        self.balance += sum(line.cents for line in lines)
        message = message_of(body, uid=f"bank-{self.statements}", name=f"{on}.xml")
        results: list[Any] = []
        self.crashes.around(TAKING[5:11], lambda: results.extend(self.books.process([message])))
        outcomes = {result.outcome for result in results if result.outcome != "duplicate"}
        assert outcomes <= {"posted"}, [(r.outcome, r.booking.findings) for r in results]

    def _match(self) -> None:
        """A bookkeeper sees to money that nobody could place: she asks the payer what it was for."""
        with self.books.hub.database.reading() as connection:
            found = waiting(connection, self.stored(connection))
        for one in found:
            invoice = self._whose.get(one.payment.transaction_id, "")
            if not invoice or one.payment.amount.amount <= 0 or self.outstanding(invoice) <= 0:
                self.counts["left on account"] += 1
                continue
            with self.changing() as change:
                self._settle(change, one, invoice)
            self.counts["matched by hand"] += 1

    def _settle(self, change: Changing, one: Any, invoice: str) -> None:
        key = self.items[invoice]
        item = settling_items(change.connection, self.books.id, [key])[key]
        wish = Wish(((item, None),), abs(one.payment.amount.amount), "EUR", on_account=True, despite_blocks=True)
        match_with(
            change.connection, change.ids, self.stored(change.connection), one.id, lambda found: settlement_of(wish, found.payment),
            "gebeld", change.actor_id, change.at,
        )  # fmt: skip

    # What is agreed

    def _agree(self, event: Event) -> None:
        if event.kind in ("dispute", "promise", "plan") and self.outstanding(event.bill.number) > 0:
            with self.changing() as change:
                try:
                    key = add_arrangement(change, self._arrangement(event), "EUR")
                except Refused:  # he has one of the same kind, or is handed over meanwhile
                    self.counts["not agreed"] += 1
                    return
            self._stops[event.bill.number] = key
            self.counts[event.kind] += 1
        elif event.kind == "judge" and event.bill.number in self._stops:
            with self.changing() as change:
                end_arrangement(change, self._stops.pop(event.bill.number), event.outcome, "beoordeeld", event.on)  # type: ignore[arg-type]

    def _arrangement(self, event: Event) -> Arrangement:
        bill, code = event.bill, self.codes[event.bill.debtor.number]
        if event.kind == "plan":
            left = from_minor(self.outstanding(bill.number), "EUR")
            terms = equal_terms(left, event.terms, event.on + timedelta(10))
            return Arrangement("plan", code, event.on, terms[-1].due, bill.number, owner="Anja", instalments=terms)
        return Arrangement(event.kind, code, event.on, event.until, bill.number, owner="Anja")  # type: ignore[arg-type]

    def _watch(self, on: date) -> None:
        with self.changing(5000) as change:
            for one in watch_arrangements(change, "EUR", on):
                self.counts[f"{one.made.kind} {one.standing.outcome if one.standing else ''}"] += 1

    # What goes out

    def _remind(self, on: date) -> None:
        hub = self.books.hub
        with hub.database.reporting() as connection:
            made = prepare_run(connection, self.books.id, self.book, on)
        if not made.drafts:
            return
        with self.changing(len(made.drafts) + KEYS) as change:
            number = record_run(change.connection, change.ids, self.books.id, made, change.actor_id, change.at)
        with self.changing(KEYS) as change:
            freeze(change.connection, change.ids, self.books.id, number, change.actor_id, change.at)
        if number % 2:  # with letters that were made while somebody looked, and without
            self.counts["letters ahead"] += make_all(hub)
        at, actor = self.clock.at, self.books.actor_id
        self.crashes.around(STAGING, lambda: send_run(hub, self.books.id, number, self.book, on, actor, at))
        self.counts["runs"] += 1
        self._post(on)

    def _post(self, on: date) -> None:
        """Letters are printed and posted, debtors called, on the same day."""
        rows = self.books.rows("SELECT id, channel FROM reminder WHERE state = 'staged' AND channel <> 'email'")
        for key, channel in rows:
            with self.changing(200) as change:
                state = "printed" if channel == "letter" else "called"
                mark(change.connection, self.books.id, key, state, on=on, at=change.at)
            self.counts[f"{channel}s"] += 1

    def _hand_over(self, on: date) -> None:
        """A person looks at each debtor whose next step is the agency, adds the invoices, and hands him over."""
        agency = agencies_of(self.books.hub.settings)[AGENCY]
        with self.changing() as change:
            found = [ready for _, ready in ready_accounts(change.connection, self.books.id, self.book, on)]
        for ready in found:
            papers = [(i.invoice, f"{i.invoice}.pdf", f"%PDF {i.invoice}".encode()) for i in ready.items]
            with self.changing(600) as change:
                stored, extra = self.stored(change.connection), keep_documents(change, self.books.id, papers)
                keys = [item.key for item in ready.items]
                try:
                    case = prepare(change, stored, ready.relation, agency, self.book, on, items=keys, extra=extra)
                except Refused as refused:
                    lacking = {finding.code for finding in refused.findings}
                else:
                    lacking = set()
            if lacking:
                assert lacking == {"HUB-INC-07"}, lacking
                self._set_off(ready.relation, on)
                continue
            with self.changing(600) as change:
                hand_over(change, self.stored(change.connection), case.number, agency, self.book, on)
            self.counts["handed over"] += 1

    def _set_off(self, relation: str, on: date) -> None:
        """He has money with us: it goes to what he owes, the oldest first; the next run looks at what is left."""
        keys = [int(key) for (key,) in self.books.rows(
            "SELECT o.id FROM open_item o JOIN relation r ON r.id = o.relation_id JOIN posting p ON p.open_item_id = o.id"
            " WHERE r.code = :c AND o.side = 'receivable' GROUP BY o.id"
            " HAVING SUM(CASE WHEN p.side = 'debit' THEN p.amount ELSE -p.amount END) <> 0", c=relation,
        )]  # fmt: skip
        with self.changing() as change:
            items = settling_items(change.connection, self.books.id, keys)
            settlement = set_off(list(items.values()))
            stored = self.stored(change.connection)
            record_settlement(
                change.connection, change.ids, stored, settlement, on, "verrekend", change.actor_id, change.at
            )
        self.counts["set off"] += 1

    def _deliver(self) -> None:
        """Out, with crashes; now and then the mail server asks for time."""
        hub, before = self.books.hub, len(self.box.mails)
        for debtor in self.chance.sample(self.world.debtors, len(self.world.debtors) // 20):
            self.box.answers[debtor.email] = ["451 4.2.1 later"]

        def out() -> None:
            relay(hub, once=True)
            deliver(hub, ("mail", AGENCY), once=True)

        if self.books.scalar("SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL AND lane LIKE 'dispatch.%'"):
            self.crashes.around(DELIVERING, out)
        for _, mail in self.box.mails[before:]:
            self.arrived.setdefault(str(mail["Message-ID"]).strip("<>").partition("@")[0], self.clock.day)
        for (_, _), dossier in sorted(self.desk.cases.items()):
            self.office.take(dossier.body, dossier.reference, self.clock.day)

    def _hear(self) -> None:
        """What the agency says is published and taken in, crashes or not."""
        hub, said = self.books.hub, self.office.due(self.clock.day)
        documents = [Document(body, "said.json", "application/json") for body in said]

        def taken() -> None:
            relay(hub, once=True)
            work(hub, ("mutation",), once=True)

        if documents:
            list(publish(hub, "demo", documents, "mutation", channel=AGENCY))
        if self.books.scalar("SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL AND lane LIKE 'mutation%'"):
            self.crashes.around(TAKING, taken)

    # What a person sees to

    def _look_after(self, on: date) -> None:
        """Mails that came back or of which nobody knows; see `hub tasks`."""
        for key, reference, state, dispatch in self.books.rows(
            "SELECT id, reference, state, dispatch_uid FROM reminder WHERE channel = 'email' AND state IN ('sent', 'failed', 'bounced')"
            " AND changed_at >= :day", day=self.clock.at,
        ):  # fmt: skip
            if state == "failed":
                self._after_failure(int(key), str(dispatch), on)
            elif self._bounces(int(key)):
                self._after_bounce(int(key), str(reference), on)

    def _write_off(self, on: date) -> None:
        """What an agency could not collect is lost: a person writes it off, and it is handed to nobody again."""
        lost = "SELECT id FROM collection_case WHERE close_reason = 'uncollectable' AND ended_at >= :day"
        keys = [int(key) for (key,) in self.books.rows(
            f"SELECT p.open_item_id FROM posting p JOIN case_item i ON i.open_item_id = p.open_item_id WHERE i.case_id IN ({lost})"
            " GROUP BY p.open_item_id HAVING SUM(CASE WHEN p.side = 'debit' THEN p.amount ELSE -p.amount END) > 0",
            day=self.clock.at,
        )]  # fmt: skip
        for key in keys:
            with self.changing() as change:
                item = settling_items(change.connection, self.books.id, [key])[key]
                wish = Settlement(None, (Allocation(key, Decimal(0), written_off=item.outstanding.amount),))
                stored = self.stored(change.connection)
                record_settlement(
                    change.connection, change.ids, stored, wish, on, "oninbaar", change.actor_id, change.at
                )
            self.counts["written off"] += 1

    def _after_failure(self, key: int, dispatch: str, on: date) -> None:
        """The log of the mail server tells whether it was taken, and when."""
        there = dispatch in self.arrived
        on = self.arrived.get(dispatch, on)
        with self.changing() as change:
            mark(
                change.connection,
                self.books.id,
                key,
                "sent" if there else "dropped",
                on=on,
                at=change.at,
            )
        self.counts["found in the log" if there else "sent anew"] += 1

    def _bounces(self, key: int) -> bool:
        code = self.books.scalar(
            "SELECT code FROM relation r JOIN reminder m ON m.relation_id = r.id WHERE m.id = :k", k=key
        )
        wrong = {self.codes[d.number] for d in self.world.debtors if d.bounces}
        return code in wrong - self._corrected

    def _after_bounce(self, key: int, reference: str, on: date) -> None:
        """It came back: his address is corrected, and his items are free for the next run."""
        with self.changing() as change:
            _, reminder = reminder_of(change.connection, self.books.id, reference)
            for state in ("bounced", "dropped"):
                mark(change.connection, self.books.id, key, state, on=on, at=change.at, reason="onbekend")
            change_card(change, reminder.relation, {"email": f"nieuw-{reminder.debtor.email}"})
        self._corrected.add(reminder.relation)
        self.counts["bounced"] += 1


def _draft(debtor: Any) -> RelationDraft:
    card = RelationCard(("debtor",), "consumer" if debtor.consumer else "business", debtor.email)
    address = Address(f"Kade {debtor.number}", postcode="3511 AB", city="Utrecht", country="NL")
    known = () if debtor.consumer else (Identifier(f"{10_000_000 + debtor.number}", "0106"),)
    return RelationDraft(debtor.name, identifiers=known, card=card, addresses=(RelationAddress("visit", address),))


def _entry(event: Event, items: dict[str, int], code: str) -> PlannedEntry:
    """An invoice opens an item; a credit note of all of it settles that."""
    bill, money = event.bill, Money(Decimal(event.cents or event.bill.cents).scaleb(-2), "EUR")
    if event.kind == "credit":
        lines = (
            Posting(REVENUE, "debit", money, money),
            Posting(DEBTORS, "credit", money, money, settles=items[bill.number]),
        )
        return PlannedEntry(JournalEntry("MEM", event.on, f"credit {bill.number}", lines), relation=code)
    item = NewOpenItem("receivable", bill.number, bill.dated, bill.due)
    opened = (Posting(DEBTORS, "debit", money, money, open_item=0), Posting(REVENUE, "credit", money, money))
    return PlannedEntry(JournalEntry("MEM", bill.dated, bill.number, opened, open_items=(item,)), relation=code)
