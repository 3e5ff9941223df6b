"""Messages that a far side's answer amounts to: taken in as if they had been sent by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from hub.errors import Conflict
from hub.model.dispatch import Delivered, Dispatch
from hub.workers.publish import Document, publish

if TYPE_CHECKING:
    from hub.bootstrap import Hub

LANE = "mutation"
log = structlog.get_logger(__name__)


def take_messages(hub: Hub, dispatch: Dispatch, delivered: Delivered) -> None:
    """Store and queue them, each under an id that follows from the dispatch: taken in again it is the same one.

    An answer that was lost and asked for again may be worded otherwise meanwhile; the first one that was stored stands.
    """
    for number, body in enumerate(delivered.messages, 1):
        document = Document(body, f"{dispatch.sink}-{number}.json", "application/json", f"{dispatch.id}#{number}")
        try:
            for _ in publish(hub, dispatch.administration, [document], LANE, channel=dispatch.sink):
                pass  # it is stored as it is walked
        except Conflict:
            log.info("answer_known", sink=dispatch.sink, dispatch=dispatch.id, number=number)
