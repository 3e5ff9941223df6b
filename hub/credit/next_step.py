"""What comes next for an open item: which level, when, by which way and why, or why nothing.

No level is skipped: the next one is the first after the last that was carried out. Asked twice it says the same, and each
level of an item has one `key`, so that it can be carried out once. What the law asks is not left to the policy: nothing is
claimed of a consumer, and nothing handed over, before his 14-day letter has run.
"""

from __future__ import annotations

import calendar
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from hub.credit.calendar import working_day
from hub.credit.fourteen_days import Clock, Method, Sent, clock
from hub.credit.policy import Chosen, Debtor
from hub.credit.stops import active_stops, broken_promises, free_on, stopped
from hub.model.dunning import DONE, DunningChannel, DunningEvent, DunningRules, Level, Policy, Stop
from hub.model.step import Step, step

_METHODS: dict[DunningChannel, Method] = {"email": "email", "letter": "post", "phone": "hand", "agency": "hand"}


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """An open item of a debtor as it stands: what is left of it, and since when it is due."""

    key: str
    invoice: str
    due: date
    outstanding: Decimal


@dataclass(frozen=True, slots=True)
class Situation:
    """All that decides. `reachable` are the ways that can be gone; `bank_until` the last day of bank data, None = none at all."""

    claim: OpenClaim
    debtor: Debtor
    chosen: Chosen
    today: date
    events: tuple[DunningEvent, ...] = ()
    stops: tuple[Stop, ...] = ()
    reachable: Collection[DunningChannel] = ("email", "letter", "phone", "agency")
    bank_until: date | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """What a stop may name."""
        return (*self.debtor.codes, self.claim.invoice)


@dataclass(frozen=True, slots=True)
class NextStep:
    """A level that may go `on` a day by `channel`; or no level, and the reason.

    `key` is the same each time for the item and level. `by_person`: somebody must look before anything goes on.
    `again` is the day on which a stop ends by itself.
    """

    reason: Step
    level: Level | None = None
    on: date | None = None
    channel: DunningChannel | None = None
    key: str = ""
    by_person: bool = False
    again: date | None = None
    steps: tuple[Step, ...] = ()

    def due(self, today: date) -> bool:
        """Whether it may go today."""
        return self.level is not None and self.on is not None and self.on <= today


def next_step(situation: Situation, rules: DunningRules) -> NextStep:
    """What comes next, when and why. Pure: the same situation gives the same answer."""
    nothing = (
        _nothing_owed(situation, rules)
        or _no_policy(situation)
        or _resting(situation)
        or _under_way(situation)
    )  # fmt: skip
    if nothing is not None:
        return nothing
    level = _next_level(situation.chosen.policy, situation.events)
    if level is None:
        return NextStep(step("next_all_done", None, policy=situation.chosen.policy.code), by_person=True)
    return _lawful(situation, level, rules)


def _nothing_owed(s: Situation, rules: DunningRules) -> NextStep | None:
    left = s.claim.outstanding
    if left <= 0:
        return NextStep(step("next_paid" if not left else "next_credit", left))
    if left < rules.tolerance:
        return NextStep(step("stop_below_tolerance", left, tolerance=rules.tolerance))
    return None


def _no_policy(s: Situation) -> NextStep | None:
    policy = s.chosen.policy
    if policy.never:
        return NextStep(step("next_never", None, policy=policy.code), steps=(s.chosen.why,))
    if policy.treats and policy.treats != s.debtor.treated:
        reason = step("next_policy_for_others", None, policy=policy.code, treats=policy.treats)
        return NextStep(reason, by_person=True, steps=(s.chosen.why,))
    return None


def _resting(s: Situation) -> NextStep | None:
    active = active_stops(s.stops, s.keys, s.today)
    if not active:
        return None
    said = tuple(stopped(stop) for stop in active)
    return NextStep(said[0], again=free_on(active), steps=said)


def _under_way(s: Situation) -> NextStep | None:
    """A level that was staged is not staged again; one that did not arrive waits for a person, never goes on in silence."""
    last = _last(s.events)
    if last is None or last.state in DONE:
        return None
    code = "next_on_its_way" if last.state == "staged" else f"next_{last.state}"
    reason = step(code, None, level=last.level, date=last.on, channel=last.channel)
    return NextStep(reason, by_person=last.state != "staged", key=_key(s, last.level))


def _last(events: tuple[DunningEvent, ...]) -> DunningEvent | None:
    """The latest that counts; what was taken out of a run was never there."""
    counted = [event for event in events if event.state != "cancelled"]
    return sorted(counted, key=lambda event: event.on)[-1] if counted else None  # stable: of one day the later row


