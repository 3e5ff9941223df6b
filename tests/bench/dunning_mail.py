"""How fast a run of reminding leaves by mail, beside the floor: the very same mails handed to the same server by plain smtplib.

    python -m tests.services run -- .venv/bin/python -m tests.bench.dunning_mail [--mails 1000] [--wait-ms 0 50] [--late] [--write]
    python -m tests.services run -- .venv/bin/python -m tests.bench.dunning_mail --server 127.0.0.1:2525   a server that runs

A run of so many reminders is frozen and its letters are made, as `hub run` does while somebody looks at it; then it is staged on
PostgreSQL with RabbitMQ, and the deliver worker sends what is on the lane: each mail is put together then, and each handful is
begun and recorded by commits. With `--late` the letters are made as the mails leave. The server is a process of its own on
loopback, which takes every mail at once or after so many milliseconds; or, with `--server`, one of your own, which takes mail to
anybody without a login and throws it away. The floor has the bytes in memory and as many connections. It needs the sink `mail`.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import smtplib
import socket
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from time import perf_counter, process_time, sleep
from typing import Any

from aiosmtpd.controller import Controller

from hub import logs
from hub.bootstrap import Hub
from hub.settings import Settings, SinkSettings
from hub.store.dispatches import load_many
from hub.workers.deliver import CONCURRENCY as CONNECTIONS
from hub.workers.deliver import deliver
from hub.workers.letters_ahead import make_all
from hub.workers.relay import relay
from hub.workers.rendering_reminder import mail_of, materials
from tests import services
from tests.bench.overdue_books import TODAY, fill
from tests.books import Books, open_books
from tests.debtors import Debtors

RESULTS = Path(__file__).with_name("RESULTS_DUNNING_MAIL.md")
RUNNING = -1  # milliseconds that a server takes of which nobody knows
AT_ONCE = 8  # mails that the server works on, over however many connections they come
SENDER = "Demo <boekhouding@example.org>"


@dataclass(frozen=True, slots=True)
class Sent:
    """Seconds, and how many mails of which size."""

    mails: int
    size: int
    letters: float
    staging: float
    sending: float
    floor: float
    processor: float
    load: float


class _Keeper:
    """Takes everything, as many mails at once as `AT_ONCE` says, and each in as many seconds as it is told."""

    def __init__(self, wait: float) -> None:
        self._wait = wait
        self._free = asyncio.Semaphore(AT_ONCE)
        self.taken = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Taken."""
        if self._wait:
            async with self._free:
                await asyncio.sleep(self._wait)
        self.taken += 1
        return "250 taken"


def _serve(port: int, wait: float, asked: Pipe) -> None:
    keeper = _Keeper(wait)
    controller = Controller(keeper, hostname="127.0.0.1", port=port)
    controller.start()
    asked.send(True)
    while asked.recv():
        asked.send(keeper.taken)
    controller.stop(no_assert=True)


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server in a process of its own."""

    host: str
    port: int
    pipe: Pipe | None = None

    def taken(self) -> int | None:
        """How many mails it took; None = it cannot be asked."""
        if self.pipe is None:
            return None
        self.pipe.send(True)
        return int(self.pipe.recv())


@contextmanager
def mail_server(wait: float = 0.0, running: str = "") -> Iterator[Server]:
    """On loopback, as long as it is asked for; or the one that is `running` at `host:port`."""
    if running:
        host, _, number = running.rpartition(":")
        yield Server(host, int(number))
        return
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("spawn").Process(target=_serve, args=(port, wait, theirs))
    child.start()
    try:
        ours.recv()
        yield Server("127.0.0.1", port, ours)
    finally:
        ours.send(False)
        child.join(10)


def main() -> None:
    """Measure, print and perhaps keep."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.dunning_mail", description=__doc__)
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--wait-ms", type=int, nargs="+", default=[0, 50])
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--server", default="", metavar="HOST:PORT", help="a mail server that runs already")
    parser.add_argument("--late", action="store_true", help="also with letters that nobody made ahead")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    logs.configure("warning")
    ahead = [True, False] if asked.late else [True]
    waits = [RUNNING] if asked.server else asked.wait_ms
    kinds = [(wait, processes, made) for made in ahead for wait in waits for processes in asked.processes]
    text = page({kind: measure(asked.mails, *kind, asked.server) for kind in kinds})
    print(text)
    if asked.write:
        RESULTS.write_text(text, "utf-8")


def measure(mails: int, wait_ms: int = 0, processes: int = 1, ahead: bool = True, running: str = "") -> Sent:
    """One run of so many mails, two invoices each, by so many sending processes; `ahead` = its letters were made before."""
    with (
        mail_server(wait_ms / 1000, running) as server,
        tempfile.TemporaryDirectory() as home,
        services.fresh_database() as url,
        services.fresh_vhost() as broker,
    ):
        options = {"host": server.host, "port": server.port, "sender": SENDER, "starttls": False}
        sinks = [SinkSettings("mail", "mail", options=options)]
        with open_books(Path(home), url, sinks=sinks, broker_url=broker) as books:
            fill(
                books.hub, books.id, books.actor_id, 4 * mails, 2 * mails
            )  # half of the debtors come to a level by mail
            debtors = Debtors(books)
            number = debtors.frozen()
            began = perf_counter()
            made = make_all(books.hub) if ahead else 0
            letters = perf_counter() - began
            began = perf_counter()
            count = debtors.send(number, TODAY).mails
            staging = perf_counter() - began
            assert made >= count if ahead else not made
            sending, processor = _run_out(books, processes)
            load = os.getloadavg()[0]
            assert books.scalar("SELECT COUNT(*) FROM reminder WHERE state = 'sent' AND channel = 'email'") == count
            bodies = _bodies(books, sinks[0].options)
        assert server.taken() in (count, None)
        return Sent(
            count,
            sum(map(len, bodies)) // count,
            letters / made if made else 0.0,
            staging,
            sending,
            _floor(server, bodies, processes * CONNECTIONS),
            processor,
            load,
        )


