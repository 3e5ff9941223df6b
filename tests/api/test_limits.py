"""One sender cannot take the door from the others: 429 with the time after which to come back."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from hub.api.limits import Limits
from hub.api.problems import Problem
from hub.channels import HttpChannel
from tests.api.conftest import Door


def refused(count: Callable[[], object]) -> Problem | None:
    try:
        count()
    except Problem as problem:
        return problem
    return None


def test_a_minutes_worth_may_come_at_once_and_then_it_goes_by_the_clock() -> None:
    now = [100.0]
    limits, channel = Limits(lambda: now[0]), HttpChannel(name="till", per_minute=3)
    assert [refused(lambda: limits.count(channel)) for _ in range(3)] == [None] * 3
    problem = refused(lambda: limits.count(channel))
    assert problem is not None
    assert (problem.status, problem.headers["Retry-After"]) == (429, "20")
    assert refused(lambda: limits.count(HttpChannel(name="shop", per_minute=3))) is None
    now[0] += 20
    assert refused(lambda: limits.count(channel)) is None
    assert refused(lambda: limits.count(channel)) is not None


@pytest.mark.parametrize("door", [{"per_minute": 2}], indirect=True)
def test_who_signs_wrongly_uses_up_nothing_of_what_the_right_sender_may(door: Door) -> None:
    assert {door.send("hub", secret="guessed").status_code for _ in range(5)} == {401}
    made = [door.send("hub", b'{"n": %d}' % n).status_code for n in range(3)]
    assert made == [202, 202, 429]
    late = door.send("hub", b"{}")
    assert 0 < int(late.headers["Retry-After"]) <= 30  # two a minute; what has passed of it is the machine's
    assert late.headers["Content-Type"] == "application/problem+json"
    assert door.send("shopify").status_code == 202
    assert door.count() == 3


@pytest.mark.parametrize("door", [{"at_once": 1}], indirect=True)
def test_a_slow_sender_holds_up_his_own_channel_and_no_other(door: Door) -> None:
    head = b"POST /intake/hub HTTP/1.1\r\nHost: x\r\nBoekhub-Timestamp: %d\r\nBoekhub-Signature: v1=00\r\n"
    with door.connect() as slow:
        slow.sendall(head % time.time() + b"Content-Length: 10\r\n\r\n12345")
        until = time.monotonic() + 10
        while (answer := door.send("hub")).status_code != 429 and time.monotonic() < until:
            time.sleep(0.02)
        assert answer.status_code == 429
        assert door.send("standard").status_code == 202
    until = time.monotonic() + 10
    while door.send("hub", b'{"later": 1}').status_code == 429 and time.monotonic() < until:
        time.sleep(0.02)
    assert door.send("hub", b'{"later": 1}').status_code == 200
