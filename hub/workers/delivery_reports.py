"""What a report of delivery means for the reminder that it is about: bounced, or delivered with proof; never silence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import Connection, select

from hub.model.delivery_report import DeliveryReport
from hub.store import tables as t
from hub.store.reminders import mark
from hub.store.store import now

if TYPE_CHECKING:
    from hub.bootstrap import Hub

KEYS = 2_000  # what a reminder claims becomes memo claims, where the report is the first that is heard of it
_STATES = {
    "failed": "bounced",
    "delivered": "delivered",
}  # of what is still under way, or beyond our sight, nothing is said
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Heard:
    """What was made of a report: about which reminder ("" = none of ours), and its state after it; `news` when that is new."""

    reference: str = ""
    administration: str = ""
    state: str = ""
    news: bool = False


def take_report(hub: Hub, report: DeliveryReport) -> Heard:
    """Record what a report says. The same report again changes nothing."""
    hub.ids.reserve(KEYS)
    with hub.database.transaction() as connection:
        row = _found(connection, report)
        if row is None:
            log.info("delivery_report_unknown", mail=report.message_id, action=report.action)
            return Heard()
        state = _STATES.get(report.action, "")
        if not state:
            return Heard(row.reference, row.code, row.state)
        news = _told(connection, hub, row, state, report)
    log.info("delivery_report", reminder=row.reference, state=state, news=news)
    return Heard(row.reference, row.code, state if news else row.state, news)


def _found(connection: Connection, report: DeliveryReport) -> Any:
    """The reminder whose dispatch the report names, by the mail's id or by what the server was told."""
    r, a = t.reminder, t.administration
    uid = report.message_id.strip().strip("<>").partition("@")[0]
    named = [one for one in (uid, report.envelope_id) if one]
    query = (
        select(r.c.id, r.c.administration_id, r.c.reference, r.c.state, a.c.code)
        .join(a, a.c.id == r.c.administration_id)
        .where(r.c.dispatch_uid.in_(named), r.c.dispatch_uid != "")
    )
    return connection.execute(query).first() if named else None


def _told(connection: Connection, hub: Hub, row: Any, state: str, report: DeliveryReport) -> bool:
    at = now()
    on = (report.at or at).date()
    if state == "delivered" and row.state in ("staged", "failed"):  # not recorded yet, or nobody knew: now it is known
        mark(connection, row.administration_id, row.id, "sent", on=on, at=at)
    proof = proof_of(report) if state == "delivered" else ""
    reason = _reason(report) if state == "bounced" else ""
    return mark(connection, row.administration_id, row.id, state, on=on, at=at, reason=reason, proof=proof)


def _reason(report: DeliveryReport) -> str:
    """What the server said, for whoever mends the address."""
    return " ".join(filter(None, (report.recipient, report.status, report.words)))[:500]


def proof_of(report: DeliveryReport) -> str:
    """Who says so, when, and by which report."""
    at = report.at.isoformat(timespec="seconds") if isinstance(report.at, datetime) else ""
    return " ".join(filter(None, (report.reporter, at, report.status, report.recipient, report.report_id)))[:500]
