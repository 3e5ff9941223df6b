"""Suggestions as facts: looked up only for administrations that let learned contra-accounts book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import Connection

from hub.accounting.sides import choose_side
from hub.accounting.suggestion import Measured, words_of
from hub.model.booking import Facts
from hub.model.invoice import Invoice
from hub.model.message import Message
from hub.model.suggestion import Suggestion
from hub.store.administrations import Books
from hub.store.lessons import load_model, measured, sure_enough


def with_suggestions(
    connection: Connection,
    arrivals: Sequence[tuple[Message, Invoice | None]],
    facts: list[Facts],
    books: Mapping[str, Books],
) -> list[Facts]:
    """The facts with what was learned for their lines, where the administration asks for it and the relation is trusted."""
    if not any(given.administration.suggestion_precision for given in facts):
        return facts
    return [
        replace(given, suggestions=_suggestions(connection, books[message.administration].id, invoice, given))
        if invoice is not None and given.administration.suggestion_precision
        else given
        for (message, invoice), given in zip(arrivals, facts, strict=True)
    ]


def _suggestions(connection: Connection, books_id: int, invoice: Invoice, facts: Facts) -> tuple[Suggestion, ...]:
    """One a line at most: the first of its ranking, when that is sure enough and this relation's guesses were right."""
    threshold = facts.administration.suggestion_precision
    direction = choose_side(invoice, facts.administration, facts.wished).direction
    if direction is None or threshold is None or len(facts.relations) != 1:
        return ()
    relation = facts.relations[0].code
    quality = measured(connection, books_id, direction, [relation]).get(relation, Measured())
    if not quality.trusted(threshold):
        return ()
    return tuple(_best(connection, books_id, invoice, facts, direction, quality.precision))


def _best(
    connection: Connection, books_id: int, invoice: Invoice, facts: Facts, direction: str, precision: Decimal
) -> list[Suggestion]:
    model = load_model(connection, books_id, direction)
    allowed = [code for code, account in facts.administration.accounts.items() if not account.control]
    found = []
    for position, line in enumerate(invoice.lines):
        first = next(iter(model.rank(words_of(line, facts.relations[0].code), allowed)), None)
        if first is not None and sure_enough(first.confidence):
            found.append(Suggestion(position, first.account, first.confidence, precision, first.words))
    return found
