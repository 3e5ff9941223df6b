"""The same document written another way: prefixes, comments before it, line ends, character references, attributes of XML."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

Dress = Callable[[Random, str], str]
_START = re.compile(r"<(?![?!])[^>]*>")


def plain(_: Random, text: str) -> str:
    """As it is."""
    return text


def prefixes(chance: Random, text: str) -> str:
    """Other prefixes for the same namespaces; one that is declared elsewhere keeps its name."""
    for old in ("cac", "cbc"):
        new = f"{old[1]}{chance.randint(1, 9)}x"
        if text.count(f"xmlns:{old}=") == 1:
            text = re.sub(rf"(</?|xmlns:){old}(?=[:=])", rf"\g<1>{new}", text)
    return text


def headed(_: Random, text: str) -> str:
    """A comment and an instruction before and after it."""
    return f"<!-- made by hand --><?style x?>{text}<!-- end --><?end?>"


def line_ends(_: Random, text: str) -> str:
    """Line ends of another system, which a reader of XML turns into its own."""
    return text.replace("\n", "\r\n")


def references(chance: Random, text: str) -> str:
    """Some letters as character references."""
    head, start, rest = _split(text)
    letter = chance.choice("aeinorst0123456789")
    pieces = re.split(r"(<[^>]*>)", rest)
    said = [p if p.startswith("<") else p.replace(letter, f"&#x{ord(letter):X};") for p in pieces]
    return head + start + "".join(said) if "<!" not in rest and "<?" not in rest else text


def foreign_attributes(_: Random, text: str) -> str:
    """A schema location and a language on the root, and a namespace that nothing uses."""
    head, start, rest = _split(text)
    more = (
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x x.xsd" xmlns:un="urn:unused"'
    )
    return head + start[:-1] + ("" if "xmlns:xsi" in start else more) + ">" + rest if not start.endswith("/>") else text


def _split(text: str) -> tuple[str, str, str]:
    found = _START.search(text)
    assert found is not None
    return text[: found.start()], found[0], text[found.end() :]


DRESSES: tuple[Dress, ...] = (plain, plain, plain, plain, prefixes, headed, line_ends, references, foreign_attributes)


def dressed(chance: Random, data: bytes) -> bytes:
    """The document written in one of these ways; without a declaration, so in UTF-8."""
    text = re.sub(r"^<\?xml[^>]*\?>\s*", "", data.decode())
    return chance.choice(DRESSES)(chance, text).encode()
