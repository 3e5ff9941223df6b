"""Amounts in tables: Dutch or English decimals, decided per column by what proves it, never guessed and never a float."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Mark = Literal["", ",", "."]  # the decimal mark; "" = nothing tells

_DROPPED = re.compile(r"(?:EUR|€|\$|£|\bUSD\b|\bGBP\b)", re.IGNORECASE)
_BLANKS = re.compile(r"(?<=[0-9])[\s'’](?=[0-9]{3}(?![0-9]))")  # between thousands
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[.,][0-9]+")
_WHOLE_EURO = re.compile(r"(?<=[0-9]),[-–—]{1,2}$")  # 12,- is twelve
_MINUS = ("-", "−", "–")


@dataclass(frozen=True, slots=True)
class Shape:
    """A text as a number without its sign and decorations; `mark` is the decimal mark that it proves, "" when it proves none."""

    digits: str
    negative: bool
    mark: Mark
    ambiguous: bool  # 1.234 may be a thousand and more, or a bit more than one


def shape(text: str) -> Shape | None:
    """What a text says about itself; None when it is no number in any notation."""
    found = _DROPPED.sub("", text).strip()
    negative, found = _sign(found)
    whole_euro = _WHOLE_EURO.search(found) is not None
    found = _BLANKS.sub("", _WHOLE_EURO.sub("", found))
    if not _NUMBER.fullmatch(found):
        return None
    commas, points = found.count(","), found.count(".")
    if not _grouped_well(found, commas, points):
        return None
    mark: Mark = ""
    ambiguous = False
    if commas and points:
        mark = "," if found.rfind(",") > found.rfind(".") else "."
    elif commas + points > 1:
        mark = "." if commas else ","  # what comes more than once groups thousands
    elif commas + points == 1:
        used: Mark = "," if commas else "."
        before, _, after = found.partition(used)
        ambiguous = len(after) == 3 and 1 <= len(before) <= 3 and not before.startswith("0")
        mark = "" if ambiguous else used
    if whole_euro:
        mark, ambiguous = ",", False
    return Shape(found, negative, mark, ambiguous)


def _sign(text: str) -> tuple[bool, str]:
    """A minus before or after the number, or brackets around it."""
    if text.startswith("(") and text.endswith(")"):
        return True, text[1:-1].strip()
    if text.startswith(_MINUS):
        return True, text[1:].strip()
    if text.endswith(_MINUS) and not _WHOLE_EURO.search(text):
        return True, text[:-1].strip()
    return False, text.removeprefix("+").strip()


def _grouped_well(found: str, commas: int, points: int) -> bool:
    """Thousands come in threes, and a decimal mark once: `1.234.56` is no number."""
    if commas > 1 and points > 1:
        return False
    grouping = "," if commas > 1 or (commas and points and found.rfind(".") > found.rfind(",")) else "."
    if commas + points < 2:
        return True
    whole = found[: found.rfind("." if grouping == "," else ",")] if commas and points else found
    parts = whole.split(grouping)
    return 1 <= len(parts[0]) <= 3 and all(len(part) == 3 for part in parts[1:])


@dataclass(slots=True)
class Column:
    """What the values of one column prove together, with the first rows that prove each."""

    proofs: dict[str, list[int]] = field(default_factory=lambda: {",": [], ".": []})
    ambiguous: list[int] = field(default_factory=list)

    def see(self, row: int, text: str) -> None:
        """Look at one value."""
        found = shape(text)
        if found is None:
            return
        if found.ambiguous:
            self.ambiguous = [*self.ambiguous, row][:5]
        elif found.mark:
            self.proofs[found.mark] = [*self.proofs[found.mark], row][:5]

    @property
    def mixed(self) -> bool:
        """Both notations in one column: nobody can say which value is meant how."""
        return bool(self.proofs[","] and self.proofs["."])

    @property
    def undecided(self) -> bool:
        """Values that may be read in two ways, and nothing in the column that decides."""
        return bool(self.ambiguous) and not self.proofs[","] and not self.proofs["."]

    @property
    def mark(self) -> Mark:
        """The decimal mark of the column; "" where no value needs to know it."""
        return "," if self.proofs[","] else "." if self.proofs["."] else ""


def convention(texts: Iterable[str]) -> Column:
    """What the values of a column prove together."""
    column = Column()
    for row, text in enumerate(texts, 1):
        column.see(row, text)
    return column


def decimal_of(text: str, mark: Mark) -> Decimal | None:
    """The number that a text is in a column with this decimal mark; None when it is none, or not in this notation."""
    found = shape(text)
    if found is None or (found.mark and mark and found.mark != mark) or (found.ambiguous and not mark):
        return None
    used = found.mark or mark or "."
    grouping = "." if used == "," else ","
    number = Decimal(found.digits.replace(grouping, "").replace(used, "."))
    return -number if found.negative else number
