"""Reminder: one communication to one debtor with all that is open: reminder, task to call, 14-day letter, demand, hand-off.

It holds all that its text and its PDF are made of, so that the same reminder gives the same bytes whenever it is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

from hub.model.dunning import Claimed, DunningChannel, LevelKind, LevelText
from hub.model.step import Step

RunState = Literal["concept", "frozen", "sent", "cancelled"]
ReminderState = Literal[
    "concept", "excluded", "dropped", "staged", "sent", "printed", "delivered", "called", "bounced", "failed"
]
RUN_STATES: tuple[str, ...] = get_args(RunState)
REMINDER_STATES: tuple[str, ...] = get_args(ReminderState)
# Never left: taken out by a person, or no longer true when it was to leave.
NEVER_LEFT: tuple[str, ...] = ("excluded", "dropped")
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Creditor:
    """Who writes: name, address lines, and where to pay."""

    name: str
    lines: tuple[str, ...] = ()
    iban: str = ""
    bic: str = ""
    kvk: str = ""
    vat_id: str = ""
    email: str = ""
    telephone: str = ""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who is written to: the contact for reminders, else for invoices, else the company. `lines` are those of the envelope."""

    name: str
    contact: str = ""
    lines: tuple[str, ...] = ()
    country: str = ""  # ISO 3166-1 alpha-2, "" = not known
    email: str = ""
    telephone: str = ""


@dataclass(frozen=True, slots=True)
class ReminderItem:
    """An open item in it. `outstanding` is negative for a credit; `level` "" = shown because it is open, and not asked for.

    `interest` is what is claimed of it up to the day of the reminder, `per_day` what each further day adds, in cents.
    """

    key: int  # of the open item
    invoice: str
    invoice_date: date
    due: date
    original: Decimal
    outstanding: Decimal
    level: str = ""
    kind: LevelKind | Literal[""] = ""
    interest: Decimal = ZERO
    per_day: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Reminder:
    """One communication. Its level is the highest that any of its items has come to; each item bears its own.

    `principal` is what is asked for: the items with a level, less the credits. `costs` and `vat` are named or claimed as
    `costs_are` says, `interest` as `interest_is`; `steps` explain every amount. `term_until` is the last day that it gives,
    where it gives one (presumed, for a 14-day letter).
    """

    administration: str
    reference: str  # by which it is known to the debtor and in the payment's description: `H-7-12`
    relation: str
    level: str
    kind: LevelKind
    channel: DunningChannel
    dated: date
    language: str
    text: LevelText
    signed_by: str
    creditor: Creditor
    debtor: Addressee
    items: tuple[ReminderItem, ...]
    currency: str
    principal: Decimal
    costs_are: Claimed = "none"
    interest_is: Claimed = "none"
    costs: Decimal = ZERO
    vat: Decimal = ZERO
    interest: Decimal = ZERO
    per_day: Decimal = ZERO
    unconfirmed_rate: bool = False  # a rate that no published table confirms was used (DOMAIN 10.6 no. 22)
    term_until: date | None = None
    steps: tuple[Step, ...] = ()

    @property
    def total(self) -> Decimal:
        """What is to be paid now: principal, and what is claimed beside it. What is only announced is not in it."""
        claimed = self.interest if self.interest_is == "claimed" else ZERO
        return self.principal + claimed + (self.costs + self.vat if self.costs_are == "claimed" else ZERO)
