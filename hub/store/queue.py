"""The queue of the embedded installation: one table beside the ledger, so that work and effect are one commit.

A row waits while `lease` is NULL. A lease names the consumer that holds the row; who may void it is
decided in `hub/transport/embedded.py`, because only there is known who is alive.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    case,
    delete,
    func,
    insert,
    select,
    update,
)

from hub.store.metadata import metadata

queue_message = Table(
    "queue_message",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("lane", String(255), nullable=False),  # where it waits now
    Column("origin", String(255), nullable=False),  # where it was published; differs on lane `dead`
    Column("message_id", String(255), nullable=False),
    Column("administration", String(255), nullable=False),
    Column("content_type", String(255), nullable=False),
    Column("type", String(255), nullable=False),
    Column("headers", Text, nullable=False),  # a JSON object of texts
    Column("attempts", Integer, nullable=False, default=0),  # how often it was handed out
    Column("delivery_limit", Integer),  # redeliveries allowed; NULL is no limit
    Column("lease", String(64)),
    Column("reason", Text, nullable=False, default=""),
    Column("body", LargeBinary, nullable=False),  # last: reading the others then skips its overflow pages
    sqlite_autoincrement=True,  # an id is never used twice, so an old token cannot name a new message
)
_waiting = queue_message.c.lease.is_(None)
Index(
    "ix_queue_message_waiting",
    queue_message.c.lane,
    queue_message.c.id,
    sqlite_where=_waiting,
    postgresql_where=_waiting,
)
Index("ix_queue_message_leased", queue_message.c.lease, sqlite_where=~_waiting, postgresql_where=~_waiting)


def add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put messages at the end of their lanes."""
    if rows:
        connection.execute(insert(queue_message), rows)


def claim(connection: Connection, lane: str, owner: str, count: int) -> list[Row[Any]]:
    """Lease up to `count` of the oldest waiting messages of `lane` to `owner`, oldest first."""
    table = queue_message
    oldest = select(table.c.id).where(table.c.lane == lane, _waiting).order_by(table.c.id).limit(count)
    leased = (
        update(table)
        .where(table.c.id.in_(oldest.scalar_subquery()))
        .values(lease=owner, attempts=table.c.attempts + 1)
        .returning(table)
    )
    return sorted(connection.execute(leased).all(), key=lambda row: row.id)  # RETURNING promises no order


def remove(connection: Connection, owner: str, ids: Sequence[int]) -> None:
    """Take messages off the queue for good, those that `owner` still holds."""
    if ids:
        connection.execute(delete(queue_message).where(queue_message.c.id.in_(ids), queue_message.c.lease == owner))


def give_back(
    connection: Connection, owners: Sequence[str], *, dead: str, reason: str, ids: Sequence[int] | None = None
) -> None:
    """Void the leases of `owners` (only on `ids` when given).

    What was handed out more often than its limit allows moves to lane `dead`, with `reason`.
    """
    table = queue_message
    spent = table.c.attempts > table.c.delivery_limit  # unknown, so false, where there is no limit
    statement = update(table).where(table.c.lease.in_(owners))
    if ids is not None:
        statement = statement.where(table.c.id.in_(ids))
    connection.execute(
        statement.values(
            lease=None,
            lane=case((spent, dead), else_=table.c.lane),
            reason=case((spent, reason), else_=table.c.reason),
            attempts=case((spent, 0), else_=table.c.attempts),
            delivery_limit=case((spent, None), else_=table.c.delivery_limit),
        )
    )


def owners(connection: Connection) -> list[str]:
    """Who holds leases now."""
    lease = queue_message.c.lease
    return [owner for owner in connection.scalars(select(lease).where(~_waiting).distinct()) if owner]


def held(connection: Connection, owner: str) -> dict[int, int]:
    """The messages leased to `owner`: id to number of hand-outs."""
    table = queue_message
    rows = connection.execute(select(table.c.id, table.c.attempts).where(table.c.lease == owner))
    return {row.id: row.attempts for row in rows}


def is_waiting(connection: Connection, lane: str) -> bool:
    """Whether anything waits on `lane`."""
    statement = select(queue_message.c.id).where(queue_message.c.lane == lane, _waiting).limit(1)
    return connection.scalar(statement) is not None


def depth(connection: Connection, lane: str) -> int:
    """How many messages wait on `lane`, not counting those handed out."""
    statement = select(func.count()).select_from(queue_message).where(queue_message.c.lane == lane, _waiting)
    return int(connection.scalar(statement) or 0)
