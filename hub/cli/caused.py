"""Findings of a document shown by cause: one row for each thing to mend, with every code that it sets off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from hub.cli.output import Column

COLUMNS = (Column("code"), Column("severity", "word"), Column("who", "word"), Column("place"), Column("message"))
MOST = 200  # causes that a person is shown of one document; nobody reads more, and JSON has every finding
_PLACES = 3  # named in a row; of more the number


class _Shown(NamedTuple):
    """A finding as the contract shows it."""

    code: str
    severity: Any
    location: str
    message: str
    found: str | None
    expected: str | None
    who: Any


def rows_by_cause(findings: Sequence[Mapping[str, Any]], language: str) -> list[dict[str, Any]]:
    """Findings as in the JSON contract → rows for `COLUMNS`, one a cause, told by its leading finding.

    Beside the columns: the `location` of that finding, and of how many `findings` it is the cause.
    """
    from hub.rules.causes import causes

    shown = [_Shown._make(finding.get(name) for name in _Shown._fields) for finding in findings]
    return [
        {
            "code": ", ".join(cause.codes),
            "severity": cause.severity,
            "who": cause.who,
            "place": places_in_words(cause.places, language),
            "message": cause.leading.message,
            "location": cause.leading.location,
            "findings": len(cause.findings),
        }
        for cause in causes(shown)
    ]


def first_causes(findings: Sequence[Mapping[str, Any]], language: str) -> tuple[list[dict[str, Any]], int]:
    """The rows to show, and how many findings are left that none of them tells of."""
    rows = rows_by_cause(findings, language) if findings else []
    shown = rows[:MOST]
    return shown, len(findings) - sum(row["findings"] for row in shown)


def places_in_words(places: Sequence[str], language: str) -> str:
    """`regel 1, btw; regel 2, btw; +12`; what is the document as a whole is left out where a nearer place is known."""
    from hub.texts.forms import FORMS, Reader
    from hub.texts.places import place_of

    reader = Reader(language, "", {})
    near = [place for place in places if place.count("/") > 1] or list(places)
    words = list(dict.fromkeys(place_of(place, language) or FORMS["place"](place, reader) for place in near))
    more = f"; +{len(words) - _PLACES}" if len(words) > _PLACES else ""
    return "; ".join(words[:_PLACES]) + more
