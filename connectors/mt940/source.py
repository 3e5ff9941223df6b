"""The source itself: recognises MT940 by its tags and reads it statement by statement."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.mt940.statement import read_statement
from connectors.mt940.tags import blocks, lines_of
from hub.formats.content import Content
from hub.model.finding import Finding
from hub.ports import Reading

SOURCE = "bank"  # the mapping that is shared with CAMT
_HEAD = 16 * 1024
_BEGIN = re.compile(r"(?:^|[\r\n]|\{4:):20:")
_ACCOUNT = re.compile(r"[\r\n]:25P?:")
_BALANCE = re.compile(r"[\r\n]:6[02][FM]:|[\r\n]:61:\d{6}")
_INTERIM = re.compile(r"[\r\n]:34F:|[\r\n]:90[CD]:")  # of MT942


class Mt940Source:
    """SWIFT MT940 in the shapes of Dutch and foreign banks. MT942, an interim report, is refused with what it is."""

    name = "mt940"
    kinds, forms = ("bank_statement",), ("MT940",)

    def recognise(self, content: Content) -> bool:
        """Whether `:20:`, `:25:` and a balance or an entry stand in the first 16 KiB, each at the front of a line."""
        if content.head[:1] in ("<", "["):
            return False
        head = _head(content)
        return all(pattern.search(head) for pattern in (_BEGIN, _ACCOUNT)) and bool(
            _BALANCE.search(head) or _INTERIM.search(head)
        )

    def read(self, content: Content) -> Reading:
        """The first statement, and the others in `rest`."""
        head = _head(content)
        if _INTERIM.search(head) and not re.search(r"[\r\n]:60[FM]:", head):
            finding = Finding("HUB-BANK-06", "fatal", "read", "row 1", "MT942", "MT940", "us")
            return Reading("mt942", findings=(finding,), mapped=False, source=SOURCE)
        read = _readings(content.text)
        first = next(read)
        return Reading(first.format, "", None, first.findings, first.mapped, None, read, SOURCE, first.feed)


def _head(content: Content) -> str:
    return content.data[:_HEAD].decode("latin-1")


def _readings(text: str) -> Iterator[Reading]:
    count = 0
    for block in blocks(lines_of(text)):
        count += 1
        statement, findings = read_statement(block)
        yield Reading("mt940", "", None, findings, statement is not None, None, (), SOURCE, statement)
    if not count:
        empty = Finding("HUB-BANK-13", "fatal", "read", "row 1", "0", "1")
        yield Reading("mt940", findings=(empty,), mapped=False, source=SOURCE)


source = Mt940Source()
