"""Content: the bytes of one message as every reader sees them, parsed at most once."""

from __future__ import annotations

from lxml import etree

from hub.errors import UnreadableInput
from hub.formats.xml import safe_parse


class Content:
    """Bytes with the name and media type they came under; both may be empty and neither is trusted.

    `root` is made on first use and kept, and so is a refusal: asking ten sources costs one parse.
    """

    __slots__ = ("_kept", "_refusal", "_root", "data", "file_name", "media_type")

    def __init__(self, data: bytes, file_name: str = "", media_type: str = "") -> None:
        self.data = data
        self.file_name = file_name
        self.media_type = media_type
        self._root: etree._Element | None = None
        self._kept: list[etree._Element] = []
        self._refusal: UnreadableInput | None = None

    @property
    def root(self) -> etree._Element:
        """The outer root element (of the envelope, where there is one). Raises UnreadableInput when it is not XML."""
        if self._root is None:
            if self._refusal is not None:
                raise self._refusal
            try:
                self._root = safe_parse(self.data)
                # lxml makes a Python object of an element, and a text of its tag, each time somebody looks at it,
                # and drops them when he looks away. Kept, they are made once for the reader and all rules.
                self._kept = list(self._root.iter())
            except UnreadableInput as refusal:
                self._refusal = refusal
                raise
        return self._root

    @property
    def payload(self) -> etree._Element:
        """The document itself: `root`, or what a StandardBusinessDocument (Peppol envelope) wraps. Raises as `root`."""
        return unwrapped(self.root)


_ENVELOPE = "{http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader}StandardBusinessDocument"


def unwrapped(root: etree._Element) -> etree._Element:
    """The document inside a Peppol envelope; the element itself when it is no envelope or wraps nothing."""
    if root.tag == _ENVELOPE:
        for child in root.iterchildren(etree.Element):
            if child.tag != _ENVELOPE + "Header":
                return child
    return root
