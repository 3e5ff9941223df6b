"""AMQP properties and headers to and from `Envelope`: ours, and those of any outside publisher."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pika import data as pika_data
from pika import spec

from hub.model.envelope import Delivery, Envelope
from hub.transport import lanes

_APPLICATION = "boekhub"
_ADMINISTRATION = "administration"
_PERSISTENT = 2
_FIXED_SIZES = {b"T": 8, b"d": 8, b"f": 4}
_strict_decode_value = pika_data.decode_value


def _decode_value(encoded: bytes, offset: int) -> tuple[Any, int]:
    """A header value; one that Python cannot hold becomes hexadecimal text.

    pika raises on NaN, infinity and years past 9999 (a timestamp sent in milliseconds), in the thread
    that reads the socket: one foreign header would then stop every consumer that meets it.
    """
    try:
        value, end = _strict_decode_value(encoded, offset)
    except (ValueError, OverflowError, OSError):
        size = _FIXED_SIZES.get(encoded[offset : offset + 1])
        if size is None:
            raise
        value, end = encoded[offset + 1 : offset + 1 + size].hex(), offset + 1 + size
    return value, end


pika_data.decode_value = _decode_value


def to_properties(envelope: Envelope) -> spec.BasicProperties:
    """The AMQP properties of one of our messages, persistent, without any broker's headers."""
    headers = lanes.travelling(envelope.headers)
    correlation = headers.get("correlationid", "")
    if envelope.administration:
        headers[_ADMINISTRATION] = envelope.administration
    return spec.BasicProperties(
        message_id=envelope.message_id or None,
        type=envelope.type or None,
        content_type=envelope.content_type,
        correlation_id=correlation if 0 < len(correlation.encode()) <= lanes.MAX_NAME_BYTES else None,
        timestamp=int(time.time()),
        app_id=_APPLICATION,
        delivery_mode=_PERSISTENT,
        headers=headers,
    )


def to_delivery(
    lane: str, prefix: str, method: spec.Basic.Deliver, properties: spec.BasicProperties, body: bytes, token: object
) -> Delivery:
    """What the broker handed out on `lane`, whoever published it. Never raises on what is in it."""
    raw: Mapping[Any, Any] = properties.headers or {}
    headers = {_text(name): _text(value) for name, value in raw.items()}
    administration = headers.pop(_ADMINISTRATION, "")
    envelope = Envelope(
        lane=_origin(lane, prefix, headers.get("x-first-death-queue") or _text(method.routing_key)),
        message_id=_text(properties.message_id),
        administration=administration,
        body=body,
        content_type=_text(properties.content_type) or "application/xml",
        type=_text(properties.type),
        headers=lanes.travelling(headers),
    )
    reason = headers.get("x-first-death-reason", "") if lane == lanes.DEAD else ""
    return Delivery(envelope, redeliveries=_redeliveries(method, raw), token=token, reason=reason)


def _redeliveries(method: spec.Basic.Deliver, headers: Mapping[Any, Any]) -> int:
    """Quorum queues count from the first redelivery on; the flag is what every broker knows."""
    counted = headers.get("x-delivery-count")
    return max(counted if isinstance(counted, int) else 0, int(bool(method.redelivered)))


def _origin(lane: str, prefix: str, queue: str) -> str:
    """On `dead` the lane on which it died, else the lane itself.

    The broker names the queue; the routing key is only as good, because outside programs bind with keys of their own.
    """
    return queue.removeprefix(f"{prefix}.") or lane if lane == lanes.DEAD else lane


def _text(value: object) -> str:
    """Any AMQP field value as text that every database can hold: PostgreSQL has no text with a zero byte in it."""
    return _any_text(value).replace("\x00", "\ufffd")


def _any_text(value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case bytes():
            return value.decode("utf-8", "replace")
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat()
        case dict() | list():
            return json.dumps(value, default=str, ensure_ascii=False)
        case _:
            return str(value)
