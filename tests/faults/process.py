"""Processes of the hub that a test may kill: publisher, relay, worker and intake, each one a fork of a warm server.

What they run is what the commands run (`hub publish`, `hub relay`, `hub worker`, `hub intake`); only the start-up,
a second of imports, is shared. `failpoint` is a value of HUB_FAILPOINT.
"""

from __future__ import annotations

import logging
import multiprocessing
import multiprocessing.process
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import structlog

from hub import failpoints
from hub.bootstrap import Hub
from hub.settings import Settings
from hub.store.administrations import load_books
from hub.store.store import actor_of, now
from hub.workers import intake
from hub.workers.publish import Document, publish
from hub.workers.relay import relay
from hub.workers.supervisor import stop_on_signals

KILLED = -signal.SIGKILL
LIFE_SECONDS = 60.0  # longer than any child of a test needs
ADMINISTRATION = "demo"
Process = multiprocessing.process.BaseProcess

_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload(["tests.faults.warm"])


def start(role: str, settings: Settings, failpoint: str = "", **options: Any) -> Process:
    """A process in one of the roles below; it ends with its parent at the latest."""
    child = _server.Process(target=_main, args=(role, settings, failpoint, options), daemon=True)
    child.start()
    return child


def finish(child: Process) -> bool:
    """Wait for a child; whether it was killed. Any other end than that or exit 0 fails."""
    child.join(LIFE_SECONDS)
    if child.exitcode is None:
        child.kill()
        child.join()
        raise AssertionError(f"process {child.pid} did not end in {LIFE_SECONDS:.0f} s")
    assert child.exitcode in (0, KILLED), f"process ended with exit code {child.exitcode}; see its log"
    return child.exitcode == KILLED


def run(role: str, settings: Settings, failpoint: str = "", **options: Any) -> bool:
    """Start and finish."""
    return finish(start(role, settings, failpoint, **options))


def put(hub: Hub, bodies: Sequence[bytes]) -> list[str]:
    """Documents into the outbox; their message ids."""
    return list(publish(hub, ADMINISTRATION, [Document(body) for body in bodies], "invoice"))


def _main(role: str, settings: Settings, failpoint: str, options: dict[str, Any]) -> None:
    _log_to_file(settings)
    intake.EMPTY_SECONDS = 0.2  # nothing else publishes while a test waits for `--once`
    ended = threading.Event()
    stop_on_signals(ended)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})  # see warm.py
    failpoints.arm(failpoint)
    hub = Hub(settings)
    try:
        _ROLES[role](hub, ended, **options)
    finally:
        hub.close()


def _publish(hub: Hub, _ended: threading.Event, bodies: Sequence[bytes] = ()) -> None:
    put(hub, bodies)


def _relay(hub: Hub, ended: threading.Event, once: bool = True) -> None:
    relay(hub, once=once, stop=ended)


def _work(hub: Hub, ended: threading.Event, once: bool = True) -> None:
    intake.work(hub, once=once, stop=ended)


def _take(hub: Hub, ended: threading.Event, bodies: Sequence[bytes] = ()) -> None:
    """As `hub intake`: through the pipeline in this process, without a queue, in batches."""
    from hub.intake import Arrival
    from hub.taking import Taking

    arrivals = (Arrival(f"{number}.xml", body) for number, body in enumerate(bodies))
    for _ in Taking(hub, ADMINISTRATION).take(arrivals):
        if ended.is_set():
            break


def _watch(hub: Hub, ended: threading.Event, path: str = "", once: bool = True) -> None:
    """As `hub fetch` on a channel of kind folder."""
    from hub.channels import FolderChannel
    from hub.workers.folder import FolderWatch

    watch = FolderWatch(hub, FolderChannel(name="drop", path=Path(path), settle_seconds=0.05))
    while not ended.is_set():
        watch.look(ended.is_set)
        if once and not watch.waiting:
            return
        ended.wait(0.06)


def _drop(_hub: Hub, _ended: threading.Event, path: str = "", bodies: Sequence[tuple[str, bytes]] = ()) -> None:
    """A program of others that writes files where they will lie: in pieces, with pauses, and without renaming."""
    for number, (name, body) in enumerate(bodies):
        with (Path(path) / name).open("wb") as file:
            for start in range(0, len(body), 1 + len(body) // 3):
                file.write(body[start : start + 1 + len(body) // 3])
                file.flush()
                time.sleep(0.12 if number % 25 == 0 and start == 0 else 0.001)  # longer than the watcher's patience


def _send(hub: Hub, _ended: threading.Event, number: int = 0, chunk: int = 0) -> None:
    """As `hub dunning send`, on the day of the tests, in chunks of this size."""
    from hub.store import staging
    from tests.books import Books
    from tests.debtors import Debtors

    staging.CHUNK = chunk
    with hub.database.reading() as connection:
        key = load_books(connection, [ADMINISTRATION])[ADMINISTRATION].id
    debtors = Debtors(Books(hub, key, actor_of(hub.database, hub.ids, "tester", now())))
    debtors.send(number)


def _deliver(hub: Hub, ended: threading.Event, sink: str = "", connections: int = 2) -> None:
    """As `hub worker --lane dispatch.SINK --once`, over so many connections."""
    from hub.workers import deliver

    deliver.CONCURRENCY, deliver.EMPTY_SECONDS = connections, 0.2
    deliver.deliver(hub, [sink], once=True, stop=ended)


_ROLES: dict[str, Callable[..., None]] = {
    "send": _send,
    "deliver": _deliver,
    "publish": _publish,
    "relay": _relay,
    "worker": _work,
    "intake": _take,
    "folder": _watch,
    "drop": _drop,
}


def _log_to_file(settings: Settings) -> None:
    """What a child says, tracebacks too, is kept beside its data."""
    os.dup2(os.open(settings.home / "children.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 2)
    structlog.configure(
        logger_factory=structlog.WriteLoggerFactory(os.fdopen(2, "w", buffering=1, closefd=False)),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
