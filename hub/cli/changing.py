"""What every command that changes the books needs: who acts, on which administration, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.cli.options import Language
from hub.cli.output import Output
from hub.cli.session import opened, output_of, settings_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from hub.bootstrap import Hub
    from hub.store.administrations import Books
    from hub.store.ids import Ids


@dataclass(frozen=True, slots=True)
class Change:
    """One write transaction on one administration, and everything a store function asks for beside."""

    hub: Hub
    connection: Connection
    ids: Ids
    books: Books
    actor_id: int
    at: datetime
    output: Output


@contextmanager
def changing(
    administration: str, as_json: bool, language: Language | None, actor: str, *, dry_run: bool = False, ids: int = 200
) -> Iterator[Change]:
    """A transaction that commits at the end, or with `dry_run` is rolled back after everything was tried.

    `ids` is how many keys may be taken; `Ids.reserve` cannot be called inside.
    """
    settings = settings_of(language, actor, administration)
    with opened(settings) as hub:
        from hub.store.administrations import load_books
        from hub.store.store import actor_of, now

        code = hub.administration_code(administration)
        actor_id = actor_of(hub.database, hub.ids, hub.actor, now())
        hub.ids.reserve(ids)
        output = output_of(settings, as_json)
        try:
            with hub.database.transaction() as connection:
                books = load_books(connection, [code])[code]
                yield Change(hub, connection, hub.ids, books, actor_id, now(), output)
                if dry_run:
                    raise _Undone
        except _Undone:
            return


class _Undone(Exception):
    """A dry run is over; the transaction rolls back."""
