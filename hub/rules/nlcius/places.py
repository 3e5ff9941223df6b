"""Places that rules of NLCIUS name: a path whose first name may stand anywhere, its last the element that is judged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lxml import etree

from hub.rules.en16931.places import below
from hub.rules.rule import Context, Rule
from hub.rules.tree import Document, Names

Path = tuple[str, ...]
_NAMES = Names()


class Placed(NamedTuple):
    """Rules, and the place of the elements they judge."""

    path: Path
    rules: tuple[Rule, ...]

    @property
    def context(self) -> Context:
        """The elements at the place, wherever its first name stands."""
        return Context(self.path[-1], self.rules, below(*self.path) if len(self.path) > 1 else None)


def at(place: str, *rules: Rule) -> Placed:
    """Rules for the elements at a place, written `cac:Party/cac:PostalAddress`."""
    return Placed(tuple(place.split("/")), rules)


def stands_at(element: etree._Element, document: Document, paths: Iterable[Path]) -> bool:
    """Whether an element stands at one of these places."""
    return any(_ends_with(element, document, path) for path in paths)


def _ends_with(element: etree._Element, document: Document, path: Path) -> bool:
    root = document.root.element
    current: etree._Element | None = element
    for name in reversed(path):
        if current is None or current is root or _NAMES[current.tag] != name:
            return False
        current = current.getparent()
    return True
