"""Messages of a collection agency in our own message set, one in a file or a list of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hub.errors import UnreadableInput
from hub.formats.case_answer import read_answer
from hub.formats.content import Content
from hub.model.finding import Finding
from hub.ports import Reading

NAME, FORMAT = "agency_rest", "collection-answer"
MAPPING = "collection"  # how all agencies' messages are booked, whatever they speak
_MARK = re.compile(r'"hub_collection"\s*:')
_BY_HAND = ("", "cli")  # brought by a person: then the file itself says which agency it is of


class AgencySource:
    """What a collection agency says of its cases, in the hub's own message set."""

    name = NAME
    kinds, forms = ("case_message",), ("JSON",)

    def recognise(self, content: Content) -> bool:
        """JSON that names our message set near its beginning."""
        return content.head[:1] in ("{", "[") and _MARK.search(content.head) is not None

    def read(self, content: Content) -> Reading:
        """The first message, the others behind it. The channel it came by says which agency speaks, so that none speaks for another."""
        agency = "" if content.channel in _BY_HAND else content.channel
        try:
            readings = _readings(content.json, agency)
            return replace(next(readings), rest=readings)
        except UnreadableInput as refusal:
            place, found = refusal.location, refusal.found[:500]
            finding = Finding(refusal.code, "fatal", "read", place, found, refusal.expected[:500])
            return Reading(FORMAT, findings=(finding,), source=MAPPING)


def _readings(value: Any, agency: str) -> Iterator[Reading]:
    """A reading per message; an empty list is one of them that says nothing."""
    for one in value if isinstance(value, list) and value else [value]:
        message, findings = read_answer(one, agency)
        yield Reading(FORMAT, findings=findings, source=MAPPING, feed=message)


source = AgencySource()
