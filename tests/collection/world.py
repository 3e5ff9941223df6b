"""The world around a company: who its debtors are, what is invoiced when, and what comes of each invoice. Seeded and pure."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Fate = Literal["good", "late", "part", "wrong", "dispute", "promise", "broken", "plan", "never"]
# How often of a hundred debtors whose invoices go wrong.
FATES: tuple[tuple[Fate, int], ...] = (
    ("late", 34), ("part", 14), ("wrong", 10), ("dispute", 8), ("promise", 7), ("broken", 7), ("plan", 5), ("never", 15),
)  # fmt: skip
Kind = Literal["invoice", "pay", "dispute", "judge", "promise", "plan", "credit"]


@dataclass(frozen=True, slots=True)
class Debtor:
    """Whom something is sold to. `email` "" = letters only; `bounces`: his address is wrong until somebody corrects it."""

    number: int
    consumer: bool
    email: str
    bounces: bool
    fate: Fate

    @property
    def name(self) -> str:
        """His own."""
        return f"Persoon {self.number:04d}" if self.consumer else f"Bedrijf {self.number:04d} B.V."

    @property
    def iban(self) -> str:
        """A valid one."""
        return iban_of(self.number)


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice: cents, and when it is due."""

    number: str
    debtor: Debtor
    dated: date
    due: date
    cents: int


@dataclass(frozen=True, slots=True)
class Event:
    """What happens on a day about an invoice. `text` is what a payer writes; `until` a promised day; `terms` of a plan."""

    on: date
    kind: Kind
    bill: Bill
    cents: int = 0
    text: str = ""
    until: date | None = None
    terms: int = 0
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class World:
    """Debtors, and what happens, in order of days."""

    debtors: tuple[Debtor, ...]
    events: tuple[Event, ...]


def world(
    seed: int,
    debtors: int,
    start: date,
    days: int,
    *,
    bad: float,
    each: tuple[int, int],
    fates: Sequence[tuple[Fate, int]] = FATES,
) -> World:
    """`bad` is the part of the debtors with whom something goes wrong; `each` how many invoices one gets, from and to."""
    chance = random.Random(seed)
    people = tuple(_debtor(chance, number, bad, fates) for number in range(1, debtors + 1))
    bills = [_bill(chance, one, start, days) for one in people for _ in range(chance.randint(*each))]
    bills.sort(key=lambda bill: (bill.dated, bill.debtor.number))
    numbered = [Bill(f"F{n:06d}", b.debtor, b.dated, b.due, b.cents) for n, b in enumerate(bills, 1)]
    events = [event for bill in numbered for event in _events(chance, bill)]
    return World(people, tuple(sorted(events, key=lambda event: (event.on, event.bill.number, event.kind))))


def iban_of(number: int, bank: str = "INGB") -> str:
    """A Dutch account number whose check digits hold (ISO 13616)."""
    account = f"{number:010d}"
    digits = "".join(str(int(letter, 36)) for letter in f"{bank}{account}NL00")
    return f"NL{98 - int(digits) % 97:02d}{bank}{account}"


def _debtor(chance: random.Random, number: int, bad: float, chances: Sequence[tuple[Fate, int]]) -> Debtor:
    fates, weights = zip(*chances, strict=True)
    fate: Fate = chance.choices(fates, weights)[0] if chance.random() < bad else "good"
    email = "" if chance.random() < 0.1 else f"d{number}@example.org"
    return Debtor(number, chance.random() < 0.5, email, bool(email) and chance.random() < 0.08, fate)


def _bill(chance: random.Random, debtor: Debtor, start: date, days: int) -> Bill:
    dated = start + timedelta(chance.randrange(days))
    return Bill("", debtor, dated, dated + timedelta(chance.choice((14, 14, 30))), chance.randint(2_000, 400_000))


def _events(chance: random.Random, bill: Bill) -> list[Event]:
    """The invoice, and what its debtor does of his own accord; the agency's part follows from the case."""
    due, whole = bill.due, bill.cents
    found = [Event(bill.dated, "invoice", bill)]

    def paid(days: int, cents: int = whole, text: str = "") -> None:
        found.append(Event(due + timedelta(days), "pay", bill, cents, text or f"Factuur {bill.number}"))

    fate = bill.debtor.fate
    if fate == "good":
        paid(chance.randint(-12, 2))
    elif fate == "late":
        paid(chance.randint(4, 40))
    elif fate == "part":
        paid(5, whole * 4 // 10)
        paid(chance.randint(12, 50), whole - whole * 4 // 10)
    elif fate == "wrong":
        paid(
            chance.randint(-3, 9),
            text=chance.choice(("betaling", "zie mail", f"factuur {chance.randint(10**7, 10**8)}")),
        )
    elif fate == "dispute":
        found.append(Event(due + timedelta(7), "dispute", bill))
        granted = chance.random() < 0.4
        found.append(Event(due + timedelta(28), "judge", bill, outcome="granted" if granted else "rejected"))
        if granted:
            found.append(Event(due + timedelta(28), "credit", bill, whole))
        else:
            paid(40)
    elif fate in ("promise", "broken"):
        found.append(Event(due + timedelta(9), "promise", bill, until=due + timedelta(19)))
        if fate == "promise":
            paid(18)
        elif chance.random() < 0.5:
            paid(60)
    elif fate == "plan":
        found.append(Event(due + timedelta(20), "plan", bill, terms=3))
        for term in range(3 if chance.random() < 0.6 else 1):
            share = whole // 3 if term < 2 else whole - 2 * (whole // 3)
            paid(25 + 30 * term, share)
    return found
