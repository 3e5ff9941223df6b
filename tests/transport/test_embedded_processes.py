"""Several processes on one SQLite file, killed at random: every message has its effect exactly once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sqlalchemy import text

from hub.store.database import Database
from hub.transport.embedded import EmbeddedTransport
from tests.transport.harness import envelopes

_ROOT = Path(__file__).resolve().parents[2]
_COUNT = 400


def _start(database: Database, mode: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.transport.embedded_worker", str(database.url.database), mode]
    return subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.DEVNULL)


def test_every_message_counts_once_when_two_processes_are_killed_again_and_again(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as connection:
        connection.execute(text("CREATE TABLE effect (message_id TEXT, process INTEGER)"))
    transport = EmbeddedTransport(sqlite_database)
    assert all(transport.publish(envelopes(*(f"m{number}" for number in range(_COUNT)))))
    killed = 0
    for _ in range(6):  # rounds of two doomed processes at a time
        ends = [process.wait(60) for process in [_start(sqlite_database, "die"), _start(sqlite_database, "die")]]
        killed += sum(end == -9 for end in ends)
    last = [_start(sqlite_database, "live"), _start(sqlite_database, "live")]
    assert [process.wait(60) for process in last] == [0, 0]
    with sqlite_database.reading() as connection:
        effects = connection.execute(text("SELECT message_id, count(*) FROM effect GROUP BY 1")).all()
        check = connection.execute(text("PRAGMA integrity_check")).scalar()
    assert killed > 0
    assert check == "ok"
    assert {count for _, count in effects} == {1}
    assert len(effects) + transport.depth("dead") == _COUNT  # none can reach its limit of 10 in 6 rounds
    assert len(effects) == _COUNT
    assert transport.depth("invoice") == 0
    transport.close()
    assert not list((Path(str(sqlite_database.url.database)).parent / "leases").glob("*.lock"))


def test_messages_of_a_killed_process_come_to_a_waiting_one(sqlite_database: Database) -> None:
    transport = EmbeddedTransport(sqlite_database)
    transport.publish(envelopes("a", "b"))
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(sqlite_database.url.database)], cwd=_ROOT, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"2\n"
    waiting = transport.consume("invoice", prefetch=10)
    assert waiting.receive(10, 1.5) == []  # its owner lives
    holder.kill()
    holder.wait()
    holder.stdout.close()
    came = waiting.receive(10, 30.0)
    assert [(one.envelope.message_id, one.redeliveries) for one in came] == [("a", 1), ("b", 1)]
    transport.close()


_HOLD = """
import sys, time
from hub.store.database import Database
from hub.transport.embedded import EmbeddedTransport
consumer = EmbeddedTransport(Database("sqlite:///" + sys.argv[1])).consume("invoice", prefetch=10)
print(len(consumer.receive(10, 5.0)), flush=True)
time.sleep(600)
"""
