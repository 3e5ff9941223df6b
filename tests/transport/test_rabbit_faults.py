"""What goes wrong around a broker, done for real: cut, silenced, deleted, refused, filled up and killed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

import pika
import pika.data
import pytest

from hub.errors import Conflict, HubError, NotFound, Unavailable
from hub.transport.rabbitmq import RabbitTransport
from tests.proxy import Proxy
from tests.transport.harness import (
    PATIENCE_SECONDS,
    RabbitHarness,
    envelopes,
    eventually,
    names,
    receive_exactly,
    through,
)

pytestmark = pytest.mark.rabbit


@pytest.fixture
def rabbit(broker_url: str) -> Iterator[RabbitHarness]:
    """Empty lanes of this test, with the topology declared."""
    with closing(RabbitHarness(broker_url)) as built:
        yield built


@pytest.fixture
def proxy(broker_url: str) -> Iterator[Proxy]:
    """A bad line to the broker."""
    with closing(Proxy(urlsplit(broker_url).port or 5672)) as line:
        yield line


@contextmanager
def _outside_channel(url: str) -> Iterator[Any]:
    """A channel of somebody else."""
    with closing(pika.BlockingConnection(pika.URLParameters(url))) as connection:
        yield connection.channel()


def test_consumer_resumes_when_its_queue_was_deleted(rabbit: RabbitHarness) -> None:
    consumer = rabbit.transport.consume("invoice", prefetch=10)
    with _outside_channel(rabbit.url) as channel:
        channel.queue_delete(f"{rabbit.prefix}.invoice")
    with pytest.raises(Unavailable, match="cancelled"):
        consumer.receive(1, 5.0)
    assert consumer.receive(1, 0.1) == []  # declares again
    assert rabbit.transport.publish(envelopes("a")) == [True]
    assert names(receive_exactly(consumer, 1)) == ["a"]


def test_passive_consumer_says_not_found_when_its_queue_was_deleted(rabbit: RabbitHarness) -> None:
    with closing(RabbitTransport(rabbit.url, prefix=rabbit.prefix, declare=False)) as passive:
        consumer = passive.consume("invoice", prefetch=10)
        with _outside_channel(rabbit.url) as channel:
            channel.queue_delete(f"{rabbit.prefix}.invoice")
        with pytest.raises(Unavailable):
            consumer.receive(1, 5.0)
        with pytest.raises(NotFound):
            consumer.receive(1, 0.1)
        with pytest.raises(NotFound):
            passive.depth("invoice")
        assert passive.depth("bank") == 0


def test_unroutable_message_is_false_among_true_ones_and_goes_the_next_time(rabbit: RabbitHarness) -> None:
    assert rabbit.transport.publish(envelopes("first")) == [True]
    with _outside_channel(rabbit.url) as channel:
        channel.queue_delete(f"{rabbit.prefix}.bank")
    mixed = [*envelopes("a"), *envelopes("b", lane="bank"), *envelopes("c")]
    assert rabbit.transport.publish(mixed) == [True, False, True]
    assert rabbit.transport.publish(envelopes("b", lane="bank")) == [True]


def test_publisher_recovers_when_the_exchange_was_deleted(rabbit: RabbitHarness) -> None:
    assert rabbit.transport.publish(envelopes("first")) == [True]
    with _outside_channel(rabbit.url) as channel:
        channel.exchange_delete(f"{rabbit.prefix}.work")
    assert rabbit.transport.publish(envelopes("a")) == [False]
    assert rabbit.transport.publish(envelopes("a")) == [True]


def test_full_lane_is_false(rabbit: RabbitHarness) -> None:
    """What `x-max-length` with `reject-publish` does, on a queue with room for two."""
    with _outside_channel(rabbit.url) as channel:
        channel.queue_unbind(f"{rabbit.prefix}.master", f"{rabbit.prefix}.work", "master")
        arguments = {"x-queue-type": "quorum", "x-overflow": "reject-publish", "x-max-length": 2}
        channel.queue_declare(f"{rabbit.prefix}.small", durable=True, arguments=arguments)
        channel.queue_bind(f"{rabbit.prefix}.small", f"{rabbit.prefix}.work", "master")
    for _ in range(10):
        outcome = rabbit.transport.publish(envelopes("m", lane="master"))
    assert outcome == [False]


def test_other_queue_arguments_are_a_conflict(rabbit: RabbitHarness) -> None:
    with _outside_channel(rabbit.url) as channel:
        channel.queue_delete(f"{rabbit.prefix}.payroll")
        channel.queue_declare(f"{rabbit.prefix}.payroll", durable=True, arguments={"x-queue-type": "quorum"})
    with pytest.raises(Conflict, match="x-delivery-limit|x-dead-letter|x-max-length|x-overflow"):
        rabbit.transport.declare()


def test_token_of_the_lost_channel_settles_nothing_on_the_new_one(rabbit: RabbitHarness) -> None:
    """Both channels count their tags from 1, so an old token would hit a stranger."""
    rabbit.transport.publish(envelopes("a", "b", "c"))
    consumer = rabbit.consumer()
    stale = receive_exactly(consumer, 3)
    rabbit.lose(consumer)
    again = receive_exactly(consumer, 3)
    assert [one.redeliveries for one in again] == [1, 1, 1]
    consumer.settle(stale)
    consumer.release(stale)
    consumer.settle(again[:1])
    consumer.close()
    assert sorted(names(receive_exactly(rabbit.consumer(), 2))) == sorted(names(again[1:]))


def test_everything_true_arrives_when_the_line_is_reset_again_and_again(rabbit: RabbitHarness, proxy: Proxy) -> None:
    with closing(RabbitTransport(through(rabbit.url, proxy), prefix=rabbit.prefix, declare=False)) as transport:
        unsent = [f"m{number}" for number in range(400)]
        safe: list[str] = []
        calm = threading.Event()

        def disturb() -> None:
            for pause in (0.01, 0.02, 0.03, 0.05, 0.1, 0.15, 0.2):
                calm.wait(pause)
                proxy.reset()

        disturber = threading.Thread(target=disturb)
        disturber.start()
        deadline = time.monotonic() + 3 * PATIENCE_SECONDS
        while (unsent or disturber.is_alive()) and time.monotonic() < deadline:
            safe += _publish_some(transport, unsent)
        disturber.join()
        assert not unsent
        assert proxy.accepted > 1
    consumer = rabbit.consumer(prefetch=200)
    seen: set[str] = set()
    while batch := consumer.receive(50, 1.0):
        seen.update(names(batch))
        consumer.settle(batch)
    assert seen == set(safe)


def _publish_some(transport: RabbitTransport, unsent: list[str]) -> list[str]:
    """Publish a few; what is true leaves `unsent` and is returned."""
    some = unsent[:5]
    try:
        outcome = transport.publish(envelopes(*some))
    except Unavailable:
        return []
    done = [name for name, is_safe in zip(some, outcome, strict=True) if is_safe]
    unsent[:] = [name for name in unsent if name not in done]
    return done


def test_silent_line_makes_a_publish_unknown_and_delivers_it_later(rabbit: RabbitHarness, proxy: Proxy) -> None:
    with closing(
        RabbitTransport(through(rabbit.url, proxy), prefix=rabbit.prefix, declare=False, confirm_seconds=0.5)
    ) as transport:
        assert transport.publish(envelopes("a")) == [True]
        proxy.black_hole()
        assert transport.publish(envelopes("b")) == [False]
        proxy.resume()
        assert transport.publish(envelopes("c")) == [True]
        assert proxy.accepted == 1
    assert names(receive_exactly(rabbit.consumer(), 3)) == ["a", "b", "c"]


@pytest.mark.slow
def test_line_that_stays_silent_is_given_up_and_replaced(rabbit: RabbitHarness, proxy: Proxy) -> None:
    with closing(RabbitTransport(through(rabbit.url, proxy), prefix=rabbit.prefix, declare=False)) as transport:
        consumer = transport.consume("invoice", prefetch=10)
        rabbit.transport.publish(envelopes("a"))
        receive_exactly(consumer, 1)
        proxy.black_hole()
        with pytest.raises(Unavailable):
            consumer.receive(1, 60.0)  # heartbeats of 10 s
        proxy.resume()
        assert [one.redeliveries for one in receive_exactly(consumer, 1)] == [1]


def _encode_milliseconds(pieces: list[bytes], value: object) -> int:
    """A float goes out as a time, as programs send it that take AMQP's seconds for milliseconds."""
    if not isinstance(value, float):
        return int(_plain_encode(pieces, value))
    pieces.append(b"T" + int(value).to_bytes(8, "big"))
    return 9


