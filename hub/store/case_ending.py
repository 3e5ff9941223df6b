"""How a case moves on in its row by what its agency says, and what is left of it at its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, select, update

from hub.accounting.case_state import of_agency
from hub.model.case_known import CaseStanding
from hub.model.case_message import CaseMessage
from hub.model.finding import Finding
from hub.model.mapping import Mapping
from hub.model.money import money_text
from hub.model.plan import PostedEntry
from hub.model.settlement import Allocation, Settlement
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.case_end import Ending
from hub.store.case_end import end_case as set_free
from hub.store.case_lookup import LockedCase
from hub.store.ids import Ids
from hub.store.messages import as_instant
from hub.store.open_items import lock_items
from hub.store.payments import record_settlement

ZERO = Decimal("0.00")
LOST = ("uncollectable", "bankrupt")  # what is left will not come (DOMAIN 10.6 no. 8)


@dataclass(frozen=True, slots=True)
class Ended:
    """What the end of a case brought: what was written off, and what a person must know."""

    posted: tuple[PostedEntry, ...] = ()
    findings: tuple[Finding, ...] = ()


def keep_standing(connection: Connection, administration_id: int, case_id: int, standing: CaseStanding) -> None:
    """A case moves on."""
    c = t.collection_case
    connection.execute(
        update(c)
        .where(c.c.administration_id == administration_id, c.c.id == case_id)
        .values(
            state=standing.state, status_at=as_instant(standing.status_at), raw_status=standing.raw_status,
            close_reason=standing.close_reason, agency_reference=standing.agency_reference, link=standing.link,
        )
    )  # fmt: skip


def end_case(
    connection: Connection, ids: Ids, books: Books, case: LockedCase, standing: CaseStanding, mapping: Mapping, message: CaseMessage,
    actor_id: int, at: datetime,
) -> Ended:  # fmt: skip
    """End it once: what it held is set free, what is left is told, or written off where the mapping says so."""
    why = standing.close_reason or standing.state
    ending: Ending = "rejected" if standing.state == "rejected" else "closed"
    set_free(connection, ids, books.id, case.id, state=ending, close_reason=standing.close_reason, at=at,
             actor_id=actor_id, why=why, event=False)  # fmt: skip
    left = _left(connection, books, case)
    details = (
        ("agency", message.agency), ("case", case.number), ("relation", case.relation),
        ("left", money_text(sum(left.values(), ZERO), case.currency)),
    )  # fmt: skip
    if standing.close_reason in LOST and any(left.values()):
        if of_agency(mapping, message.agency, "write_off") == "automatic":
            reason = f"{case.number} {standing.close_reason}"
            allocations = tuple(Allocation(item, ZERO, written_off=amount) for item, amount in left.items() if amount)
            posted = record_settlement(
                connection, ids, books, Settlement(None, allocations), message.day, reason, actor_id, at
            )
            return Ended((posted,), (_told("HUB-CASE-11", "information", standing.close_reason, details),))
        return Ended((), (_told("HUB-CASE-10", "warning", standing.close_reason, details),))
    if any(left.values()):
        return Ended((), (_told("HUB-CASE-12", "warning", standing.close_reason or "-", details),))
    return Ended()


def _left(connection: Connection, books: Books, case: LockedCase) -> dict[int, Decimal]:
    """What is still open of each of its invoices."""
    i = t.case_item
    query = select(i.c.open_item_id).where(i.c.administration_id == books.id, i.c.case_id == case.id)
    items = lock_items(connection, books.id, connection.execute(query).scalars())
    return {key: max(item.outstanding.amount, ZERO) for key, item in sorted(items.items())}


def _told(code: str, severity: str, found: str, details: tuple[tuple[str, str], ...]) -> Finding:
    return Finding(code, severity, "hub", "case", found, None, "us", details)  # type: ignore[arg-type]
