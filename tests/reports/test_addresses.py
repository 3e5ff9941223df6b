"""Addresses as the post office reads them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert

from hub.reports.addresses import Addressed, addressed
from hub.reports.audience import relations_chosen
from hub.store import tables as t
from tests.books import Books
from tests.store.raw import raw_relation

AT = datetime(2026, 11, 21, tzinfo=UTC)


def _add(books: Books, relation: int, kind: str, **values: Any) -> None:
    empty = dict.fromkeys(("line_1", "line_2", "line_3", "postcode", "city", "subdivision"), "")
    row = {**empty, "country": "NL", "created_at": AT, **values}
    with books.hub.database.transaction() as connection:
        connection.execute(
            insert(t.relation_address).values(
                administration_id=books.id, id=books.hub.ids.take(), relation_id=relation, kind=kind, **row
            )
        )


def _one(books: Books, relation: int, language: str = "nl") -> Addressed:
    with books.hub.database.reporting() as connection:
        return addressed(connection, books.id, [relation], language)[0]


def test_post_goes_to_the_postal_address_in_force(books: Books) -> None:
    books.hub.ids.reserve(50)
    relation = raw_relation(books, books.id)
    assert (_one(books, relation).lines, _one(books, relation).complete) == (("By hand",), False)
    _add(books, relation, "visit", line_1="Keizersgracht 1", postcode="1015cj", city="Amsterdam")
    assert _one(books, relation).lines == ("By hand", "Keizersgracht 1", "1015 CJ  AMSTERDAM")
    _add(books, relation, "post", line_1="Postbus 12", postcode="1000 AA", city="Amsterdam", ended_at=AT)
    _add(books, relation, "post", line_1="Postbus 34", postcode="1000 BB", city="Amsterdam")
    assert _one(books, relation).lines == ("By hand", "Postbus 34", "1000 BB  AMSTERDAM")


def test_a_letter_abroad_names_the_country_in_the_readers_language(books: Books) -> None:
    books.hub.ids.reserve(50)
    relation = raw_relation(books, books.id)
    _add(books, relation, "invoice", line_1="Hauptstraße 5", postcode="50667", city="Köln", country="DE")
    assert _one(books, relation).lines == ("By hand", "Hauptstraße 5", "50667 Köln", "DUITSLAND")
    assert _one(books, relation, "en").lines[-1] == "GERMANY"


def test_selections_look_at_the_address_in_force(books: Books) -> None:
    books.hub.ids.reserve(50)
    relation = raw_relation(books, books.id)
    _add(books, relation, "visit", postcode="3511 AB", city="Utrecht")
    _add(books, relation, "post", postcode="1000 AA", city="Amsterdam", ended_at=AT)
    with books.hub.database.reporting() as connection:
        chosen = {
            key: relations_chosen(connection, books.id, key) for key in ("city=utr", "postcode=35|36", "city=amsterdam")
        }
    assert chosen == {"city=utr": [relation], "postcode=35|36": [relation], "city=amsterdam": []}
