"""Who counts as dead on the embedded queue, and what happens to what they held."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

import pytest

from hub.errors import Unavailable, Usage
from hub.store.database import Database
from hub.transport.embedded import EmbeddedTransport
from hub.transport.leases import Boot, sweep
from tests.transport.harness import envelopes, names, receive_exactly


def test_boot_is_alive_for_others_until_it_closes(tmp_path: Path) -> None:
    first, second = Boot(tmp_path), Boot(tmp_path)
    assert not second.is_dead(first.owner(1))
    first.close()
    assert second.is_dead(first.owner(1))


def test_boot_is_dead_when_its_file_is_missing(tmp_path: Path) -> None:
    assert Boot(tmp_path).is_dead("0123456789abcdef.1")


def test_sweep_removes_the_files_of_the_dead_only(tmp_path: Path) -> None:
    living, dead = Boot(tmp_path), Boot(tmp_path)
    dead.abandon()
    sweep(tmp_path)
    assert [path.stem for path in tmp_path.glob("*.lock")] == [living.id]


def test_child_of_a_fork_does_not_keep_the_parent_alive(tmp_path: Path) -> None:
    boot, observer = Boot(tmp_path), Boot(tmp_path)
    ready, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(tell, b".")
        signal.pause()
        os._exit(0)
    os.read(ready, 1)
    try:
        boot.abandon()  # the parent dies, the child lives on
        assert observer.is_dead(boot.owner(1))
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_living_consumer_keeps_its_messages_however_many_look(sqlite_database: Database) -> None:
    first, second = EmbeddedTransport(sqlite_database), EmbeddedTransport(sqlite_database)
    first.publish(envelopes("a"))
    holder = first.consume("invoice", prefetch=10)
    held = receive_exactly(holder, 1)
    assert second.consume("invoice", prefetch=10).receive(10, 1.5) == []
    holder.settle(held)
    second.close()
    first.close()


def test_hung_consumer_loses_its_messages_to_its_own_process_after_the_lease(sqlite_database: Database) -> None:
    transport = EmbeddedTransport(sqlite_database, lease_seconds=0.0)
    transport.publish(envelopes("a"))
    hung = transport.consume("invoice", prefetch=10)
    stale = receive_exactly(hung, 1)
    other = transport.consume("invoice", prefetch=10)
    (again,) = receive_exactly(other, 1)
    assert again.redeliveries == 1
    hung.settle(stale)
    other.release([again])
    assert transport.depth("invoice") == 1
    transport.close()


def test_settling_within_a_transaction_holds_only_when_it_commits(sqlite_database: Database) -> None:
    transport = EmbeddedTransport(sqlite_database)
    transport.publish(envelopes("a", "b"))
    consumer = transport.consume("invoice", prefetch=2)
    a, b = receive_exactly(consumer, 2)
    with contextlib.suppress(ZeroDivisionError), sqlite_database.transaction() as connection:
        consumer.settle_within(connection, [a, b])
        raise ZeroDivisionError
    assert consumer.receive(1, 0.0) == []  # both are still held, so the window is full
    with sqlite_database.transaction() as connection:
        consumer.settle_within(connection, [a])
        assert transport.publish_within(connection, envelopes("c")) == [True]
    assert names(receive_exactly(consumer, 1)) == ["c"]
    consumer.close()
    assert names(receive_exactly(transport.consume("invoice", prefetch=5), 2)) == ["b", "c"]
    transport.close()


def test_publishing_within_a_transaction_that_fails_publishes_nothing(sqlite_database: Database) -> None:
    transport = EmbeddedTransport(sqlite_database)
    with contextlib.suppress(ZeroDivisionError), sqlite_database.transaction() as connection:
        assert transport.publish_within(connection, envelopes("a")) == [True]
        raise ZeroDivisionError
    assert transport.depth("invoice") == 0
    transport.close()


def test_waiting_consumer_sees_what_another_database_object_commits(sqlite_database: Database) -> None:
    reader = EmbeddedTransport(sqlite_database)
    consumer = reader.consume("invoice", prefetch=5)
    assert consumer.receive(1, 0.0) == []
    other = Database(str(sqlite_database.url))
    writer = EmbeddedTransport(other)
    writer.publish(envelopes("a"))
    assert names(receive_exactly(consumer, 1)) == ["a"]
    for transport in (writer, reader):
        transport.close()
    other.close()


def test_claiming_uses_the_index_of_what_waits(sqlite_database: Database) -> None:
    from sqlalchemy import event

    plans: list[str] = []

    def explain(_connection: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith("UPDATE queue_message SET attempts"):
            cursor.connection.execute("SELECT 1")  # type: ignore[attr-defined]
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[attr-defined]
            plans.extend(row[3] for row in rows)

    transport = EmbeddedTransport(sqlite_database)
    transport.publish(envelopes("a"))
    event.listen(sqlite_database.engine, "before_cursor_execute", explain)
    receive_exactly(transport.consume("invoice", prefetch=5), 1)
    transport.close()
    assert any("ix_queue_message_waiting" in plan for plan in plans)
    assert not any(plan.startswith("SCAN") for plan in plans)


def test_closed_transport_hands_out_nothing(sqlite_database: Database) -> None:
    transport = EmbeddedTransport(sqlite_database)
    consumer = transport.consume("invoice", prefetch=1)
    transport.publish(envelopes("a"))
    transport.boot.abandon()
    with pytest.raises(Unavailable):
        consumer.receive(1, 0.0)
    assert transport.depth("invoice") == 1


@pytest.mark.postgres
def test_embedded_queue_is_refused_on_postgresql(postgres_database: Database) -> None:
    with pytest.raises(Usage, match="HUB_BROKER_URL"):
        EmbeddedTransport(postgres_database)
