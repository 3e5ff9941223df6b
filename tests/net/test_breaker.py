"""The breaker: opens when a host is down, and lets one request find out whether it is back."""

from __future__ import annotations

import pytest

from hub.net.breaker import CONSECUTIVE, FIRST_SECONDS, LONGEST_SECONDS, WINDOW_LEAST, Breaker


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock)


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.failed()


def test_it_opens_at_the_fifth_failure_in_a_row(breaker: Breaker) -> None:
    fail(breaker, CONSECUTIVE - 1)
    assert breaker.enter() == 0
    breaker.failed()
    assert breaker.enter() == FIRST_SECONDS


def test_one_success_starts_the_count_again(breaker: Breaker) -> None:
    fail(breaker, CONSECUTIVE - 1)
    breaker.succeeded()
    fail(breaker, CONSECUTIVE - 1)
    assert not breaker.is_open


def test_it_opens_when_half_of_the_last_twenty_failed(breaker: Breaker, clock: Clock) -> None:
    for place in range(WINDOW_LEAST):
        clock.at += 1
        breaker.succeeded() if place % 2 else breaker.failed()
    breaker.failed()
    assert breaker.is_open


def test_old_failures_are_forgotten(breaker: Breaker, clock: Clock) -> None:
    for place in range(WINDOW_LEAST):
        clock.at += 10
        breaker.succeeded() if place % 2 else breaker.failed()
    assert not breaker.is_open


def test_only_one_may_probe(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, CONSECUTIVE)
    clock.at = FIRST_SECONDS
    assert breaker.enter() == 0
    assert breaker.enter() > 0
    breaker.succeeded()
    assert breaker.enter() == 0


def test_each_failed_probe_doubles_the_wait_to_ten_minutes(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, CONSECUTIVE)
    waits = []
    for _ in range(7):
        waits.append(breaker.wait())
        clock.at += breaker.wait()
        assert breaker.enter() == 0
        breaker.failed()
    assert waits == [30, 60, 120, 240, 480, 600, LONGEST_SECONDS]
