"""A batch of deliveries through the pipeline, with every kind of failure in its place (RELIABILITY 2.3, 2.6)."""

from __future__ import annotations

import random
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from hub import failpoints
from hub.errors import Permanent, Throttled, Transient
from hub.model.envelope import Delivery, Envelope
from hub.model.message import Message
from hub.model.result import Result
from hub.pipeline import conclude, read
from hub.ports import Consumer, Reading
from hub.store import outbox
from hub.store.administrations import load_books
from hub.store.parked import note_attempt, park
from hub.store.store import SqlStore, now
from hub.transport import lanes
from hub.transport.embedded import EmbeddedConsumer
from hub.workers.identity import named, named_delivery
from hub.workers.unpack import unpack

if TYPE_CHECKING:
    from hub.bootstrap import Hub

SUSPECT_AFTER = 2  # redeliveries after which a message is read alone: its neighbours must not die with it
IMMEDIATE = 3  # re-runs in process after a deadlock, serialization failure or lock timeout
LADDER = (10, 60, 600, 3600, 21600)  # seconds until the next try, after an unexpected failure; then parked
_AGAIN = ("40001", "40P01", "55P03")  # PostgreSQL: serialization failure, deadlock, lock not available
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch that is read: what is left touches nothing but the database, and any thread may do it."""

    messages: list[Message]
    readings: list[Reading]
    store: SqlStore


class BatchRunner:
    """Takes the deliveries of `consumer` to recorded outcomes; from an embedded queue they leave in the same commit."""

    def __init__(self, hub: Hub, lane: str, consumer: Consumer) -> None:
        self._hub = hub
        self._lane = lane
        self._consumer = consumer

    def run(self, received: Sequence[Delivery]) -> list[Result]:
        """Every delivery ends in an outcome, a retry row or parked. Raises `Transient` when nothing could be done."""
        deliveries = _named(received)
        try:
            return self._attempt(deliveries) if deliveries else []
        except Transient:
            raise
        except Exception as error:
            return self._one_by_one(deliveries, error)

    def run_again(self, received: Sequence[Delivery], error: Exception) -> list[Result]:
        """As `run`, after `error` ended an attempt of `prepare` and `conclude` and undid it."""
        again = isinstance(error, Transient) or (isinstance(error, DBAPIError) and _lost_race(error))
        return self.run(received) if again else self._one_by_one(_named(received), error)

    def _one_by_one(self, deliveries: Sequence[Delivery], error: Exception) -> list[Result]:
        """So that only the culprit is held back."""
        if len(deliveries) == 1:
            self._fail(deliveries[0], error)
            return []
        log.warning("batch_one_by_one", lane=self._lane, error=f"{type(error).__name__}: {error}")
        results: list[Result] = []
        for delivery in deliveries:
            try:
                results += self._attempt([delivery])
            except Transient:
                raise
            except Exception as failure:
                self._fail(delivery, failure)
        return results

    def _attempt(self, deliveries: Sequence[Delivery]) -> list[Result]:
        """The whole transaction function, re-run at once when the database says that it lost a race."""
        for attempt in range(IMMEDIATE + 1):
            try:
                return self.conclude(self.prepare(deliveries))
            except DBAPIError as error:
                if _lost_race(error) and attempt < IMMEDIATE:
                    continue
                raise
        raise Transient("the database kept refusing this batch")

    def prepare(self, received: Sequence[Delivery]) -> Prepared:
        """Unpack and read; what can never be processed is parked."""
        with self._hub.database.finding() as connection:
            unpacked = unpack(connection, _named(received))
        if unpacked.hopeless:
            self._park([(d, str(error), type(error).__name__) for d, error in unpacked.hopeless])
        store = self._hub.store(actor="hub", lane=self._lane.removesuffix(".suspect"))
        store.stored = unpacked.stored
        consumer, mine = self._consumer, [d for d, _ in unpacked.messages]
        if isinstance(consumer, EmbeddedConsumer):
            store.settle = lambda connection: consumer.settle_within(connection, mine)
        failpoints.hit("intake:before-process")
        messages = [message for _, message in unpacked.messages]
        return Prepared(messages, [read(message, self._hub.sources) for message in messages], store)

    def conclude(self, prepared: Prepared) -> list[Result]:
        """Look up, book and record, in one transaction."""
        return conclude(prepared.messages, prepared.readings, prepared.store) if prepared.messages else []

    def set_suspects_aside(self, deliveries: Sequence[Delivery]) -> list[Delivery]:
        """Move what was redelivered too often to the suspect lane, and settle it before anything is parsed; the others.

        Were it still held when a neighbour kills this process, it would be handed out again each time, and parked
        in the end for the deaths of others. What the outbox could not carry stays.
        """
        if lanes.is_suspect(self._lane):
            return list(deliveries)
        aside = {id(d): _on_lane(d.envelope, lanes.suspect(self._lane)) for d in deliveries if _is_suspect(d)}
        if not aside:
            return list(deliveries)
        self._hub.ids.reserve(len(aside))
        with self._hub.database.transaction() as connection:
            outbox.put(connection, self._hub.ids, [(0, envelope) for envelope in aside.values()], now())
            failpoints.hit("suspect:before-commit")
        failpoints.hit("suspect:after-commit")
        self._consumer.settle([d for d in deliveries if id(d) in aside])
        return [d for d in deliveries if id(d) not in aside]

    def _fail(self, delivery: Delivery, error: Exception) -> None:
        """A message that cannot be processed for a technical reason: a later try, or parked for good."""
        log.error(
            "message_failed",
            lane=self._lane,
            message_id=delivery.envelope.message_id,
            error=f"{type(error).__name__}: {error}",
        )
        at, hub = now(), self._hub
        hub.ids.reserve(5)
        reason = "".join(traceback.format_exception_only(error)).strip()
        with hub.database.transaction() as connection:
            uid = delivery.envelope.message_id
            tries = outbox.attempts_of(connection, uid)
            administration_id = _administration_id(connection, delivery.envelope.administration)
            note_attempt(connection, hub.ids, administration_id, uid, self._lane, error, at)
            again = _on_lane(delivery.envelope, self._lane.removesuffix(".suspect"))
            if isinstance(error, Permanent) or tries >= len(LADDER) or not lanes.fits(again):
                park(
                    connection,
                    hub.ids,
                    administration_id,
                    delivery.envelope,
                    delivery.envelope.body,
                    reason,
                    type(error).__name__,
                    at,
                )
                return
            later = at + _delay(LADDER[tries], error)
            outbox.put(connection, hub.ids, [(administration_id or 0, again)], at, not_before=later)

    def _park(self, failed: Sequence[tuple[Delivery, str, str]]) -> None:
        at, hub = now(), self._hub
        hub.ids.reserve(len(failed))
        with hub.database.transaction() as connection:
            for delivery, reason, error_class in failed:
                envelope = named(delivery.envelope)
                administration_id = _administration_id(connection, envelope.administration)
                park(connection, hub.ids, administration_id, envelope, envelope.body, reason, error_class, at)

    def park_dead(self, deliveries: Sequence[Delivery]) -> None:
        """The broker gave up on these: they killed their workers time and again."""
        reason = "it was handed out again and again and never finished: its worker died each time (delivery limit)"
        self._park([(d, reason, "Poison") for d in deliveries])


def _named(deliveries: Sequence[Delivery]) -> list[Delivery]:
    return [named_delivery(delivery) for delivery in deliveries]


def _is_suspect(delivery: Delivery) -> bool:
    return delivery.redeliveries >= SUSPECT_AFTER and lanes.fits(delivery.envelope)


def _on_lane(envelope: Envelope, lane: str) -> Envelope:
    return replace(named(envelope), lane=lane)


def _administration_id(connection: Connection, code: str) -> int | None:
    books = load_books(connection, [code]).get(code)
    return books.id if books else None


def _delay(seconds: int, error: Exception) -> timedelta:
    """The rung with ±20 % jitter; a later Retry-After wins."""
    asked = error.retry_after_seconds if isinstance(error, Throttled) else 0.0
    return timedelta(seconds=max(seconds * random.uniform(0.8, 1.2), asked))


def _lost_race(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in _AGAIN or "database is locked" in str(error.orig)
