"""What was written before: reminders as events of their items, and 14-day letters with what they claimed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from hub.credit.account import FormerLetter
from hub.credit.fourteen_days import Method, Sent
from hub.model.dunning import DONE, DunningEvent
from hub.model.money import from_minor
from hub.model.reminder import NEVER_LEFT
from hub.store import tables as t
from hub.store.keyed import keyed

_METHODS: Mapping[str, Method] = {"email": "email", "letter": "post", "phone": "hand", "agency": "hand"}


@dataclass(slots=True)
class Written:
    """By item: what went out or was tried, its last 14-day letter, and the run whose concept holds it; letters by key."""

    events: dict[int, tuple[DunningEvent, ...]] = field(default_factory=dict)
    letter_of: dict[int, int] = field(default_factory=dict)
    in_run: dict[int, int] = field(default_factory=dict)
    letters: dict[int, FormerLetter] = field(default_factory=dict)


def written_for(
    connection: Connection, administration_id: int, item_ids: Iterable[int], but: frozenset[int] = frozenset()
) -> Written:  # fmt: skip
    """What reminders say of these items, without the reminders `but`. Two queries."""
    i, e, n = t.reminder_item, t.reminder, t.dunning_run
    query = (
        select(i.c.open_item_id, i.c.level, i.c.kind, i.c.reminder_id, e.c.state, e.c.channel, e.c.sent_on, e.c.received_on,
               e.c.proof, n.c.as_of, n.c.number)
        .join_from(i, e, (e.c.administration_id == i.c.administration_id) & (e.c.id == i.c.reminder_id))
        .join(n, (n.c.administration_id == e.c.administration_id) & (n.c.id == e.c.run_id))
        .where(i.c.administration_id == administration_id, keyed(connection, i.c.open_item_id, item_ids), i.c.level != "",
               e.c.state.not_in(NEVER_LEFT))
        .order_by(i.c.open_item_id, n.c.number, e.c.position)
    )  # fmt: skip
    found = Written()
    events: dict[int, list[DunningEvent]] = {}
    for row in connection.execute(query):
        if row.reminder_id in but:
            continue
        if row.state == "concept":
            found.in_run[row.open_item_id] = row.number
            continue
        events.setdefault(row.open_item_id, []).append(_event(row))
        if row.kind == "fourteen_days" and row.state in DONE:
            found.letter_of[row.open_item_id] = row.reminder_id
    found.events = {key: tuple(said) for key, said in events.items()}
    found.letters = _letters(connection, administration_id, set(found.letter_of.values()))
    return found


def _event(row: Any) -> DunningEvent:
    return DunningEvent(
        row.level, row.kind, row.sent_on or row.as_of, row.state, row.channel, row.received_on, row.proof
    )  # fmt: skip


def _letters(connection: Connection, administration_id: int, ids: set[int]) -> dict[int, FormerLetter]:
    """Over which principal their costs were: the items of that level, less the credits that the letter took off."""
    if not ids:
        return {}
    i, e, n = t.reminder_item, t.reminder, t.dunning_run
    asked = func.sum(i.c.outstanding).filter(i.c.level != "")
    query = (
        select(e.c.id, n.c.as_of, e.c.currency, e.c.principal, e.c.costs, e.c.vat, e.c.sent_on, e.c.received_on, e.c.proof,
               e.c.channel, asked.label("asked"), func.sum(i.c.outstanding).filter(i.c.kind == "fourteen_days").label("late"))
        .join_from(e, i, (e.c.administration_id == i.c.administration_id) & (e.c.id == i.c.reminder_id))
        .join(n, (n.c.administration_id == e.c.administration_id) & (n.c.id == e.c.run_id))
        .where(e.c.administration_id == administration_id, keyed(connection, e.c.id, ids))
        .group_by(e.c.administration_id, e.c.id, n.c.administration_id, n.c.id)
    )  # fmt: skip
    return {row.id: _letter(row) for row in connection.execute(query)}


def _letter(row: Any) -> FormerLetter:
    principal = int(row.late) - (int(row.asked) - int(row.principal))
    sent = Sent(row.sent_on or row.as_of, _METHODS[row.channel], row.received_on, row.proof)
    return FormerLetter(
        row.as_of, from_minor(max(principal, 0), row.currency), from_minor(row.costs, row.currency),
        from_minor(row.vat, row.currency), sent,
    )  # fmt: skip
