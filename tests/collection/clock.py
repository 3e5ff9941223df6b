"""A clock that a test sets: every instant that the hub writes down is of the simulated day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, tzinfo
from unittest.mock import patch


class Clock:
    """Noon of a day, for everything that asks `hub.store.store.now`."""

    def __init__(self, day: date) -> None:
        self.day = day

    @property
    def at(self) -> datetime:
        """The instant."""
        return datetime.combine(self.day, time(12), UTC)

    @contextmanager
    def running(self) -> Iterator[Clock]:
        """For as long as the block runs. Signatures and time-outs go on by the clock on the wall."""
        clock = self

        class _Instant(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return clock.at.astimezone(tz)

        with patch("hub.store.store.datetime", _Instant):
            yield self
