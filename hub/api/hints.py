"""Hints: an unsigned webhook says that there is something new. Nothing of it is believed; it only makes us look now.

The channel that a hint names is fetched as `hub fetch` would, by our own connection and credentials; polling remains the
safety net for hints that never came. Any number of hints while a round is under way make one more round.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import structlog

from hub.channels import HttpChannel, PullChannel
from hub.workers.fetch import fetch_round

if TYPE_CHECKING:
    from hub.bootstrap import Hub

log = structlog.get_logger(__name__)


class Hints:
    """One thread per channel that hints make us fetch, started at its first hint."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._lock = threading.Lock()
        self._wanted: dict[str, threading.Event] = {}
        self._ended = threading.Event()

    def take(self, channel: HttpChannel) -> None:
        """Fetch soon; returns at once."""
        with self._lock:
            wanted = self._wanted.get(channel.fetch)
            if wanted is None:
                wanted = self._wanted[channel.fetch] = threading.Event()
                target = next(c for c in self._hub.settings.channels if c.name == channel.fetch)
                assert isinstance(target, PullChannel)
                threading.Thread(
                    target=self._serve, args=(target, wanted), name=f"hint-{target.name}", daemon=True
                ).start()
        wanted.set()

    def close(self) -> None:
        """No new rounds."""
        self._ended.set()
        for wanted in self._wanted.values():
            wanted.set()

    def _serve(self, channel: PullChannel, wanted: threading.Event) -> None:
        while not self._ended.is_set():
            wanted.wait()
            wanted.clear()
            if self._ended.is_set():
                return
            try:
                fetch_round(self._hub, channel, self._ended)
            except Exception as error:  # polling tries again; a hint is never the only way
                log.warning("hint_failed", channel=channel.name, error=type(error).__name__)
