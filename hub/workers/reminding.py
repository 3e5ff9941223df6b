"""Send a frozen run of reminding in chunks, each a commit of its own; started again it goes on where it stopped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from hub.credit.account import Rulebook
from hub.failpoints import hit
from hub.store.staging import KEYS, Staged, end_run, may_send, stage_chunk

if TYPE_CHECKING:
    from hub.bootstrap import Hub


def send_run(
    hub: Hub, administration_id: int, number: int, book: Rulebook, today: date, actor_id: int, at: datetime,
    done: Callable[[int], None] = lambda _count: None,
) -> Staged:  # fmt: skip
    """Stage all that a run holds; `done` is told how many after each commit. What another stages meanwhile is his.

    Raises `NotFound`, and `Conflict` where the run may not be sent today.
    """
    with hub.database.reading() as connection:
        run = may_send(connection, administration_id, number, today, book)
    total = Staged()
    while True:
        hub.ids.reserve(KEYS)
        with hub.database.transaction() as connection:
            made = stage_chunk(connection, hub.ids, administration_id, run.id, book, today, actor_id, at)
        hit("stage:committed")
        if not made.count:
            break
        total.add(made)
        done(made.count)
    with hub.database.transaction() as connection:
        end_run(connection, administration_id, run.id, actor_id, at)
    return total
