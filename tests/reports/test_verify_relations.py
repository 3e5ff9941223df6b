"""The invariants of relations hold after a merge, and each fails when its own fact is broken."""

from __future__ import annotations

import pytest

from hub.model.relation_card import Reason
from hub.reports.verify import verify
from hub.reports.verify_relations import CHECKS
from hub.store.merging import merge_relations
from hub.store.reasons import add_reason
from tests.books import Books
from tests.store.relations import add, changing, order, place


def _merged(books: Books) -> tuple[str, str, str]:
    """Three relations, of which the first went up in the second; the second has a limit."""
    books.take("36")
    other, third = add(books, "De echte", "Nog een")
    with changing(books) as change:
        add_reason(change, "C0001", Reason("limit", "person", "agreed", 10_000_00))
    place(books, order("1", "C0001", "1.00"))
    with changing(books) as change:
        merge_relations(change, "C0001", other, "double")
    return "C0001", other, third


def _failures(books: Books) -> dict[str, list[str]]:
    names = {check.name for check in CHECKS}
    found = {r.check: list(r.failures) for r in verify(books.hub.database, books.hub.sources) if r.check in names}
    assert found.keys() == names
    return {check: failures for check, failures in found.items() if failures}


def test_they_hold_after_a_merge(books: Books) -> None:
    _merged(books)
    assert _failures(books) == {}


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("UPDATE relation SET merged_into = (SELECT id FROM relation WHERE code = :one) WHERE code = :other", "relations-merged"),
        ("UPDATE relation SET merged_into = 1 WHERE code = :third", "relations-merged"),
        ("UPDATE relation_key SET relation_id = (SELECT id FROM relation WHERE code = :one)", "relations-merged"),
        ("UPDATE announced_order SET relation_id = (SELECT id FROM relation WHERE code = :one)", "relations-merged"),
        ("UPDATE relation SET watched = false WHERE code = :other", "relations-watched"),
        ("UPDATE relation SET version = 0 WHERE code = :third", "relations-versions"),
        ("UPDATE relation SET version = (SELECT version FROM relation WHERE code = :one) WHERE code = :third", "relations-versions"),
        ("UPDATE administration SET next_change = 2", "relations-versions"),
    ],
)  # fmt: skip
def test_each_fails_when_its_fact_is_broken(books: Books, statement: str, check: str) -> None:
    one, other, third = _merged(books)
    named = {name: code for name, code in (("one", one), ("other", other), ("third", third)) if f":{name}" in statement}
    books.execute(statement, **named)
    assert list(_failures(books)) == [check]
