"""The test agency on a port of its own, and books that hand cases to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hub.agency.desk import Desk
from hub.agency.script import script_of
from hub.agency.server import serve
from hub.settings import SinkSettings

SECRET = "s3cret-of-both"


@contextmanager
def agency(webhook: str = "", secrets: tuple[str, ...] = (SECRET,), **script: Any) -> Iterator[tuple[str, Desk]]:
    """Its address and its desk, for as long as the block runs."""
    stop, there = threading.Event(), threading.Event()
    found: list[Any] = []

    def ready(port: int, desk: Desk) -> None:
        found.extend((f"http://127.0.0.1:{port}", desk))
        there.set()

    given = {"webhook": webhook, "stop": stop, "ready": ready}
    thread = threading.Thread(target=serve, args=(script_of(script), lambda: secrets), kwargs=given, daemon=True)
    thread.start()
    assert there.wait(10)
    try:
        yield found[0], found[1]
    finally:
        stop.set()
        thread.join(10)


def incasso(url: str) -> SinkSettings:
    """Our side of it."""
    options = {"url": url, "secret": "env:HUB_AGENCY_SECRET", "allow_loopback": True}
    return SinkSettings("incasso", "agency", options=options, conditions={"register_number": "WKI-1"})
