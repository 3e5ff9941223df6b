"""Messages that a far side's answer amounts to: taken in as if they had been sent by themselves."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from hub.model.dispatch import Delivered, Dispatch
from hub.transport import lanes
from hub.workers.publish import Document, publish

if TYPE_CHECKING:
    from hub.bootstrap import Hub

LANE = lanes.lane_of_kind("case_message")


def take_messages(hub: Hub, dispatch: Dispatch, delivered: Delivered) -> None:
    """Store and queue them, each under an id that follows from the dispatch and what it says: taken in again it is the same one.

    A far side that is asked again after a crash may have gone on meanwhile; then it says something else, and that is another message.
    """
    documents = [
        Document(
            body, f"{dispatch.sink}-{number}.json", "application/json", f"{dispatch.id}#{sha256(body).hexdigest()[:16]}"
        )
        for number, body in enumerate(delivered.messages, 1)
    ]
    if documents:
        list(publish(hub, dispatch.administration, documents, LANE, channel=dispatch.sink))  # it stores as it is walked
