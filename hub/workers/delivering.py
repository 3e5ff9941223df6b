"""One dispatch to its end: sent, later, or parked. Every end is a commit, and only then the ticket is settled."""

from __future__ import annotations

import random
import traceback
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection, func, select

from hub.errors import InDoubt, Permanent, Throttled, Unavailable, Usage
from hub.failpoints import hit
from hub.model.dispatch import Delivered, Dispatch, DispatchState
from hub.model.envelope import Delivery
from hub.store import delivery_effects, dispatches, outbox
from hub.store import tables as t
from hub.store.administrations import load_books
from hub.store.dispatches import Standing
from hub.store.messages import as_instant
from hub.store.parked import note_attempt, park
from hub.store.store import now
from hub.workers.answers import take_messages
from hub.workers.batch import LADDER
from hub.workers.rendering import rendered

if TYPE_CHECKING:
    from hub.bootstrap import Hub, OpenSink

OUTAGE = timedelta(days=3)  # a host that cannot be reached is tried this long; what it refuses climbs the ladder
STILL_SENDING = timedelta(seconds=90)  # a request ends within 60: younger than this, another worker may be at it
KEYS = 100  # more than one failure takes: other threads take from the same block
log = structlog.get_logger(__name__)


class Errand:
    """One ticket."""

    def __init__(self, hub: Hub, sink: OpenSink, delivery: Delivery) -> None:
        self._hub = hub
        self._sink = sink
        self._delivery = delivery
        self._in_doubt = False  # it may have been sent, and nobody has found out yet

    def run(self) -> bool:
        """Whether its end was recorded. Never raises: False gives the ticket back."""
        return self.ends(self._go)

    def ends(self, act: Callable[[], None]) -> bool:
        """As `run`, of what is left to do of it."""
        try:
            act()
        except Exception as error:
            log.warning("dispatch_not_recorded", sink=self._sink.name, error=f"{type(error).__name__}: {error}")
            return False
        return True

    def _go(self) -> None:
        uid = self._delivery.envelope.message_id
        with self._hub.database.reading() as connection:
            found = dispatches.load(connection, uid)
            ended = found is None or self._is_ended(connection, found[0], found[1].state)
        if found is None:
            self._stray(Permanent(f"there is no dispatch {uid}: nothing was sent"))
            return
        dispatch, standing = found
        if ended:
            return
        try:
            if standing.state == "sending" and not self._may_go_on(dispatch, standing):
                return
            self._send(dispatch, standing)
        except Exception as error:
            self.failed(dispatch, error)

    def _is_ended(self, connection: Connection, dispatch: Dispatch, state: DispatchState) -> bool:
        """Sent before, or parked and not sent again by a person: this ticket is a duplicate."""
        return state == "sent" or (state == "parked" and dispatches.is_parked(connection, dispatch.id))

    def _may_go_on(self, dispatch: Dispatch, standing: Standing) -> bool:
        """A dispatch that somebody began to send: whether it is sent (again) now. Recorded, when it turns out to be there."""
        if self._sink.sink.harmless_twice:
            return True
        self._in_doubt = True
        if not standing.note and now() - standing.since < STILL_SENDING:
            self.look_again(dispatch)
            return False
        try:
            known = self._sink.sink.find(dispatch)
        except InDoubt as error:
            raise Permanent(
                f"nobody can tell whether it arrived ({error}): ask the far side, then retry or discard it"
            ) from error
        if known is not None:
            self._done(dispatch, known)
        self._in_doubt = False
        return known is None

    def look_again(self, dispatch: Dispatch) -> None:
        """Another worker may be sending it: this ticket comes back when he must be done, for he may die meanwhile."""
        at, hub = now(), self._hub
        hub.ids.reserve(KEYS)
        with hub.database.transaction() as connection:
            books = load_books(connection, [dispatch.administration])[dispatch.administration]
            ticket = [(books.id, dispatches.ticket(dispatch))]
            outbox.put(connection, hub.ids, ticket, at, not_before=at + STILL_SENDING)

    def _send(self, dispatch: Dispatch, standing: Standing) -> None:
        with self._hub.database.transaction() as connection:
            begun = dispatches.begin(connection, dispatch.id, standing, now())
        if not begun:
            self.look_again(dispatch)
            return
        hit("deliver:sending")  # D1
        with self._hub.database.reading() as connection:
            ready = rendered(connection, dispatch, self._hub.settings.sinks[self._sink.name].options)
        delivered = self._sink.sink.deliver(ready)
        self.arrived()
        hit("deliver:accepted")  # D2
        self._done(dispatch, delivered)

    def arrived(self) -> None:
        """It is there: whatever fails from here on, it is not sent blindly again."""
        self._in_doubt = not self._sink.sink.harmless_twice

    def done_or_failed(self, dispatch: Dispatch, delivered: Delivered) -> None:
        """Record that it arrived; where that fails, that nobody knows."""
        try:
            self._done(dispatch, delivered)
        except Exception as error:
            self.failed(dispatch, error)

    def _done(self, dispatch: Dispatch, delivered: Delivered) -> None:
        """Messages in the answer go in first: cut off after them the dispatch is sent again, and they are known by their ids."""
        take_messages(self._hub, dispatch, delivered)
        at, hub = now(), self._hub
        hub.ids.reserve(KEYS)
        with hub.database.transaction() as connection:
            dispatches.end(connection, dispatch.id, delivered, at)
            delivery_effects.delivered(connection, hub.ids, dispatch, delivered, at)
        hit("deliver:recorded")
        log.info("dispatch_sent", sink=self._sink.name, dispatch=dispatch.id, type=dispatch.type)

    def failed(self, dispatch: Dispatch, error: Exception) -> None:
        """In one commit: what went wrong, and when it is tried again, or that it is parked."""
        log.warning(
            "dispatch_failed", sink=self._sink.name, dispatch=dispatch.id, error=f"{type(error).__name__}: {error}"
        )
        envelope, at, hub = self._delivery.envelope, now(), self._hub
        hub.ids.reserve(KEYS)
        with hub.database.transaction() as connection:
            books = load_books(connection, [dispatch.administration])[dispatch.administration]
            delay = self._next_try(connection, dispatch.id, error)
            note_attempt(connection, hub.ids, books.id, dispatch.id, envelope.lane, error, at)
            doubtful = self._in_doubt or isinstance(error, InDoubt)
            reason = "".join(traceback.format_exception_only(error)).strip()
            if delay is None:
                dispatches.move(connection, dispatch.id, "parked", reason, at)
                delivery_effects.parked(connection, hub.ids, dispatch, reason, at)
                park(
                    connection,
                    hub.ids,
                    books.id,
                    dispatches.ticket(dispatch),
                    dispatch.body,
                    reason,
                    type(error).__name__,
                    at,
                )
                return
            dispatches.move(connection, dispatch.id, "sending" if doubtful else "waiting", reason, at)
            later = at + timedelta(seconds=delay)
            outbox.put(connection, hub.ids, [(books.id, dispatches.ticket(dispatch))], at, not_before=later)

    def _next_try(self, connection: Connection, uid: str, error: Exception) -> float | None:
        """Seconds; None = parked. The far side's Retry-After wins when it is later than the rung."""
        if isinstance(error, Permanent | Usage):
            return None
        a = t.attempt
        query = select(func.count(), func.min(a.c.at)).where(a.c.message_uid == uid)
        tries, first = connection.execute(query).one()
        rung = LADDER[min(tries, len(LADDER) - 1)] * random.uniform(0.8, 1.2)
        if isinstance(error, Unavailable) and (first is None or now() - as_instant(first) < OUTAGE):
            return rung
        if isinstance(error, Throttled):
            rung = max(rung, error.retry_after_seconds)
        return rung if tries < len(LADDER) else None

    def _stray(self, error: Permanent) -> None:
        """A ticket for nothing: kept where people see it."""
        envelope, hub = self._delivery.envelope, self._hub
        hub.ids.reserve(KEYS)
        with hub.database.transaction() as connection:
            known = load_books(connection, [envelope.administration]).get(envelope.administration)
            park(
                connection,
                hub.ids,
                known.id if known else None,
                envelope,
                envelope.body,
                str(error),
                "Permanent",
                now(),
            )
