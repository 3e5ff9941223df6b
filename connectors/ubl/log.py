"""What comes up while one UBL document is read."""

from __future__ import annotations

from lxml import etree

from hub.formats.document_log import DocumentLog


class Log(DocumentLog):
    """Collects while the tables run; what it says is of layer `ubl`."""

    __slots__ = ()
    NO_NUMBER, TWICE, NO_BASE64, OTHER_TYPE = "HUB-UBL-07", "HUB-UBL-22", "HUB-UBL-16", "HUB-UBL-17"

    def __init__(self, root: etree._Element) -> None:
        super().__init__(root, "ubl")
