"""Small pieces for the writers of invoices in tests: elements as text, nothing for what is not stated."""

from __future__ import annotations

import base64
from xml.sax.saxutils import escape, quoteattr


def element(name: str, /, *inside: object, **attributes: object) -> str:
    """An element; "" when there is nothing in it. Text is escaped by `said`, so what comes in here is XML already."""
    content = "".join(str(part) for part in inside if part is not None)
    if not content:
        return ""
    return f"<{name}{''.join(f' {k}={quoteattr(str(v))}' for k, v in attributes.items() if v)}>{content}</{name}>"


def said(name: str, value: object, /, **attributes: object) -> str:
    """An element with a value in it; "" when the value is None or empty."""
    return "" if value is None or value == "" else element(name, escape(str(value)), **attributes)


def binary(content: bytes) -> str:
    """Bytes as they stand in an attachment."""
    return base64.b64encode(content).decode()
