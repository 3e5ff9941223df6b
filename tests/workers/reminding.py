"""Reminders as a run leaves them behind, put straight into the database."""

from __future__ import annotations

import json

from sqlalchemy import insert

from hub.model.dispatch import Dispatch
from hub.model.money import to_minor
from hub.model.reminder import Reminder
from hub.store import dispatches
from hub.store import tables as t
from hub.store.packing import packed
from hub.store.store import now
from tests.books import Books


def kept(books: Books, one: Reminder, uid: str = "") -> int:
    """The reminder as a run leaves it behind, staged; its key."""
    books.hub.ids.reserve(20)
    run, key, at = books.hub.ids.take(), books.hub.ids.take(), now()
    [(relation,)] = books.rows("SELECT id FROM relation ORDER BY id LIMIT 1")
    shared = {"administration_id": books.id}
    with books.hub.database.transaction() as connection:
        connection.execute(insert(t.dunning_run).values(
            **shared, id=run, number=run, as_of=one.dated, state="frozen", rules_version="1", rested="{}", created_at=at,
            created_by=books.actor_id,
        ))  # fmt: skip
        connection.execute(insert(t.reminder).values(
            **shared, id=key, run_id=run, position=1, relation_id=relation, reference=one.reference, level=one.level,
            kind=one.kind, channel=one.channel, language=one.language, recipient=one.debtor.email, currency=one.currency,
            principal=to_minor(one.principal), interest=to_minor(one.interest), costs=to_minor(one.costs), vat=to_minor(one.vat),
            state="staged", reason="", body=packed(one), dispatch_uid=uid, proof="", changed_at=at, changed_by=books.actor_id,
        ))  # fmt: skip
    return int(key)


def staged(books: Books, one: Reminder, uid: str = "d-1") -> int:
    """With the dispatch that carries it."""
    key = kept(books, one, uid)
    books.hub.ids.reserve(20)
    body = json.dumps({"reminder": key}).encode()
    dispatch = Dispatch(
        uid, "demo", "mail", "reminder.mail", one.relation, body, "application/json", now(), f"reminder:{one.reference}"
    )
    with books.hub.database.transaction() as connection:
        dispatches.put(connection, books.hub.ids, books.id, [dispatch], now())
    return key
