"""Retry-After in both of its forms, and everything that it is not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hub.net.waiting import retry_after

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("", 0), ("0", 0), ("7", 7), (" 30 ", 30), ("Sat, 21 Nov 2026 12:01:30 GMT", 90), ("Sat, 21 Nov 2026 11:00:00 GMT", 0),
        ("soon", 0), ("-5", 0), ("1e9", 0), ("999999999", 86400),
    ],
)  # fmt: skip
def test_retry_after_is_seconds_from_now(value: str, seconds: float) -> None:
    assert retry_after(value, NOW) == seconds
