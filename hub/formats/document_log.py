"""What comes up while one XML document is read: findings, elements without a field, currencies met."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import ClassVar

from lxml import etree

from hub.formats.xml import Locator
from hub.model.finding import Finding, Severity, Who
from hub.model.invoice import Unmapped

MOST_UNMAPPED = 2_000
LONGEST_UNMAPPED = 10_000  # characters


class DocumentLog:
    """Collects while the tables run. Locations are only worked out for what is reported.

    A format names the codes of what every format may meet: an amount or number that is none, an amount stated twice, bytes that
    are no base64, a media type that BR-CL-24 does not allow.
    """

    NO_NUMBER: ClassVar[str]
    TWICE: ClassVar[str]
    NO_BASE64: ClassVar[str]
    OTHER_TYPE: ClassVar[str]

    __slots__ = ("_kept", "_layer", "_locator", "_root", "_said", "currencies", "findings", "mapped")

    def __init__(self, root: etree._Element, layer: str) -> None:
        self._root = root
        self._layer = layer
        self._locator: Locator | None = None
        self._kept: list[etree._Element] = []
        self._said: set[tuple[str, str]] = set()
        self.findings: list[Finding] = []
        self.currencies: dict[str | None, etree._Element] = {}  # @currencyID -> the first amount in it
        self.mapped = True  # false once an amount term could not be read

    def keep(self, element: etree._Element) -> None:
        """This element (with all below it) has no field; it is shown as unmapped. Comments are not kept."""
        if type(element.tag) is str:
            self._kept.append(element)

    def add(
        self,
        code: str,
        severity: Severity,
        element: etree._Element | None = None,
        found: str | None = None,
        expected: str | None = None,
        *,
        who: Who = "sender",
        below: str = "",
        layer: str = "",
        details: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """A finding at an element (the root when None), or at the place `below` it where something is missing."""
        place = self.place(self._root if element is None else element) + below
        found = found if found is None else found[:200]
        self.findings.append(Finding(code, severity, layer or self._layer, place, found, expected, who, details))

    def add_once(
        self, code: str, severity: Severity, element: etree._Element, found: str, expected: str, key: str
    ) -> None:
        """A finding about a habit of the document: said at its first place for each `key`, not on every line."""
        if (code, key) not in self._said:
            self._said.add((code, key))
            self.add(code, severity, element, found, expected)

    def unreadable(self, code: str, element: etree._Element, found: str, expected: str) -> None:
        """A fatal finding about an amount or number, which is kept as unmapped: the reading is not complete."""
        self.add(code, "fatal", element, found, expected)
        self.keep(element)
        self.mapped = False

    def missing(self, code: str, element: etree._Element, child: str) -> None:
        """A fatal finding: `child` should stand in `element` and does not."""
        self.add(code, "fatal", element, None, child, below=f"/{child}[1]")

    def place(self, element: etree._Element) -> str:
        """The location of an element, from the document (not its envelope) down."""
        if self._locator is None:
            self._locator = Locator(self._root)
        return self._locator.of(element)

    def unmapped(self) -> tuple[Unmapped, ...]:
        """Every kept text and attribute with its place, in the order in which they were met.

        Past `MOST_UNMAPPED` an ellipsis stands for the rest: the original has them all, and no invoice needs them.
        """
        entries = (entry for element in self._kept for entry in self._entries(element))
        shown = tuple(dict.fromkeys(islice(entries, MOST_UNMAPPED)))
        return (*shown, Unmapped("/*", "…")) if next(entries, None) else shown

    def _entries(self, element: etree._Element) -> Iterator[Unmapped]:
        for leaf in element.iter(etree.Element):
            text = "".join([leaf.text or "", *(child.tail or "" for child in leaf)]).strip()
            if text:
                yield Unmapped(self.place(leaf), _short(text))
            for name, value in leaf.items():
                if value:
                    yield Unmapped(f"{self.place(leaf)}/@{str(name).rpartition('}')[2]}", _short(str(value)))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_UNMAPPED else f"{text[:LONGEST_UNMAPPED]}… ({len(text)})"
