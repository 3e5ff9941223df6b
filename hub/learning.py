"""Learning contra-accounts from what was booked, and ranking them for a document: off the hot path, from the originals."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from hub.accounting.correction import correction
from hub.accounting.suggestion import Guess, Lesson, Measured, Model, words_of
from hub.bootstrap import Hub
from hub.errors import Conflict, NotFound
from hub.model.finding import asked
from hub.model.invoice import Invoice
from hub.model.message import Message
from hub.model.plan import PostedEntry
from hub.pipeline import read
from hub.store.administrations import Books, load_books
from hub.store.approval_guard import require_cost
from hub.store.booking import first_open_day, post
from hub.store.corrections import lesson_of
from hub.store.lessons import (
    Unlearned,
    accounts_of_line,
    find_invoice_entry,
    keep_lessons,
    load_model,
    measured,
    relation_of,
    teach,
    unlearned,
)
from hub.store.messages import load_messages
from hub.store.posted import load_entries
from hub.store.rows import Row
from hub.store.store import now

BATCH = 500
# A default or an earlier suggestion teaches nothing: it would only learn its own echo.
TEACHES = frozenset(
    ("accounting_cost_line", "accounting_cost_document", "mapping_rule", "fixed_contra_account", "corrected")
)


@dataclass(frozen=True, slots=True)
class Ranked:
    """One line of a document with its ranking, and how well guesses for its relation did."""

    line: str
    text: str
    guesses: Sequence[Guess]
    measured: Measured


def learn(hub: Hub, code: str) -> Iterator[int]:
    """Learn from every entry that nothing was learned from; yields how many entries are done, batch by batch.

    Each line is guessed before it is learned, so that precision is measured on lines the model had not seen.
    """
    models: dict[str, Model] = {}
    while True:
        with hub.database.transaction() as connection:
            books = load_books(connection, [code])[code]
            found = unlearned(connection, books.id, BATCH)
            messages = load_messages(connection, [entry.message_uid for entry in found])
            rows = [row for entry in found for row in _lessons(hub, connection, books, entry, messages, models)]
            keep_lessons(connection, rows)
        if not found:
            return
        yield len(found)


def rank(
    hub: Hub, connection: Connection, books: Books, invoice: Invoice, relation: str, direction: str
) -> list[Ranked]:
    """The ranking of every line of a document of a relation (code; "" = unknown)."""
    model = load_model(connection, books.id, direction)
    quality = measured(connection, books.id, direction, [relation]).get(relation, Measured())
    return [
        Ranked(line.id, line.item_name, model.rank(words_of(line, relation), _allowed(books)), quality)
        for line in invoice.lines
    ]


def _allowed(books: Books) -> list[str]:
    """Accounts that a line may be booked on."""
    return [code for code, account in books.snapshot.accounts.items() if not account.control]


def _lessons(
    hub: Hub,
    connection: Connection,
    books: Books,
    entry: Unlearned,
    messages: dict[str, Message],
    models: dict[str, Model],
) -> list[Row]:
    """The lessons of one entry; one without a line when it teaches nothing, so that it is not looked at again."""
    if entry.direction not in models:  # a copy of its own: what this transaction learns may still be rolled back
        models[entry.direction] = deepcopy(load_model(connection, books.id, entry.direction))
    model = models[entry.direction]
    at = now()
    rows = []
    for position, words, account in _taught(hub, entry, messages.get(entry.message_uid)):
        first = next(iter(model.rank(words, _allowed(books))), None)
        rows.append(_row(books.id, entry, str(position), account, words, first, at))
        model.learn(Lesson(account, words))
    return rows or [_row(books.id, entry, "", "", (), None, at)]


def _taught(hub: Hub, entry: Unlearned, message: Message | None) -> Iterator[tuple[int, tuple[str, ...], str]]:
    """Line, words and account of what this entry teaches. Decisions stand in the order of the lines."""
    invoice = read(message, hub.sources).document if message else None
    chosen = [d for d in entry.decisions if d["what"] == "contra_account"]
    if invoice is None or len(chosen) < len(invoice.lines):
        return
    for position, (line, decision) in enumerate(zip(invoice.lines, chosen, strict=False)):
        if decision["why"] in TEACHES:
            yield position, words_of(line, entry.relation), decision["value"]


def _row(
    administration_id: int,
    entry: Unlearned,
    line: str,
    account: str,
    words: Sequence[str],
    guess: Guess | None,
    at: datetime,
) -> Any:
    return (
        administration_id, entry.entry_id, line, entry.direction, entry.relation, account, json.dumps(words, ensure_ascii=False),
        guess.account if guess else "", int(guess.confidence * 1000) if guess else 0, at,
    )  # fmt: skip


def correct(
    hub: Hub, connection: Connection, books: Books, number: str, line: str, account: str, reason: str, actor_id: int
) -> PostedEntry:
    """Move the net of a line of a booked invoice to another account, and learn from it.

    Raises `NotFound` for an invoice, line or account that is not there and `Conflict` where moving alone would be wrong.
    """
    entry_id = find_invoice_entry(connection, books.id, number)
    booked = load_entries(connection, books.id, [entry_id])[entry_id]
    if booked.reversed_by is not None:
        raise Conflict(asked("HUB-ASK-24", number))
    require_cost(connection, books.id, booked)
    message = load_messages(connection, [booked.message_uid or ""]).get(booked.message_uid or "")
    invoice = read(message, hub.sources).document if message else None
    lines = invoice.lines if invoice else ()
    position = next((i for i, one in enumerate(lines) if one.id == line), None)
    if position is None:
        raise NotFound(asked("HUB-ASK-33", line, ", ".join(one.id for one in lines), invoice=number))
    booked_on, old = accounts_of_line(connection, books.id, entry_id, position)
    known = books.snapshot.accounts
    if account not in known or known[account].control or account == old:
        raise NotFound(asked("HUB-ASK-34", account, books.snapshot.accounts_like(account)))
    on = first_open_day(connection, books.id, booked.entry.booking_date)
    try:
        plan = correction(
            booked.entry,
            booked_on,
            known[old],
            known[account],
            lines[position].net_amount,
            line,
            on,
            books.snapshot,
            reason,
        )
    except ValueError as error:
        raise Conflict(str(error)) from error
    before = lesson_of(connection, books.id, entry_id, position)
    facts = {"corrects": entry_id, "line": position, "account": account, "reason": reason, "taught_before": before}
    plan = replace(plan, facts=facts, document_id=booked.document_id)
    (posted,) = post(connection, hub.ids, books, [plan], actor_id, now())
    relation, direction = relation_of(connection, books.id, entry_id)
    teach(
        connection,
        books.id,
        entry_id,
        position,
        direction,
        relation,
        account,
        words_of(lines[position], relation),
        now(),
    )
    return posted
