"""The in-memory twin: faults on demand, and the same history for the same seed."""

from __future__ import annotations

import pytest

from hub.errors import Unavailable
from hub.transport.sim import Faults, SimTransport, SimulatedClock
from tests.transport.harness import envelopes, names

_NAMES = [f"m{number}" for number in range(100)]


def _history(seed: int) -> tuple[list[bool], list[str]]:
    faults = Faults(drop=0.1, unknown=0.1, duplicate=0.1, reorder=0.3, delay=0.3)
    transport = SimTransport(seed, faults=faults)
    safe = transport.publish(envelopes(*_NAMES))
    consumer = transport.consume("invoice", prefetch=10)
    seen: list[str] = []
    while batch := consumer.receive(10, 10.0):
        seen += names(batch)
        consumer.settle(batch)
    return safe, seen


def test_history_is_the_same_when_the_seed_is() -> None:
    assert _history(7) == _history(7)
    assert _history(7) != _history(8)


@pytest.mark.parametrize("seed", range(20))
def test_everything_called_true_arrives_whatever_goes_wrong(seed: int) -> None:
    safe, seen = _history(seed)
    assert {name for name, is_safe in zip(_NAMES, safe, strict=True) if is_safe} <= set(seen)
    assert not all(safe)
    assert len(seen) > len(set(seen))  # duplicates
    assert seen != sorted(seen, key=_NAMES.index)  # another order


def test_waiting_passes_the_simulated_clock_to_when_something_is_due() -> None:
    clock = SimulatedClock()
    transport = SimTransport(3, clock=clock, faults=Faults(delay=1.0, longest_delay=4.0))
    transport.publish(envelopes("a"))
    consumer = transport.consume("invoice", prefetch=1)
    assert consumer.receive(1, 0.0) == []
    assert names(consumer.receive(1, 60.0)) == ["a"]
    assert 0.0 < clock.now() <= 4.0
    assert consumer.receive(1, 5.0) == []


def test_crash_makes_the_next_receive_unavailable_and_returns_what_was_held() -> None:
    transport = SimTransport()
    transport.publish(envelopes("a"))
    consumer = transport.consume("invoice", prefetch=1)
    stale = consumer.receive(1, 0.0)
    transport.crash_consumer(consumer)
    with pytest.raises(Unavailable):
        consumer.receive(1, 0.0)
    (again,) = consumer.receive(1, 0.0)
    consumer.settle(stale)
    transport.crash_everything()
    assert again.redeliveries == 1
    assert transport.depth("invoice") == 1
