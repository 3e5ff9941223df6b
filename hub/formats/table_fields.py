"""Fields that a table may hold: how their columns may be called, what their values look like, and what is wrong with one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from hub.formats.decimals import Mark, decimal_of
from hub.formats.table_file import Cell

Kind = Literal["text", "code", "amount", "percentage", "date", "yes_no", "choice"]
DateOrder = Literal["", "dmy", "mdy"]
_YES = {"ja": True, "j": True, "yes": True, "y": True, "true": True, "waar": True, "1": True, "x": True}
_NO = {"nee": False, "n": False, "no": False, "false": False, "onwaar": False, "0": False}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_COMPACT = re.compile(r"(?:19|20)\d{6}")
_PARTS = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4})")
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?E\+?[0-9]{1,2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `names` are other headings for it, in both languages; `digits` how many a code of digits always has."""

    name: str
    kind: Kind = "text"
    names: tuple[str, ...] = ()
    required: bool = False
    choices: Mapping[str, str] | None = None  # what may be written -> what it means
    digits: int = 0
    longest: int = 0


class Wrong(ValueError):
    """A value that cannot be what its field wants: the code of the finding, and what was expected."""

    def __init__(self, code: str, expected: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.expected = expected


def heading(text: str) -> str:
    """A heading without case, blanks and punctuation: `BTW-nummer` and `btw nummer` are one."""
    return re.sub(r"[\W_]+", "", text.casefold())


def known_headings(fields: Sequence[Field]) -> dict[str, str]:
    """Field by heading."""
    found: dict[str, str] = {}
    for one in fields:
        for name in (one.name, *one.names):
            found.setdefault(heading(name), one.name)
    return found


def value_of(field: Field, cell: Cell, mark: Mark, order: DateOrder) -> Any:
    """The value of a cell that is not empty. Raises `Wrong`."""
    if field.kind in ("text", "code"):
        return _text(field, cell)
    if field.kind in ("amount", "percentage"):
        return _number(cell, mark)
    if field.kind == "date":
        return _date(cell, order)
    told = _plain(cell).casefold()
    if field.kind == "yes_no":
        known = {**_YES, **_NO}
        if isinstance(cell, bool):
            return cell
        if told not in known:
            raise Wrong("HUB-TAB-15", "ja, nee")
        return known[told]
    choices = field.choices or {}
    if told not in choices:
        raise Wrong("HUB-TAB-15", ", ".join(sorted(set(choices.values()))))
    return choices[told]


def _plain(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return str(cell)


def _text(field: Field, cell: Cell) -> str:
    found = _plain(cell)
    if field.kind == "code":
        if isinstance(cell, str) and _SCIENTIFIC.fullmatch(found):
            raise Wrong("HUB-TAB-19", "8712345678906")
        if isinstance(cell, date):
            raise Wrong("HUB-TAB-15", "code")
        digits = field.digits
        if digits and found.isdigit() and len(found) < digits:
            raise Wrong("HUB-TAB-14", found.zfill(digits))
    if field.longest and len(found) > field.longest:
        raise Wrong("HUB-TAB-21", str(field.longest))
    return found


def _number(cell: Cell, mark: Mark) -> Decimal:
    if isinstance(cell, Decimal):
        return cell
    found = None if isinstance(cell, date | bool) or cell is None else decimal_of(cell, mark)
    if found is None:
        raise Wrong("HUB-TAB-09", "1234,56" if mark != "." else "1234.56")
    return found


def date_order(text: str) -> DateOrder | None:
    """Which order of day and month a text proves: "" when either will do, None when it is no such date at all."""
    match = _PARTS.fullmatch(text.strip())
    if match is None:
        return None
    first, second = int(match[1]), int(match[3])
    if first > 12 and second <= 12:
        return "dmy"
    if second > 12 and first <= 12:
        return "mdy"
    return (
        "" if first <= 12 and match[2] == "/" else "dmy"
    )  # with dashes or points the Dutch way is the only one in use


def _date(cell: Cell, order: DateOrder) -> date:
    if isinstance(cell, date):
        return cell
    found = "" if cell is None or isinstance(cell, bool | Decimal) else cell
    try:
        if match := _ISO.fullmatch(found):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if _COMPACT.fullmatch(found):
            return date(int(found[:4]), int(found[4:6]), int(found[6:]))
        if match := _PARTS.fullmatch(found):
            one, other, year = int(match[1]), int(match[3]), int(match[4])
            return date(year, one, other) if order == "mdy" else date(year, other, one)
    except ValueError:
        pass
    raise Wrong("HUB-TAB-22", "21-11-2026")
