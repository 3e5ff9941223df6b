"""Supervisor: everything in one command. Starts workers, a relay and the ways in, and starts again whatever dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import TYPE_CHECKING

import structlog

from hub.channels import fetched
from hub.transport.lanes import WORK_LANES, dispatch
from hub.workers.limits import cap_memory
from hub.workers.mapping_watch import MappingWatch

if TYPE_CHECKING:
    from hub.bootstrap import Hub

DRAIN_SECONDS = 30.0
QUICK_DEATH_SECONDS = 2.0
LONGEST_PAUSE_SECONDS = 10.0
MAIL = "mail"  # the kind of sink that sends by SMTP
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Child:
    """One process that must be there."""

    name: str
    arguments: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    quick_deaths: int = 0
    start_after: float = field(default=0.0)


def run(hub: Hub, *, lanes: Sequence[str] = WORK_LANES, stop: threading.Event | None = None) -> int:
    """Keep workers and relay running until SIGTERM or SIGINT; then let them finish, at most 30 seconds. Returns 0."""
    ended = stop or threading.Event()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: ended.set())
    children, watch = children_of(hub, lanes), MappingWatch(hub)
    try:
        while not ended.is_set():
            for child in children:
                _keep_alive(child, hub)
            watch.look()
            ended.wait(0.2)
    finally:
        _stop(children)
    return 0


def children_of(hub: Hub, lanes: Sequence[str]) -> list[Child]:
    """One worker embedded, one per core in production; one relay; one for what goes out, and as many as workers for mail;
    the ways in that are set.
    """
    count = hub.settings.workers or (1 if hub.settings.embedded_queue else os.cpu_count() or 1)
    asked = [part for lane in lanes for part in ("--lane", lane)]
    workers = [Child(f"worker-{number}", ["worker", *asked]) for number in range(1, count + 1)]
    going_out = [part for sink in hub.settings.sinks for part in ("--lane", dispatch(sink))]
    deliverers = [Child("deliver", ["worker", *going_out])] if going_out else []
    # Making letters is work for a core each, and mails need no order; what other sinks are sent keeps its own by one process.
    mail = [
        part for sink in hub.settings.sinks.values() if sink.kind == MAIL for part in ("--lane", dispatch(sink.name))
    ]
    deliverers += [Child(f"mail-{number}", ["worker", *mail]) for number in range(2, count + 1) if mail]
    doors = [Child("http", ["serve"])] if hub.settings.http else []
    if fetched(hub.settings.channels):
        doors.append(Child("fetch", ["fetch"]))
    return [*workers, Child("relay", ["relay"]), *deliverers, *doors]


def _keep_alive(child: Child, hub: Hub) -> None:
    now = time.monotonic()
    if child.process is not None:
        code = child.process.poll()
        if code is None:
            return
        quick = now - child.started_at < QUICK_DEATH_SECONDS
        child.quick_deaths = child.quick_deaths + 1 if quick else 0
        pause = min(0.1 * 2**child.quick_deaths, LONGEST_PAUSE_SECONDS) if quick else 0.0
        log.warning("child_ended", child=child.name, exit_code=code, again_in_seconds=round(pause, 1))
        child.process, child.start_after = None, now + pause
    if now < child.start_after:
        return
    environment = {**os.environ, "HUB_HOME": str(hub.settings.home), "HUB_ACTOR": hub.actor}
    command = [sys.executable, "-m", "hub.cli.main", *child.arguments]
    child.process = subprocess.Popen(command, env=environment, preexec_fn=cap_memory)
    child.started_at = now
    log.info("child_started", child=child.name, pid=child.process.pid)


def _stop(children: Sequence[Child]) -> None:
    """SIGTERM to all; whoever has not finished in time is killed, which is a supported way to stop."""
    running = [child.process for child in children if child.process is not None and child.process.poll() is None]
    for process in running:
        process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + DRAIN_SECONDS
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def stop_on_signals(ended: threading.Event) -> None:
    """First SIGTERM or SIGINT: finish what is in hand. Second: exit now; nothing is lost by design."""

    def ask(_number: int, _frame: FrameType | None) -> None:
        if ended.is_set():
            os._exit(1)
        ended.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
