"""Suggestion: a learned contra-account that was trusted for one line, as a fact that its booking is decided on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`line` counts from 0. `precision` is how often guesses for this relation were right, measured before this one."""

    line: int
    account: str
    confidence: Decimal
    precision: Decimal
    words: tuple[tuple[str, int], ...] = ()
