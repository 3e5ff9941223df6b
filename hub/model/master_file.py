"""MasterFile: a table of relations or announced orders that came through the queue. It makes no entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from hub.model.party import Party

Table = Literal["relations", "orders"]


@dataclass(frozen=True, slots=True)
class MasterFile:
    """The file as it came; `rows` below its headings. The same file again changes nothing: what a row says is so already."""

    table: Table
    name: str
    rows: int
    sha256: str
    data: bytes

    @property
    def kind(self) -> str:
        """See `FeedDocument`."""
        return f"{self.table}_file"

    @property
    def currency(self) -> str:
        """Each order names its own."""
        return "EUR"

    @property
    def number(self) -> str:
        """Its file name."""
        return self.name or self.sha256[:12]

    @property
    def day(self) -> date:
        """It is of no day."""
        return date.min

    @property
    def identity(self) -> str:
        """None: a file that sets back what another one changed is no repetition of the first."""
        return ""

    @property
    def essence(self) -> tuple[str, str]:
        """What its fingerprint is of."""
        return self.table, self.sha256

    @property
    def total(self) -> Decimal | None:
        """See `FeedDocument`."""
        return None

    @property
    def party(self) -> Party | None:
        """Nobody."""
        return None

    def summary(self) -> dict[str, Any]:
        """See `FeedDocument`."""
        return {"table": self.table, "number": self.number, "rows": self.rows}
