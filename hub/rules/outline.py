"""What a document looks like, apart from what it says: its names, and which elements stand where. Remembered between documents."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

_VOCABULARIES = 500
_SHAPES = 300
_LONGEST_SHAPE = 1500  # names; an ordinary invoice has some two hundred
_MOST_CHARACTERS = 8000  # of all names of a document together; with every term of EN 16931 it has half of that


class Vocabulary:
    """What follows from the names in a document alone, whatever their order and number.

    The documents of one sender have the same names, so it is worked out once for each row of names.
    `chosen` is what the packs of rules keep here.
    """

    __slots__ = ("amounts", "attachments", "chosen", "names")

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = frozenset(names)
        self.amounts = tuple(n for n in names if n.endswith("Amount") and not n.endswith("PriceAmount"))
        self.attachments = tuple(n for n in names if n.endswith("BinaryObject"))
        self.chosen: dict[Any, Any] = {}


class Shape:
    """Which elements stand where in a document, whatever they say; of lines only how those that differ look.

    A rule that asks no more than this has one answer for all documents of a shape. `plans` is what the packs of rules keep here:
    the rules that are left to ask.
    """

    __slots__ = ("met", "plans")

    def __init__(self, _: tuple[Any, ...]) -> None:
        self.met = 0  # how often a document had this shape: the first time nothing is worked out for a second one
        self.plans: dict[Any, Any] = {}


_known_shape = lru_cache(maxsize=_SHAPES)(Shape)
_known_vocabulary = lru_cache(maxsize=_VOCABULARIES)(Vocabulary)


def known(names: tuple[str, ...], outline: Sequence[Any]) -> tuple[Vocabulary, Shape | None]:
    """What is known of documents with these names and this outline.

    Neither is remembered where it is long, and then there is no shape: names come from strangers.
    """
    if sum(map(len, names)) > _MOST_CHARACTERS:
        return Vocabulary(names), None
    if not 0 < len(outline) <= _LONGEST_SHAPE:
        return _known_vocabulary(names), None
    shape = _known_shape(tuple(outline))
    shape.met += 1
    return _known_vocabulary(names), shape
