"""Random histories: whatever is booked in whatever order, the open items, the buckets and the control account agree.

Invoices, credit notes, part payments, matches, reversals, foreign currency and entries that are booked late (posted
today, dated earlier), asked on random reference dates and as known at random instants (DESIGN 7, promise 4).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from hub.accounting.reversal import reversal
from hub.model.journal import JournalEntry, NewOpenItem, Posting, opposite
from hub.model.money import Money, from_minor
from hub.model.plan import PlannedEntry
from hub.model.relation import Relation
from hub.reports.ageing import ageing
from hub.reports.open_items import open_items
from hub.reports.verify_checks import CHECKS
from hub.store.administrations import load_books
from hub.store.booking import post
from hub.store.open_items import OpenBalance, open_item_ids, read_items
from hub.store.posted import load_entries
from hub.store.relations import NewRelation, create_relations
from hub.store.store import now
from tests.books import Books, starter

FIRST, DAYS = date(2026, 1, 5), 200
CONTROL = {"receivable": "1300", "payable": "1600"}
_codes = count(1)

amounts = st.integers(1, 500_000)
step = st.one_of(
    st.tuples(st.just("invoice"), amounts, st.sampled_from(["receivable", "payable"]), st.sampled_from(["EUR", "USD"])),
    st.tuples(st.just("credit"), amounts, st.sampled_from(["receivable", "payable"]), st.just("EUR")),
    st.tuples(st.just("pay"), st.integers(1, 100), st.integers(0, 30), st.just("")),
    st.tuples(st.just("match"), st.integers(0, 30), st.integers(0, 30), st.just("")),
    st.tuples(st.just("reverse"), st.integers(0, 30), st.just(0), st.just("")),
)
history = st.lists(st.tuples(step, st.integers(0, DAYS), st.integers(0, 3)), min_size=3, max_size=25)
question = st.tuples(st.integers(-5, DAYS + 40), st.one_of(st.none(), st.integers(0, 30)))


@dataclass(slots=True)
class _Kept:
    """What the test itself remembers: per posting on an open item its day, step and base amount, debit positive."""

    postings: list[tuple[str, date, int, int]] = field(default_factory=list)  # side, booking date, step, base


@dataclass(slots=True)
class _Story:
    """One administration of its own, and its entries in the order in which they were booked."""

    books: Books
    administration: int
    code: str
    kept: _Kept = field(default_factory=_Kept)
    entries: list[int] = field(default_factory=list)

    def instant(self, number: int) -> datetime:
        """Step `number` was posted a minute after the one before."""
        return datetime(2026, 9, 1, tzinfo=UTC) + timedelta(minutes=number)

    def tell(self, number: int, what: tuple[Any, ...], day: date, relation: int) -> None:
        """Book one step, where it can be booked."""
        self.books.hub.ids.reserve(100)
        with self.books.hub.database.transaction() as connection:
            plan = self._plan(connection, number, what, day, f"C{relation + 1:04d}")
            if plan is None:
                return
            loaded = load_books(connection, [self.code])[self.code]
            (posted,) = post(connection, self.books.hub.ids, loaded, [plan], self.books.actor_id, self.instant(number))
        self.entries.append(posted.id)
        for p in plan.entry.postings:
            if p.open_item is not None or p.settles is not None:
                side = "receivable" if p.account == CONTROL["receivable"] else "payable"
                base = p.base.minor if p.side == "debit" else -p.base.minor
                self.kept.postings.append((side, plan.entry.booking_date, number, base))

    def _plan(
        self, connection: Connection, number: int, what: tuple[Any, ...], day: date, relation: str
    ) -> PlannedEntry | None:
        kind, one, two, currency = what
        if kind in ("invoice", "credit"):
            return _invoice(number, one if kind == "invoice" else -one, two, currency, day, relation)
        items = [i for i in self._items(connection) if i.outstanding.amount]
        if kind == "pay" and items:
            return _payment(items[two % len(items)], one, day)
        if kind == "match":
            return _match(items, one, two, day)
        return self._reversal(connection, one, day) if kind == "reverse" else None

    def _items(self, connection: Connection) -> list[OpenBalance]:
        ids = open_item_ids(connection, self.administration)
        return [item for _, item in sorted(read_items(connection, self.administration, ids).items())]

    def _reversal(self, connection: Connection, pick: int, day: date) -> PlannedEntry | None:
        """Of an entry that nothing hangs on."""
        if not self.entries:
            return None
        booked = load_entries(connection, self.administration, [self.entries[pick % len(self.entries)]])
        ((key, entry),) = booked.items()
        touched = {p.settles for p in entry.entry.postings if p.settles is not None}
        items = read_items(connection, self.administration, touched).values()
        hangs = any(item.entry_id == key and item.outstanding != item.original for item in items)
        if hangs or entry.reversed_by or entry.reversal_of:
            return None
        on = max(day, entry.entry.booking_date)
        return PlannedEntry(reversal(entry.entry, on, "storno"), reversal_of=key)


def _both(minor: int, currency: str) -> tuple[Money, Money]:
    """An amount and its base at half: exact for even amounts, which is all that this needs."""
    base = minor if currency == "EUR" else minor // 2
    return Money(from_minor(minor), currency), Money(from_minor(base), "EUR")


def _invoice(number: int, minor: int, side: str, currency: str, day: date, relation: str) -> PlannedEntry:
    amount, base = _both(2 * abs(minor), currency)
    natural = "debit" if side == "receivable" else "credit"
    on = natural if minor > 0 else opposite(natural)  # type: ignore[arg-type]
    item = NewOpenItem(side, f"F{number}", day, day + timedelta(days=number * 7 % 45), currency=currency)  # type: ignore[arg-type]
    postings = (
        Posting(CONTROL[side], on, amount, base, open_item=0),  # type: ignore[arg-type]
        Posting("8000" if side == "receivable" else "4990", opposite(on), amount, base),  # type: ignore[arg-type]
    )
    rate = "2" if currency == "USD" else ""
    return PlannedEntry(JournalEntry("MEM", day, "factuur", postings, (), (item,), rate), relation=relation)


def _payment(item: OpenBalance, percent: int, day: date) -> PlannedEntry:
    """A part of what is left, the base in proportion, and all of both at 100 %."""
    amount, base = _share(item, percent)
    down = "credit" if (item.side == "receivable") == (item.outstanding.amount > 0) else "debit"
    postings = (
        Posting(item.account, down, amount, base, settles=item.id),  # type: ignore[arg-type]
        Posting("1100", opposite(down), amount, base),  # type: ignore[arg-type]
    )
    return PlannedEntry(JournalEntry("BNK", day, "betaling", postings, rate="2" if amount.currency == "USD" else ""))


def _share(item: OpenBalance, percent: int) -> tuple[Money, Money]:
    whole, base = abs(item.outstanding.minor), abs(item.outstanding_base.minor)
    part = whole if percent == 100 else whole * percent // 100
    part_base = base if part == whole else base * percent // 100
    return Money(from_minor(part), item.outstanding.currency), Money(from_minor(part_base), "EUR")


def _match(items: list[OpenBalance], one: int, two: int, day: date) -> PlannedEntry | None:
    """A credit note against an invoice of the same side, in euro; the relation may be another's: the ledger does not mind."""
    debts = [i for i in items if i.outstanding.amount > 0 and i.outstanding.currency == "EUR"]
    credits = [i for i in items if i.outstanding.amount < 0 and i.outstanding.currency == "EUR"]
    pairs = [(d, c) for d in debts for c in credits if d.side == c.side]
    if not pairs:
        return None
    debt, credit = pairs[(one * 31 + two) % len(pairs)]
    minor = min(debt.outstanding.minor, -credit.outstanding.minor)
    money = Money(from_minor(minor), "EUR")
    down = "credit" if debt.side == "receivable" else "debit"
    postings = (
        Posting(debt.account, down, money, money, settles=debt.id),  # type: ignore[arg-type]
        Posting(credit.account, opposite(down), money, money, settles=credit.id),  # type: ignore[arg-type]
    )
    return PlannedEntry(JournalEntry("MEM", day, "afletteren", postings))


