"""What comes up while one CII document is read."""

from __future__ import annotations

from lxml import etree

from hub.formats.document_log import DocumentLog


class Log(DocumentLog):
    """Collects while the tables run; what it says is of layer `cii`.

    `old` is ZUGFeRD 1.0, in which lines need no number.
    """

    __slots__ = ("old",)
    NO_NUMBER, TWICE, NO_BASE64, OTHER_TYPE = "HUB-CII-07", "HUB-CII-22", "HUB-CII-16", "HUB-CII-17"

    def __init__(self, root: etree._Element, *, old: bool = False) -> None:
        super().__init__(root, "cii")
        self.old = old
