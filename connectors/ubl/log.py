"""What comes up while one UBL document is read."""

from __future__ import annotations

from lxml import etree

from hub.formats.document_log import LONGEST_UNMAPPED, MOST_UNMAPPED, DocumentLog

__all__ = ["LONGEST_UNMAPPED", "MOST_UNMAPPED", "Log"]


class Log(DocumentLog):
    """Collects while the tables run; what it says is of layer `ubl`."""

    __slots__ = ()

    def __init__(self, root: etree._Element) -> None:
        super().__init__(root, "ubl")

    def unreadable(self, code: str, element: etree._Element, found: str, expected: str) -> None:
        """A fatal finding about a value, which is kept as unmapped; an amount makes the reading incomplete."""
        self.add(code, "fatal", element, found, expected)
        self.keep(element)
        if code != "HUB-UBL-08":
            self.mapped = False
