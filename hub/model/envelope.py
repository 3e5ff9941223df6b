"""Envelope and Delivery: a message on its way through a queue, and one handing-over of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Envelope:
    """What travels on a lane. `message_id` is given once at the door and kept over every publish.

    `lane` is the routing key (`invoice`, `invoice.suspect`, `dispatch.mail` …). `body` is the claim
    check of our own messages (`content_type` `application/vnd.hub.claim+json`), or the raw document
    of an outside publisher. `headers` hold text values only, in CloudEvents names (RELIABILITY 2.4).
    """

    lane: str
    message_id: str  # "" where an outside publisher gave none
    administration: str
    body: bytes
    content_type: str = "application/xml"
    type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One handing-over of an envelope to a consumer.

    `redeliveries` never understates how often it was handed out before and not settled; `token`
    belongs to the transport and is only good on the connection that gave it.
    """

    envelope: Envelope
    redeliveries: int
    token: object
    reason: str = ""  # on lane `dead`: why it is there
