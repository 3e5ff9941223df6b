"""From deliveries to messages: claim checks are fetched in one query, outside documents become messages of their own."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from hub.errors import Permanent
from hub.model.envelope import Delivery, Envelope
from hub.model.message import Message
from hub.store.administrations import known_administrations
from hub.store.messages import find_arrivals, load_messages
from hub.store.outbox import CLAIM
from hub.store.store import now
from hub.transport.lanes import MAX_BODY_BYTES
from hub.workers.identity import content_id


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Messages with their deliveries, those stored before, and deliveries that can never be processed, with the reason."""

    messages: list[tuple[Delivery, Message]]
    stored: frozenset[str]
    hopeless: list[tuple[Delivery, Permanent]]


def unpack(connection: Connection, deliveries: Sequence[Delivery]) -> Unpacked:
    """One query for all claim checks and one for the administrations they name."""
    claims = {d.envelope.message_id for d in deliveries if d.envelope.content_type == CLAIM}
    known = load_messages(connection, claims) if claims else {}
    known_codes = known_administrations(connection, {d.envelope.administration for d in deliveries})
    taken = find_arrivals(connection, {d.envelope.message_id for d in deliveries if _may_collide(d.envelope)})
    messages: list[tuple[Delivery, Message]] = []
    hopeless: list[tuple[Delivery, Permanent]] = []
    for delivery in deliveries:
        envelope = delivery.envelope
        message = known.get(envelope.message_id) if envelope.content_type == CLAIM else None
        if envelope.administration not in known_codes:
            hopeless.append((delivery, _no_administration(envelope)))
        elif message is None and envelope.content_type == CLAIM:
            hopeless.append((delivery, Permanent(f"no stored message {envelope.message_id} for this claim check")))
        elif message is None and len(envelope.body) > MAX_BODY_BYTES:
            hopeless.append((delivery, _too_large(envelope)))
        elif message is not None:
            messages.append((delivery, message))
        else:
            outside = _outside_message(envelope, taken)
            taken.setdefault(outside.id, (outside.administration, outside.sha256))  # the rest of the batch must see it
            messages.append((delivery, outside))
    return Unpacked(messages, frozenset(known), hopeless)


def _may_collide(envelope: Envelope) -> bool:
    """Whether its id may have come before with other bytes: not one that we made of the bytes themselves."""
    if envelope.content_type == CLAIM:
        return False
    sha256 = hashlib.sha256(envelope.body).hexdigest()
    return envelope.message_id != content_id(envelope.administration, sha256)


def _no_administration(envelope: Envelope) -> Permanent:
    if not envelope.administration:
        return Permanent("header `administration` is missing: it must hold the code of the books this document is for")
    return Permanent(f"there is no administration {envelope.administration!r}; check header `administration`")


def _too_large(envelope: Envelope) -> Permanent:
    size = len(envelope.body)
    return Permanent(
        f"{size} bytes; a queue takes documents up to {MAX_BODY_BYTES}: hand this one in with `hub intake`"
    )


def _outside_message(envelope: Envelope, taken: Mapping[str, tuple[str, str]]) -> Message:
    """A document that another program published as it is, named by its contents where it brought no id (DESIGN 6).

    An id that came before with other bytes is a conflict; one that another administration used is only a coincidence.
    """
    sha256 = hashlib.sha256(envelope.body).hexdigest()
    given = envelope.message_id
    administration, before = taken.get(given, (envelope.administration, sha256))
    strange = administration != envelope.administration
    collides = given if not strange and before != sha256 else ""
    uid = content_id(envelope.administration, f"{given}{sha256}") if strange or collides else given
    name, wished = envelope.headers.get("file_name", ""), envelope.headers.get("direction", "")
    return Message(
        uid, envelope.administration, "amqp", uid, envelope.content_type, envelope.body, sha256, now(), name, collides,
        wished=wished if wished in ("purchase", "sales") else "",
    )  # fmt: skip
