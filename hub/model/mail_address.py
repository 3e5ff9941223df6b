"""Mail addresses as they are written: what looks like one, and the name before it."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"[^\s@<>\"(),:;\\\[\]]+@[^\s@<>\"(),:;\\\[\]]+\.[^\s@<>\"(),:;\\\[\].]+")


def is_address(email: str) -> bool:
    """Whether it looks like one mail address; nothing but a mail server knows whether it is one."""
    return _ADDRESS.fullmatch(email) is not None and email.isascii() and len(email) <= 254


def sender_of(text: str) -> tuple[str, str]:
    """Name and address of `Name <address>`, also where the name has a comma and no quotes."""
    named = re.fullmatch(r"\s*(.*?)\s*<([^<>]*)>\s*", text)
    return (named[1].strip('"'), named[2].strip()) if named else ("", text.strip())
