"""A real case of the findings that fire most, for those who ask what a code means."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from hub.model.finding import Finding
from hub.texts.catalogue import findings_catalogue, sentence

CURRENCY = "EUR"
"""Of all examples."""


def example_of(code: str) -> Finding | None:
    """A finding of this code on a document of our own; None where none is kept."""
    kept = _examples().get(code)
    if kept is None:
        return None
    severity: Any = findings_catalogue()[code]["severity"]
    details = tuple((name, str(value)) for name, value in kept["details"].items())
    return Finding(
        code, severity, "example", kept["location"], kept.get("found"), kept.get("expected"), "sender", details
    )


def example(code: str, language: str = "nl") -> str | None:
    """The example as a sentence with figures."""
    found = example_of(code)
    return sentence(found, language, CURRENCY) if found else None


@lru_cache(maxsize=1)
def _examples() -> dict[str, dict[str, Any]]:
    return tomllib.loads((Path(__file__).parent / "examples.toml").read_text("utf-8"))
