"""PlannedEntry: an entry that was decided outside the queue (a payment, a reversal, a closing), ready to be recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.model.decision import Decision
from hub.model.journal import JournalEntry


@dataclass(frozen=True, slots=True)
class PlannedEntry:
    """An entry with what led to it.

    `relation` is the code of the relation of its open items, where they name none themselves; `facts` what
    it was decided on, as JSON values; `reversal_of` and `document_id` are keys of the store.
    """

    entry: JournalEntry
    decisions: tuple[Decision, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    relation: str = ""
    reversal_of: int | None = None
    document_id: int | None = None
    message_uid: str | None = None


@dataclass(frozen=True, slots=True)
class PostedEntry:
    """What a planned entry became: its key, journal, number and period."""

    id: int
    journal: str
    number: int
    period: str
    entry: JournalEntry
