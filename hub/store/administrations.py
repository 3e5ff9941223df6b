"""Administrations: snapshots of their chart, kept for ever under a hash, and the ids behind the codes."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, insert, select, update

from hub.errors import NotFound
from hub.model.administration import Administration
from hub.model.codec import from_json, to_json
from hub.store import tables as t
from hub.store.cache import cache_of
from hub.store.driver import Question, ask
from hub.store.ids import Ids
from hub.store.sets import values, within


@dataclass(frozen=True, slots=True)
class Books:
    """One administration as the store knows it: its id, the snapshot in force, and ids by code."""

    id: int
    chart_hash: str
    snapshot: Administration
    accounts: dict[str, int]
    journals: dict[str, int]
    closed: tuple[tuple[date, date], ...] = ()


def chart_hash(administration: Administration) -> str:
    """The hash under which a snapshot is kept: of its canonical JSON."""
    return hashlib.sha256(to_json(administration).encode()).hexdigest()


def books_question(connection: Connection) -> Question:
    """Asks for the administrations of parameter `codes`, each with its closed periods; `known_books` takes the answer."""
    columns = "id, code, chart_hash, first_day, last_day"
    return Question(columns, f"""
        SELECT a.id, a.code, a.chart_hash, p.first_day, p.last_day FROM administration a
        LEFT JOIN period p ON p.administration_id = a.id AND p.state <> 'open'
        WHERE {within(connection, "a.code", "codes")}""")  # fmt: skip


def load_books(connection: Connection, codes: Iterable[str]) -> dict[str, Books]:
    """The administrations with these codes (one query; snapshots are cached per process). Unknown codes are left out."""
    answers = ask(connection, [books_question(connection)], {"codes": values(connection, codes)})
    return known_books(connection, answers[0])


def known_books(connection: Connection, answer: Iterable[Sequence[Any]]) -> dict[str, Books]:
    """What `books_question` was answered, by code; a snapshot that this process has not seen is loaded."""
    cache = cache_of(connection, "books")
    closed: dict[str, list[tuple[date, date]]] = {}
    keys: dict[str, tuple[int, str]] = {}
    for administration_id, code, hash_, first_day, last_day in answer:
        keys[code] = (administration_id, hash_)
        days = closed.setdefault(code, [])
        if first_day is not None:
            days.append((date.fromisoformat(first_day), date.fromisoformat(last_day)))
    found = {}
    for code, key in keys.items():
        books = cache.get(key) or _load(connection, *key)
        found[code] = replace(books, closed=tuple(sorted(closed[code]))) if closed[code] else books
    return found


def _load(connection: Connection, administration_id: int, hash_: str) -> Books:
    accounts = connection.execute(
        select(t.account.c.code, t.account.c.id).where(t.account.c.administration_id == administration_id)
    )
    journals = connection.execute(
        select(t.journal.c.code, t.journal.c.id).where(t.journal.c.administration_id == administration_id)
    )
    books = Books(
        administration_id,
        hash_,
        snapshot_of(connection, administration_id, hash_),
        {r.code: r.id for r in accounts},
        {r.code: r.id for r in journals},
    )
    cache_of(connection, "books")[administration_id, hash_] = books
    return books


def snapshot_of(connection: Connection, administration_id: int, hash_: str) -> Administration:
    """The chart kept under a hash. Raises `NotFound` when it is gone or its bytes were changed."""
    return from_json(Administration, snapshot_text(connection, administration_id, hash_))


def snapshot_text(connection: Connection, administration_id: int, hash_: str, table: Table = t.chart) -> bytes:
    """The JSON of a snapshot, of a chart or (`table`) of a source's mapping. Raises `NotFound` when it is gone or was changed."""
    query = select(table.c.body).where(table.c.administration_id == administration_id, table.c.hash == hash_)
    body = connection.execute(query).scalar()
    if body is None:
        raise NotFound(f"{table.name} snapshot {hash_[:12]} of administration {administration_id} is missing")
    text = zlib.decompress(body)
    if hashlib.sha256(text).hexdigest() != hash_:
        raise NotFound(f"{table.name} snapshot {hash_[:12]} of administration {administration_id} was changed")
    return text


