"""The given files of feeds, when they are there; never copied."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.corpus import CORPUS

FEEDS = CORPUS / "feeds"

needs_feeds = pytest.mark.skipif(not FEEDS.is_dir(), reason="the given files of feeds are not on this machine")


def given(kind: str) -> list[tuple[Path, dict[str, Any]]]:
    """Every file of a kind with the row of its manifest."""
    manifest = FEEDS / kind / "manifest.jsonl"
    if not manifest.is_file():
        return []
    rows = [json.loads(line) for line in manifest.read_text("utf-8").splitlines()]
    return [(FEEDS / kind / row["file"], row) for row in rows]
