"""Envelopes to AMQP and back, and which acknowledgements may be multiple."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pika import data, spec

from hub.errors import Usage
from hub.model.envelope import Delivery
from hub.transport.rabbit_codec import to_delivery
from hub.transport.rabbit_consumer import split
from hub.transport.rabbit_io import full_jitter, parse_urls


def _received(
    headers: dict[str, Any] | None,
    *,
    lane: str = "invoice",
    routing_key: str = "invoice",
    redelivered: bool = False,
    **properties: Any,
) -> Delivery:
    method = spec.Basic.Deliver("c", 1, redelivered, "hub.v1.work", routing_key)
    return to_delivery(lane, "hub.v1", method, spec.BasicProperties(headers=headers, **properties), b"<a/>", None)


def test_message_of_an_outside_program_needs_nothing_but_the_administration() -> None:
    delivery = _received({"administration": "demo"})
    assert delivery.envelope.administration == "demo"
    assert delivery.envelope.message_id == ""
    assert delivery.envelope.content_type == "application/xml"
    assert delivery.envelope.headers == {}
    assert _received(None).envelope.administration == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (7, "7"),
        (None, ""),
        (b"caf\xc3\xa9", "café"),
        (b"\xff", "\ufffd"),
        ([1, "a"], '[1, "a"]'),
        ({"a": 1}, '{"a": 1}'),
        (datetime(2026, 11, 21, tzinfo=UTC), "2026-11-21T00:00:00+00:00"),
    ],
)
def test_header_becomes_text_whatever_its_type(value: object, text: str) -> None:
    assert _received({"h": value}).envelope.headers == {"h": text}


@pytest.mark.parametrize(
    ("kind", "encoded"),
    [
        ("not a number", b"d" + b"\x7f\xf8" + b"\0" * 6),
        ("infinity", b"d" + b"\x7f\xf0" + b"\0" * 6),
        ("float infinity", b"f" + b"\x7f\x80\0\0"),
        ("milliseconds as time", b"T" + (1_790_000_000_000).to_bytes(8, "big")),
    ],
)
def test_header_that_python_cannot_hold_does_not_stop_the_reader(kind: str, encoded: bytes) -> None:
    table = b"\x01h" + encoded + b"\x04nextS" + (2).to_bytes(4, "big") + b"ok"
    decoded, end = data.decode_table(len(table).to_bytes(4, "big") + table, 0)
    assert decoded == {"h": encoded[1:].hex(), "next": "ok"}, kind
    assert end == len(table) + 4


def test_unknown_kind_of_header_is_still_an_error() -> None:
    with pytest.raises(Exception, match="Z"):
        data.decode_value(b"Z123", 0)


@pytest.mark.parametrize(
    ("headers", "redelivered", "expected"),
    [
        (None, False, 0),
        (None, True, 1),
        ({"x-delivery-count": 4}, True, 4),
        ({"x-delivery-count": 0}, True, 1),
        ({"x-delivery-count": "many"}, True, 1),
    ],
)
def test_redeliveries_are_never_understated(headers: dict[str, Any] | None, redelivered: bool, expected: int) -> None:
    assert _received(headers, redelivered=redelivered).redeliveries == expected


@pytest.mark.parametrize(
    ("routing_key", "lane"), [("bank.suspect", "bank.suspect"), ("hub.v1.bank", "bank"), ("", "dead")]
)
def test_dead_message_keeps_the_lane_it_was_published_to(routing_key: str, lane: str) -> None:
    dead = _received({"x-first-death-reason": "delivery_limit"}, lane="dead", routing_key=routing_key)
    assert dead.envelope.lane == lane
    assert dead.reason == "delivery_limit"
    assert dead.envelope.headers == {}


@pytest.mark.parametrize(
    ("tags", "still_open", "expected"),
    [
        ([1, 2, 3], [], (3, [])),
        ([1, 2, 3], [4, 5], (3, [])),
        ([2, 3], [1], (None, [2, 3])),
        ([1, 2, 5], [3, 4], (2, [5])),
        ([7], [], (7, [])),
        ([9], [8], (None, [9])),
    ],
)
def test_multiple_acknowledgement_never_reaches_an_open_tag(
    tags: list[int], still_open: list[int], expected: tuple[int | None, list[int]]
) -> None:
    assert split(tags, still_open) == expected


def test_delay_is_anywhere_below_a_bound_that_grows_to_five_seconds() -> None:
    assert all(0.0 <= full_jitter(0) <= 0.1 for _ in range(200))
    assert all(0.0 <= full_jitter(50) <= 5.0 for _ in range(200))
    assert max(full_jitter(50) for _ in range(200)) > 1.0


@pytest.mark.parametrize("url", ["", "amqp://host:notaport/", " , "])
def test_unreadable_url_is_a_usage_error_without_the_password(url: str) -> None:
    with pytest.raises(Usage):
        parse_urls(url)


def test_several_brokers_may_be_named_and_each_has_our_time_limits() -> None:
    first, second = parse_urls("amqp://u:p@one/, amqp://u:p@two:5673/v")
    assert (first.host, second.host, second.port) == ("one", "two", 5673)
    assert (second.heartbeat, second.blocked_connection_timeout, second.connection_attempts) == (10, 30, 1)
