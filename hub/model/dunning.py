"""Dunning: who is reminded how, in which steps, and what stops it; data of `mappings/dunning.toml` and of the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

Treated = Literal["consumer", "business"]
LevelKind = Literal["reminder", "call", "fourteen_days", "demand", "hand_off"]
DunningChannel = Literal["email", "letter", "phone", "agency"]
CountFrom = Literal["due", "end_of_month", "previous"]
Claimed = Literal["none", "announced", "claimed"]
Confirm = Literal["person", "automatic"]
Scope = Literal["administration", "group", "relation", "invoice"]
StopKind = Literal["restructuring", "insolvency", "case", "dispute", "plan", "promise", "hold"]
EventState = Literal["staged", "sent", "printed", "delivered", "called", "bounced", "failed", "cancelled"]

TREATED: tuple[str, ...] = get_args(Treated)
LEVEL_KINDS: tuple[str, ...] = get_args(LevelKind)
CHANNELS: tuple[str, ...] = get_args(DunningChannel)
COUNTS: tuple[str, ...] = get_args(CountFrom)
CLAIMED: tuple[str, ...] = get_args(Claimed)
CONFIRMS: tuple[str, ...] = get_args(Confirm)
SCOPES: tuple[str, ...] = get_args(Scope)
STOP_KINDS: tuple[str, ...] = get_args(StopKind)  # the weightiest first
DONE: tuple[str, ...] = ("sent", "printed", "delivered", "called")  # a level that was carried out


@dataclass(frozen=True, slots=True)
class LevelText:
    """What a letter or task says in one language; `{places}` are filled when it is made.

    `many_subject` and `many_body` are said where several invoices are asked for; "" = the others serve for many too.
    """

    subject: str
    body: str
    many_subject: str = ""
    many_body: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a policy: when, by which way, what it says and what it claims.

    `days` count from the due date, from the end of the month that these days end in, or from when the level before was sent.
    `otherwise` is the way when the first cannot be gone. `confirm` says whether a person must agree before it goes out.
    """

    code: str
    kind: LevelKind
    days: int
    count_from: CountFrom = "due"
    channel: DunningChannel = "email"
    otherwise: DunningChannel | Literal[""] = ""
    costs: Claimed = "none"
    interest: Claimed = "none"
    signed_by: str = ""
    confirm: Confirm = "person"
    texts: Mapping[str, LevelText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policy:
    """Levels in order, for consumers or businesses ("" = whoever); one without levels never reminds."""

    code: str
    treats: Treated | Literal[""]
    levels: tuple[Level, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)  # by language

    @property
    def never(self) -> bool:
        """Whether nobody is ever reminded by it."""
        return not self.levels


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who or what has a policy of its own; the narrowest scope wins, in one scope the first row."""

    scope: Scope
    key: str
    policy: str


@dataclass(frozen=True, slots=True)
class DunningRules:
    """All that is said of dunning in one administration. `default` is by customer type, "unknown" among them.

    `tolerance` is what may stay open without a word, in the item's currency; `bank_days` how old bank data may be in days,
    None = it does not matter; `working_days`: nothing goes out at weekends and on holidays.
    """

    policies: Mapping[str, Policy] = field(default_factory=dict)
    default: Mapping[str, str] = field(default_factory=dict)
    assignments: tuple[Assignment, ...] = ()
    tolerance: Decimal = Decimal(0)
    bank_days: int | None = None
    working_days: bool = True
    version: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """Why dunning rests, from a day to a day (None = until it is lifted). `key` is a relation or an invoice, "" = everybody."""

    kind: StopKind
    since: date
    until: date | None = None
    key: str = ""
    reference: str = ""

    def holds(self, on: date) -> bool:
        """Whether it rests on this day, the last one included."""
        return self.since <= on and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class DunningEvent:
    """A level that was carried out for an item, or tried; `received` is the proven day of receipt."""

    level: str
    kind: LevelKind
    on: date
    state: EventState
    channel: DunningChannel = "email"
    received: date | None = None
    proof: str = ""
