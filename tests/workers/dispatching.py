"""What tests of dispatches share: changes of relations, the way out in one step, and time that passes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hub.model.relation_card import Reason
from hub.settings import SinkSettings
from hub.store.reasons import add_reason, lift_reasons
from hub.store.relation_changes import Changing
from hub.store.store import now
from hub.workers.deliver import deliver
from hub.workers.relay import relay
from tests.books import Books

EVENTS = ("relation.created", "relation.changed", "relation.merged", "relation.held", "relation.released")


def hook(url: str, name: str = "hook", **more: Any) -> SinkSettings:
    """A subscriber on loopback to everything."""
    options = {"url": url, "secret": "env:HUB_HOOK", "allow_loopback": True}
    return SinkSettings(name, "webhook", events=more.pop("events", EVENTS), options=options, **more)


@contextmanager
def changing(books: Books) -> Iterator[Changing]:
    """One transaction in which relations change."""
    books.hub.ids.reserve(200)
    with books.hub.database.transaction() as connection:
        yield Changing(connection, books.hub.ids, books.id, books.actor_id, now())


def hold(books: Books, code: str, why: str = "") -> None:
    """Put a debtor on hold."""
    with changing(books) as change:
        add_reason(change, code, Reason("hold", "person", why))


def lift(books: Books, code: str) -> None:
    """Let him go."""
    with changing(books) as change:
        lift_reasons(change, code, "hold")


def send(books: Books, *sinks: str) -> int:
    """Everything that is due, out."""
    relay(books.hub, once=True)
    return deliver(books.hub, sinks or tuple(books.hub.settings.sinks), once=True)


def let_time_pass(books: Books) -> None:
    """What waits for its time is due."""
    books.execute("UPDATE outbox SET not_before = created_at WHERE sent_at IS NULL")


def states(books: Books) -> list[tuple[str, str]]:
    """Type and state of every dispatch, in the order in which they were made."""
    return [(str(kind), str(state)) for kind, state in books.rows("SELECT type, state FROM dispatch ORDER BY id")]


def run_worker(home: Path, lane: str, failpoint: str = "", **environment: str) -> int:
    """`hub worker --once` as a process of its own, which a failpoint may kill; its exit code."""
    env = {**os.environ, "HUB_HOME": str(home), "HUB_FAILPOINT": failpoint, **environment}
    command = [sys.executable, "-m", "hub.cli.main", "worker", "--lane", lane, "--once"]
    return subprocess.run(command, env=env, capture_output=True, timeout=60).returncode
