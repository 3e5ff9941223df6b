"""Hints: an unsigned webhook says that there is something new. Nothing of it is believed; it only makes us look now.

The channel that a hint names is fetched as `hub fetch` would, by our own connection and credentials; polling remains the
safety net for hints that never came. Any number of hints while a round is under way make one more round. Where a hint names
a document that waits at an access point, that one is asked for first; its name is all that is kept of the hint.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

import structlog

from hub.channels import HttpChannel, InboxChannel, PullChannel, fetched
from hub.errors import Usage
from hub.workers.access_point import take_named
from hub.workers.fetch import fetch_round

if TYPE_CHECKING:
    from hub.bootstrap import Hub

MOST_NAMED = 1_000  # documents that hints named and nobody asked for yet; what is forgotten is found by the next round
log = structlog.get_logger(__name__)


class _Wanted:
    """What hints asked for on one channel."""

    def __init__(self) -> None:
        self.soon = threading.Event()
        self.named: deque[str] = deque(maxlen=MOST_NAMED)


class Hints:
    """One thread per channel that hints make us fetch, started at its first hint."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._lock = threading.Lock()
        self._wanted: dict[str, _Wanted] = {}
        self._ended = threading.Event()

    def take(self, channel: HttpChannel, body: bytes = b"") -> bool:
        """Fetch soon; returns at once, and whether there was anything in it to follow."""
        target = self._target(channel)
        document = self._hub.inbox_kind(target.sink).hinted(body) if isinstance(target, InboxChannel) else ""
        if isinstance(target, InboxChannel) and not document:
            return False
        with self._lock:
            wanted = self._wanted.get(target.name)
            if wanted is None:
                wanted = self._wanted[target.name] = _Wanted()
                serve = threading.Thread(
                    target=self._serve, args=(target, wanted), name=f"hint-{target.name}", daemon=True
                )
                serve.start()
            if document and document not in wanted.named:
                wanted.named.append(document)
        wanted.soon.set()
        return True

    def close(self) -> None:
        """No new rounds."""
        self._ended.set()
        for wanted in self._wanted.values():
            wanted.soon.set()

    def _target(self, channel: HttpChannel) -> PullChannel | InboxChannel:
        """The channel that is named, or the inbox at the access point that is."""
        known = {one.name: one for one in fetched(self._hub.settings.channels)}
        target = known.get(channel.fetch) or known.get(channel.name)
        if not isinstance(target, PullChannel | InboxChannel):
            raise Usage(f"channel.{channel.name}.fetch = {channel.fetch!r}: expected a channel to fetch")
        return target

    def _serve(self, channel: PullChannel | InboxChannel, wanted: _Wanted) -> None:
        while not self._ended.is_set():
            wanted.soon.wait()
            wanted.soon.clear()
            if self._ended.is_set():
                return
            try:
                self._follow(channel, wanted)
            except Exception as error:  # polling tries again; a hint is never the only way
                log.warning("hint_failed", channel=channel.name, error=type(error).__name__)

    def _follow(self, channel: PullChannel | InboxChannel, wanted: _Wanted) -> None:
        if isinstance(channel, PullChannel):
            fetch_round(self._hub, channel, self._ended)
            return
        while wanted.named and not self._ended.is_set():
            take_named(self._hub, channel, wanted.named.popleft())
