"""One worker in a process of its own, as production runs it; then the floor over the very same invoices.

Called by `end_to_end` with a JSON object as its only argument; prints one on its last line.
"""

from __future__ import annotations

import gc
import json
import sys
import threading
from pathlib import Path
from time import perf_counter
from typing import Any

from hub import logs
from hub.model.result import Result
from hub.workers.intake import IntakeWorker
from tests.bench import floor
from tests.bench.books import Place


class _Finished(list[Result]):
    """Results as they come, with the instant of the last; stops the worker after `enough`."""

    def __init__(self, ended: threading.Event, enough: int) -> None:
        super().__init__()
        self.at = 0.0
        self._ended, self._enough = ended, enough

    def extend(self, more: Any) -> None:
        """Take in the results of one batch."""
        super().extend(more)
        self.at = perf_counter()
        if len(self) >= self._enough:
            self._ended.set()


def main(asked: dict[str, Any]) -> dict[str, float]:
    """Work off `count` invoices in batches of `batch`."""
    place = Place("", Path(asked["home"]), asked["database_url"], asked["broker_url"])
    hub, ended = place.hub(asked["batch"]), threading.Event()
    worker = IntakeWorker(hub, ("invoice",), ended)
    done = worker.results = _Finished(ended, asked["count"])
    begin = perf_counter()
    worker.run(once=True)
    seconds = done.at - begin
    worker.close()
    answer = {"invoices": len(done), "seconds": seconds, "peak_mb": _peak_mb(), **_floor(hub, done, asked["batch"])}
    odd = [result.outcome for result in done if result.outcome != "posted"]
    if odd or len(done) < asked["count"]:
        raise SystemExit(f"{len(done)} of {asked['count']} invoices, not posted: {odd[:5]}")
    hub.close()
    return answer


def _floor(hub: Any, done: list[Result], batch: int) -> dict[str, float]:
    floor.make_tables(hub.database)
    parsing = inserting = 0.0
    gc.collect()
    for start in range(0, len(done), batch):
        part = [result.message for result in done[start : start + batch]]
        with hub.database.reading() as connection:
            rows = floor.rows_of(connection, [message.id for message in part])
        parsing += floor.parse([message.body for message in part])
        inserting += floor.insert(hub.database, rows)
    return {"floor_parse": parsing, "floor_inserts": inserting}


def _peak_mb() -> float:
    """The most memory this process ever had resident (VmHWM: unlike ru_maxrss nothing of its parent's)."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    logs.configure("warning")
    print(json.dumps(main(json.loads(sys.argv[1]))))
