"""Whether a reminder that was made a while ago is still true at the moment it leaves; if not, what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hub.credit.account import ZERO, Account, Rulebook
from hub.credit.reminding import next_of
from hub.model.step import Step, step


@dataclass(frozen=True, slots=True)
class Said:
    """What a reminder says of an item; `level` "" = a credit that it takes off."""

    key: int
    invoice: str
    level: str
    outstanding: Decimal


def untrue(said: tuple[Said, ...], channel: str, account: Account | None, today: date, book: Rulebook) -> Step | None:
    """Why it must not leave any more; None when all of it still holds.

    An item is looked at as if the reminder did not exist: its level must still be the next one, it must still be due, what is
    open must be what the reminder says, and the way must still be there.
    """
    items = {} if account is None else {item.key: item for item in account.items}
    for one in said:
        now = items.get(one.key)
        outstanding = ZERO if now is None else now.outstanding
        if outstanding != one.outstanding:
            return _changed(one, outstanding)
        if not one.level or account is None or now is None:
            continue
        found = next_of(account, now, today, book)
        if found.level is None:
            return found.reason
        if found.level.code != one.level or not found.due(today):
            return step("dropped_level", None, invoice=one.invoice, level=found.level.code, was=one.level)
    if account is not None and channel not in account.reachable:
        return step("dropped_unreachable", None, channel=channel)
    return None if channel == "phone" else _new_credit(said, account)


def _changed(one: Said, outstanding: Decimal) -> Step:
    if not outstanding:
        return step("dropped_paid", None, invoice=one.invoice)
    return step("dropped_amount", outstanding, invoice=one.invoice, was=one.outstanding)


def _new_credit(said: tuple[Said, ...], account: Account | None) -> Step | None:
    """What we have come to owe him since is taken off what he owes."""
    items = () if account is None else account.items
    known = {one.key for one in said}
    asked = {(item.currency, item.part) for item in items if item.key in known}
    for item in items:
        if item.outstanding < 0 and item.key not in known and (item.currency, item.part) in asked:
            return step("dropped_credit", item.outstanding, invoice=item.invoice)
    return None


def too_old(made: date, today: date, days: int) -> bool:
    """Whether what was made for a day may no longer be sent: interest and terms in it are those of that day."""
    return not 0 <= (today - made).days <= days
