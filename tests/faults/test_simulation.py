"""Every failpoint, broken and hung, first and second time, on treacherous queues: a simulation that replays by its seed.

A process that raises may go on, or ends with its error; one that hangs is abandoned: what it had not committed is
gone, and what it held is handed out again. Either way another takes over on the same database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from hub import failpoints
from hub.bootstrap import Hub
from hub.errors import Transient
from hub.settings import Settings
from hub.transport import lanes
from hub.transport.sim import Faults, SimTransport
from hub.workers.intake import work
from hub.workers.relay import relay
from tests.faults.checks import assert_sound, is_quiet
from tests.faults.documents import documents
from tests.faults.labels import queue_labels
from tests.faults.process import put
from tests.faults.stacks import copy_sqlite, hasten, replay_parked, send_to_suspects

TREACHEROUS = Faults(drop=0.1, unknown=0.1, duplicate=0.1, reorder=0.3, delay=0.2)
_HALVES = (documents(8), documents(8, first=8))
_STEPS = 60


class Abandoned(BaseException):
    """The process hung and was given up; nothing in it may notice."""


@pytest.fixture(autouse=True)
def _hanging_is_dying(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A hang takes no time here."""

    def abandon(_seconds: float) -> None:
        raise Abandoned

    monkeypatch.setattr(failpoints, "time", SimpleNamespace(sleep=abandon))
    yield
    failpoints.arm("")


class Simulation:
    """One database and one set of queues, and the hub that lives on them, time and again."""

    def __init__(self, home: Path, seed: int) -> None:
        self.transport = SimTransport(seed, faults=TREACHEROUS)
        self._settings = Settings(home=home, batch=3, prefetch=6)
        self.crashes = 0
        self.hub = self._open()

    def _open(self) -> Hub:
        hub = Hub(self._settings)
        hub.__dict__["transport"] = self.transport
        return hub

    def survive(self, act: Callable[[Hub], object]) -> bool:
        """Do it; whether it came to its end. A crash loses the process's memory and nothing else."""
        try:
            act(self.hub)
        except Transient:
            return False  # the queues refused something; it is asked again
        except (failpoints.FailpointError, Abandoned):
            self.crashes += 1
            self.transport.crash_everything()
            self.hub.database.close()
            self.hub = self._open()
            return False
        return True

    def publish(self, bodies: list[bytes]) -> list[str]:
        """Until there is a receipt; whoever gets none sends again, under new ids."""
        receipts: list[str] = []
        self._until(lambda: self.survive(lambda hub: receipts.extend(put(hub, bodies))))
        return receipts

    def relay(self) -> None:
        """Until the outbox is empty."""
        self._until(lambda: self.survive(lambda hub: relay(hub, once=True)))

    def work(self) -> None:
        """Until the lane is empty."""
        self._until(lambda: self.survive(lambda hub: work(hub, once=True)))

    def wear(self, uid: str) -> None:
        """Six messages are redelivered twice, so that they become suspects; one dies of it on the lane of suspects."""
        self.transport.faults = Faults()
        self._wear("invoice", messages=6, times=2)
        send_to_suspects(self.hub, uid)
        self._wear(lanes.suspect("invoice"), messages=1, times=4)
        self.transport.faults = TREACHEROUS

    def _wear(self, lane: str, messages: int, times: int) -> None:
        for _ in range(times):
            consumer = self.transport.consume(lane, prefetch=messages)
            assert consumer.receive(messages, 60.0)
            self.transport.crash_consumer(consumer)

    def finish(self) -> None:
        """Time passes, parked messages are sent again, until nothing is under way."""
        for _ in range(_STEPS):
            self.relay()
            self.work()
            hasten(self.hub)
            if is_quiet(self.hub) and not replay_parked(self.hub):
                return
        raise AssertionError(f"still something under way after {_STEPS} steps")

    @staticmethod
    def _until(done: Callable[[], bool]) -> None:
        assert any(done() for _ in range(_STEPS)), f"not done after {_STEPS} attempts"


def _live(home: Path, seed: int) -> tuple[Simulation, list[str]]:
    """The whole story, in two halves, so that every failpoint is passed at least twice."""
    simulation, uids = Simulation(home, seed), []
    for bodies in _HALVES:
        uids += simulation.publish(bodies)
        uids += simulation.publish(bodies[::5])
        simulation.relay()
        simulation.wear(uids[0])
        simulation.work()
    simulation.finish()
    return simulation, uids


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("action", ["raise", "hang"])
@pytest.mark.parametrize("label", queue_labels())
def test_books_are_the_same_when_a_failpoint_breaks(
    label: str, action: str, nth: int, tmp_path: Path, sqlite_template: Path
) -> None:
    seed = sum(map(ord, f"{label}{action}{nth}"))
    failpoints.arm(f"{label}:{nth}:{action}")
    simulation, uids = _live(copy_sqlite(sqlite_template, tmp_path / "home"), seed)
    assert failpoints.hits(label) >= nth, f"{label} was not passed {nth} times"
    assert action == "raise" or simulation.crashes == 1
    assert_sound(simulation.hub, [*_HALVES[0], *_HALVES[1]], uids)


@pytest.mark.parametrize("seed", range(3))
def test_books_are_the_same_when_only_the_queues_are_treacherous(
    seed: int, tmp_path: Path, sqlite_template: Path
) -> None:
    simulation, uids = _live(copy_sqlite(sqlite_template, tmp_path / "home"), seed)
    assert simulation.crashes == 0
    assert_sound(simulation.hub, [*_HALVES[0], *_HALVES[1]], uids)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1000, 1100))
def test_books_are_the_same_when_everything_breaks_at_random(seed: int, tmp_path: Path, sqlite_template: Path) -> None:
    from random import Random

    random = Random(seed)
    chosen = [f"{label}:{random.randint(1, 6)}:{random.choice(['raise', 'hang'])}" for label in queue_labels()]
    failpoints.arm(",".join(random.sample(chosen, 8)))
    simulation, uids = _live(copy_sqlite(sqlite_template, tmp_path / "home"), seed)
    assert_sound(simulation.hub, [*_HALVES[0], *_HALVES[1]], uids)
