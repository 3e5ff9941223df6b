"""A reminder as the mail that leaves: made of what the reminder holds, its letter as PDF, and the invoices it speaks of."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from hub.errors import NotFound, Permanent
from hub.letters.edition import made_of
from hub.letters.reminder import pdf_of
from hub.letters.reminder_content import content_of
from hub.letters.reminder_mail import Attached, begun_mail, finished_mail, letter_name, letter_size, message_id_of
from hub.model.codec import from_json
from hub.model.dispatch import Dispatch
from hub.model.finding import asked
from hub.model.reminder import Reminder, ReminderItem
from hub.reports.invoice_files import files_of, messages_of
from hub.store.administrations import administration_ids
from hub.store.leaving import untouched, why_not_of
from hub.store.letters import KeptLetter, kept_letters
from hub.store.reminders import may_leave_of, said_of
from hub.store.store import now

Reading = Callable[[], AbstractContextManager[Connection]]
MAIL = "message/rfc822"
MAX_BYTES = 10_000_000  # of all that is attached: what most mail servers still take once it is encoded


@dataclass(frozen=True, slots=True)
class Material:
    """All that a mail is made of: the reminder, whom it is to, and the messages that its invoices came in."""

    key: int
    administration_id: int
    relation_id: int
    reminder: Reminder
    messages: Mapping[int, str]  # by open item
    begun: bytes | None = None  # all of it that was made ahead


def rendered_reminder(connection: Connection, dispatch: Dispatch, options: Mapping[str, Any]) -> Dispatch:
    """The dispatch with its mail as body: the same bytes whenever it is sent, as long as the originals are kept.

    `options` are the sink's: sender, attach_invoices, max_bytes. Raises `Permanent` for a reminder that is not to leave
    any more, one of which something was paid or stopped since it was staged, and one whose debtor has no address.
    """
    material = materials(connection, [dispatch])[dispatch.id]
    if why := why_stay(connection, {dispatch.id: material}).get(dispatch.id):
        raise Permanent(why)
    return mail_of(lambda: nullcontext(connection), dispatch, material, options)


def materials(connection: Connection, several: Sequence[Dispatch]) -> dict[str, Material]:
    """By dispatch, in a few questions for all of them. Raises `NotFound` where a reminder is not there."""
    codes = administration_ids(connection, [one.administration for one in several])
    keys = {one.id: (codes[one.administration], int(json.loads(one.body)["reminder"])) for one in several}
    found: dict[str, Material] = {}
    for administration_id, mine in _by_administration(keys).items():
        said = said_of(connection, administration_id, list(mine.values()))
        known = {key: from_json(Reminder, text) for key, (_, text) in said.items()}
        items = [item.key for reminder in known.values() for item in asked_for(reminder)]
        messages = messages_of(connection, administration_id, items)
        kept = kept_letters(connection, administration_id, known)
        for uid, key in mine.items():
            if key not in known:
                raise NotFound(asked("HUB-DUN-17", str(key)))
            relation_id, text = said[key]
            own = {item.key: messages[item.key] for item in asked_for(known[key]) if item.key in messages}
            begun = still_true(kept.get(key), "mail", text)
            found[uid] = Material(key, administration_id, relation_id, known[key], own, begun)
    return found


def why_stay(connection: Connection, several: Mapping[str, Material]) -> dict[str, str]:
    """Why some of them are not to leave now, by dispatch: what was dropped, paid or stopped since it was staged."""
    found: dict[str, str] = {}
    keys = {uid: (one.administration_id, one.key) for uid, one in several.items()}
    for administration_id, mine in _by_administration(keys).items():
        there = {key: (several[uid].relation_id, several[uid].reminder) for uid, key in mine.items()}
        for key in untouched(connection, administration_id, there):
            del there[key]
        if not there:
            continue
        may = may_leave_of(connection, administration_id, list(there))
        changed = why_not_of(connection, administration_id, there, now().date())
        for uid, key in mine.items():
            if key in there and key not in may:
                found[uid] = "this reminder is not to leave any more: it was dropped, or a person has had it made anew"
            elif key in changed:
                found[uid] = f"{several[uid].reminder.reference} stays here: {changed[key]}"
    return found


def _by_administration(keys: Mapping[str, tuple[int, int]]) -> dict[int, dict[str, int]]:
    parted: dict[int, dict[str, int]] = {}
    for uid, (administration_id, key) in keys.items():
        parted.setdefault(administration_id, {})[uid] = key
    return parted


def mail_of(reading: Reading, dispatch: Dispatch, material: Material, options: Mapping[str, Any]) -> Dispatch:
    """The dispatch with its mail as body. Reads the database only for the originals of invoices. Raises `Permanent`."""
    reminder, sender = material.reminder, str(options.get("sender", ""))
    try:
        begun = material.begun or mail_ahead(reminder)
        invoices: list[Attached] = []
        if options.get("attach_invoices", True) and material.messages:
            with reading() as connection:
                room = int(options.get("max_bytes", MAX_BYTES)) - letter_size(begun)
                invoices = _invoices(connection, material, room)
        message_id = message_id_of(dispatch.id, sender)
        body = finished_mail(begun, reminder, invoices, sender, message_id, dispatch.created_at)
    except ValueError as error:
        raise Permanent(f"{reminder.reference} cannot be mailed: {error}") from error
    return replace(dispatch, body=body, media_type=MAIL)


def mail_ahead(reminder: Reminder) -> bytes:
    """All of a mail that can be made before it leaves. Raises ValueError where its debtor has no address, and as `pdf_of`."""
    content = content_of(reminder)
    return begun_mail(reminder, content, pdf_of(content))


def still_true(kept: KeptLetter | None, kind: str, said: bytes) -> bytes | None:
    """What was made ahead, where it is made of the very same: of a reminder that says this, by what would make it now."""
    return kept.body if kept and kept.made_of == made_of(kind, said) else None


def asked_for(reminder: Reminder) -> list[ReminderItem]:
    """The items whose invoices go along: those that it asks for, and the credits."""
    return [item for item in reminder.items if item.level or item.outstanding < 0]


def _invoices(connection: Connection, material: Material, room: int) -> list[Attached]:
    """As long as there is room: a file that does not fit stays behind."""
    reminder = material.reminder
    items = [(item.key, item.invoice) for item in asked_for(reminder)]
    found, names = [], {letter_name(reminder)}
    for file in files_of(connection, material.administration_id, items, material.messages):
        name = file.name if file.name not in names else f"{file.invoice}-{file.name}"
        if len(file.body) <= room and name not in names:
            room -= len(file.body)
            names.add(name)
            found.append(Attached(name, file.media_type, file.body))
    return found