def _next_level(policy: Policy, events: tuple[DunningEvent, ...]) -> Level | None:
    done = {event.level for event in events if event.state in DONE}
    reached = max((n for n, level in enumerate(policy.levels, 1) if level.code in done), default=0)
    return policy.levels[reached] if reached < len(policy.levels) else None


def _lawful(s: Situation, level: Level, rules: DunningRules) -> NextStep:
    """The 14-day letter first, where a level would claim costs of a consumer or hand him over (art. 6:96 lid 6)."""
    not_before = date.min
    said: tuple[Step, ...] = ()
    if s.debtor.treated == "consumer" and (level.costs == "claimed" or level.kind == "hand_off"):
        ran = _letter_clock(s.events)
        if ran is None:
            letter = next((one for one in s.chosen.policy.levels if one.kind == "fourteen_days"), None)
            if letter is None:
                return NextStep(step("next_needs_letter", None, level=level.code), by_person=True)
            level = letter
        else:
            not_before, said = ran.claimable_from, (step("next_after_letter", None, date=ran.claimable_from),)
    return _planned(s, level, rules, not_before, said)


def _letter_clock(events: tuple[DunningEvent, ...]) -> Clock | None:
    """That of the last 14-day letter that went out."""
    sent = [event for event in events if event.kind == "fourteen_days" and event.state in DONE]
    if not sent:
        return None
    last = sorted(sent, key=lambda event: event.on)[-1]
    found = clock(Sent(last.on, _METHODS[last.channel], last.received, last.proof))
    assert isinstance(found, Clock)  # one that came back is not among those that went out
    return found


def _planned(s: Situation, level: Level, rules: DunningRules, not_before: date, said: tuple[Step, ...]) -> NextStep:
    on, why = _day(s, level)
    if level.kind != "reminder":  # nobody is put on notice, or charged, before he is in default
        on = max(on, s.claim.due + timedelta(days=1))
    on = max(on, not_before)
    if rules.working_days:
        on = working_day(on)
    steps = (s.chosen.why, *_broken(s), why, *said)
    if on <= s.today and (old := _bank_too_old(s, rules)) is not None:
        return NextStep(old, steps=steps, by_person=True)
    channel = next((way for way in (level.channel, level.otherwise) if way and way in s.reachable), None)
    if channel is None:
        return NextStep(
            step("next_unreachable", None, level=level.code, channel=level.channel), by_person=True, steps=steps
        )
    if channel != level.channel:
        steps = (*steps, step("next_other_channel", None, channel=level.channel, other=channel))
    reason = step("next_level", None, level=level.code, date=on)
    return NextStep(reason, level, on, channel, _key(s, level.code), steps=steps)


def _day(s: Situation, level: Level) -> tuple[date, Step]:
    """From which day on, as the policy says; a level counted from the due date keeps its distance to the one before."""
    levels = s.chosen.policy.levels
    place = levels.index(level)
    before = levels[place - 1] if place else None
    last = _last(tuple(event for event in s.events if event.state in DONE))
    by_due = _from_due(s.claim.due, level)
    if last is None:
        return by_due, step("next_counted_from_due", None, date=by_due, due=s.claim.due, days=level.days)
    gap = level.days if level.count_from == "previous" else max(level.days - (before.days if before else 0), 1)
    by_last = last.on + timedelta(days=gap)
    if level.count_from == "previous" or by_last > by_due:
        return by_last, step("next_counted_from_previous", None, date=by_last, sent=last.on, level=last.level, days=gap)
    return by_due, step("next_counted_from_due", None, date=by_due, due=s.claim.due, days=level.days)


def _from_due(due: date, level: Level) -> date:
    day = due + timedelta(days=level.days)
    if level.count_from == "end_of_month":
        return day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return day


def _bank_too_old(s: Situation, rules: DunningRules) -> Step | None:
    """A demand must be true when it leaves: what was paid yesterday may stand in a statement that nobody read yet."""
    if rules.bank_days is None:
        return None
    if s.bank_until is None:
        return step("stop_bank_data_none", None)
    if (s.today - s.bank_until).days > rules.bank_days:
        return step("stop_bank_data_old", None, date=s.bank_until, days=rules.bank_days)
    return None


def _broken(s: Situation) -> tuple[Step, ...]:
    passed = broken_promises(s.stops, s.keys, s.today)
    return tuple(step("next_promise_broken", None, date=stop.until, reference=stop.reference) for stop in passed)


def _key(s: Situation, level: str) -> str:
    """One for the item and level, whenever it is asked."""
    return f"{s.claim.key}:{level}"