def _run_out(books: Books, processes: int) -> tuple[float, float]:
    """Send what is staged as `hub run` does, with a relay and the sending processes; seconds, and seconds of processor."""
    context = multiprocessing.get_context("spawn")
    ended, go, spent = context.Event(), context.Barrier(processes + 2), context.SimpleQueue()
    roles = ["relay", *("deliver" for _ in range(processes))]
    children = [context.Process(target=_work, args=(books.hub.settings, role, go, ended, spent)) for role in roles]
    for child in children:
        child.start()
    go.wait()
    began = perf_counter()
    while int(books.scalar("SELECT COUNT(*) FROM dispatch WHERE state IN ('waiting', 'sending')")):
        sleep(0.05)
    sending = perf_counter() - began
    ended.set()
    processor = sum(float(spent.get()) for _ in children)
    for child in children:
        child.join()
    return sending, processor


def _work(settings: Settings, role: str, go: Any, ended: Any, spent: Any) -> None:
    logs.configure("warning")
    hub = Hub(settings)
    go.wait()  # what starting takes is not what sending takes
    began = process_time()
    if role == "relay":
        relay(hub, stop=ended)
    else:
        deliver(hub, ["mail"], stop=ended)
    spent.put(process_time() - began)
    hub.close()


def _bodies(books: Books, options: Mapping[str, Any]) -> list[bytes]:
    """The mails that left, to the byte."""
    with books.hub.database.reading() as connection:
        uids = [uid for (uid,) in books.rows("SELECT uid FROM dispatch ORDER BY uid")]
        found = {uid: dispatch for uid, (dispatch, _) in load_many(connection, uids).items()}
        there = materials(connection, list(found.values()))
        return [mail_of(books.hub.database.reading, one, there[uid], options).body for uid, one in found.items()]


def _floor(server: Server, bodies: Sequence[bytes], connections: int) -> float:
    """The same mails by as many connections as the sending processes have."""

    def hand_over(part: Sequence[bytes]) -> None:
        with smtplib.SMTP(server.host, server.port) as line:
            for body in part:
                line.sendmail("boekhouding@example.org", ["debiteur@example.org"], body)

    began = perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(hand_over, [bodies[n::connections] for n in range(connections)]))
    return perf_counter() - began


def page(found: Mapping[tuple[int, int, bool], Sent]) -> str:
    """The figures as Markdown; by how many milliseconds the server takes, and by how many processes send."""
    one = next(iter(found.values()))
    own = f"""The server works on {AT_ONCE} mails at once, over however many
connections they come, and takes so long over each; with 0 ms it takes each at once."""
    server = "The server is one that ran already." if RUNNING in {wait for wait, *_ in found} else own
    return f"""# How fast reminders leave by mail

Measured on {date.today()} by `python -m tests.bench.dunning_mail`, on {os.cpu_count()} cores that database, broker,
mail server and program share: {one.mails:,} mails of {one.size:,} bytes, each with its letter as PDF, over {CONNECTIONS}
connections of each sending process, of which `hub run` starts as many as workers.
{server} *Floor* is plain smtplib with the bytes in memory, to
the same server over as many connections: the speed of the mail server. *Letters ahead* are made, by one process, between
freezing and sending a run; where they are made as the mails leave, that is part of sending. *Processor* is that of the
program while it sends, without database, broker and server. *Load* is the machine's during it: it counts all that waits for
one of the cores, of others too.

| server takes | processes | letters ahead, each s | staged, mails/s | sent, mails/s | floor, mails/s | share | processor per mail | load |
|---|---:|---:|---:|---:|---:|---:|---:|---:|
{chr(10).join(_row(*kind, sent) for kind, sent in found.items())}
"""


def _row(wait: int, processes: int, ahead: bool, sent: Sent) -> str:
    staged, made, floor = (sent.mails / seconds for seconds in (sent.staging, sent.sending, sent.floor))
    each, share = sent.processor / sent.mails * 1e3, made / floor
    shown = (
        "its own time" if wait == RUNNING else f"{wait} ms",
        processes,
        f"{1 / sent.letters:,.0f}" if ahead else "as they leave",
        f"{staged:,.0f}",
        f"{made:,.0f}",
        f"{floor:,.0f}",
        f"{share:.0%}",
        f"{each:.1f} ms",
    )
    return f"| {' | '.join(map(str, shown))} | {sent.load:.1f} |"


if __name__ == "__main__":
    main()
