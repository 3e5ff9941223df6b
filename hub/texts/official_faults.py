"""Where an official artefact does something else than its rule says, and we do the same; for `hub rules explain`."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any


@lru_cache(maxsize=1)
def table() -> tuple[dict[str, Any], ...]:
    """Every fault: `rules`, `nl`, `en`, and `thread` where it was reported."""
    text = Path(__file__).with_name("official_faults.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["fault"])


def official_fault(code: str, language: str) -> str:
    """What is known to be odd about a rule, with where it was reported; empty when nothing is."""
    said = [(fault[language], fault.get("thread", "")) for fault in table() if code in fault["rules"]]
    return " ".join(f"{text} ({thread})" if thread else text for text, thread in said)
