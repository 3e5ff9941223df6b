"""Finding: what is wrong with a document, as data. Codes are a public contract and never reused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["fatal", "warning", "information"]
Who = Literal["sender", "us", "network"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in a document.

    `code` is the official rule id (`BR-CO-15`) or ours (`HUB-REL-02`); `location` an XPath with local
    names (`/Invoice[1]/ID[1]`), a row and column, or a zip member; `found` and `expected` are what
    was there and what should have been; `who` must act: the sender, we, or the network.
    `details` fills named places in the sentence of `hub/texts`. The sentence itself is not stored:
    it is made in the reader's language when it is shown.
    """

    code: str
    severity: Severity
    layer: str
    location: str = ""
    found: str | None = None
    expected: str | None = None
    who: Who = "sender"
    details: tuple[tuple[str, str], ...] = ()

    @property
    def fatal(self) -> bool:
        """Whether this finding alone keeps the document from being booked without a person."""
        return self.severity == "fatal"


def asked(code: str, found: str = "", expected: str = "", location: str = "", **details: object) -> Finding:
    """What is wrong with what a person asked for: nothing was done, and he can mend it himself."""
    words = tuple((name, str(value)) for name, value in details.items())
    return Finding(code, "fatal", "hub", location, found, expected, "us", words)
