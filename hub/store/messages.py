"""Messages: what came in (T1), what became of it (T2), and how a person ended what was held."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, select, text

from hub.model.message import Message
from hub.store import tables as t
from hub.store.driver import fetch
from hub.store.ids import Ids
from hub.store.packing import compressed
from hub.store.rows import insert_new, insert_rows
from hub.store.sets import values, within

KEEP_YEARS = 7  # art. 52 AWR: seven years from the end of the year


def keep_until(received: date) -> date:
    """The last day on which an original must be kept."""
    return date(received.year + KEEP_YEARS, 12, 31)


def original_row(administration_id: int, body: bytes, sha256: str, media_type: str, received: date) -> tuple[Any, ...]:
    """One row of `original`."""
    return (administration_id, sha256, compressed(body), len(body), media_type[:100], keep_until(received))


def store_arrivals(
    connection: Connection,
    ids: Ids,
    lane: str,
    arrivals: Sequence[tuple[int, Message]],
    actor_id: int,
    causation: str | None = None,
) -> set[str]:
    """T1: originals and messages; those that are there already stay as they are. The ids of the messages that were new."""
    originals, messages = arrival_rows(ids, lane, arrivals, actor_id, causation)
    insert_rows(connection, t.original, originals, ignore=True)
    return insert_new(connection, t.message, messages, "uid")


def arrival_rows(
    ids: Ids, lane: str, arrivals: Sequence[tuple[int, Message]], actor_id: int, causation: str | None = None
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Rows of `original` and `message`, sorted, so that two that store the same wait instead of deadlocking."""
    unique = {(a, m.sha256): m for a, m in arrivals}
    originals = [
        original_row(a, m.body, sha256, m.media_type, m.received_at.date()) for (a, sha256), m in sorted(unique.items())
    ]
    messages = [
        (a, ids.take(), m.id, lane, m.channel, m.external_id, m.media_type[:100], m.file_name, m.sha256, m.received_at, actor_id,
         causation, m.wished or None)
        for a, m in sorted(arrivals, key=lambda pair: pair[1].id)
    ]  # fmt: skip
    return originals, messages


def load_messages(connection: Connection, uids: Iterable[str]) -> dict[str, Message]:
    """Messages with their bytes, by id. One query."""
    query = f"""
        SELECT m.uid, a.code, m.channel, m.external_id, m.media_type, m.file_name, m.sha256, m.received_at, m.wished, o.body,
               EXISTS (SELECT 1 FROM message_decision d
                       WHERE d.administration_id = m.administration_id AND d.message_uid = m.uid) AS decided
        FROM message m JOIN administration a ON a.id = m.administration_id
        JOIN original o ON o.administration_id = m.administration_id AND o.sha256 = m.sha256
        WHERE {within(connection, "m.uid", "uids")}"""
    found = {}
    for uid, code, channel, external_id, media_type, file_name, sha256, received_at, wished, body, decided in fetch(
        connection, query, {"uids": values(connection, uids)}
    ):
        found[uid] = Message(
            uid, code, channel, external_id, media_type, zlib.decompress(body), sha256, as_instant(received_at), file_name,
            decided=bool(decided), wished=wished or "",
        )  # fmt: skip
    return found


def find_arrivals(connection: Connection, uids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Administration code and sha256 of messages that came before, by id."""
    wanted = values(connection, uids)
    if wanted in ([], "[]"):
        return {}
    query = f"""
        SELECT m.uid, a.code, m.sha256 FROM message m JOIN administration a ON a.id = m.administration_id
        WHERE {within(connection, "m.uid", "uids")}"""
    return {uid: (code, sha256) for uid, code, sha256 in fetch(connection, query, {"uids": wanted})}


def find_receipts(
    connection: Connection, administration_id: int, channel: str, external_ids: Iterable[str]
) -> dict[str, tuple[str, str]]:
    """Id and sha256 of what came before on a channel, by the sender's own id."""
    query = f"""
        SELECT external_id, uid, sha256 FROM message
        WHERE administration_id = :a AND channel = :channel AND {within(connection, "external_id", "given")}"""
    given = {"a": administration_id, "channel": channel, "given": values(connection, external_ids)}
    return {row.external_id: (row.uid, row.sha256) for row in connection.execute(text(query), given)}


def find_same_bytes(connection: Connection, administration_id: int, channel: str, external_id: str, sha256: str) -> str:
    """The sender's id under which these bytes came before on a channel, unless `external_id` came before; "" = they are new.

    The original is asked for first, by its key: only bytes that came before cost a look among the messages.
    """
    given = {"a": administration_id, "channel": channel, "external_id": external_id, "sha256": sha256}
    stored = text("SELECT 1 FROM original WHERE sha256 = :sha256 AND administration_id = :a")
    if not connection.execute(stored, given).scalar():
        return ""
    query = text("""
        SELECT external_id FROM message
        WHERE administration_id = :a AND channel = :channel AND sha256 = :sha256 ORDER BY id""")
    ids = [str(row.external_id) for row in connection.execute(query, given)]
    return "" if external_id in ids or not ids else ids[0]


def load_original(connection: Connection, administration_id: int, sha256: str) -> bytes:
    """The bytes of an original, checked against their hash. Raises LookupError when missing or changed."""
    query = select(t.original.c.body).where(
        t.original.c.administration_id == administration_id, t.original.c.sha256 == sha256
    )
    body = connection.execute(query).scalar()
    if body is None:
        raise LookupError(f"original {sha256} is missing")
    data = zlib.decompress(body)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise LookupError(f"original {sha256} was changed")
    return data


def find_released(connection: Connection, uids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Per message the finding codes that a person accepted."""
    query = f"SELECT message_uid, codes FROM message_decision WHERE decision = 'release' AND {within(connection, 'message_uid', 'uids')}"
    found: dict[str, tuple[str, ...]] = {}
    for row in connection.execute(text(query), {"uids": values(connection, uids)}):
        found[row.message_uid] = tuple(sorted({*found.get(row.message_uid, ()), *json.loads(row.codes)}))
    return found


def find_outcomes(connection: Connection, uids: Iterable[str]) -> dict[str, str]:
    """The recorded outcome per message id; absent = not recorded yet."""
    query = f"SELECT message_uid, outcome FROM inbox WHERE {within(connection, 'message_uid', 'uids')}"
    return {row.message_uid: row.outcome for row in connection.execute(text(query), {"uids": values(connection, uids)})}


def as_instant(value: datetime | str) -> datetime:
    """An instant as both engines hand it out: aware, in UTC."""
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
