"""Blocks: sealed entries chained by hash, off the hot path, so that nobody can change the past and hide it.

A block's hash covers the hash before it and, per entry, its number and digest. Whoever keeps the last hash somewhere
else (in a letter, with the accountant) can prove years later that no entry was changed, dropped or slipped in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from hub.store import tables as t
from hub.store.ids import Ids
from hub.store.rows import insert_rows

SIZE = 1000  # entries in a block at most
SETTLED = timedelta(seconds=60)  # entries younger than this wait for the next block: a slow commit may still come
START = "0" * 64


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of a block, as the chain sees it."""

    entry_id: int
    name: str  # INK 2026/12
    digest: str


@dataclass(frozen=True, slots=True)
class Block:
    """A sealed block."""

    number: int
    entries: int
    previous: str
    hash: str


def block_hash(previous: str, members: Iterable[Member]) -> str:
    """sha256 over the hash before and a line for each entry: `INK 2026/12 <digest>`."""
    made = hashlib.sha256(previous.encode())
    for member in members:
        made.update(f"\n{member.name} {member.digest}".encode())
    return made.hexdigest()


def seal_blocks(
    connection: Connection, ids: Ids, administration_id: int, actor_id: int, at: datetime, *, size: int = SIZE
) -> list[Block]:
    """Chain every entry that is in no block yet; the new blocks. Keys are to be reserved before: one a block.

    Two at once wait for each other: the number of a block is unique.
    """
    waiting = _waiting(connection, administration_id, at - SETTLED)
    number, previous = _last(connection, administration_id)
    made = []
    for start in range(0, len(waiting), size):
        members = waiting[start : start + size]
        number, hash_ = number + 1, block_hash(previous, members)
        block_id = ids.take()
        row = {
            "administration_id": administration_id, "id": block_id, "number": number, "entries": len(members), "previous": previous,
            "hash": hash_, "sealed_at": at, "actor_id": actor_id,
        }  # fmt: skip
        connection.execute(insert(t.entry_block).values(row))
        rows = [(administration_id, m.entry_id, block_id, position) for position, m in enumerate(members)]
        insert_rows(connection, t.entry_block_member, rows)
        made.append(Block(number, len(members), previous, hash_))
        previous = hash_
    return made


def _waiting(connection: Connection, administration_id: int, before: datetime) -> Sequence[Member]:
    e, m = t.entry, t.entry_block_member
    inside = select(m.c.entry_id).where(m.c.administration_id == e.c.administration_id, m.c.entry_id == e.c.id)
    query = _members().where(
        e.c.administration_id == administration_id, e.c.posted_at <= before, ~inside.correlate(e).exists()
    )
    return [_member(row) for row in connection.execute(query.order_by(e.c.id))]


def members_of(connection: Connection, administration_id: int, block_id: int) -> list[Member]:
    """The entries of a block in their order."""
    m, e = t.entry_block_member, t.entry
    query = _members().join(m, (m.c.administration_id == e.c.administration_id) & (m.c.entry_id == e.c.id))
    mine = query.where(m.c.administration_id == administration_id, m.c.block_id == block_id)
    return [_member(row) for row in connection.execute(mine.order_by(m.c.position))]


def _members() -> Select[Any]:
    e, j, y = t.entry, t.journal, t.fiscal_year
    return (
        select(e.c.id, j.c.code, y.c.year, e.c.number, e.c.digest)
        .join(j, (j.c.administration_id == e.c.administration_id) & (j.c.id == e.c.journal_id))
        .join(y, (y.c.administration_id == e.c.administration_id) & (y.c.id == e.c.fiscal_year_id))
    )


def _member(row: Any) -> Member:
    return Member(row.id, f"{row.code} {row.year}/{row.number}", row.digest)


def _last(connection: Connection, administration_id: int) -> tuple[int, str]:
    b = t.entry_block
    query = select(b.c.number, b.c.hash).where(b.c.administration_id == administration_id).order_by(b.c.number.desc())
    row = connection.execute(query.limit(1)).first()
    return (row.number, row.hash) if row else (0, START)
