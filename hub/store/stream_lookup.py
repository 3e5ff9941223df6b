"""Look up for documents that name a stream: how far it is, who bears their number, and whether they came before. One query a batch."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from hub.model.feed import FeedDocument
from hub.model.stream import Place, StreamKnown, place_of
from hub.store.driver import fetch
from hub.store.sets import values, within


def known_streams(connection: Connection, documents: Sequence[tuple[int, str, FeedDocument]]) -> dict[str, StreamKnown]:
    """By message, for those of the documents (administration id, message, document) that name a stream."""
    placed = [(a, uid, place) for a, uid, place in ((a, uid, place_of(d)) for a, uid, d in documents) if place]
    if not placed:
        return {}
    given = {
        "administrations": values(connection, (a for a, _, _ in placed)),
        "streams": values(connection, (place.key for _, _, place in placed)),
        "numbers": values(connection, (place.seq for _, _, place in placed)),
        "uids": values(connection, (uid for _, uid, _ in placed)),
    }
    found = {(what, a, key, seq): said for what, a, key, seq, said in fetch(connection, _question(connection), given)}
    return {uid: _known(found, a, uid, place) for a, uid, place in placed}


def _known(found: dict[tuple[str, int, str, int], str], a: int, uid: str, place: Place) -> StreamKnown:
    applied = int(found.get(("stream", a, place.key, 0), "0"))
    return StreamKnown(applied, found.get(("number", a, place.key, place.seq)), found.get(("inbox", a, uid, 0), ""))


def _question(connection: Connection) -> str:
    here = within(connection, "administration_id", "administrations")
    return f"""
        SELECT 'stream' AS what, administration_id, key, 0 AS seq, CAST(applied AS TEXT) AS said FROM stream
        WHERE {here} AND {within(connection, "key", "streams")}
        UNION ALL SELECT 'number', administration_id, stream, seq, COALESCE(message_uid, '') FROM stream_number
        WHERE {here} AND {within(connection, "stream", "streams")} AND {within(connection, "seq", "numbers")}
        UNION ALL SELECT 'inbox', administration_id, message_uid, 0, outcome FROM inbox
        WHERE {within(connection, "message_uid", "uids")}"""
