"""A reminder as the mail that leaves: made of what the reminder holds, its letter as PDF, and the invoices it speaks of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from hub.errors import Permanent
from hub.letters.reminder import pdf_of
from hub.letters.reminder_content import content_of
from hub.letters.reminder_mail import Attached, message_id_of, reminder_mail
from hub.model.dispatch import Dispatch
from hub.model.reminder import Reminder
from hub.reports.invoice_files import invoice_files
from hub.store.administrations import administration_ids
from hub.store.leaving import why_not
from hub.store.reminders import may_leave, reminder_of
from hub.store.store import now

MAIL = "message/rfc822"
MAX_BYTES = 10_000_000  # of all that is attached: what most mail servers still take once it is encoded


def rendered_reminder(connection: Connection, dispatch: Dispatch, options: Mapping[str, Any]) -> Dispatch:
    """The dispatch with its mail as body: the same bytes whenever it is sent, as long as the originals are kept.

    `options` are the sink's: sender, attach_invoices, max_bytes. Raises `Permanent` for a reminder that is not to leave
    any more, one of which something was paid or stopped since it was staged, and one whose debtor has no address.
    """
    administration_id = administration_ids(connection, [dispatch.administration])[dispatch.administration]
    reminder = _reminder(connection, administration_id, int(json.loads(dispatch.body)["reminder"]))
    sender = str(options.get("sender", ""))
    content = content_of(reminder)
    files = [Attached(f"{reminder.reference}.pdf", "application/pdf", pdf_of(content))]
    if options.get("attach_invoices", True):
        files += _invoices(
            connection, administration_id, reminder, int(options.get("max_bytes", MAX_BYTES)) - len(files[0].body)
        )
    try:
        body = reminder_mail(reminder, files, sender, message_id_of(dispatch.id, sender), dispatch.created_at, content)
    except ValueError as error:
        raise Permanent(f"{reminder.reference} cannot be mailed: {error}") from error
    return replace(dispatch, body=body, media_type=MAIL)


def _reminder(connection: Connection, administration_id: int, key: int) -> Reminder:
    if not may_leave(connection, administration_id, key):
        raise Permanent("this reminder is not to leave any more: it was dropped, or a person has had it made anew")
    row, reminder = reminder_of(connection, administration_id, key)
    if why := why_not(connection, administration_id, row.relation_id, reminder, now().date()):
        raise Permanent(f"{reminder.reference} stays here: {why}")
    return reminder


def _invoices(connection: Connection, administration_id: int, reminder: Reminder, room: int) -> list[Attached]:
    """Those of the items that it asks for and of the credits, as long as there is room: a file that does not fit stays behind."""
    items = [(item.key, item.invoice) for item in reminder.items if item.level or item.outstanding < 0]
    found, names = [], {f"{reminder.reference}.pdf"}
    for file in invoice_files(connection, administration_id, items):
        name = file.name if file.name not in names else f"{file.invoice}-{file.name}"
        if len(file.body) <= room and name not in names:
            room -= len(file.body)
            names.add(name)
            found.append(Attached(name, file.media_type, file.body))
    return found
