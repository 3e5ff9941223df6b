"""A row of a table that is imported, with its outcome: new, changed, the same, or failed with what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from hub.model.finding import Finding

Outcome = Literal["new", "changed", "same", "failed"]


class Row(Protocol):
    """What a reader of tables gives: a row number and its values by field."""

    @property
    def row(self) -> int:
        """As people count rows."""

    @property
    def values(self) -> dict[str, Any]:
        """By field, only those that are filled and right."""


@dataclass(slots=True)
class Judged:
    """One row on its way. `locate` makes a finding with row and column; `changes` are [before, after] by field."""

    record: Any
    locate: Callable[..., Finding]
    findings: list[Finding] = field(default_factory=list)
    outcome: Outcome = "same"
    key: str = ""
    changes: dict[str, list[Any]] = field(default_factory=dict)
    draft: Any = None
    known: Any = None
    identifiers: list[Any] = field(default_factory=list)  # those of the draft, checked

    @property
    def values(self) -> dict[str, Any]:
        """By field."""
        found: dict[str, Any] = self.record.values
        return found

    def located(self, code: str, name: str, found: str = "", expected: str = "", text: str = "") -> Finding:
        """A finding at a field of this row."""
        return self.locate(code, self.record, name, found, expected, text)
