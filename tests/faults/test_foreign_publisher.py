"""A program that is not ours, with any AMQP client, publishes raw documents straight to the exchange of the lanes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pika
import pytest

from tests.faults import process
from tests.faults.checks import assert_verified, balance_of, count, faultless_balance, outcomes, rows
from tests.faults.conftest import NewStack
from tests.faults.documents import documents
from tests.faults.stacks import POSTGRES_RABBIT, SQLITE_RABBIT, Stack

pytestmark = [pytest.mark.rabbit]
MEBIBYTE = 1024 * 1024
_KINDS = [SQLITE_RABBIT, pytest.param(POSTGRES_RABBIT, marks=pytest.mark.postgres)]
_BODY, _OTHER, _THIRD = documents(3)


class Publisher:
    """The other program: it knows an exchange, a routing key and a header, and nothing else of the hub."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        process.run("worker", stack.settings)  # the first worker makes exchange and queues
        self._connection = pika.BlockingConnection(pika.URLParameters(stack.settings.broker_url))
        self._channel = self._connection.channel()
        self._channel.confirm_delivery()

    def publish(self, body: bytes, headers: Mapping[str, Any] | None = None, **properties: Any) -> None:
        given = {"administration": "demo"} if headers is None else dict(headers)
        self._channel.basic_publish(
            "hub.v1.work",
            "invoice",
            body,
            pika.BasicProperties(headers=given, delivery_mode=2, **properties),
            mandatory=True,
        )

    def worked(self) -> dict[str, int]:
        """A worker takes in what is there; how many messages have which outcome since the beginning."""
        process.run("worker", self._stack.settings)
        with self._stack.hub() as hub:
            assert hub.transport.depth("invoice") == 0
            return outcomes(hub)

    def parked(self) -> list[tuple[Any, ...]]:
        """Class and reason of what was parked."""
        with self._stack.hub() as hub:
            return rows(hub, "SELECT error_class, reason FROM parked WHERE state = 'parked' ORDER BY id")

    def close(self) -> None:
        self._connection.close()


@pytest.fixture(params=_KINDS)
def publisher(request: pytest.FixtureRequest, new_stack: NewStack) -> Iterator[Publisher]:
    stack = new_stack(request.param)
    other = Publisher(stack)
    yield other
    other.close()
    with stack.hub() as hub:
        assert_verified(hub)


def test_document_is_posted_when_published_with_a_message_id(publisher: Publisher, request: Any) -> None:
    publisher.publish(_BODY, message_id="their-id-1", content_type="text/xml")
    assert publisher.worked() == {"posted": 1}
    with publisher._stack.hub() as hub:
        assert balance_of(hub) == faultless_balance([_BODY])
        assert rows(hub, "SELECT uid, channel FROM message") == [("their-id-1", "amqp")]


def test_document_is_posted_once_when_published_again_without_a_message_id(publisher: Publisher) -> None:
    for _ in range(3):
        publisher.publish(_BODY)
    assert publisher.worked() == {"posted": 1}
    publisher.publish(_BODY)
    assert publisher.worked() == {"posted": 1}


def test_document_is_posted_once_when_its_message_id_comes_again(publisher: Publisher) -> None:
    publisher.publish(_BODY, message_id="twice")
    publisher.publish(_BODY, message_id="twice")
    assert publisher.worked() == {"posted": 1}
    publisher.publish(_BODY, message_id="twice")
    publisher.publish(_BODY, message_id="another name for it")
    assert publisher.worked() == {"duplicate": 1, "posted": 1}


def test_conflict_when_a_message_id_comes_again_with_other_bytes(publisher: Publisher) -> None:
    publisher.publish(_BODY, message_id="reused")
    assert publisher.worked() == {"posted": 1}
    publisher.publish(_OTHER, message_id="reused")
    assert publisher.worked() == {"conflict": 1, "posted": 1}


def test_conflict_when_both_come_in_one_batch(publisher: Publisher) -> None:
    publisher.publish(_BODY, message_id="reused")
    publisher.publish(_OTHER, message_id="reused")
    publisher.publish(_THIRD, message_id="innocent")
    assert publisher.worked() == {"conflict": 1, "posted": 2}


def test_parked_when_the_administration_is_unknown_or_missing(publisher: Publisher) -> None:
    publisher.publish(_BODY, {"administration": "nobody"}, message_id="a")
    publisher.publish(_BODY, {}, message_id="b")
    publisher.publish(_BODY, {})
    publisher.publish(_OTHER)
    assert publisher.worked() == {"posted": 1}
    reasons = [reason for error_class, reason in publisher.parked() if error_class == "Permanent"]
    assert len(reasons) == 3
    assert "'nobody'" in reasons[0]
    assert all("header `administration` is missing" in reason for reason in reasons[1:])


def test_posted_when_it_is_one_mebibyte(publisher: Publisher) -> None:
    publisher.publish(_BODY.ljust(MEBIBYTE), message_id="large")
    assert publisher.worked() == {"posted": 1}


def test_parked_when_it_is_larger_than_a_queue_takes(publisher: Publisher) -> None:
    publisher.publish(_BODY.ljust(MEBIBYTE + 1), message_id="too large")
    publisher.publish(_OTHER)
    assert publisher.worked() == {"posted": 1}
    ((error_class, reason),) = publisher.parked()
    assert error_class == "Permanent"
    assert f"{MEBIBYTE + 1} bytes" in reason


@pytest.mark.parametrize(
    "body", [b"", b"\x00\xff not XML", b"<a/>", _BODY[:2000]], ids=["empty", "binary", "other", "half"]
)
def test_refused_when_it_is_no_invoice(publisher: Publisher, body: bytes) -> None:
    publisher.publish(body, message_id="rubbish")
    publisher.publish(_BODY)
    assert publisher.worked() == {"posted": 1, "refused": 1}
    assert publisher.parked() == []


_ODD: dict[str, dict[str, Any]] = {
    "zero bytes": {"message_id": "a\x00b", "content_type": "text/\x00xml", "headers": {"administration": "demo", "file_name": "a\x00.xml"}},
    "long names": {"message_id": "x" * 255, "content_type": "t" * 255, "headers": {"administration": "demo", "file_name": "n" * 9000}},
    "numbers": {"message_id": "1", "headers": {"administration": "demo", "file_name": 7, "direction": True}},
}  # fmt: skip


@pytest.mark.parametrize("odd", _ODD)
def test_posted_when_the_properties_are_odd(publisher: Publisher, odd: str) -> None:
    publisher.publish(_BODY, **_ODD[odd])
    publisher.publish(_OTHER, message_id="innocent")
    assert publisher.worked() == {"posted": 2}


def test_parked_when_even_the_administration_is_odd(publisher: Publisher) -> None:
    publisher.publish(_BODY, {"administration": "de\x00mo"}, message_id="n" * 255)
    publisher.publish(_BODY, {"administration": "d" * 5000}, message_id="a\x00b")
    publisher.publish(_OTHER, message_id="innocent")
    assert publisher.worked() == {"posted": 1}
    assert [error_class for error_class, _ in publisher.parked()] == ["Permanent", "Permanent"]


def test_two_documents_are_two_when_their_long_ids_begin_alike(publisher: Publisher) -> None:
    for last, body in (("a", _BODY), ("b", _OTHER), ("a", _THIRD)):
        publisher.publish(body, message_id="x" * 254 + last)
    assert publisher.worked() == {"conflict": 1, "posted": 2}
    with publisher._stack.hub() as hub:
        assert count(hub, "SELECT COUNT(*) FROM message") == 3
