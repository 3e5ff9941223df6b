"""The failpoints, read from the code itself: a new one is swept by the tests without being listed anywhere."""

from __future__ import annotations

import re
from pathlib import Path

_HUB = Path(__file__).resolve().parents[2] / "hub"
_HIT = re.compile(r"failpoints\.hit\(\s*[\"']([^\"']+)[\"']")
_ROLES = {
    "publish": "publish",
    "relay": "relay",
    "intake": "worker",
    "suspect": "worker",
    "record": "worker",
    "folder": "folder",
}
# Passed only with a far side, or by numbered documents: killed in tests/workers/test_fetch.py and test_streams.py here.
ELSEWHERE = ("fetch", "stream")
BROKER_ONLY = frozenset({"relay:after-publish"})  # embedded, publishing and marking as sent are one commit


def all_labels() -> list[str]:
    """Every label that `failpoints.hit` is called with, in order of name."""
    return sorted(label for label in _found() if label.partition(":")[0] not in ELSEWHERE)


def stream_labels() -> list[str]:
    """Those that only numbered documents pass."""
    return sorted(label for label in _found() if label.startswith("stream:"))


def _found() -> set[str]:
    return {label for path in _HUB.rglob("*.py") for label in _HIT.findall(path.read_text("utf-8"))}


def queue_labels() -> list[str]:
    """Those that a message passes between its receipt and its books; the folder's own are killed for real (test_kill)."""
    return [label for label in all_labels() if role_of(label) != "folder"]


def labels_of(*, broker: bool) -> list[str]:
    """Those that are passed with or without a broker."""
    return [label for label in all_labels() if broker or label not in BROKER_ONLY]


def role_of(label: str) -> str:
    """Which process passes it. A new prefix is added here, with the process that passes it."""
    return _ROLES[label.partition(":")[0]]
