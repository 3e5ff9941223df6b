"""SI-UBL-2: no element may be empty. Judged for whatever document, and last of its pattern."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from hub.rules.nlcius.advice import ADVICE
from hub.rules.nlcius.document_rules import DOCUMENT, ORDER_LINES, totals_of_invoice
from hub.rules.nlcius.parties import PARTIES
from hub.rules.nlcius.places import Path, Placed, stands_at
from hub.rules.nlcius.promise import promise
from hub.rules.rule import Context, Failure, Rule
from hub.rules.tree import Document, element_of

_empty = etree.XPath("descendant-or-self::*[not(*)][not(normalize-space())]")
"""Without a child element and without text; attributes and comments do not count, a no-break space does."""


def _by_last(placed: Sequence[Placed]) -> Mapping[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for place in placed:
        found.setdefault(place.path[-1].partition(":")[2], []).append(place.path)
    return found


_OF_DUTCH = _by_last((*PARTIES, *DOCUMENT, *ORDER_LINES, *ADVICE))
_OF_ANY = _by_last(ORDER_LINES)


def empty_elements(document: Document) -> Sequence[Any]:
    """Empty elements that no other row of the pattern judges: within a pattern the first row that matches wins."""
    found: list[Any] = _empty(document.root.element)
    if not found:
        return ()
    promised = promise(document)
    if not promised.nlcius:
        return found
    before = _OF_DUTCH if promised.dutch else _OF_ANY
    if promised.dutch:
        totals = [element_of(item) for item in totals_of_invoice(document)]
        found = [element for element in found if element not in totals and element is not document.root.element]
    return [e for e in found if not stands_at(e, document, before.get(etree.QName(e).localname, ()))]


def _is_empty(_: Any, __: Document) -> Failure | None:
    return Failure("")


EMPTIES: tuple[Context, ...] = (Context("", (Rule("SI-UBL-2", "", _is_empty, severity="warning"),), empty_elements),)
