"""Rows of the queue table to and from `Envelope`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from hub.model.envelope import Delivery, Envelope
from hub.transport import lanes


@dataclass(frozen=True, slots=True)
class Lease:
    """The token of one handing-over: which row, to whom, and the how-manieth time."""

    owner: str
    id: int
    attempt: int


def to_row(envelope: Envelope) -> dict[str, Any]:
    """The values of a new row, waiting at the end of its lane."""
    return {
        "lane": envelope.lane,
        "origin": envelope.lane,
        "message_id": envelope.message_id,
        "administration": envelope.administration,
        "content_type": envelope.content_type,
        "type": envelope.type,
        "headers": json.dumps(lanes.travelling(envelope.headers), ensure_ascii=False),
        "body": envelope.body,
        "attempts": 0,
        "delivery_limit": lanes.delivery_limit(envelope.lane),
        "reason": "",
    }


def to_delivery(row: Row[Any]) -> Delivery:
    """What a claimed row hands out."""
    envelope = Envelope(
        lane=row.origin,
        message_id=row.message_id,
        administration=row.administration,
        body=row.body,
        content_type=row.content_type,
        type=row.type,
        headers=json.loads(row.headers),
    )
    return Delivery(
        envelope, redeliveries=row.attempts - 1, token=Lease(row.lease, row.id, row.attempts), reason=row.reason
    )
