"""What comes up while one CII document is read."""

from __future__ import annotations

from lxml import etree

from hub.formats.document_log import DocumentLog


class Log(DocumentLog):
    """Collects while the tables run; what it says is of layer `cii`.

    `old` is ZUGFeRD 1.0, in which lines need no number.
    """

    __slots__ = ("old",)

    def __init__(self, root: etree._Element, *, old: bool = False) -> None:
        super().__init__(root, "cii")
        self.old = old

    def unreadable(self, code: str, element: etree._Element, found: str, expected: str) -> None:
        """A fatal finding about an amount or number, which is kept as unmapped: the reading is not complete."""
        self.add(code, "fatal", element, found, expected)
        self.keep(element)
        self.mapped = False
