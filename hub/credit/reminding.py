"""What one debtor is written today: one communication per currency and part with all that is open, credits included.

Its level is the highest that any of its items has come to; each item bears its own next level, so nobody skips one. Letters
and e-mails go together; who is to be called is a task of its own, and what is to be handed over is no letter. A G-account's
parts are dunned apart (DOMAIN 10.6 no. 16).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from hub.credit.account import ZERO, Account, OpenPart, Part, Rulebook
from hub.credit.calendar import is_working_day, working_day
from hub.credit.claiming import Claim, Due, Unclaimable, claim_of, set_off
from hub.credit.fourteen_days import Clock, Sent, clock
from hub.credit.next_step import NextStep, Situation, next_step
from hub.model.dunning import LEVEL_KINDS, Level, LevelText
from hub.model.reminder import Reminder, ReminderItem
from hub.model.step import Step, step


@dataclass(frozen=True, slots=True)
class Rest:
    """An overdue item that is left alone today, and why; `by_person`: it goes on only when somebody has looked."""

    key: int
    relation: str
    invoice: str
    outstanding: Decimal
    currency: str
    why: Step
    by_person: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A communication before it has a reference; `automatic`: every level in it may go without a person's word."""

    relation_id: int
    reminder: Reminder
    automatic: bool


@dataclass(frozen=True, slots=True)
class HandOff:
    """Items of one debtor that may be handed to an agency; `automatic`: the policies of all of them ask for nobody's word."""

    relation_id: int
    relation: str
    currency: str
    part: Part
    items: tuple[OpenPart, ...]
    automatic: bool = False

    @property
    def keys(self) -> list[int]:
        """Of its open items."""
        return [item.key for item in self.items]


@dataclass(frozen=True, slots=True)
class Reminded:
    """What comes of one debtor today."""

    drafts: tuple[Draft, ...] = ()
    rests: tuple[Rest, ...] = ()
    ready: tuple[HandOff, ...] = ()


def remind(account: Account, today: date, book: Rulebook) -> Reminded:
    """All that is to be done about one debtor today. Pure: the same account gives the same answer."""
    dues: list[Due] = []
    rests: list[Rest] = []
    for item in account.items:
        found = _next(account, item, today, book)
        if isinstance(found, Due):
            dues.append(found)
        elif found is not None:
            rests.append(found)
    drafts: list[Draft] = []
    ready: list[HandOff] = []
    for group in _groups(dues):
        if group[0].level.kind == "hand_off":
            ready.append(_hand_off(account, group))
            continue
        made = _draft(account, group, today, book, with_credits=not any(_same_money(d, group[0]) for d in drafts))
        if isinstance(made, Draft):
            drafts.append(made)
        else:
            rests += made
    return Reminded(tuple(drafts), tuple(rests), tuple(ready))


def _hand_off(account: Account, group: Sequence[Due]) -> HandOff:
    items = tuple(due.item for due in group)
    automatic = all(due.level.confirm == "automatic" for due in group)
    return HandOff(account.relation_id, account.debtor.codes[0], items[0].currency, items[0].part, items, automatic)


def next_of(account: Account, item: OpenPart, today: date, book: Rulebook) -> NextStep:
    """What comes next for one of its items."""
    chosen = book.policy_of(account.debtor, item.invoice)
    return next_step(
        Situation(
            item.claim, account.debtor, chosen, today, item.events, account.stops, account.reachable, account.bank_until
        ),
        book.rules,
    )


def _next(account: Account, item: OpenPart, today: date, book: Rulebook) -> Due | Rest | None:
    """None for what is not asked of anybody: credits, and what is not due yet."""
    if item.outstanding <= 0 or item.due >= today:
        return None
    if item.in_run:
        return _rest(account, item, step("reminder_in_run", None, number=item.in_run))
    found = next_of(account, item, today, book)
    if found.due(today):
        if book.rules.working_days and not is_working_day(today):
            return _rest(account, item, step("reminder_no_working_day", None, date=working_day(today)))
        return Due(item, found, item.outstanding)
    return _rest(account, item, found.reason, by_person=found.by_person)


def _rest(account: Account, item: OpenPart, why: Step, *, by_person: bool = False) -> Rest:
    return Rest(item.key, account.debtor.codes[0], item.invoice, item.outstanding, item.currency, why, by_person)


