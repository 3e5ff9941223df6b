"""Decision: one choice that led to a booking, with its reason, as data (the sentence is made in `hub/texts`)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decision:
    """`what` was decided, about which `line` (None = the document), its `value`, and the `why` code with its words.

    `why` is a key of the catalogue (`fixed_contra_account`); `words` fill the sentence.
    """

    what: str
    value: str
    why: str
    line: str | None = None
    words: tuple[tuple[str, str], ...] = ()
