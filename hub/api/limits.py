"""Limits of a channel: how many deliveries at once and a minute, so that one sender cannot take the door from the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil

from hub.api.problems import Problem
from hub.channels import HttpChannel


@dataclass(slots=True)
class _Use:
    under_way: int = 0
    left: float = 0.0  # deliveries that may still come now; grows with time up to a minute's worth
    at: float = 0.0


class Limits:
    """What each channel uses of what it may. Of this process; used from the loop of the server only, so without a lock."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._used: dict[str, _Use] = {}

    @contextmanager
    def under_way(self, channel: HttpChannel) -> Iterator[None]:
        """A delivery while it is received and stored. Raises `Problem` (429) when the channel has its share under way.

        Before anything is verified: who cannot sign must not keep connections from those who can on other channels.
        """
        use = self._use(channel)
        if use.under_way >= channel.at_once:
            raise Problem(429, "http_too_many_at_once", headers={"Retry-After": "1"}, most=channel.at_once)
        use.under_way += 1
        try:
            yield
        finally:
            use.under_way -= 1

    def count(self, channel: HttpChannel) -> None:
        """One delivery more, of a sender who has shown who he is: strangers must not use up what he may.

        Raises `Problem` (429) with the seconds after which it may come.
        """
        use, now = self._use(channel), self._clock()
        use.left = min(float(channel.per_minute), use.left + (now - use.at) * channel.per_minute / 60)
        use.at = now
        if use.left < 1:
            wait = max(1, ceil((1 - use.left) * 60 / channel.per_minute))
            raise Problem(429, "http_too_many", headers={"Retry-After": str(wait)}, most=channel.per_minute)
        use.left -= 1

    def _use(self, channel: HttpChannel) -> _Use:
        found = self._used.get(channel.name)
        if found is None:
            found = self._used[channel.name] = _Use(left=float(channel.per_minute), at=self._clock())
        return found
