"""Message ids: UUIDv7 for what we receive, UUIDv5 for outside messages that bring none."""

from __future__ import annotations

import hashlib
import os
import time
import uuid
from dataclasses import replace

from hub.model.envelope import Delivery, Envelope

LONGEST = 200  # characters of a message id, as the tables have room for; AMQP allows 255 bytes
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:boekhub:message")


def new_id() -> str:
    """A UUIDv7 (RFC 9562): time first, so that ids of one day lie together in an index."""
    milliseconds = time.time_ns() // 1_000_000
    bits = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | int.from_bytes(os.urandom(10)) & ((1 << 76) - 1)
    return str(uuid.UUID(int=bits & ~(0x3 << 62) | 0x2 << 62))


def content_id(administration: str, sha256: str) -> str:
    """The same document for the same administration always has the same id."""
    return str(uuid.uuid5(_NAMESPACE, f"{administration}|{sha256}"))


def named(envelope: Envelope) -> Envelope:
    """With an id it can be found and sent again by: an outside message without one, or with too long a one, gets it here."""
    given = envelope.message_id
    if given and len(given) <= LONGEST:
        return envelope
    sha256 = hashlib.sha256(given.encode() or envelope.body).hexdigest()
    return replace(envelope, message_id=content_id(envelope.administration if not given else "", sha256))


def named_delivery(delivery: Delivery) -> Delivery:
    """The same handing-over, of the named envelope."""
    envelope = named(delivery.envelope)
    return delivery if envelope is delivery.envelope else replace(delivery, envelope=envelope)
