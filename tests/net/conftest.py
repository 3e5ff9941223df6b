"""A partner and a client that may talk to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hub.net import Http, Manners
from tests.far_side import FarSide, far_side


@pytest.fixture
def partner() -> Iterator[FarSide]:
    """An HTTP server on loopback."""
    with far_side() as made:
        yield made


@pytest.fixture
def http() -> Iterator[Http]:
    """A client that does not sleep between tries, and waits half a second for an answer."""
    made = Http(Manners(loopback=True, read_seconds=0.5, most_bytes=1000), sleep=lambda _seconds: None)
    yield made
    made.close()
