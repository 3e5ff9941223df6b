"""Mails in handfuls: what each would ask and record by itself is asked and recorded for all of them at once.

    load ▸ made ▸ T2a of all ▸ looked at once more ▸ each to the server ▸ T2b of all

A handful is no larger than the number of connections, and at most two are between T2a and T2b: while one is with the server, the
commits of the other are made, and the next is being made. What they are made of is read for several handfuls at once: that leaves
nothing in doubt. What goes another way than most goes it alone, as an `Errand`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from threading import Lock, Semaphore
from typing import TYPE_CHECKING, TypeVar

import structlog

from hub.errors import Permanent
from hub.failpoints import hit
from hub.model.dispatch import Delivered, Dispatch
from hub.model.envelope import Delivery
from hub.store import delivery_effects, dispatches
from hub.store.dispatches import Standing
from hub.store.store import now
from hub.workers.delivering import KEYS, Errand
from hub.workers.rendering_reminder import Material, mail_of, materials, why_stay

if TYPE_CHECKING:
    from hub.bootstrap import Hub, OpenSink

KIND, TYPE = "mail", "reminder.mail"
AT_HAND = 8  # handfuls whose tickets are at hand, so that none waits for the broker
AT_ONCE = 3  # handfuls: one is made, one is begun or recorded, one is with the server
BEGUN = 2  # of them between T2a and T2b: what a kill leaves in doubt
T = TypeVar("T")
Plain = dict[str, tuple[Dispatch, Standing]]
log = structlog.get_logger(__name__)


class Handfuls:
    """The mails of one sink, flowing: while some are with the server, others are made and recorded. Its threads end with `opened`.

    Used from one thread.
    """

    def __init__(self, hub: Hub, sink: OpenSink, size: int, crews: Executor, hands: Executor, makers: Executor) -> None:
        self._hub = hub
        self._sink = sink
        self._size = size
        self._crews = crews
        self._hands = hands  # one for each connection
        self._makers = makers
        self._gate = Semaphore(BEGUN)
        self._tickets: dict[str, list[Delivery]] = {}  # in hand, by dispatch: one may be there twice
        self._going: dict[Future[dict[str, bool]], list[str]] = {}

    def room(self) -> int:
        """How many more tickets can be taken, whole handfuls; 0 while there are enough at hand."""
        free = AT_HAND * self._size - sum(map(len, self._tickets.values()))
        return free - free % self._size if free >= AT_HAND * self._size // 2 else 0

    def take(self, received: Sequence[Delivery], is_to_stop: Callable[[], bool]) -> None:
        """Have them carried; those that are not begun when `is_to_stop` are not begun any more."""
        fresh = []
        for one in received:
            there = self._tickets.setdefault(one.envelope.message_id, [])
            if not there:
                fresh.append(one)
            there.append(one)
        shelf = Shelf(self._hub, self._sink.name, [one.envelope.message_id for one in fresh])
        for at in range(0, len(fresh), self._size):
            part = fresh[at : at + self._size]
            going = self._crews.submit(self._carried, part, shelf, is_to_stop)
            self._going[going] = [one.envelope.message_id for one in part]

    def ended(self) -> tuple[list[Delivery], list[Delivery], int]:
        """Waits for the next handful that comes to its end: tickets of those whose end was recorded, tickets of the others, and how
        many of these could not be recorded. None at all = nothing is in hand."""
        done: list[Delivery] = []
        left: list[Delivery] = []
        failed = 0
        for going in wait(self._going, return_when=FIRST_COMPLETED).done if self._going else ():
            recorded = going.result()
            for uid in self._going.pop(going):
                (done if recorded.get(uid) else left).extend(self._tickets.pop(uid))
                failed += recorded.get(uid) is False
        return done, left, failed

    def _carried(
        self, received: Sequence[Delivery], shelf: Shelf, is_to_stop: Callable[[], bool]
    ) -> dict[str, bool]:  # fmt: skip
        """By dispatch, whether its end was recorded; nothing of those that were not begun, for we are to stop. Never raises."""
        if is_to_stop():
            return {}
        errands = {one.envelope.message_id: Errand(self._hub, self._sink, one) for one in received}
        plain, there = shelf.taken(errands)
        alone = [uid for uid in errands if uid not in plain]
        ended = dict(zip(alone, self._hands.map(lambda uid: errands[uid].run(), alone), strict=True))
        handful = Handful(self._hub, self._sink, {uid: errands[uid] for uid in plain}, there)
        made = handful.made(self._makers, plain)
        with self._gate:
            handful.send(self._hands, made, {uid: plain[uid][1] for uid in made})
        return ended | handful.ended


class Shelf:
    """What several handfuls are made of: read at once, by the first of them that comes for its own."""

    def __init__(self, hub: Hub, sink: str, uids: Sequence[str]) -> None:
        self._hub = hub
        self._sink = sink
        self._uids = uids
        self._lock = Lock()
        self._plain: Plain | None = None
        self._there: dict[str, Material] = {}

    def taken(self, uids: Iterable[str]) -> tuple[Plain, dict[str, Material]]:
        """Those of these mails that go the way of most, and what each is made of; nothing of them stays here. Never raises."""
        with self._lock:
            if self._plain is None:
                self._plain = self._read()
            plain = {uid: self._plain.pop(uid) for uid in uids if uid in self._plain}
            return plain, {uid: self._there.pop(uid) for uid in plain}

    def _read(self) -> Plain:
        try:
            with self._hub.database.reading() as connection:
                found = dispatches.load_many(connection, self._uids)
                plain = {uid: one for uid, one in found.items() if one[0].type == TYPE and one[1].state == "waiting"}
                self._there = materials(connection, [dispatch for dispatch, _ in plain.values()])
        except Exception as error:
            log.warning("mails_go_alone", sink=self._sink, error=f"{type(error).__name__}: {error}")
            return {}
        return plain


class Handful:
    """Some mails on their way; `ended` says of each whether its end was recorded."""

    def __init__(self, hub: Hub, sink: OpenSink, errands: Mapping[str, Errand], there: Mapping[str, Material]) -> None:
        self._hub = hub
        self._sink = sink
        self._errands = errands
        self._there = there
        self.ended: dict[str, bool] = {}

    def made(self, makers: Executor, plain: Plain) -> dict[str, Dispatch]:
        """Those that could be made, with their bytes. Nothing is begun yet: a mail is what its reminder was when it was staged."""
        several = {uid: dispatch for uid, (dispatch, _) in plain.items()}
        waits = {uid: makers.submit(self._tried_mail, one) for uid, one in several.items() if self._takes_long(uid)}
        tried = {
            uid: waits[uid].result() if uid in waits else self._tried_mail(one) for uid, one in several.items()
        }  # fmt: skip
        return self._sorted_out(tried, several)

    def _takes_long(self, uid: str) -> bool:
        """Whether there is more to do than to put a head before what was made ahead."""
        return self._there[uid].begun is None or bool(self._there[uid].messages)

    def _tried_mail(self, dispatch: Dispatch) -> Dispatch | Exception:
        return _tried(lambda: self._mail(dispatch))

    def _mail(self, dispatch: Dispatch) -> Dispatch:
        material, options = self._there[dispatch.id], self._hub.settings.sinks[self._sink.name].options
        return mail_of(self._hub.database.reading, dispatch, material, options)

    def send(self, hands: Executor, made: Mapping[str, Dispatch], standings: Mapping[str, Standing]) -> None:
        """From T2a to T2b."""
        begun = self._begun(made, standings)
        for _ in begun:
            hit("deliver:sending")  # D1
        leaving = self._sorted_out({uid: why or begun[uid] for uid, why in self._looked_at(begun).items()}, begun)
        tried = dict(
            zip(leaving, hands.map(lambda one: _tried(lambda: self._handed(one)), leaving.values()), strict=True)
        )
        self._record(leaving, self._sorted_out(tried, leaving))

    def _begun(self, made: Mapping[str, Dispatch], standings: Mapping[str, Standing]) -> dict[str, Dispatch]:
        """T2a of all. Whom another worker has begun is looked at later; where nothing can be recorded, all are given back."""
        if not made:
            return {}
        try:
            with self._hub.database.transaction() as connection:
                own = dispatches.begin_many(connection, {uid: standings[uid] for uid in made}, now())
        except Exception as error:
            log.warning("mails_not_begun", sink=self._sink.name, error=f"{type(error).__name__}: {error}")
            self.ended |= dict.fromkeys(made, False)
            return {}
        for uid in made.keys() - own:
            self._alone(uid, lambda errand, dispatch=made[uid]: errand.look_again(dispatch))  # type: ignore[misc]
        return {uid: dispatch for uid, dispatch in made.items() if uid in own}

    def _looked_at(self, begun: Mapping[str, Dispatch]) -> dict[str, Exception | None]:
        """Once more, now that they leave: what was paid, stopped or dropped since it was staged stays here."""
        if not begun:
            return {}
        try:
            with self._hub.database.reading() as connection:
                why = why_stay(connection, {uid: self._there[uid] for uid in begun})
        except Exception as error:
            return dict.fromkeys(begun, error)
        return {uid: Permanent(why[uid]) if uid in why else None for uid in begun}

    def _handed(self, dispatch: Dispatch) -> Delivered:
        delivered = self._sink.sink.deliver(dispatch)
        self._errands[dispatch.id].arrived()
        hit("deliver:accepted")  # D2
        return delivered

    def _record(self, leaving: Mapping[str, Dispatch], delivered: Mapping[str, Delivered]) -> None:
        """T2b of all; where that cannot be, of each by itself, so that one does not keep the others from it."""
        if not delivered:
            return
        at, hub = now(), self._hub
        try:
            hub.ids.reserve(KEYS)
            with hub.database.transaction() as connection:
                dispatches.end_many(connection, delivered, at)
                told = [(leaving[uid], answer) for uid, answer in delivered.items()]
                delivery_effects.delivered_many(connection, hub.ids, told, at)
        except Exception as error:
            log.warning("mails_recorded_alone", sink=self._sink.name, error=f"{type(error).__name__}: {error}")
            for uid, answer in delivered.items():
                self._alone(uid, lambda errand, uid=uid, answer=answer: errand.done_or_failed(leaving[uid], answer))  # type: ignore[misc]
            return
        self.ended |= dict.fromkeys(delivered, True)
        for uid in delivered:
            hit("deliver:recorded")
            log.info("dispatch_sent", sink=self._sink.name, dispatch=uid, type=TYPE)

    def _sorted_out(self, tried: Mapping[str, T | Exception], several: Mapping[str, Dispatch]) -> dict[str, T]:
        """Those that went well; what went wrong with each of the others is recorded."""
        well: dict[str, T] = {}
        for uid, outcome in tried.items():
            if isinstance(outcome, Exception):
                self._alone(uid, lambda errand, uid=uid, error=outcome: errand.failed(several[uid], error))  # type: ignore[misc]
            else:
                well[uid] = outcome
        return well

    def _alone(self, uid: str, act: Callable[[Errand], None]) -> None:
        errand = self._errands[uid]
        self.ended[uid] = errand.ends(lambda: act(errand))


def _tried(act: Callable[[], T]) -> T | Exception:
    try:
        return act()
    except Exception as error:
        return error


@contextmanager
def opened(hub: Hub, sink: OpenSink, connections: int) -> Iterator[Handfuls]:
    """Handfuls of as many mails as there are connections, each with a thread of its own; one for each core makes mails."""
    name = f"deliver-{sink.name}"
    with (
        ThreadPoolExecutor(AT_ONCE, thread_name_prefix=f"{name}-handful") as crews,
        ThreadPoolExecutor(connections, thread_name_prefix=name) as hands,
        ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix=f"{name}-make") as makers,
    ):
        yield Handfuls(hub, sink, connections, crews, hands, makers)
