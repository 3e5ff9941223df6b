"""Pause: how long to wait for a world that is down. Full jitter, from 0.1 to 5 seconds."""

from __future__ import annotations

import random
import threading

SHORTEST_SECONDS, LONGEST_SECONDS = 0.1, 5.0


class Pause:
    """Grows with every wait, until `reset`."""

    def __init__(self, rng: random.Random | None = None) -> None:
        self._uniform = (
            rng.uniform if rng else random.uniform
        )  # a generator of its own takes longer to seed than a query
        self._limit = SHORTEST_SECONDS

    def wait(self, ended: threading.Event) -> None:
        """Sleep a random part of the limit, then double it; ends at once when `ended` is set."""
        ended.wait(self._uniform(SHORTEST_SECONDS / 2, self._limit))
        self._limit = min(2 * self._limit, LONGEST_SECONDS)

    def reset(self) -> None:
        """The world is back."""
        self._limit = SHORTEST_SECONDS