def _groups(dues: Sequence[Due]) -> Iterator[list[Due]]:
    """Written ones first, then calls, then hand-offs, per currency and part."""
    ways = {"call": 1, "hand_off": 2}
    found: dict[tuple[str, str, int], list[Due]] = {}
    for due in dues:
        found.setdefault((due.item.currency, due.item.part, ways.get(due.level.kind, 0)), []).append(due)
    for key in sorted(found):
        yield sorted(
            found[key], key=lambda due: (-_rank(due.level)[0], -_rank(due.level)[1], due.item.due, due.item.key)
        )


def _rank(level: Level) -> tuple[int, int]:
    """Higher comes later in a policy; policies of two items are compared by what their levels are, then by their days."""
    return LEVEL_KINDS.index(level.kind), level.days


def _same_money(draft: Draft, due: Due) -> bool:
    """Whether a credit is in another communication already: it is taken off once."""
    items = draft.reminder.items
    return any(item.outstanding < 0 for item in items) and draft.reminder.currency == due.item.currency


def _draft(
    account: Account, group: list[Due], today: date, book: Rulebook, *, with_credits: bool
) -> Draft | list[Rest]:  # fmt: skip
    """The communication, or why none of it goes."""
    top, first = group[0], group[0].item
    same = [one for one in account.items if one.currency == first.currency and one.part == first.part]
    credits = [one for one in same if one.outstanding < 0] if with_credits else []
    dues = set_off(group, credits)
    principal = sum((one.outstanding for one in (*(due.item for due in dues), *credits)), ZERO)
    if principal < max(book.rules.tolerance, Decimal("0.01")):
        why = step("reminder_covered", principal)
        return [_rest(account, due.item, why, by_person=True) for due in dues]
    claim = claim_of(account, top.level, dues, today, book)
    if isinstance(claim, Unclaimable):
        return [_rest(account, due.item, claim.why, by_person=True) for due in dues]
    shown = [one for one in same if one.outstanding > 0 or one in credits]
    reminder = _reminder(account, dues, shown, principal, claim, today, book)
    return Draft(account.relation_id, reminder, all(due.level.confirm == "automatic" for due in dues))


def _reminder(
    account: Account, dues: list[Due], shown: list[OpenPart], principal: Decimal, claim: Claim, today: date, book: Rulebook
) -> Reminder:  # fmt: skip
    top, level = dues[0], dues[0].level
    channel = top.next.channel
    assert channel is not None  # what is due has a way
    levels = {due.item.key: due.level for due in dues}
    items = tuple(
        _item(one, levels.get(one.key), claim) for one in sorted(shown, key=lambda o: (o.due, o.invoice, o.key))
    )
    language = account.language if account.language in level.texts else book.language
    interest = sum((item.interest for item in items), ZERO)
    return Reminder(
        book.administration, "", account.debtor.codes[0], level.code, level.kind, channel, today, language,
        level.texts.get(language) or next(iter(level.texts.values()), LevelText("", "")), level.signed_by,
        book.creditor[top.item.part], account.addressee, items, top.item.currency, principal, claim.costs_are, claim.interest_is,
        claim.costs, claim.vat, interest, sum((item.per_day for item in items), ZERO), claim.unconfirmed,
        _term(level, channel == "email", today), (*top.next.steps, top.next.reason, *claim.steps),
    )  # fmt: skip


def _item(one: OpenPart, level: Level | None, claim: Claim) -> ReminderItem:
    """With its level, or shown because it is open too: a credit, what is not due yet, what rests or was demanded before."""
    amount, per_day = dict(claim.interest).get(one.key, (ZERO, ZERO))
    made = ReminderItem(one.key, one.invoice, one.invoice_date, one.due, one.original, one.outstanding)
    return made if level is None else replace(made, level=level.code, kind=level.kind, interest=amount, per_day=per_day)


def _term(level: Level, by_mail: bool, today: date) -> date | None:
    """The last day of a 14-day letter, as the law presumes its delivery when it leaves today."""
    if level.kind != "fourteen_days":
        return None
    found = clock(Sent(today, "email" if by_mail else "post"))
    assert isinstance(found, Clock)  # nothing came back yet
    return found.last_day
