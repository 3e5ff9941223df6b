"""Message ids: UUIDv7 for what we receive, UUIDv5 for outside messages that bring none."""

from __future__ import annotations

import os
import time
import uuid

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:boekhub:message")


def new_id() -> str:
    """A UUIDv7 (RFC 9562): time first, so that ids of one day lie together in an index."""
    milliseconds = time.time_ns() // 1_000_000
    bits = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | int.from_bytes(os.urandom(10)) & ((1 << 76) - 1)
    return str(uuid.UUID(int=bits & ~(0x3 << 62) | 0x2 << 62))


def content_id(administration: str, sha256: str) -> str:
    """The same document for the same administration always has the same id."""
    return str(uuid.uuid5(_NAMESPACE, f"{administration}|{sha256}"))
