"""Breaker: stops asking a host that does not answer, and asks now and then whether it is back."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

CONSECUTIVE = 5  # failures in a row that open it (RELIABILITY 2.9)
WINDOW_SECONDS, WINDOW_LEAST = 30.0, 20  # or half of the last requests, when there were as many as this
FIRST_SECONDS, LONGEST_SECONDS = 30.0, 600.0  # how long it stays open; doubled by every probe that fails


class Breaker:
    """Of one host. Closed: everybody may ask. Open: nobody. Half open: one may, and his answer decides. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._recent: deque[tuple[float, bool]] = deque(maxlen=200)
        self._failures = 0
        self._open_until: float | None = None
        self._seconds = FIRST_SECONDS
        self._probing = False

    def wait(self) -> float:
        """Seconds until somebody may ask again; 0 = now. Changes nothing."""
        with self._lock:
            if self._open_until is None:
                return 0.0
            left = self._open_until - self._clock()
            return max(left, 0.0) if left > 0 or not self._probing else 1.0

    @property
    def is_open(self) -> bool:
        """Whether it opened and no probe has succeeded since."""
        return self._open_until is not None

    def enter(self) -> float:
        """Ask leave for a request: 0 = go, and `succeeded` or `failed` must follow; else the seconds to wait."""
        with self._lock:
            if self._open_until is None:
                return 0.0
            left = self._open_until - self._clock()
            if left > 0 or self._probing:
                return max(left, 1.0)
            self._probing = True
            return 0.0

    def succeeded(self) -> None:
        """The host answered: also with a refusal, which is an answer."""
        with self._lock:
            self._recent.append((self._clock(), True))
            self._failures, self._open_until, self._probing, self._seconds = 0, None, False, FIRST_SECONDS

    def failed(self) -> None:
        """It did not answer, or said that it cannot."""
        with self._lock:
            at = self._clock()
            self._recent.append((at, False))
            self._failures += 1
            if self._open_until is not None:
                self._seconds = min(2 * self._seconds, LONGEST_SECONDS)
            elif not self._is_bad(at):
                return
            self._open_until, self._probing = at + self._seconds, False

    def _is_bad(self, at: float) -> bool:
        lately = [ok for when, ok in self._recent if when > at - WINDOW_SECONDS]
        half = len(lately) >= WINDOW_LEAST and 2 * lately.count(False) >= len(lately)
        return self._failures >= CONSECUTIVE or half