_plain_encode = pika.data.encode_value


def test_message_of_an_outside_publisher_arrives_with_strange_headers_and_without_an_id(
    rabbit: RabbitHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pika.data, "encode_value", _encode_milliseconds)
    document = "<Invoice>" + "é" * 400_000 + "</Invoice>"
    headers = {"administration": "demo", "sent": 1_790_000_000_000.0, "count": 3, "flag": True, "list": [1, {"a": "b"}]}
    with _outside_channel(rabbit.url) as channel:
        channel.confirm_delivery()
        channel.basic_publish(
            f"{rabbit.prefix}.work", "invoice", document.encode(), pika.BasicProperties(headers=headers)
        )
        channel.basic_publish(
            f"{rabbit.prefix}.work",
            "invoice",
            b"\x00\xff",
            pika.BasicProperties(content_type="text/csv", message_id="their-id"),
        )
    first, second = receive_exactly(rabbit.consumer(), 2)
    assert first.envelope.body == document.encode()
    assert (first.envelope.message_id, first.envelope.administration) == ("", "demo")
    assert first.envelope.content_type == "application/xml"
    assert first.envelope.headers["count"] == "3"
    assert first.envelope.headers["sent"] == f"{1_790_000_000_000:016x}"
    assert first.envelope.headers["list"] == '[1, {"a": "b"}]'
    assert (second.envelope.message_id, second.envelope.administration) == ("their-id", "")
    assert second.envelope.content_type == "text/csv"


