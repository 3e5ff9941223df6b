"""A file to its statements, each a list of tags; a line that only looks like a tag, an end or a head belongs to the text before it.

Banks differ in what stands around a message (`{1:…}{2:…}{4:` and `-}`, `ABNANL2A`, `0000 01INGBNL2A`, `:940:`, `-`), and
break long texts anywhere. So a tag counts only where it can stand and reads as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

BALANCE = re.compile(r"\s*(?P<mark>R?[CD])\s*(?P<day>\d{6}|\d{8})?\s*(?P<currency>[A-Z]{3})\s*(?P<amount>-?[\d.,]+)\s*")
LINE = re.compile(
    r"\s*(?P<value>\d{6})\s*(?P<entry>\d{4})?\s*(?P<mark>R?[CD]|E[CD])(?P<funds>[A-Z])?\s*(?P<amount>[\d.,]+)"
    r"\s*(?P<rest>.*)",
    re.DOTALL,
)
_TAG = re.compile(r":(\d\d[A-Z]?|NS):(.*)", re.DOTALL)
_BREAKS = re.compile(r"\r\n|\n|\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufeff]")
_END = re.compile(r"-(\}.*|X{3,})?\s*")
_HEADER = re.compile(r"\{[1-5]:.*|:940:.*|0000 \d\d[A-Z]{6}.*|\$")
_KIND = re.compile(r"940( 00)?")  # the message type, between two lines with the bank's BIC or under its head
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
_NEAR = 6  # lines within which `:25:` follows `:20:`
_BALANCES = ("60F", "60M", "62F", "62M", "64", "65")
_OTHERS = frozenset(("21", "25", "25P", "28", "28C", "13", "13D", "34F", "90C", "90D", "86", "NS"))


@dataclass(slots=True)
class Tag:
    """A tag with its text, lines kept apart; `row` counts from 1."""

    name: str
    lines: list[str]
    row: int

    @property
    def text(self) -> str:
        """The first line without what follows it."""
        return self.lines[0].strip()


@dataclass(slots=True)
class Block:
    """The tags of one statement."""

    row: int
    tags: list[Tag] = field(default_factory=list)

    def first(self, *names: str) -> Tag | None:
        """The first tag with one of these names."""
        return next((tag for tag in self.tags if tag.name in names), None)

    def last(self, *names: str) -> Tag | None:
        """The last tag with one of these names."""
        return next((tag for tag in reversed(self.tags) if tag.name in names), None)


def lines_of(text: str) -> list[str]:
    """Lines as banks end them; control characters of the line protocol are left out."""
    return [_CONTROL.sub("", line) for line in _BREAKS.split(text)]


def blocks(lines: Sequence[str]) -> Iterator[Block]:
    """The statements in order. What stands before the first `:20:` is an envelope."""
    block: Block | None = None
    open_text = False  # whether a line without tag continues the tag before it
    for index, line in enumerate(lines):
        found = _TAG.fullmatch(line)
        if found and _begins(found[1], lines, index):
            if block is not None:
                yield block
            block = Block(index + 1)
        if found and block is not None and _is_tag(found[1], found[2], block):
            block.tags.append(Tag(found[1], [found[2]], index + 1))
            open_text = True
        elif _is_end(lines, index, line):
            open_text = False
        elif block is not None and open_text and block.tags and line.strip():
            block.tags[-1].lines.append(line)
    if block is not None:
        yield block


def _begins(name: str, lines: Sequence[str], index: int) -> bool:
    """`:20:` begins a statement when `:25:` follows soon; else it is a time of day in somebody's text."""
    following = lines[index + 1 : index + 1 + _NEAR]
    return name == "20" and any(line.startswith((":25:", ":25P:")) for line in following)


def _is_tag(name: str, text: str, block: Block) -> bool:
    if not block.tags:
        return name == "20"
    if name in _BALANCES:
        return BALANCE.match(text) is not None
    if name == "61":
        return re.match(r"\s*\d{6}", text) is not None
    if name in ("25", "25P", "28", "28C", "21"):
        return (
            block.first("60F", "60M", "61") is None
        )  # later it is a time of day that a line break brought to the front
    return name in _OTHERS


def _is_end(lines: Sequence[str], index: int, line: str) -> bool:
    """An end or a head between messages. A single dash is one only where a message could end: a remittance may begin so too."""
    if _is_header(lines, index):
        return line.startswith(("{", ":940:")) or _between(lines, index)
    if not _END.fullmatch(line):
        return False
    return line.strip() != "-" or _between(lines, index)


def _between(lines: Sequence[str], index: int) -> bool:
    """Whether nothing but heads stands between this line and the next tag or the end of the file."""
    for place in range(index + 1, min(index + 1 + _NEAR, len(lines))):
        text = lines[place].strip()
        if text.startswith(("{", ":")):
            return True
        if text and not _is_header(lines, place) and not _END.fullmatch(text):
            return False
    return True


def _is_header(lines: Sequence[str], index: int) -> bool:
    """A line of an envelope; a word of eight letters is the bank's BIC only beside the message type."""
    text = lines[index].strip()
    if _HEADER.fullmatch(text):
        return True
    beside = [other.strip() for other in (*lines[max(index - 1, 0) : index], *lines[index + 1 : index + 2])]
    if _KIND.fullmatch(text):
        return any(_BIC.fullmatch(other) or _HEADER.fullmatch(other) for other in beside)
    return bool(_BIC.fullmatch(text)) and any(_KIND.fullmatch(other) for other in beside)
