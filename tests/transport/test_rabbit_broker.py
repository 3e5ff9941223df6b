"""A whole broker of one's own, killed or filled up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from hub.errors import Unavailable
from hub.ports import Consumer
from hub.transport import lanes
from hub.transport.rabbitmq import RabbitTransport
from tests import services
from tests.conftest import or_skip
from tests.private_servers import Broker
from tests.transport.harness import envelopes, eventually, names, receive_exactly

pytestmark = pytest.mark.rabbit


@pytest.fixture
def own_broker() -> Iterator[Broker]:
    """A broker that may be hurt."""
    with or_skip("RabbitMQ"), services.own_broker() as node:
        yield node


def test_confirmed_messages_are_there_when_the_broker_was_killed_and_started_again(own_broker: Broker) -> None:
    with closing(RabbitTransport(own_broker.url(), connect_seconds=1.0)) as transport:
        safe = [f"m{number}" for number in range(500)]
        for start in range(0, 500, 50):
            assert all(transport.publish(envelopes(*safe[start : start + 50])))
        consumer = transport.consume("invoice", prefetch=100)
        held = receive_exactly(consumer, 10)
        own_broker.kill()
        eventually(lambda: _is_unavailable(consumer))
        with pytest.raises(Unavailable):
            transport.publish(envelopes("lost"))
        own_broker.start()
        eventually(lambda: transport.publish(envelopes("after")) == [True])
        seen: list[str] = []
        while len(set(seen)) < 501:
            batch = receive_exactly(consumer, 1)
            seen += names(batch)
            consumer.settle([*batch, *held])
        assert set(seen) == {*safe, "after"}
        eventually(lambda: transport.depth("invoice") == 0)
        assert transport.depth(lanes.DEAD) == 0


def _is_unavailable(consumer: Consumer) -> bool:
    """Whether the consumer has noticed."""
    try:
        consumer.receive(1, 0.1)
    except Unavailable:
        return True
    return False


def test_alarm_stops_the_publisher_and_not_the_consumer(own_broker: Broker) -> None:
    with closing(RabbitTransport(own_broker.url(), confirm_seconds=1.0)) as transport:
        assert all(transport.publish(envelopes("a", "b")))
        consumer = transport.consume("invoice", prefetch=10)
        own_broker.ctl("set_disk_free_limit", "900000GB")
        eventually(lambda: _is_refused(transport))
        received = receive_exactly(consumer, 2)
        consumer.settle(received)
        consumer.close()
        assert transport.depth("invoice") == 0
        own_broker.ctl("set_disk_free_limit", "50MB")
        eventually(lambda: transport.publish(envelopes("c")) == [True])


def _is_refused(transport: RabbitTransport) -> bool:
    """Under the alarm the first publish stays unknown; then the broker says why, and no more is sent."""
    try:
        return all(transport.publish(envelopes("during", lane="bank"))) and False
    except Unavailable as refused:
        return "alarm" in str(refused)