def test_dead_thread_makes_every_call_unavailable(rabbit: RabbitHarness) -> None:
    with closing(RabbitTransport(rabbit.url, prefix=rabbit.prefix)) as transport:
        consumer = transport.consume("invoice", prefetch=1)
        transport.publish(envelopes("a"))
        assert transport.failure is None
        for link in list(transport._links.values()):
            link.post(_explode)
        eventually(lambda: all(link.failure is not None for link in transport._links.values()))
        calls: list[Callable[[], object]] = [
            lambda: transport.publish(envelopes("b")),
            lambda: consumer.receive(1, 0.1),
            lambda: transport.depth("invoice"),
            lambda: transport.consume("bank", prefetch=1),
        ]
        for call in calls:
            with pytest.raises(Unavailable):
                call()
        assert isinstance(transport.failure, ZeroDivisionError)


def _explode() -> None:
    raise ZeroDivisionError


def test_unreachable_broker_is_unavailable_and_closing_ends_the_thread() -> None:
    with closing(RabbitTransport("amqp://nobody:secret@127.0.0.1:1/", connect_seconds=0.5)) as transport:
        with pytest.raises(Unavailable) as refused:
            transport.publish(envelopes("a"))
        assert "secret" not in str(refused.value)
    assert not [thread for thread in threading.enumerate() if thread.name == "rabbit-publish" and thread.is_alive()]


def test_wrong_password_is_unavailable_and_names_the_reason(broker_url: str) -> None:
    parts = urlsplit(broker_url)
    url = f"amqp://nobody:secret@{parts.hostname}:{parts.port}{parts.path}"
    with (
        closing(RabbitTransport(url, connect_seconds=3.0)) as transport,
        pytest.raises(HubError, match="ACCESS_REFUSED"),
    ):
        transport.depth("invoice")


def test_second_broker_is_used_when_the_first_does_not_answer(rabbit: RabbitHarness) -> None:
    urls = ["amqp://u:p@127.0.0.1:1/", rabbit.url]
    with closing(RabbitTransport(urls, prefix=rabbit.prefix, declare=False)) as transport:
        assert transport.publish(envelopes("a")) == [True]
