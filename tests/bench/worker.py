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
from hub.ports import Source
from hub.store.database import Database
from hub.workers.intake import IntakeWorker
from tests.bench import floor
from tests.bench.books import Place

WARM = 100  # invoices: schemas are compiled, charts loaded, statements prepared


class _Finished(list[Result]):
    """Takes in results and keeps of them what the floor needs; the first `warm` only warm up, after `enough` more it ends."""

    def __init__(self, ended: threading.Event, enough: int, warm: int) -> None:
        super().__init__()
        self.warm_at = self.at = 0.0  # when it was warm, and when the last came
        self.warming = warm
        self.bodies: list[tuple[str, bytes]] = []
        self.odd: list[str] = []
        self._ended, self._enough = ended, enough

    def extend(self, more: Any) -> None:
        """Take in the results of one batch."""
        self.at = perf_counter()
        self.odd += [result.outcome for result in more if result.outcome != "posted"]
        if self.warming > 0:
            self.warming -= len(more)
            self.warm_at = self.at
            return
        self.bodies += [(result.message.id, result.message.body) for result in more]
        if len(self.bodies) >= self._enough:
            self._ended.set()


def main(asked: dict[str, Any]) -> dict[str, float]:
    """Work off `count` invoices in batches of `batch`."""
    place = Place("", Path(asked["home"]), asked["database_url"], asked["broker_url"])
    hub, ended = place.hub(asked["batch"]), threading.Event()
    worker = IntakeWorker(hub, (asked.get("lane", "invoice"),), ended)
    done = worker.results = _Finished(ended, asked["count"], asked.get("warm", WARM))
    worker.run(once=True)
    worker.close()
    if done.odd or len(done.bodies) < asked["count"]:
        raise SystemExit(f"{len(done.bodies)} of {asked['count']} invoices, not posted: {done.odd[:5]}")
    answer = {"invoices": len(done.bodies), "seconds": done.at - done.warm_at, "peak_mb": _peak_mb()}
    source = next(one for one in hub.sources if one.name == asked.get("source", "ubl"))
    answer |= _floor(hub.database, done.bodies, asked["batch"], source, stored=asked.get("stored", False))
    hub.close()
    return answer


def _floor(
    database: Database, done: list[tuple[str, bytes]], batch: int, source: Source, *, stored: bool
) -> dict[str, float]:
    """The same documents in the same batches, on the same engine; seconds in all. `stored`: by whom handed them in."""
    floor.make_tables(database)
    spent = {"floor_parse": 0.0, "floor_inserts": 0.0, "plain_inserts": 0.0}
    gc.collect()
    for start in range(0, len(done), batch):
        part = done[start : start + batch]
        with database.reading() as connection:
            rows = floor.rows_of(connection, [uid for uid, _ in part], arrived=not stored)
        spent["floor_parse"] += floor.parse([body for _, body in part], source)
        spent["floor_inserts"] += floor.insert(database, rows)
        spent["plain_inserts"] += floor.insert_plainly(database, rows)
    return spent


def _peak_mb() -> float:
    """The most memory this process ever had resident (VmHWM: unlike ru_maxrss nothing of its parent's)."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    logs.configure("warning")
    print(json.dumps(main(json.loads(sys.argv[1]))))
