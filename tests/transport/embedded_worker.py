"""A process of the embedded queue for tests: books what it receives, until nothing comes or it is killed.

python -m tests.transport.embedded_worker FILE die|live
"""

from __future__ import annotations

import os
import random
import signal
import sys

from sqlalchemy import Connection, text

from hub.model.envelope import Delivery
from hub.store.database import Database
from hub.transport.embedded import EmbeddedTransport

_PLACES = ("received", "in transaction", "committed")


def main(path: str, mode: str) -> None:
    """Receive, record and settle in one commit; in mode `die` kill itself at some place, sooner or later."""
    database = Database(f"sqlite:///{path}")
    transport = EmbeddedTransport(database)
    consumer = transport.consume("invoice", prefetch=40)
    print("ready", flush=True)
    while batch := consumer.receive(10, 2.0):
        _maybe_die(mode, "received")
        with database.transaction() as connection:
            _record(connection, batch)
            _maybe_die(mode, "in transaction")
            consumer.settle_within(connection, batch)
        _maybe_die(mode, "committed")
    transport.close()


def _record(connection: Connection, batch: list[Delivery]) -> None:
    """No inbox here on purpose: a message handed out to two living processes would show as two rows."""
    connection.execute(
        text("INSERT INTO effect (message_id, process) VALUES (:message_id, :process)"),
        [{"message_id": one.envelope.message_id, "process": os.getpid()} for one in batch],
    )


def _maybe_die(mode: str, place: str) -> None:
    if mode == "die" and random.random() < 0.15 * (_PLACES.index(place) + 1) / len(_PLACES):
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
