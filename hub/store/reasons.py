"""Hold and limit: derived from reasons that are active; a reason is lifted by a dated decision and never overwritten.

A case of the collection agency sets its own reasons and lifts its own: what a person set stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, select, update

from hub.errors import NotFound
from hub.model.finding import asked
from hub.model.relation_card import Cause, Effect, Reason
from hub.store import tables as t
from hub.store.relation_changes import Changing
from hub.store.relations import resolve
from hub.store.rows import insert_rows

CHUNK = 500


@dataclass(frozen=True, slots=True)
class DatedReason:
    """A reason with who set and who lifted it; `lifted_at` is None as long as it is active."""

    reason: Reason
    since_by: str
    lifted_at: datetime | None = None
    lifted_by: str = ""
    lifted_why: str = ""


def add_reason(change: Changing, code: str, reason: Reason) -> int:
    """Put a debtor on hold or limit his credit; its id.

    One of the same effect, cause and reference that is still active is lifted: it is replaced by this one.
    Raises `NotFound`.
    """
    change.begin()
    relation_id, code = resolve(change.connection, change.administration_id, code)
    _lift(change, relation_id, reason.effect, reason.cause, reason.reference, "replaced")
    reason_id = change.ids.take()
    row = (
        change.administration_id, reason_id, relation_id, reason.effect, reason.cause, reason.amount, reason.reference,
        reason.why, change.at, change.actor_id, None, None, "",
    )  # fmt: skip
    insert_rows(change.connection, t.relation_reason, [row])
    watch(change, relation_id)
    details = {"id": reason_id, "cause": reason.cause, "why": reason.why, "reference": reason.reference}
    if reason.amount is not None:
        details["amount"] = reason.amount
    change.done(relation_id, code, f"relation.{reason.effect}_set", details)
    return reason_id


def watch(change: Changing, relation_id: int) -> None:
    """Let look-ups ask for its reasons from now on. Never undone: it says where to look, not what is there."""
    r = t.relation
    mine = (r.c.administration_id == change.administration_id) & (r.c.id == relation_id)
    change.connection.execute(update(r).where(mine).values(watched=True))


def lift_reasons(
    change: Changing, code: str, effect: Effect, *, cause: Cause = "person", reference: str = "", why: str = ""
) -> int:
    """Lift the active reasons of this effect, cause and reference; how many there were. Raises `NotFound`."""
    change.begin()
    relation_id, code = resolve(change.connection, change.administration_id, code)
    lifted = _lift(change, relation_id, effect, cause, reference, why)
    if lifted:
        change.done(
            relation_id, code, f"relation.{effect}_lifted", {"cause": cause, "reference": reference, "why": why}
        )
    return lifted


def lift_reason(change: Changing, code: str, reason_id: int, why: str = "") -> None:
    """Lift one active reason by its id. Raises `NotFound`."""
    change.begin()
    relation_id, code = resolve(change.connection, change.administration_id, code)
    s = t.relation_reason
    mine = (
        (s.c.administration_id == change.administration_id) & (s.c.relation_id == relation_id) & (s.c.id == reason_id)
    )
    values = {"lifted_at": change.at, "lifted_by": change.actor_id, "lifted_why": why}
    if change.connection.execute(update(s).where(mine, s.c.lifted_at.is_(None)).values(**values)).rowcount != 1:
        raise NotFound(asked("HUB-ASK-45", str(reason_id), relation=code))
    effect = change.connection.execute(select(s.c.effect).where(mine)).scalar_one()
    change.done(relation_id, code, "relation.reason_lifted", {"id": reason_id, "effect": effect, "why": why})


def _lift(change: Changing, relation_id: int, effect: str, cause: str, reference: str, why: str) -> int:
    s = t.relation_reason
    mine = (s.c.administration_id == change.administration_id) & (s.c.relation_id == relation_id)
    same = (s.c.effect == effect) & (s.c.cause == cause) & (s.c.reference == reference) & s.c.lifted_at.is_(None)
    values = {"lifted_at": change.at, "lifted_by": change.actor_id, "lifted_why": why}
    return int(change.connection.execute(update(s).where(mine, same).values(**values)).rowcount)


def active_reasons(
    connection: Connection, administration_id: int, relation_ids: Iterable[int]
) -> dict[int, list[Reason]]:
    """What is active by relation id, oldest first; of those that have any."""
    s = t.relation_reason
    wanted = sorted(set(relation_ids))
    found: dict[int, list[Reason]] = {}
    for start in range(0, len(wanted), CHUNK):
        mine = s.c.relation_id.in_(wanted[start : start + CHUNK])
        query = select(s).where(s.c.administration_id == administration_id, mine, s.c.lifted_at.is_(None))
        for row in connection.execute(query.order_by(s.c.since, s.c.id)):
            reason = Reason(row.effect, row.cause, row.why, row.amount, row.reference, row.since, row.id)
            found.setdefault(row.relation_id, []).append(reason)
    return found


def all_reasons(connection: Connection, administration_id: int, relation_id: int) -> list[DatedReason]:
    """Every reason there ever was, the newest first."""
    s, by, lifter = t.relation_reason, t.app_user.alias("by_"), t.app_user.alias("lifter")
    query = (
        select(s, by.c.name.label("by_name"), lifter.c.name.label("lifter_name"))
        .join_from(s, by, by.c.id == s.c.since_by)
        .outerjoin(lifter, lifter.c.id == s.c.lifted_by)
        .where(s.c.administration_id == administration_id, s.c.relation_id == relation_id)
        .order_by(s.c.since.desc(), s.c.id.desc())
    )
    return [
        DatedReason(
            Reason(row.effect, row.cause, row.why, row.amount, row.reference, row.since, row.id), row.by_name, row.lifted_at,
            row.lifter_name or "", row.lifted_why,
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def is_on_hold(connection: Connection, administration_id: int, code: str) -> bool:
    """Whether nothing may be delivered to this relation now, for whatever reason. Raises `NotFound`."""
    relation_id, _ = resolve(connection, administration_id, code)
    s = t.relation_reason
    mine = (s.c.administration_id == administration_id) & (s.c.relation_id == relation_id)
    query = select(exists().where(mine, s.c.effect == "hold", s.c.lifted_at.is_(None)))
    return bool(connection.execute(query).scalar_one())
