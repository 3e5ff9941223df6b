"""Access points as channels: one round over the folder that one fills, or over the inbox that one keeps for us.

Both are hand-overs (`hub/workers/hand_over.py`): whose a document is, its envelope says. A document whose database is away
stays where it is, and the round ends as one that must be tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import structlog

from hub.channels import FolderChannel, InboxChannel
from hub.errors import Unavailable, Usage
from hub.model.hand_over import Receipt
from hub.workers.hand_over import take_folder, take_hinted, take_inbox

if TYPE_CHECKING:
    from hub.bootstrap import Hub

log = structlog.get_logger(__name__)


def take_round(hub: Hub, channel: FolderChannel | InboxChannel, ended: Callable[[], bool] = lambda: False) -> int:
    """Everything that lies or waits there; how many were taken or put away. Raises `Unavailable` when some must come again."""
    settled, later = 0, 0
    for name, receipt in _taken(hub, channel):
        if not receipt.taken:
            log.warning("hand_over_refused", channel=channel.name, document=name, final=receipt.final)
        later += not (receipt.taken or receipt.final)
        settled += receipt.taken or (receipt.final and isinstance(channel, FolderChannel))  # else it stays unread there
        if ended():
            break
    if later:
        raise Unavailable(
            f"channel {channel.name}: {later} documents could not be stored now; they stay where they are"
        )
    return settled


def take_named(hub: Hub, channel: InboxChannel, document: str) -> Receipt:
    """The one document that a hint speaks of. Raises `Transient` when the access point does not answer."""
    return take_hinted(hub, hub.inbox(channel.sink), document, channel=channel.name)


def _taken(hub: Hub, channel: FolderChannel | InboxChannel) -> Iterator[tuple[str, Receipt]]:
    if isinstance(channel, InboxChannel):
        return take_inbox(hub, hub.inbox(channel.sink), channel=channel.name)
    if not channel.path.is_dir():
        raise Usage(f"channel {channel.name}: there is no folder {channel.path}")
    return take_folder(hub, hub.hand_over(channel.layout), channel.path, channel=channel.name)
