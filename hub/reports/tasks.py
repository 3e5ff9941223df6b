"""What a person must look at in reminding and collecting: one row for each, with what to do and the command for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from hub.model.money import from_minor, money_text
from hub.reports import tasks_of_cases as cases
from hub.reports import tasks_of_reminders as reminders
from hub.reports.task import Task
from hub.texts.catalogue import message

_KINDS: tuple[Callable[[Connection, int, date, datetime], Iterator[Task]], ...] = (
    reminders.undelivered,
    reminders.calls,
    reminders.letters,
    reminders.waiting_runs,
    reminders.broken,
    reminders.old_disputes,
    cases.undelivered,
    cases.rejected,
    cases.prepared,
    cases.ready,
    cases.messages,
)


def tasks(
    connection: Connection, administration_id: int, today: date, at: datetime, *, owner: str = "", language: str = "nl"
) -> list[dict[str, Any]]:  # fmt: skip
    """All of them, the most urgent kind first and of each the oldest; one query a kind. `owner` leaves out other people's.

    What nobody is named for is everybody's: it is shown to each owner.
    """
    found = [task for kind in _KINDS for task in kind(connection, administration_id, today, at)]
    mine = [task for task in found if not owner or task.owner.casefold() in ("", owner.casefold())]
    return [_shown(task, language) for task in mine]


def _shown(task: Task, language: str) -> dict[str, Any]:
    words = {
        "reference": task.reference, "relation": task.relation, "name": task.name, "reason": task.reason or "-",
        "deadline": task.deadline, "since": task.since, "recipient": task.recipient or "-",
    }  # fmt: skip
    amount = None if task.amount is None else money_text(from_minor(task.amount, task.currency), task.currency)
    return {
        "task": task.kind, "since": str(task.since) if task.since else None,
        "deadline": str(task.deadline) if task.deadline else None, "relation": task.relation or None,
        "relation_name": task.name or None, "reference": task.reference or None, "amount": amount,
        "currency": task.currency or None, "owner": task.owner or None, "reason": task.reason or None,
        "do": message(f"task_{task.kind}", language, **words), "command": task.command,
    }  # fmt: skip
