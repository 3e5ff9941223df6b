"""Runs of reminding: prepared without touching anything, recorded as a concept, looked at, frozen by a person, or cancelled."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from hub.credit.account import Account, Rulebook
from hub.credit.reminding import Draft, HandOff, Rest, remind
from hub.errors import Conflict, NotFound
from hub.model.codec import plain
from hub.model.finding import asked
from hub.model.money import to_minor
from hub.model.reminder import Reminder
from hub.store import tables as t
from hub.store.ids import Ids
from hub.store.overdue import overdue_accounts
from hub.store.packing import packed
from hub.store.payments import note
from hub.store.relations import family, resolve
from hub.store.rows import insert_rows

KEYS = 10  # beside one for each communication
_NAMED = 50  # relations that a reason names; the rest is a number


@dataclass(slots=True)
class Prepared:
    """What a run of a day comes to: nothing is recorded of it yet."""

    as_of: date
    version: str  # of the rules
    drafts: list[Draft] = field(default_factory=list)
    rests: list[Rest] = field(default_factory=list)
    ready: list[HandOff] = field(default_factory=list)

    def split(self) -> tuple[Prepared, Prepared]:
        """What may go by itself, with nothing else; and what a person must agree to, with all that rests."""
        alone = [draft for draft in self.drafts if draft.automatic]
        others = [draft for draft in self.drafts if not draft.automatic]
        return Prepared(self.as_of, self.version, alone), replace(self, drafts=others)


def prepare(
    connection: Connection, administration_id: int, book: Rulebook, as_of: date, *, relation: str = "", level: str = ""
) -> Prepared:  # fmt: skip
    """What would be written to whom on a day. `relation` is one debtor's code, `level` leaves out all others. Raises `NotFound`."""
    whose = resolve(connection, administration_id, relation)[0] if relation else 0
    made = Prepared(as_of, book.rules.version)
    with _no_garbage():
        for account in overdue_accounts(connection, administration_id, book.administration, as_of, whose):
            found = remind(account, as_of, book)
            made.drafts += [draft for draft in found.drafts if level in ("", draft.reminder.level)]
            made.rests += found.rests
            made.ready += found.ready
    return made


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Accounts and reminders have no cycles; looking for some among so many that live took a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def ready_accounts(
    connection: Connection, administration_id: int, book: Rulebook, on: date
) -> Iterator[tuple[Account, HandOff]]:  # fmt: skip
    """Debtors whose next level by their policy is the agency, each with the items that have come to it."""
    for account in overdue_accounts(connection, administration_id, book.administration, on):
        for ready in remind(account, on, book).ready:
            yield account, ready


def record_run(
    connection: Connection, ids: Ids, administration_id: int, made: Prepared, actor_id: int, at: datetime
) -> int:  # fmt: skip
    """Record a concept with its communications; its number. Takes `KEYS` keys and one for each communication.

    Raises `Conflict` when another run took one of its items at the same level just now.
    """
    n = t.dunning_run
    last = (
        connection.execute(select(func.max(n.c.number)).where(n.c.administration_id == administration_id)).scalar() or 0
    )
    run_id, number = ids.take(), last + 1
    reminders, items = _rows(ids, administration_id, run_id, number, made.drafts, actor_id, at)
    try:
        connection.execute(
            insert(n).values(
                administration_id=administration_id, id=run_id, number=number, as_of=made.as_of, state="concept",
                rules_version=made.version, rested=json.dumps(rested(made), sort_keys=True), created_at=at, created_by=actor_id,
            )
        )  # fmt: skip
        insert_rows(connection, t.reminder, reminders)
        insert_rows(connection, t.reminder_item, items)
    except IntegrityError as error:
        raise Conflict(asked("HUB-DUN-12")) from error
    note(connection, ids, administration_id, actor_id, at, "dunning.run_made", str(number), "")
    return number


