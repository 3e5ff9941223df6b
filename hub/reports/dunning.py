"""Runs of reminding as they stand: each run with its counts, a run's debtors, what changed since it was made, a debtor's history."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from hub.credit.account import Rulebook
from hub.credit.reminding import Draft
from hub.credit.still_true import Said, untrue
from hub.model.codec import restore
from hub.model.money import from_minor, money_text
from hub.model.reminder import REMINDER_STATES
from hub.model.step import Step
from hub.store import tables as t
from hub.store.dunning_runs import find_run
from hub.store.keyed import keyed
from hub.store.overdue import accounts_now
from hub.store.relations import family, resolve


def list_runs(connection: Connection, administration_id: int) -> Iterator[dict[str, Any]]:
    """Every run, the latest first, with how many reminders are in each state."""
    n, r = t.dunning_run, t.reminder
    counted = (
        select(r.c.run_id, r.c.state, func.count().label("reminders"))
        .where(r.c.administration_id == administration_id)
        .group_by(r.c.run_id, r.c.state)
    )
    counts: dict[int, dict[str, int]] = {}
    for row in connection.execute(counted):
        counts.setdefault(row.run_id, {})[row.state] = row.reminders
    query = select(n).where(n.c.administration_id == administration_id).order_by(n.c.number.desc())
    for run in connection.execute(query):
        states = counts.get(run.id, {})
        yield {
            "run": run.number, "as_of": str(run.as_of), "state": run.state, "reminders": sum(states.values()),
            "states": {state: states[state] for state in REMINDER_STATES if state in states}, "made_at": str(run.created_at),
        }  # fmt: skip


def run_rows(connection: Connection, administration_id: int, number: int) -> list[dict[str, Any]]:
    """A row for each communication of a run, in order. Raises `NotFound`."""
    run = find_run(connection, administration_id, number)
    return [reminder_json(row) for row in _reminders(connection, administration_id, t.reminder.c.run_id == run.id)]


def history(connection: Connection, administration_id: int, relation: str) -> list[dict[str, Any]]:
    """Every reminder of a debtor, the latest first, with its invoices. Raises `NotFound`."""
    whose, _ = resolve(connection, administration_id, relation)
    mine = t.reminder.c.relation_id.in_(family(connection, administration_id, whose))
    rows = _reminders(connection, administration_id, mine)
    invoices = _invoices(connection, administration_id, [row.id for row in rows])
    shown = [{**reminder_json(row), "invoices": invoices.get(row.id, [])} for row in rows]
    return sorted(shown, key=lambda row: (row["date"], row["reference"]), reverse=True)


def _reminders(connection: Connection, administration_id: int, where: Any) -> Sequence[Any]:
    r, n, e = t.reminder, t.dunning_run, t.relation
    columns = [column for column in r.columns if column.name != "body"]
    query = (
        select(*columns, n.c.number, n.c.as_of, e.c.code, e.c.name, e.c.merged_into)
        .join_from(r, n, (n.c.administration_id == r.c.administration_id) & (n.c.id == r.c.run_id))
        .join(e, (e.c.administration_id == r.c.administration_id) & (e.c.id == r.c.relation_id))
        .where(r.c.administration_id == administration_id, where)
        .order_by(n.c.number, r.c.position)
    )
    return connection.execute(query).all()


def reminder_json(row: Any) -> dict[str, Any]:
    """A reminder without what it says; `why` is a sentence's code with its words where the hub dropped it."""
    money = {
        name: money_text(from_minor(getattr(row, name), row.currency), row.currency)
        for name in ("principal", "interest", "costs", "vat")
    }
    return {
        "run": row.number, "reference": row.reference, "relation": row.code, "relation_name": row.name, "level": row.level,
        "kind": row.kind, "channel": row.channel, "recipient": row.recipient, "currency": row.currency, **money,
        "state": row.state, "reason": row.reason, "date": str(row.sent_on or row.as_of),
        "received_on": None if row.received_on is None else str(row.received_on), "proof": row.proof or None,
        "deadline": None if row.deadline is None else str(row.deadline),
    }  # fmt: skip


def draft_json(draft: Draft) -> dict[str, Any]:
    """As a row of a run, of what is not recorded."""
    one = draft.reminder
    money = {name: money_text(getattr(one, name), one.currency) for name in ("principal", "interest", "costs", "vat")}
    recipient = {"email": one.debtor.email, "phone": one.debtor.telephone}.get(one.channel, ", ".join(one.debtor.lines))
    return {
        "run": None, "reference": None, "relation": one.relation, "relation_name": one.debtor.name, "level": one.level,
        "kind": one.kind, "channel": one.channel, "recipient": recipient, "currency": one.currency, **money, "state": "concept",
        "reason": "", "date": str(one.dated), "automatic": draft.automatic, "invoices": [i.invoice for i in one.items if i.level],
    }  # fmt: skip


def dropped_step(reason: str) -> Step | None:
    """Why the hub dropped a reminder, as a step; None for a person's own words."""
    try:
        data = json.loads(reason)
    except ValueError:
        return None
    return restore(Step, data) if isinstance(data, dict) else None


def changed_since(
    connection: Connection, administration_id: int, number: int, book: Rulebook, today: date
) -> dict[str, Step]:  # fmt: skip
    """What of a run that waits is no longer true now, by reference: it would be dropped when it is sent. Raises `NotFound`."""
    run = find_run(connection, administration_id, number)
    waiting = (t.reminder.c.run_id == run.id) & (t.reminder.c.state == "concept")
    rows = _reminders(connection, administration_id, waiting)
    if not rows:
        return {}
    said = _said(connection, administration_id, rows)
    owners = [row.merged_into or row.relation_id for row in rows]
    accounts = accounts_now(connection, administration_id, book.administration, owners, today, but=said)
    found = {}
    for row in rows:
        account = accounts.get(row.merged_into or row.relation_id)
        if (why := untrue(tuple(said[row.id]), row.channel, account, today, book)) is not None:
            found[row.reference] = why
    return found


def _said(connection: Connection, administration_id: int, rows: Sequence[Any]) -> dict[int, list[Said]]:
    currencies = {row.id: row.currency for row in rows}
    said: dict[int, list[Said]] = {row.id: [] for row in rows}
    for item in _items(connection, administration_id, said):
        if item.level or item.outstanding < 0:
            amount = from_minor(item.outstanding, currencies[item.reminder_id])
            said[item.reminder_id].append(Said(item.open_item_id, item.number, item.level, amount))
    return said


def _items(connection: Connection, administration_id: int, keys: Iterable[int]) -> Sequence[Any]:
    i, o = t.reminder_item, t.open_item
    query = (
        select(i.c.reminder_id, i.c.open_item_id, i.c.level, i.c.outstanding, o.c.number)
        .join_from(i, o, (o.c.administration_id == i.c.administration_id) & (o.c.id == i.c.open_item_id))
        .where(i.c.administration_id == administration_id, keyed(connection, i.c.reminder_id, keys))
        .order_by(i.c.reminder_id, o.c.due_date, i.c.open_item_id)
    )
    return connection.execute(query).all()


def _invoices(connection: Connection, administration_id: int, keys: Iterable[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for item in _items(connection, administration_id, keys):
        if item.level:
            found.setdefault(item.reminder_id, []).append(item.number)
    return found
