"""Messages with everything that is stored about them, a page at a time, for deriving them again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from hub.reports.sealed import SealedEntry, load_sealed
from hub.store import tables as t

PAGE = 25  # messages, with their bytes, that are held at a time


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Some messages and everything stored about them."""

    messages: Sequence[Row[Any]]
    documents: Mapping[str, Row[Any]]
    findings: Mapping[str, list[Row[Any]]]
    attachments: Mapping[int, list[Row[Any]]]
    entries: Mapping[str, SealedEntry]
    relation_keys: Mapping[int, str]
    blocks: Mapping[int, list[Row[Any]]]


def message_pages(connection: Connection, administration_id: int) -> Iterator[MessagePage]:
    """Every message with an outcome, and its bytes where they are still there."""
    m, i, o = t.message, t.inbox, t.original
    query = (
        select(
            m.c.id, m.c.uid, m.c.channel, m.c.external_id, m.c.media_type, m.c.file_name, m.c.sha256, m.c.received_at,
            m.c.wished, o.c.body, i.c.outcome, i.c.judged_by,
        )
        .join(i, i.c.message_uid == m.c.uid)
        .outerjoin(o, (o.c.administration_id == m.c.administration_id) & (o.c.sha256 == m.c.sha256))
        .where(m.c.administration_id == administration_id)
        .order_by(m.c.id)
    )  # fmt: skip
    after = -1
    while rows := connection.execute(query.where(m.c.id > after).limit(PAGE)).all():
        after = rows[-1].id
        yield _page(connection, administration_id, rows)


def _page(connection: Connection, administration_id: int, rows: Sequence[Any]) -> MessagePage:
    uids = [row.uid for row in rows]
    e = t.entry
    documents = {row.message_uid: row for row in _documents(connection, administration_id, uids)}
    mine = e.c.administration_id == administration_id
    ids = connection.execute(
        select(e.c.id).where(mine, e.c.message_uid.in_(uids), e.c.reversal_of.is_(None), e.c.document_id.is_not(None))
    )
    entries = load_sealed(connection, administration_id, ids.scalars().all())
    items = [item.id for entry in entries.values() for item in entry.items]
    relation_ids = {item.relation_id for entry in entries.values() for item in entry.items}
    relation_ids |= {p.relation_id for entry in entries.values() for p in entry.postings} - {None}
    r = t.relation
    keys = connection.execute(
        select(r.c.id, r.c.key).where(r.c.administration_id == administration_id, r.c.id.in_(relation_ids))
    )
    return MessagePage(
        rows,
        documents,
        _grouped(connection, t.finding, "message_uid", uids, administration_id, "position"),
        _grouped(
            connection, t.attachment, "document_id", [x.id for x in documents.values()], administration_id, "position"
        ),
        {entry.header.message_uid: entry for entry in entries.values()},
        {row.id: row.key for row in keys},
        _grouped(connection, t.open_item_block, "open_item_id", items, administration_id, "reason"),
    )


def _documents(connection: Connection, administration_id: int, uids: Sequence[str]) -> Sequence[Row[Any]]:
    d, r = t.document, t.relation
    query = select(d, r.c.key.label("relation_key"), r.c.code.label("relation_code")).outerjoin(
        r, (r.c.administration_id == d.c.administration_id) & (r.c.id == d.c.relation_id)
    )
    return connection.execute(query.where(d.c.administration_id == administration_id, d.c.message_uid.in_(uids))).all()


def _grouped(
    connection: Connection, table: Any, key: str, values: Sequence[Any], administration_id: int, order: str
) -> dict[Any, list[Row[Any]]]:
    found: dict[Any, list[Row[Any]]] = {}
    query = select(table).where(table.c.administration_id == administration_id, table.c[key].in_(values))
    for row in connection.execute(query.order_by(table.c[key], table.c[order])):
        found.setdefault(row._mapping[key], []).append(row)
    return found
