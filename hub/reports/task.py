"""Task: something in reminding and collecting that waits for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

# How long a broken promise or a refused case is shown where nothing has followed it.
FOLLOW_DAYS = 60


@dataclass(frozen=True, slots=True)
class Task:
    """`kind` names its sentence in the catalogue (`task_<kind>`); `amount` in minor units; `owner` "" = nobody in particular."""

    kind: str
    command: str
    reference: str = ""
    relation: str = ""
    name: str = ""
    since: date | None = None
    deadline: date | None = None
    amount: int | None = None
    currency: str = ""
    owner: str = ""
    reason: str = ""
    recipient: str = ""
