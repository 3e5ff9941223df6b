"""What `hub.ports.Transport` promises, asked of all three transports (RELIABILITY 2.13)."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from hub.errors import NotFound, Unavailable
from hub.model.envelope import Delivery, Envelope
from hub.transport import lanes
from tests.transport.harness import Harness, envelopes, names, receive_exactly


def test_publish_survives_when_the_publisher_and_every_consumer_die(harness: Harness) -> None:
    assert list(harness.transport.publish(envelopes("a", "b", "c"))) == [True, True, True]
    first = harness.consumer()
    receive_exactly(first, 3)
    harness.lose(first)
    assert sorted(names(receive_exactly(harness.consumer(), 3))) == ["a", "b", "c"]


def test_publish_is_false_when_a_message_cannot_travel_and_its_neighbours_do(harness: Harness) -> None:
    good, bad, last = envelopes("a", "b", "c")
    too_large = replace(bad, body=b"x" * (lanes.MAX_BODY_BYTES + 1))
    assert list(harness.transport.publish([good, too_large, last])) == [True, False, True]
    consumer = harness.consumer()
    assert names(receive_exactly(consumer, 2)) == ["a", "c"]
    assert list(harness.transport.publish([bad])) == [True]
    assert names(receive_exactly(consumer, 1)) == ["b"]


def test_unsettled_message_returns_with_one_redelivery_more_when_its_consumer_dies(harness: Harness) -> None:
    harness.transport.publish(envelopes("a"))
    for expected in range(3):
        consumer = harness.consumer()
        (delivery,) = receive_exactly(consumer, 1)
        assert delivery.redeliveries == expected
        harness.lose(consumer)


def test_settled_message_never_returns(harness: Harness) -> None:
    harness.transport.publish(envelopes("a", "b"))
    first = harness.consumer()
    done, left = receive_exactly(first, 2)
    first.settle([done])
    first.close()
    second = harness.consumer()
    assert names(receive_exactly(second, 1)) == names([left])
    assert second.receive(10, 0.1) == []
    assert harness.transport.depth("invoice") == 0


def test_settle_does_nothing_when_said_twice(harness: Harness) -> None:
    harness.transport.publish(envelopes("a", "b", "c"))
    consumer = harness.consumer()
    a, b, c = receive_exactly(consumer, 3)
    consumer.settle([b])
    consumer.settle([b, a])
    consumer.settle([a, b])
    assert consumer.receive(10, 0.1) == []
    consumer.close()
    assert names(receive_exactly(harness.consumer(), 1)) == names([c])


def test_settle_is_ignored_when_the_token_is_of_a_lost_connection(harness: Harness) -> None:
    harness.transport.publish(envelopes("a"))
    first = harness.consumer()
    stale = receive_exactly(first, 1)
    harness.lose(first)
    second = harness.consumer()
    receive_exactly(second, 1)
    first.settle(stale)
    harness.lose(second)
    third = harness.consumer()
    (again,) = receive_exactly(third, 1)
    assert again.redeliveries >= 2


def test_release_keeps_the_message_for_another(harness: Harness) -> None:
    harness.transport.publish(envelopes("a", "b"))
    first = harness.consumer()
    a, b = receive_exactly(first, 2)
    first.settle([a])
    first.release([b])
    first.settle([b])  # no longer ours to settle
    first.close()
    assert names(receive_exactly(harness.consumer(), 1)) == ["b"]


def test_prefetch_bounds_what_is_held_until_something_is_settled(harness: Harness) -> None:
    harness.transport.publish(envelopes(*(f"m{number}" for number in range(10))))
    consumer = harness.consumer(prefetch=3)
    held = receive_exactly(consumer, 3)
    assert consumer.receive(10, 0.2) == []
    assert harness.transport.depth("invoice") == 7
    consumer.settle(held[:2])
    assert len(receive_exactly(consumer, 2)) == 2
    assert consumer.receive(10, 0.2) == []


def test_order_is_kept_when_one_consumer_reads_without_failures(harness: Harness) -> None:
    expected = [f"m{number}" for number in range(200)]
    for start in range(0, 200, 40):
        assert all(harness.transport.publish(envelopes(*expected[start : start + 40])))
    consumer = harness.consumer(prefetch=50)
    seen: list[str] = []
    while len(seen) < 200:
        batch = receive_exactly(consumer, 20)
        seen += names(batch)
        consumer.settle(batch)
    assert seen == expected


def test_two_consumers_never_hold_the_same_message(harness: Harness) -> None:
    expected = {f"m{number}" for number in range(300)}
    harness.transport.publish(envelopes(*sorted(expected)))
    seen: list[list[str]] = [[], []]
    consumers = [harness.consumer(prefetch=20), harness.consumer(prefetch=20)]

    def work(consumer_number: int) -> None:
        consumer = consumers[consumer_number]
        while batch := consumer.receive(10, 1.0):
            seen[consumer_number] += names(batch)
            consumer.settle(batch)

    threads = [threading.Thread(target=work, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen[0]) + len(seen[1]) == 300
    assert set(seen[0]) | set(seen[1]) == expected


@pytest.mark.parametrize(("lane", "limit"), [("invoice", 10), ("invoice.suspect", 3)])
def test_message_moves_to_dead_with_its_reason_when_its_limit_is_passed(
    harness: Harness, lane: str, limit: int
) -> None:
    harness.transport.publish(envelopes("poison", lane=lane))
    for expected in range(limit + 1):
        consumer = harness.consumer(lane)
        (delivery,) = receive_exactly(consumer, 1)
        assert delivery.redeliveries == expected
        harness.lose(consumer)
    (dead,) = receive_exactly_from_dead(harness, lane)
    assert dead.reason == lanes.LIMIT_REACHED
    assert dead.envelope == envelopes("poison", lane=lane)[0]
    assert harness.transport.depth(lane) == 0


def receive_exactly_from_dead(harness: Harness, lane: str) -> list[Delivery]:
    """On the embedded queue a lane's next reader notices the death; the broker does so by itself."""
    assert harness.consumer(lane).receive(1, 0.2) == []
    return receive_exactly(harness.consumer(lanes.DEAD), 1)


