"""Letters that are made ahead: those of a frozen run, kept until they leave. What is kept is used only while it is true."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, exists, func, select

from hub.store import tables as t
from hub.store.driver import fetch
from hub.store.keyed import keyed
from hub.store.rows import insert_rows
from hub.store.sets import values, within

Key = tuple[int, int]  # administration and reminder
_BY_MAIL_OR_POST = ("email", "letter")
_WAIT = ("concept", "staged", "failed")  # states in which a letter may still be asked for


@dataclass(frozen=True, slots=True)
class KeptLetter:
    """A PDF, or of who is mailed all that a mail has of its reminder, and the mark of what it was made of."""

    made_of: str
    body: bytes


def without_letter(connection: Connection) -> list[Key]:
    """All that wait in frozen runs for a letter that nobody has made yet, in the order in which they would leave."""
    n, r, own = t.dunning_run, t.reminder, t.letter
    made = exists().where(own.c.reminder_id == r.c.id, own.c.administration_id == r.c.administration_id)
    query = (
        select(r.c.administration_id, r.c.id)
        .join_from(n, r, (r.c.run_id == n.c.id) & (r.c.administration_id == n.c.administration_id))
        .where(n.c.state == "frozen", r.c.state == "concept", r.c.channel.in_(_BY_MAIL_OR_POST), ~made)
        .order_by(n.c.id, r.c.position)
    )
    return [(row.administration_id, row.id) for row in connection.execute(query)]


def kept_letters(connection: Connection, administration_id: int, reminders: Iterable[int]) -> dict[int, KeptLetter]:
    """Those of them that were made ahead, by reminder."""
    query = f"""
        SELECT reminder_id, made_of, body FROM letter
        WHERE administration_id = :administration AND {within(connection, "reminder_id", "keys")}"""
    told = {"administration": administration_id, "keys": values(connection, reminders)}
    return {key: KeptLetter(mark, body) for key, mark, body in fetch(connection, query, told, as_bytes=True)}


def letters_made(connection: Connection, administration_id: int, reminders: Sequence[int]) -> set[int]:
    """Which of these reminders have one."""
    own = t.letter
    query = select(own.c.reminder_id).where(
        own.c.administration_id == administration_id, keyed(connection, own.c.reminder_id, reminders)
    )
    return set(connection.execute(query).scalars())


def letters_of_run(connection: Connection, administration_id: int, run_id: int) -> tuple[int, int]:
    """How many letters of a run that waits were made, and how many there are to be."""
    r, own = t.reminder, t.letter
    query = (
        select(func.count(own.c.reminder_id), func.count())
        .select_from(r)
        .outerjoin(own, (own.c.reminder_id == r.c.id) & (own.c.administration_id == r.c.administration_id))
        .where(r.c.administration_id == administration_id, r.c.run_id == run_id)
        .where(r.c.state == "concept", r.c.channel.in_(_BY_MAIL_OR_POST))
    )
    made, count = connection.execute(query).one()
    return int(made), int(count)


def keep_letters(connection: Connection, made: Mapping[Key, KeptLetter]) -> None:
    """Keep them; one that another has kept meanwhile is the same to the byte."""
    rows = [(*key, one.made_of, one.body) for key, one in sorted(made.items())]
    insert_rows(connection, t.letter, rows, ignore=True)


def drop_letters(connection: Connection) -> int:
    """Take away those that have left, or will not leave; how many. They can be made again, byte for byte."""
    n, r, own = t.dunning_run, t.reminder, t.letter
    waits = (
        exists()
        .where(r.c.id == own.c.reminder_id, r.c.administration_id == own.c.administration_id, r.c.state.in_(_WAIT))
        .where(n.c.id == r.c.run_id, n.c.administration_id == r.c.administration_id, n.c.state != "cancelled")
        .correlate(own)
    )
    return connection.execute(delete(own).where(~waits)).rowcount
