"""Failpoints: places where a test may kill, break or hang the process. Silent and free unless asked for.

`HUB_FAILPOINT=<label>[:nth]:kill|raise|hang`, several separated by commas; `parse:kill@sha256:<prefix>` dies on
one document, which is what a poison message does. `nth` counts from 1; without it every time counts.
"""

from __future__ import annotations

import os
import signal
import time

_HANG_SECONDS = 3600.0
_armed: dict[str, list[tuple[int, str]]] = {}
_poison: list[tuple[str, str]] = []
_hits: dict[str, int] = {}


class FailpointError(Exception):
    """A failpoint was told to raise."""


def arm(text: str) -> None:
    """Read a `HUB_FAILPOINT` value; an empty one disarms everything."""
    _armed.clear()
    _poison.clear()
    _hits.clear()
    for item in filter(None, (part.strip() for part in text.split(","))):
        if "@sha256:" in item:
            action, _, prefix = item.rpartition("@sha256:")
            _poison.append((prefix, action.rpartition(":")[2]))
            continue
        label, _, action = item.rpartition(":")
        head, _, nth = label.rpartition(":")
        if nth.isdigit():
            _armed.setdefault(head, []).append((int(nth), action))
        else:
            _armed.setdefault(label, []).append((0, action))


def hit(label: str) -> None:
    """Pass a failpoint."""
    if not _armed or label not in _armed:
        return
    _hits[label] = _hits.get(label, 0) + 1
    for nth, action in _armed[label]:
        if nth in (0, _hits[label]):
            _act(action, label)


def hits(label: str) -> int:
    """How often an armed failpoint was passed since it was armed."""
    return _hits.get(label, 0)


def hit_document(sha256: str) -> None:
    """Pass the parser with one document."""
    for prefix, action in _poison:
        if sha256.startswith(prefix):
            _act(action, f"parse@{prefix}")


def _act(action: str, label: str) -> None:
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if action == "raise":
        raise FailpointError(label)
    if action == "hang":
        time.sleep(_HANG_SECONDS)


arm(os.environ.get("HUB_FAILPOINT", ""))
