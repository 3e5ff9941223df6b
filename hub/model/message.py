"""Message: what came in, unchanged for ever; Outcome: what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

OutcomeKind = Literal["posted", "held", "refused", "duplicate", "conflict"]


@dataclass(frozen=True, slots=True)
class Message:
    """One arrival. Never changes.

    `id` is a UUID (text) given once at the door; `administration` the code of the books it is for;
    `channel` where it came from (`cli`, `folder`, `amqp`, `peppol`); `external_id` the sender's own
    transport id, or the sha256 where there is none; `sha256` of the raw bytes, lower-case hex.
    """

    id: str
    administration: str
    channel: str
    external_id: str
    media_type: str
    body: bytes
    sha256: str
    received_at: datetime
    file_name: str = ""
    collides_with: str = ""  # another message that came under the same external id with other bytes
    decided: bool = False  # whether a person decided on it before; then accepted findings are looked up
    wished: str = (
        ""  # purchase | sales: the side its sender asked for, used where the document names neither party as ours
    )