def _story(books: Books) -> _Story:
    code = f"story{next(_codes)}"
    administration = books.save(replace(starter(), code=code, name=code))
    books.hub.ids.reserve(100)
    new = [NewRelation(Relation("", f"R{i}", f"key:{i}", "NL"), f"r{i}", ()) for i in range(4)]
    with books.hub.database.transaction() as connection:
        create_relations(connection, books.hub.ids, {administration: new}, books.actor_id, now())
    return _Story(books, administration, code)


def _check(story: _Story, offset: int, known: int | None) -> None:
    """Σ buckets = Σ open items = control account = what the test remembers, for both sides apart and together."""
    day = FIRST + timedelta(days=offset)
    known_at = None if known is None else story.instant(known)
    expected = {"receivable": 0, "payable": 0}
    for side, booked, step_number, base in story.kept.postings:
        if booked <= day and (known is None or step_number <= known):
            expected[side] += base if side == "receivable" else -base
    with story.books.hub.database.reading() as connection:
        for side in ("receivable", "payable"):
            asked: Any = {"side": side, "as_of": day, "known_at": known_at}
            *rows, total = list(ageing(connection, story.administration, **asked))
            listed = list(open_items(connection, story.administration, **asked))
            assert Decimal(total["difference"]) == 0
            assert Decimal(total["total"]) == from_minor(expected[side])
            assert sum(Decimal(row["total"]) for row in rows) == from_minor(expected[side])
            for row in (*rows, total):
                assert Decimal(row["not_due"]) + sum(map(Decimal, row["buckets"])) == Decimal(row["total"])
            if (
                known is None and offset > DAYS
            ):  # on the last day nothing has more left than it was opened for, nor less than zero
                for item in listed:
                    original, left = Decimal(item["original"]), Decimal(item["outstanding"])
                    assert min(original, 0) <= left <= max(original, 0)
        *_, both = list(ageing(connection, story.administration, side="both", as_of=day, known_at=known_at))
        assert Decimal(both["total"]) == from_minor(expected["receivable"] - expected["payable"])


@given(told=history, asked=st.lists(question, min_size=2, max_size=6))
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_buckets_open_items_and_control_account_agree_whatever_was_booked(
    books: Books, told: list[Any], asked: list[tuple[int, int | None]]
) -> None:
    story = _story(books)
    for number, (what, offset, relation) in enumerate(told):
        story.tell(number, what, FIRST + timedelta(days=offset), relation)
    for offset, known in [*asked, (DAYS + 60, None)]:
        _check(story, offset, known)
    wanted = {"settlements", "posting-dates", "control-balance", "control-accounts", "entry-balance", "numbers"}
    for check in CHECKS:
        if check.name in wanted:
            assert books.rows(check.broken, a=story.administration) == [], check.name
