"""Where elements stand, as findings say it."""

from __future__ import annotations

from lxml import etree


class Locations:
    """`/Invoice[1]/InvoiceLine[3]/ID[1]` of elements: local names, counted among siblings of the same name.

    Siblings are numbered once, so a document with a finding on each of ten thousand lines stays cheap.
    """

    __slots__ = ("_numbers", "_root")

    def __init__(self, root: etree._Element) -> None:
        self._root = root  # where counting ends: a document in an envelope has elements above it
        self._numbers: dict[etree._Element, int] = {}

    def of(self, element: etree._Element) -> str:
        """Where this element stands."""
        steps = []
        current: etree._Element | None = element
        while current is not None:
            steps.append(f"{str(current.tag).rpartition('}')[2]}[{self._number(current)}]")
            current = None if current is self._root else current.getparent()
        return "/" + "/".join(reversed(steps))

    def _number(self, element: etree._Element) -> int:
        parent = None if element is self._root else element.getparent()
        if parent is None:
            return 1
        if element not in self._numbers:
            alike = parent.iterchildren(str(element.tag))
            self._numbers.update((sibling, number) for number, sibling in enumerate(alike, 1))
        return self._numbers[element]
