"""Step: one line of a calculation or of a choice that explains itself, as data (the sentence is made in `hub/texts`)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """`code` is a key of the catalogue (`costs_slice`), `words` fill its sentence.

    `amount` is what this step comes to, unrounded where the calculation goes on with it; None where it comes to nothing.
    """

    code: str
    amount: Decimal | None = None
    words: tuple[tuple[str, str], ...] = ()


def step(code: str, amount: Decimal | None = None, **words: object) -> Step:
    """A step with its words as text."""
    return Step(code, amount, tuple((name, str(value)) for name, value in words.items()))
