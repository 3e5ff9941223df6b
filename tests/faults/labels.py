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
ELSEWHERE = ("fetch",)  # passed only with a far side: killed in tests/workers/test_fetch.py
BROKER_ONLY = frozenset({"relay:after-publish"})  # embedded, publishing and marking as sent are one commit


def all_labels() -> list[str]:
    """Every label that `failpoints.hit` is called with, in order of name."""
    found = {label for path in _HUB.rglob("*.py") for label in _HIT.findall(path.read_text("utf-8"))}
    return sorted(label for label in found if label.partition(":")[0] not in ELSEWHERE)


def queue_labels() -> list[str]:
    """Those that a message passes between its receipt and its books; the folder's own are killed for real (test_kill)."""
    return [label for label in all_labels() if role_of(label) != "folder"]


def labels_of(*, broker: bool) -> list[str]:
    """Those that are passed with or without a broker."""
    return [label for label in all_labels() if broker or label not in BROKER_ONLY]


def role_of(label: str) -> str:
    """Which process passes it. A new prefix is added here, with the process that passes it."""
    return _ROLES[label.partition(":")[0]]
