"""Whether a promise or a plan is kept: by what was paid since, counted against what should have been by then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from hub.model.arrangement import Arrangement, Instalment, Paid, Standing
from hub.model.finding import Finding, asked
from hub.model.money import money_text, round_half_up

ZERO = Decimal("0.00")
CENT = Decimal("0.01")
GRACE_DAYS = 3  # a transfer over a weekend arrives on Monday, and is in the statement of Tuesday


def standing(
    made: Arrangement, paid: Iterable[Paid], outstanding: Decimal, on: date, *, known_until: date | None = None
) -> Standing:
    """How it stands on a day. `outstanding` is what is open of what it speaks of, `known_until` the last day of bank data.

    Nothing is broken before the bank was read for the day that it speaks of: who paid in time is not told that he did not.
    Pure: the same payments give the same standing on the same day, whenever it is asked.
    """
    payments = sorted((p for p in paid if made.since <= p.on <= on), key=lambda p: p.on)
    terms = made.instalments or _whole(made, payments, outstanding)
    received = sum((p.amount for p in payments), ZERO)
    owed = sum((t.amount for t in terms if t.due <= on), ZERO)
    if outstanding <= 0 or received >= sum((t.amount for t in terms), ZERO):
        return Standing("kept", received, owed)
    following = _first_uncovered(terms, received)
    for term, needed in _running(terms):
        last = term.due + timedelta(days=GRACE_DAYS if made.kind == "plan" else 0)
        known = known_until is None or known_until >= term.due
        if last < on and known and sum((p.amount for p in payments if p.on <= last), ZERO) < needed:
            return Standing("broken", received, owed, following, last + timedelta(days=1))
    return Standing("open", received, owed, following)


def faults_of(made: Arrangement, outstanding: Decimal) -> tuple[Finding, ...]:
    """Everything that keeps it from being recorded."""
    total = sum((t.amount for t in made.instalments), ZERO)
    days = [t.due for t in made.instalments]
    found = [
        asked("HUB-ARR-01", str(made.until), str(made.since)) if made.until and made.until < made.since else None,
        asked("HUB-ARR-02") if made.kind == "promise" and made.until is None else None,
        asked("HUB-ARR-03") if made.kind == "plan" and not made.instalments else None,
        asked("HUB-ARR-04", money_text(made.amount)) if made.amount is not None and made.amount <= 0 else None,
        asked("HUB-ARR-05", money_text(made.amount), money_text(outstanding))
        if made.amount is not None and made.amount > outstanding else None,
        asked("HUB-ARR-06", money_text(total), money_text(outstanding)) if total > outstanding else None,
        asked("HUB-ARR-07") if days != sorted(set(days)) or any(t.amount <= 0 for t in made.instalments) else None,
        asked("HUB-ARR-08") if outstanding <= 0 and made.kind in ("dispute", "promise", "plan") else None,
    ]  # fmt: skip
    return tuple(one for one in found if one is not None)


def equal_terms(total: Decimal, count: int, first: date, *, every_days: int = 0) -> tuple[Instalment, ...]:
    """A plan of equal terms, monthly on the same day (or each so many days); the last takes the cents that are left."""
    each = round_half_up(total / count)
    while each * (count - 1) >= total and each > CENT:
        each -= CENT
    days = [_following(first, number, every_days) for number in range(count)]
    amounts = [each] * (count - 1) + [total - each * (count - 1)]
    return tuple(Instalment(day, amount) for day, amount in zip(days, amounts, strict=True))


def _following(first: date, number: int, every_days: int) -> date:
    if every_days:
        return first + timedelta(days=every_days * number)
    year, month = divmod(first.year * 12 + first.month - 1 + number, 12)
    for day in range(first.day, 0, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


def _whole(made: Arrangement, payments: Sequence[Paid], outstanding: Decimal) -> tuple[Instalment, ...]:
    """A promise is a plan of one term: what was promised, or all that was open when it was made."""
    if made.until is None:
        return ()
    amount = made.amount if made.amount is not None else outstanding + sum((p.amount for p in payments), ZERO)
    return (Instalment(made.until, amount),)


def _running(terms: Sequence[Instalment]) -> Iterable[tuple[Instalment, Decimal]]:
    """Each term with what must have been paid by its day."""
    needed = ZERO
    for term in terms:
        needed += term.amount
        yield term, needed


def _first_uncovered(terms: Sequence[Instalment], received: Decimal) -> Instalment | None:
    """The first term that is not covered, with what is left of it."""
    for term, needed in _running(terms):
        if needed > received:
            return Instalment(term.due, min(term.amount, needed - received))
    return None
