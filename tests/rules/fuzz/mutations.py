"""All ways to spoil a document, with how often each is chosen."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.rules.fuzz import content, money, nations, shape
from tests.rules.fuzz.build import Element

Mutation = Callable[[Random, Element], None]


def payment(chance: Random, root: Element) -> None:
    """Payment instructions of no country in particular."""
    nations.payment(chance, root)


_WEIGHTED: dict[Mutation, int] = {
    shape.insert: 10, shape.insert_shallow: 8, shape.insert_usual: 14, shape.delete: 5, shape.delete_leaf: 8,
    shape.duplicate: 4, shape.duplicate_group: 6, shape.swap: 1, shape.move: 1, shape.rename: 1, shape.extension: 1,
    shape.unused_paths: 4, content.value: 10, content.coded_value: 10, content.any_text: 2, content.blanks: 4,
    content.case: 3, content.pieces: 3, content.attribute: 7, content.scheme: 5, content.country: 6, content.currency: 3,
    content.promise: 3, content.kind_of_document: 3, content.credit: 4, content.words: 2,
    money.category: 10, money.recompute: 6, money.cents: 7, money.negate: 2, nations.nation: 14, payment: 5,
}  # fmt: skip
MUTATIONS: dict[str, Mutation] = {mutation.__name__: mutation for mutation in _WEIGHTED}
"""By name, for documents that say how they were made."""


def spoil(chance: Random, root: Element, times: int) -> list[str]:
    """Apply that many mutations; their names."""
    chosen = chance.choices(list(_WEIGHTED), list(_WEIGHTED.values()), k=times)
    for mutation in chosen:
        mutation(chance, root)
    return [mutation.__name__ for mutation in chosen]
