"""Values as the national rules of Peppol compare them: literally, as text nodes, as xs:double, or as a check digit."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from hub.rules.peppol.countries import Where
from hub.rules.rule import ABSENT, Failure, Test, Undecidable
from hub.rules.tree import KINDS, Document, Node, content, normal, select
from hub.rules.xpath import double

_NOT_A_NUMBER = math.nan
_KVK_OR_OIN = ("0106", "0190")
_is_iban = re.compile("[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{0,30}").fullmatch
_BLANK = re.compile("[ \t\r\n]")


def texts(node: Node, *path: str) -> list[str]:
    """All values at a path as they stand."""
    return [content(leaf) for leaf in select(node, *path)]


def only(values: Sequence[str]) -> str | None:
    """The only value, None when there is none. Raises Undecidable when there are several."""
    if len(values) > 1:
        raise Undecidable(f"{len(values)} values where one is compared")
    return values[0] if values else None


def text_node(node: Node, document: Document, *path: str) -> str | None:
    """What text() gives for the values at a path: an empty value has none, one that a comment cuts has two.

    Raises Undecidable when there are several.
    """
    return only_text(select(node, *path), document)


def only_text(leaves: Sequence[Any], document: Document) -> str | None:
    """As `text_node`, of these values. Raises Undecidable."""
    found = [leaf for leaf in leaves if leaf.text]
    if len(found) > 1 or any(leaf in document.split for leaf in found):
        raise Undecidable("a value in more than one piece of text")
    return content(found[0]) if found else None


def number(text: str | None) -> float:
    """XPath number(): what is no number is NaN, which equals nothing."""
    try:
        return _NOT_A_NUMBER if text is None else double(text)
    except Undecidable:
        return _NOT_A_NUMBER


def is_number(text: str | None) -> bool:
    """Whether number() makes something of it; exponents and INF are numbers."""
    return not math.isnan(number(text))


def filled_somewhere(*path: str) -> Test:
    """At least one value at a path has something other than blanks in it."""
    return lambda node, _: None if any(map(normal, texts(node, *path))) else ABSENT


def street_city_zone(node: Node, _: Document) -> Failure | None:
    """An address has street, city and post code, empty or not; found is what there is of it."""
    names = ("cbc:StreetName", "cbc:CityName", "cbc:PostalZone")
    if all(name in node for name in names):
        return None
    return Failure(", ".join(text for name in names for text in texts(node, name) if text))


def kvk_or_oin(leaf: Any, _: Document) -> Failure | None:
    """A Dutch registration: KVK number or OIN by its scheme, and not empty."""
    scheme = leaf.get("schemeID") or ""
    listed = any(f" {each} " in f" {scheme} " for each in _KVK_OR_OIN)
    return None if listed and normal(leaf.text) else Failure(_scheme_and_value(scheme, content(leaf)), "0106, 0190")


def _scheme_and_value(scheme: str, value: str) -> str:
    return f"{scheme} {value}".strip()


def below_root(*path: str) -> Where:
    """The elements at a path below the document's own Invoice or CreditNote."""
    return lambda document: select(document.root, *path) if document.kind else ()


def below_documents(*path: str, kinds: Sequence[str] = ("Invoice", "CreditNote")) -> Where:
    """The elements at a path below every Invoice or CreditNote, one inside an extension too; itself without a path."""
    tags = ["x:" + tag for tag, kind in KINDS.items() if kind in kinds]

    def where(document: Document) -> Sequence[Any]:
        inside = [node for tag in tags for node in document.named.get(tag, ()) if isinstance(node, Node)]
        own = [document.root] if document.kind in kinds else []
        return [found for node in own + inside for found in select(node, *path)]

    return where


def iban_without_blanks(text: str | None) -> str:
    """An account number with every space, tab and line end taken out."""
    return _BLANK.sub("", text or "")


def is_iban(account: str) -> bool:
    """ISO 13616 as Germany checks it: small letters are not raised first, so they count as other figures."""
    if not _is_iban(account):
        return False
    turned = account[4:] + account[:4]
    return int("".join(str(ord(c) - 55 if ord(c) > 64 else ord(c) - 48) for c in turned)) % 97 == 1


def is_greek_tin(text: str) -> bool:
    """The Greek tax number: nine digits, the last a check digit modulo 11. What follows them is not looked at."""
    if len(text) < 9 or not (text[:9].isascii() and text[:9].isdigit()):
        return False
    weighed = sum(int(digit) << (8 - place) for place, digit in enumerate(text[:8]))
    return weighed % 11 % 10 == int(text[8])


def is_norwegian_number(text: str) -> bool:
    """The organisation number of Norway, nine digits that are there already: a check digit modulo 11."""
    weighed = sum(int(digit) * (place % 6 + 2) for place, digit in enumerate(reversed(text[:-1])))
    return int(text) > 0 and (11 - weighed % 11) % 11 == int(text[-1])


def is_swedish_number(text: str) -> bool:
    """The organisation number of Sweden: Luhn over the first nine digits, of which the tenth is the check digit.

    Raises Undecidable for digits of other scripts: they are digits to the official rule until it reckons with them.
    """
    if not text.isdecimal():
        return False
    if not text[:9].isascii():
        raise Undecidable(f"not a number: {text[:9]!r}")
    total = sum(_luhn(int(digit), place) for place, digit in enumerate(reversed(text[:9])))
    return number(text[9:10]) == (10 - total % 10) % 10


def _luhn(digit: int, place: int) -> int:
    return sum(divmod(digit * 2, 10)) if place % 2 == 0 else digit