def administration_ids(connection: Connection, codes: Iterable[str]) -> dict[str, int]:
    """Ids by code of those that exist; asks the database only for codes it has not seen (they never go away)."""
    wanted, seen = set(codes), cache_of(connection, "ids")
    unseen = wanted - seen.keys()
    if unseen:
        query = select(t.administration.c.code, t.administration.c.id).where(
            t.administration.c.code.in_(sorted(unseen))
        )
        seen.update((row.code, row.id) for row in connection.execute(query))
    return {code: seen[code] for code in wanted & seen.keys()}


def known_administrations(connection: Connection, codes: Iterable[str]) -> set[str]:
    """Those of `codes` that exist."""
    return set(administration_ids(connection, codes))


def administration_codes(connection: Connection) -> list[str]:
    """Every code, in order."""
    return list(connection.execute(select(t.administration.c.code).order_by(t.administration.c.code)).scalars())


def save_administration(
    connection: Connection, ids: Ids, administration: Administration, actor_id: int, now: datetime
) -> bool:
    """Create the administration, or put a changed snapshot in force. True when something changed.

    Accounts and journals are added and renamed, never removed: entries point at them.
    """
    hash_ = chart_hash(administration)
    row = connection.execute(select(t.administration).where(t.administration.c.code == administration.code)).first()
    if row is not None and row.chart_hash == hash_:
        return False
    administration_id = row.id if row is not None else ids.take()
    head = {"name": administration.name, "currency": administration.currency, "chart_hash": hash_}
    if row is None:
        values = {"id": administration_id, "code": administration.code, "created_at": now, "next_relation": 1, **head}
        connection.execute(insert(t.administration).values(values))
    else:
        connection.execute(update(t.administration).where(t.administration.c.id == administration_id).values(head))
    known = connection.execute(
        select(t.chart.c.hash).where(t.chart.c.administration_id == administration_id, t.chart.c.hash == hash_)
    )
    if known.first() is None:
        body = zlib.compress(to_json(administration).encode(), 9)
        connection.execute(
            insert(t.chart).values(
                administration_id=administration_id, hash=hash_, body=body, since=now, actor_id=actor_id
            )
        )
    _save_accounts(connection, ids, administration_id, administration)
    _save_journals(connection, ids, administration_id, administration)
    _save_vat_codes(connection, ids, administration_id, administration)
    return True


def _upsert(
    connection: Connection, ids: Ids, table: Any, administration_id: int, key: dict[str, Any], values: dict[str, Any]
) -> None:
    same = and_(
        table.c.administration_id == administration_id, *(table.c[name] == value for name, value in key.items())
    )
    if connection.execute(update(table).where(same).values(values)).rowcount == 0:
        connection.execute(insert(table).values(administration_id=administration_id, id=ids.take(), **key, **values))


def _save_accounts(connection: Connection, ids: Ids, administration_id: int, administration: Administration) -> None:
    for account in administration.accounts.values():
        values = {
            "name": account.name,
            "name_en": account.name_en,
            "rgs": account.rgs,
            "kind": account.kind,
            "side": account.side,
            "control": account.control,
        }
        _upsert(connection, ids, t.account, administration_id, {"code": account.code}, values)


def _save_journals(connection: Connection, ids: Ids, administration_id: int, administration: Administration) -> None:
    for journal in administration.journals:
        _upsert(
            connection,
            ids,
            t.journal,
            administration_id,
            {"code": journal.code},
            {"name": journal.name, "kind": journal.kind},
        )


def _save_vat_codes(connection: Connection, ids: Ids, administration_id: int, administration: Administration) -> None:
    for code in administration.vat_codes:
        values = {
            "name": code.name,
            "direction": code.direction,
            "category": code.category,
            "rate": None if code.rate is None else str(code.rate),
            "valid_to": code.valid_to,
            "box_base": code.box_base,
            "box_due": code.box_due,
            "box_input": code.box_input,
            "due_account": code.due_account,
            "input_account": code.input_account,
            "origin": code.origin,
            "kind": code.kind,
        }
        _upsert(
            connection, ids, t.vat_code, administration_id, {"code": code.code, "valid_from": code.valid_from}, values
        )