@pytest.mark.parametrize("lane", ["no-such-lane", "dispatch.nobody", ""])
def test_unknown_lane_is_not_found_and_nothing_of_the_batch_is_published(harness: Harness, lane: str) -> None:
    good, lost = envelopes("a", "b")
    with pytest.raises(NotFound):
        harness.transport.publish([good, replace(lost, lane=lane)])
    with pytest.raises(NotFound):
        harness.transport.consume(lane, prefetch=1)
    with pytest.raises(NotFound):
        harness.transport.depth(lane)
    assert harness.transport.depth("invoice") == 0


def test_dead_is_a_lane_to_read_and_not_to_publish_to(harness: Harness) -> None:
    with pytest.raises(NotFound):
        harness.transport.publish(envelopes("a", lane=lanes.DEAD))
    assert harness.transport.depth(lanes.DEAD) == 0


@pytest.mark.parametrize("size", [0, 1, 9_000, lanes.MAX_BODY_BYTES])
def test_everything_in_an_envelope_arrives_unchanged(harness: Harness, size: int) -> None:
    sent = Envelope(
        lane="mutation",
        message_id="01-ünïcode-✓",
        administration="jansen-én-zn",
        body=(bytes(range(256)) * (size // 256 + 1))[:size],
        content_type="text/csv; charset=utf-8",
        type="pos.day.v1",
        headers={
            "subject": "Café 't Hörntje €12",
            "correlationid": "c-1",
            "empty": "",
            "ключ": "значение",
            "long": "é" * 20_000,
        },
    )
    assert list(harness.transport.publish([sent])) == [True]
    (delivery,) = receive_exactly(harness.consumer("mutation"), 1)
    assert delivery.envelope == sent
    assert delivery.redeliveries == 0
    assert delivery.reason == ""


def test_headers_of_a_broker_are_not_published_again(harness: Harness) -> None:
    (plain,) = envelopes("a")
    harness.transport.publish([replace(plain, headers={"x-death": "1", "X-Delivery-Count": "9", "kept": "yes"})])
    (delivery,) = receive_exactly(harness.consumer(), 1)
    assert delivery.envelope.headers == {"kept": "yes"}
    assert delivery.redeliveries == 0


def test_receive_ends_when_the_consumer_is_closed_meanwhile(harness: Harness) -> None:
    consumer = harness.consumer()
    outcome: list[object] = []

    def read() -> None:
        try:
            outcome.append(consumer.receive(1, 60.0))
        except Unavailable as error:
            outcome.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    consumer.close()
    reader.join(20)
    assert not reader.is_alive()
    assert outcome == [[]] or isinstance(outcome[0], Unavailable)
    consumer.close()
    harness.transport.publish(envelopes("a"))
    assert names(receive_exactly(harness.consumer(), 1)) == ["a"]


def test_transport_refuses_when_it_is_closed(harness: Harness) -> None:
    if hasattr(harness.transport, "crash_everything"):
        pytest.skip("the simulation has no connection to close")
    harness.transport.close()
    harness.transport.close()
    with pytest.raises(Unavailable):
        harness.transport.consume("invoice", prefetch=1).receive(1, 0.0)
