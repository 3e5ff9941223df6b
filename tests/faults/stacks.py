"""Stacks: the three ways to run the hub, each made new for a test and driven until nothing is left to do."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pika

from hub.bootstrap import Hub
from hub.model.envelope import Envelope
from hub.settings import Settings
from hub.store import outbox, parked
from hub.store.store import actor_of, now
from hub.transport import lanes
from tests.faults import checks, process

EMBEDDED, SQLITE_RABBIT, POSTGRES_RABBIT = "embedded", "sqlite-rabbit", "postgres-rabbit"
ROUNDS = 30


@dataclass(frozen=True, slots=True)
class Stack:
    """An installation, by its settings."""

    name: str
    settings: Settings

    @contextlib.contextmanager
    def hub(self) -> Iterator[Hub]:
        """The installation opened in this process."""
        hub = Hub(self.settings)
        try:
            yield hub
        finally:
            hub.close()

    def drain(self, failpoints: Mapping[str, str] | None = None) -> int:
        """Relays and workers one after the other until nothing is under way; the first of each has its failpoint.

        The number of those that were killed.
        """
        asked, deaths = dict(failpoints or {}), 0
        with self.hub() as hub:
            for _ in range(ROUNDS):
                for role in ("relay", "worker"):
                    deaths += process.run(role, self.settings, asked.pop(role, ""))
                if checks.is_quiet(hub):
                    return deaths
                hasten(hub)
        raise AssertionError(f"{self.name}: still something under way after {ROUNDS} rounds; see children.log")


def hasten(hub: Hub) -> None:
    """Time passes: every delayed retry is due now."""
    with hub.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE outbox SET not_before = created_at WHERE sent_at IS NULL")


def replay_parked(hub: Hub) -> int:
    """What an operator does with parked messages whose cause is gone; how many there were."""
    uids = checks.parked(hub)
    actor_id = actor_of(hub.database, hub.ids, "tester", now())
    hub.ids.reserve(len(uids) + 1)
    with hub.database.transaction() as connection:
        for uid in uids:
            parked.replay(connection, hub.ids, uid, actor_id, now())
    return len(uids)


def wear(hub: Hub, lane: str, messages: int, times: int) -> None:
    """Hand out the first `messages` of a lane `times` times to consumers that die without settling them."""
    for _ in range(times):
        consumer = hub.transport.consume(lane, prefetch=messages)
        received: list[object] = []
        while len(received) < messages:
            batch = consumer.receive(messages - len(received), 5.0)
            assert batch, f"{lane}: only {len(received)} of {messages} messages came"
            received += batch
        consumer.close()


def send_to_suspects(hub: Hub, uid: str) -> None:
    """One stored message straight onto the lane of suspects, as a worker that set it aside would."""
    assert list(hub.transport.publish(claims(hub, [uid], lanes.suspect("invoice")))) == [True]


def put_again(hub: Hub, uids: Sequence[str]) -> None:
    """The same messages into the outbox once more, under the same ids, as a confirm that was lost does."""
    hub.ids.reserve(len(uids))
    envelopes = [(0, envelope) for envelope in claims(hub, uids)]
    with hub.database.transaction() as connection:
        outbox.put(connection, hub.ids, envelopes, now())


def claims(hub: Hub, uids: Sequence[str], lane: str = "invoice") -> list[Envelope]:
    """What travels for stored messages."""
    hashes = dict(checks.rows(hub, "SELECT uid, sha256 FROM message"))
    return [outbox.claim_envelope(lane, uid, process.ADMINISTRATION, hashes[uid], 0, "application/xml") for uid in uids]


def copy_sqlite(template: Path, home: Path) -> Path:
    """A new home with a copy of the set-up database."""
    home.mkdir(parents=True)
    shutil.copy(template, home / "hub.sqlite")
    return home


def empty_broker(url: str) -> None:
    """No queue of an earlier test, with whatever is still handed out from it."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    for lane in ("invoice", lanes.suspect("invoice"), lanes.DEAD):
        channel.queue_delete(f"hub.v1.{lane}")
    connection.close()
