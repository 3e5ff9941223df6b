"""While a full batch is recorded the next is read: in order, one at a time, and settled only once it is committed."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from hub import failpoints
from hub.bootstrap import Hub
from hub.settings import Settings
from hub.transport.sim import SimTransport
from hub.workers.intake import IntakeWorker
from hub.workers.relay import relay
from tests.books import open_books
from tests.faults.checks import assert_verified, outcomes
from tests.faults.documents import documents
from tests.faults.process import put

_BATCH = 3


class Watched(IntakeWorker):
    """Notes what happens in which thread."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub, ("invoice",), threading.Event())
        self.seen: list[tuple[str, str]] = []
        self.results = []


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    """A worker before five full batches and one message more."""
    with open_books(tmp_path):
        pass
    hub = Hub(Settings(home=tmp_path, batch=_BATCH, prefetch=2 * _BATCH))
    hub.__dict__["transport"] = SimTransport(1)
    put(hub, documents(5 * _BATCH + 1))
    relay(hub, once=True)
    worker = Watched(hub)
    passed = failpoints.hit

    def hit(label: str) -> None:
        worker.seen.append((label, threading.current_thread().name))
        passed(label)

    monkeypatch.setattr(failpoints, "hit", hit)
    yield worker
    failpoints.arm("")
    worker.close()
    hub.close()


def _labels(worker: Watched, *wanted: str) -> list[str]:
    return [label for label, _ in worker.seen if label in wanted]


def _threads(worker: Watched, label: str) -> list[str]:
    return [thread.partition("_")[0] for seen, thread in worker.seen if seen == label]


def test_the_next_batch_is_received_before_the_last_is_settled(worker: Watched) -> None:
    assert worker.run(once=True) == 5 * _BATCH + 1
    steps = _labels(worker, "intake:received", "intake:before-settle")
    received, settled = "intake:received", "intake:before-settle"
    assert steps == [received, *[received, settled] * 5, settled]
    main = threading.current_thread().name
    assert _threads(worker, "record:before-commit") == ["record"] * 5 + [main]
    assert outcomes(worker._hub) == {"posted": 5 * _BATCH + 1}
    assert_verified(worker._hub)


def test_nothing_is_settled_before_it_is_committed(worker: Watched) -> None:
    worker.run(once=True)
    committed = settled = 0
    for label, _ in worker.seen:
        committed += label == "record:after-commit"
        settled += label == "intake:before-settle"
        assert settled <= committed <= settled + 1  # and never two ahead
    assert settled == 6


def test_results_come_in_the_order_of_the_queue(worker: Watched) -> None:
    worker.run(once=True)
    expected = [hashlib.sha256(body).hexdigest() for body in documents(5 * _BATCH + 1)]
    assert [result.message.sha256 for result in worker.results or []] == expected


def test_a_batch_that_fails_while_the_next_is_read_is_recorded_one_by_one(worker: Watched) -> None:
    failpoints.arm("record:before-commit:2:raise")
    worker.run(once=True)
    assert outcomes(worker._hub) == {"posted": 5 * _BATCH + 1}
    alone = _threads(worker, "record:before-commit")
    assert alone.count("record") == 5
    assert len(alone) == 5 + 1 + _BATCH
    assert_verified(worker._hub)


def test_a_batch_that_cannot_be_read_ahead_waits_for_the_one_before(worker: Watched) -> None:
    failpoints.arm("intake:before-process:2:raise")
    worker.run(once=True)
    assert outcomes(worker._hub) == {"posted": 5 * _BATCH + 1}
    assert_verified(worker._hub)


def test_suspects_are_read_while_nothing_is_recorded(worker: Watched) -> None:
    transport = worker._hub.transport
    assert isinstance(transport, SimTransport)
    for _ in range(2):
        consumer = transport.consume("invoice", prefetch=2)
        assert consumer.receive(2, 60.0)
        transport.crash_consumer(consumer)
    worker.run(once=True)
    relay(worker._hub, once=True)
    before = len(worker.seen)
    worker.run(once=True)
    later = worker.seen[before:]
    assert [label for label, _ in later if label == "intake:received"] == ["intake:received"] * 2
    assert "record" not in {thread.partition("_")[0] for _, thread in later}
    assert outcomes(worker._hub) == {"posted": 5 * _BATCH + 1}


def test_told_to_stop_it_settles_what_is_recorded(worker: Watched) -> None:
    results = worker.results = _StopAfterTwo(worker)
    worker.run(once=False)
    settled = _labels(worker, "intake:after-settle")
    assert len(results) == len(settled) * _BATCH
    assert len(settled) in (2, 3)
    assert outcomes(worker._hub) == {"posted": len(results)}


class _StopAfterTwo(list[object]):
    """Tells the worker to stop when the second batch is done."""

    def __init__(self, worker: Watched) -> None:
        super().__init__()
        self._worker = worker

    def extend(self, more: Sequence[object]) -> None:  # type: ignore[override]
        super().extend(more)
        if len(self) >= 2 * _BATCH:
            self._worker._ended.set()
