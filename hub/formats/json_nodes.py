"""Nodes of a JSON document that is read field by field: values with the path they stand at, and what is wrong with them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hub.model.finding import Finding
from hub.model.money import money_text

ZERO = Decimal(0)
_AMOUNT = re.compile(r"[+-]?\d{1,18}(\.\d{1,20})?")
_HERE = "Europe/Amsterdam"  # where the books are kept: a day of business is a day there


@dataclass(frozen=True, slots=True)
class Node:
    """An object of the document. What a field is not, is kept in `log`, which all nodes of a document share."""

    value: dict[str, Any]
    path: str = "$"
    log: list[Finding] = field(default_factory=list)

    def text(self, *keys: str) -> str:
        """The first of these fields that says something, stripped; numbers as text. "" when none does."""
        for key in keys:
            found = self.value.get(key)
            if isinstance(found, str) and found.strip():
                return found.strip()
            if isinstance(found, int | Decimal) and not isinstance(found, bool):
                return str(found)
        return ""

    def flag(self, key: str) -> bool:
        """Whether a field is true, `1` or `yes`, as people and PHP write it."""
        return str(self.value.get(key)).strip().casefold() in ("true", "1", "yes")

    def amount(self, *keys: str) -> Decimal | None:
        """The first of these fields that is an amount, text or number; None when all are absent, null or empty."""
        for key in keys:
            found = self.value.get(key)
            if found is None or found == "":
                continue
            if isinstance(found, str) and _AMOUNT.fullmatch(found.strip()):
                return Decimal(found.strip())
            if isinstance(found, int | Decimal) and not isinstance(found, bool) and abs(Decimal(found)) < 10**18:
                return Decimal(found)
            self.fault("HUB-SHOP-01", key, str(found)[:100])
            return None
        return None

    def money(self, *keys: str) -> Decimal:
        """As `amount`; zero where nothing is said."""
        return self.amount(*keys) or ZERO

    def node(self, key: str) -> Node:
        """An object in this one; an empty one where there is none."""
        found = self.value.get(key)
        return Node(found if isinstance(found, dict) else {}, f"{self.path}.{key}", self.log)

    def nodes(self, key: str) -> list[Node]:
        """The objects of a list in this one."""
        found = self.value.get(key)
        rows = found if isinstance(found, list) else []
        return [Node(r, f"{self.path}.{key}[{n}]", self.log) for n, r in enumerate(rows) if isinstance(r, dict)]

    def day(self, *keys: str) -> date | None:
        """The first of these instants that is one, as a day here; see `day_of`. A field `…_gmt` is on the clock of Greenwich."""
        for key in keys:
            found = day_of(self.text(key), utc=key.endswith("_gmt"))
            if found is not None:
                return found
        return None

    def fault(self, code: str, key: str, found: str, expected: str | None = None, **details: str) -> None:
        """Something that keeps the document from being read to the cent."""
        self.note(code, "fatal", key, found, expected, **details)

    def note(self, code: str, severity: str, key: str, found: str, expected: str | None = None, **details: str) -> None:
        """Something worth knowing; fatal ones refuse."""
        place = f"{self.path}.{key}" if key else self.path
        more = tuple(sorted(details.items()))
        self.log.append(Finding(code, severity, "read", place, found, expected, "sender", more))  # type: ignore[arg-type]

    def differs(self, term: str, found: Decimal, expected: Decimal, currency: str) -> None:
        """The document contradicts itself at `term`: refused with both figures and the difference."""
        shown = [money_text(amount, currency) for amount in (found, expected, found - expected)]
        self.fault("HUB-FEED-01", term, shown[0], shown[1], term=term, difference=shown[2])


def day_of(text: str, *, utc: bool = False) -> date | None:
    """The day of an instant `2026-03-02T23:30:00Z`: in Dutch time where it has an offset or is `utc`, else as written; None for none."""
    try:
        moment = datetime.fromisoformat(text.strip().replace(" ", "T", 1) + ("+00:00" if utc and _bare(text) else ""))
    except ValueError:
        return None
    try:
        return moment.astimezone(ZoneInfo(_HERE)).date() if moment.tzinfo else moment.date()
    except OverflowError:
        return None


def _bare(text: str) -> bool:
    """Whether an instant has no offset of its own."""
    return re.search(r"([+-]\d\d:?\d\d|Z)\s*$", text[10:]) is None
