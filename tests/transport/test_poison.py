"""One message that kills its reader must not take its neighbours with it (RELIABILITY 0.2), on all three transports."""

from __future__ import annotations

from dataclasses import replace

from hub.errors import Unavailable
from hub.model.envelope import Delivery
from hub.ports import Consumer
from hub.transport import lanes
from tests.transport.harness import Harness, envelopes, names, receive_exactly

_POISON = "m17"
_COUNT = 40
_SUSPECT_FROM = 2  # redeliveries (RELIABILITY 2.6)


def test_only_the_poison_dies_when_suspects_are_read_one_by_one(harness: Harness) -> None:
    harness.transport.publish(envelopes(*(f"m{number}" for number in range(_COUNT))))
    done: list[str] = []
    while _work(harness, "invoice", prefetch=20, done=done):
        pass
    while _work(harness, lanes.suspect("invoice"), prefetch=1, done=done):
        pass
    (dead,) = receive_exactly(harness.consumer(lanes.DEAD), 1)
    assert dead.envelope.message_id == _POISON
    innocent = {f"m{number}" for number in range(_COUNT)} - {_POISON}
    assert set(done) == innocent  # some twice: an acknowledgement can be lost with its connection


def _work(harness: Harness, lane: str, *, prefetch: int, done: list[str]) -> bool:
    """One life of a worker: until its lane is empty (False) or the poison kills it (True)."""
    consumer = harness.consumer(lane, prefetch=prefetch)
    while batch := _receive(consumer):
        suspects = [] if lanes.is_suspect(lane) else [one for one in batch if one.redeliveries >= _SUSPECT_FROM]
        _move(harness, suspects)
        consumer.settle(suspects)
        rest = [one for one in batch if one not in suspects]
        if _POISON in names(rest):
            harness.lose(consumer)
            return True
        consumer.settle(rest)
        done += names(rest)
    consumer.close()
    return False


def _receive(consumer: Consumer) -> list[Delivery]:
    try:
        return consumer.receive(10, 1.0)
    except Unavailable:
        return []


def _move(harness: Harness, suspects: list[Delivery]) -> None:
    moved = [replace(one.envelope, lane=lanes.suspect(one.envelope.lane)) for one in suspects]
    assert all(harness.transport.publish(moved))
