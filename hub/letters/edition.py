"""What letters and mails depend on beside what they say: our words, templates and code, and the libraries that set them."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from pathlib import Path

from hub.letters.epc import code_edition
from hub.letters.typesetting import typesetter

_HUB = Path(__file__).parents[1]
_MADE_BY = ("letters", "model", "texts")
_READ = (".py", ".toml", ".typ")


def made_of(kind: str, said: bytes) -> str:
    """A mark of all that a `letter` or `mail` is made of; `said` is its reminder as JSON. Two of the same mark are the same to
    the byte. Raises `Usage` where what makes it is not installed."""
    return hashlib.sha256(b"\0".join((kind.encode(), edition().encode(), said))).hexdigest()


@cache
def edition() -> str:
    """Of all but the data. Raises as `made_of`."""
    libraries = (typesetter(), code_edition(), f"Python {sys.version}")
    digest = hashlib.sha256("\n".join(libraries).encode())
    for path in sorted(path for folder in _MADE_BY for path in (_HUB / folder).rglob("*") if path.suffix in _READ):
        digest.update(f"{path.relative_to(_HUB)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
