"""The letters of a case, as PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection


def letter_pdf(connection: Connection, administration_id: int, reference: str) -> bytes:
    """The letter that was sent under a reference: made of what it held, to the byte. Raises `NotFound`."""
    from hub.letters.reminder import reminder_pdf
    from hub.store.reminders import reminder_of

    return reminder_pdf(reminder_of(connection, administration_id, reference)[1])