def _rows(
    ids: Ids, administration_id: int, run_id: int, number: int, drafts: Sequence[Draft], actor_id: int, at: datetime
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:  # fmt: skip
    reminders, items = [], []
    for position, draft in enumerate(drafts, 1):
        key, one = ids.take(), replace(draft.reminder, reference=f"H-{number}-{position}")
        reminders.append(_reminder_row(administration_id, key, run_id, position, draft.relation_id, one, actor_id, at))
        items += [
            (administration_id, key, item.key, item.level, item.kind, to_minor(item.outstanding, one.currency),
             to_minor(item.interest, one.currency), f"{item.key}:{item.level}" if item.level else None)
            for item in one.items
        ]  # fmt: skip
    return reminders, items


def _reminder_row(
    administration_id: int, key: int, run_id: int, position: int, relation_id: int, one: Reminder, actor_id: int, at: datetime
) -> tuple[Any, ...]:  # fmt: skip
    debtor = one.debtor
    recipient = {"email": debtor.email, "phone": debtor.telephone}.get(one.channel, ", ".join(debtor.lines))
    money = [to_minor(amount, one.currency) for amount in (one.principal, one.interest, one.costs, one.vat)]
    return (
        administration_id, key, run_id, position, relation_id, one.reference, one.level, one.kind, one.channel, one.language,
        recipient, one.currency, *money, "concept", "", packed(one), "", None, None, "", None, at, actor_id,
    )  # fmt: skip


def rested(made: Prepared) -> dict[str, Any]:
    """What a run leaves alone: by reason how many items, how much, whose, and the first as an example."""
    found: dict[str, dict[str, Any]] = {}
    for rest in made.rests:
        one = found.setdefault(rest.why.code, _reason(rest))
        one["count"] += 1
        one["amounts"][rest.currency] = one["amounts"].get(rest.currency, 0) + to_minor(rest.outstanding, rest.currency)
        if rest.relation not in one["relations"] and len(one["relations"]) < _NAMED:
            one["relations"].append(rest.relation)
    other_way = [draft for draft in made.drafts if any(s.code == "next_other_channel" for s in draft.reminder.steps)]
    ready = {hand_off.relation for hand_off in made.ready}
    return {
        "reasons": found,
        "other_channel": {"count": len(other_way), "relations": [d.reminder.relation for d in other_way[:_NAMED]]},
        "ready": {"count": sum(len(h.items) for h in made.ready), "relations": sorted(ready)[:_NAMED]},
    }


def _reason(rest: Rest) -> dict[str, Any]:
    return {"count": 0, "amounts": {}, "by_person": rest.by_person, "relations": [], "example": plain(rest.why)}


def find_run(connection: Connection, administration_id: int, number: int) -> Row[Any]:
    """A run by its number. Raises `NotFound`."""
    n = t.dunning_run
    query = select(n).where(n.c.administration_id == administration_id, n.c.number == number)
    row = connection.execute(query).first()
    if row is None:
        raise NotFound(asked("HUB-DUN-13", str(number)))
    return row


def exclude(
    connection: Connection, ids: Ids, administration_id: int, number: int, relation: str, reason: str, actor_id: int, at: datetime
) -> int:  # fmt: skip
    """Take a debtor out of a concept; how many communications that were. A later run takes him up again.

    Raises `NotFound` when he is not in it, `Conflict` when it was frozen.
    """
    run = _in_state(connection, administration_id, number, ("concept",))
    whose, code = resolve(connection, administration_id, relation)
    r = t.reminder
    mine = (r.c.administration_id == administration_id) & (r.c.run_id == run.id) & (r.c.state == "concept")
    theirs = r.c.relation_id.in_(family(connection, administration_id, whose))
    keys = list(connection.execute(select(r.c.id).where(mine, theirs)).scalars())
    if not keys:
        raise NotFound(asked("HUB-DUN-14", code, number=number))
    leave_out(connection, administration_id, keys, "excluded", reason, actor_id, at)
    note(connection, ids, administration_id, actor_id, at, "dunning.excluded", f"{number}/{code}", reason)
    return len(keys)


def leave_out(
    connection: Connection, administration_id: int, keys: Iterable[int], state: str, reason: str, actor_id: int, at: datetime
) -> None:  # fmt: skip
    """These communications do not leave: their items are free for a later run."""
    wanted, r, i = sorted(keys), t.reminder, t.reminder_item
    values = {"state": state, "reason": reason, "changed_at": at, "changed_by": actor_id}
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        connection.execute(update(r).where(r.c.administration_id == administration_id, r.c.id.in_(part)).values(values))
        theirs = (i.c.administration_id == administration_id) & i.c.reminder_id.in_(part)
        connection.execute(update(i).where(theirs).values(claim=None))


def freeze(connection: Connection, ids: Ids, administration_id: int, number: int, actor_id: int, at: datetime) -> int:
    """A person has looked: from now on nothing of it changes; how many communications. Raises `Conflict`."""
    run = _in_state(connection, administration_id, number, ("concept",))
    r, n = t.reminder, t.dunning_run
    mine = (r.c.administration_id == administration_id) & (r.c.run_id == run.id) & (r.c.state == "concept")
    count = int(connection.execute(select(func.count()).where(mine)).scalar_one())
    if not count:
        raise Conflict(asked("HUB-DUN-15", number=number))
    same = (n.c.administration_id == administration_id) & (n.c.id == run.id) & (n.c.state == "concept")
    if connection.execute(update(n).where(same).values(state="frozen", frozen_at=at, frozen_by=actor_id)).rowcount == 0:
        raise Conflict(asked("HUB-DUN-16", "frozen", "concept", number=number))
    note(connection, ids, administration_id, actor_id, at, "dunning.frozen", str(number), "")
    return count


def cancel(
    connection: Connection, ids: Ids, administration_id: int, number: int, reason: str, actor_id: int, at: datetime
) -> int:  # fmt: skip
    """Give a run up; what of it has left stays as it is. How many communications do not go. Raises `Conflict`."""
    run = _in_state(connection, administration_id, number, ("concept", "frozen"))
    r, n = t.reminder, t.dunning_run
    same = (n.c.administration_id == administration_id) & (n.c.id == run.id)
    mine = (r.c.administration_id == administration_id) & (r.c.run_id == run.id)
    states = connection.execute(select(r.c.id, r.c.state).where(mine)).all()
    left = any(row.state not in ("concept", "excluded", "dropped") for row in states)
    keys = [row.id for row in states if row.state == "concept"]
    leave_out(connection, administration_id, keys, "excluded", reason, actor_id, at)
    values = {"state": "sent", "sent_at": at, "sent_by": actor_id} if left else {"state": "cancelled"}
    connection.execute(update(n).where(same).values(values))
    note(connection, ids, administration_id, actor_id, at, "dunning.cancelled", str(number), reason)
    return len(keys)


def _in_state(connection: Connection, administration_id: int, number: int, states: tuple[str, ...]) -> Row[Any]:
    """The run, kept from others until this transaction ends: it waits for a chunk that is being staged."""
    n, found = t.dunning_run, find_run(connection, administration_id, number)
    same = (n.c.administration_id == administration_id) & (n.c.id == found.id)
    run = connection.execute(select(n).where(same).with_for_update(key_share=True)).one()
    if run.state not in states:
        raise Conflict(asked("HUB-DUN-16", run.state, ", ".join(states), number=number))
    return run
