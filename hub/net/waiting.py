"""How long to wait before asking again: what the far side said (Retry-After), else a little more each time."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tenacity import RetryCallState

TRIES = 3
WITHIN_SECONDS = 10.0  # all tries together; what takes longer is a row with a time (RELIABILITY 2.9)
_LONGEST_ASKED = 24 * 3600.0


def retry_after(value: str, now: datetime | None = None) -> float:
    """Seconds of a Retry-After header: a number, or a date (RFC 9110 10.2.3). 0 when absent or unreadable."""
    text = value.strip()
    if not text:
        return 0.0
    if text.isdigit():
        return min(float(text), _LONGEST_ASKED)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max((at - (now or datetime.now(UTC))).total_seconds(), 0.0), _LONGEST_ASKED)


def pause(state: RetryCallState) -> float:
    """Seconds before the next try; longer than may be waited here ends the tries."""
    error = state.outcome.exception() if state.outcome else None
    asked = getattr(error, "retry_after_seconds", 0.0)
    return float(max(asked, random.uniform(0.1, 0.2) * 2**state.attempt_number))


def gives_up(state: RetryCallState) -> bool:
    """Whether another try would be too many, or too late."""
    late = (state.seconds_since_start or 0.0) + pause(state) > WITHIN_SECONDS
    return state.attempt_number >= TRIES or late
