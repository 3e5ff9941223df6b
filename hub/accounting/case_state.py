"""How a case moves on with what its agency says: by when it happened, not by when we learn of it. Pure.

The end is the end: closed stays closed, whatever comes late. A word that nobody has mapped is kept and shown, and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from hub.model.case_file import CASE_STATES, CLOSE_REASONS, ENDED, CaseState, CloseReason
from hub.model.case_known import CaseStanding
from hub.model.case_message import CaseMessage
from hub.model.mapping import Mapping

_BEFORE = (
    "prepared",
    "offered",
    "received",
)  # whatever the agency says beyond these comes after them, whatever its clock says


@dataclass(frozen=True, slots=True)
class Moved:
    """How a case stands after a message; `applied`: its state comes from this message. `unknown`: its word is not mapped."""

    standing: CaseStanding
    applied: bool
    ends: bool = False
    unknown: bool = False


def moved(standing: CaseStanding, message: CaseMessage, mapping: Mapping) -> Moved:
    """How a case stands once a message is known."""
    ours = standing.state in _BEFORE  # by our own clock
    newest = ours or _instant(standing.status_at) <= message.at
    known = replace(
        standing, agency_reference=standing.agency_reference or message.agency_reference,
        link=message.link if message.link and (newest or not standing.link) else standing.link,
        raw_status=message.raw_status if message.raw_status and newest else standing.raw_status,
    )  # fmt: skip
    state = state_of(message, mapping)
    if state is None:
        return Moved(known, False, unknown=bool(message.raw_status) and message.type == "status")
    if not _counts(standing, state, message.at):
        return Moved(known, False)
    at = message.at.isoformat() if newest else standing.status_at
    reason: CloseReason | Literal[""] = close_reason_of(message, mapping) if state in ENDED else ""
    return Moved(replace(known, state=state, status_at=at, close_reason=reason), True, ends=state in ENDED)


def state_of(message: CaseMessage, mapping: Mapping) -> CaseState | None:
    """The state that a message says the case is in: its type's, the source's, or the mapping's for the agency's word."""
    if message.type in ("accepted", "rejected", "closed"):
        return message.type
    if message.type != "status":
        return None
    word = message.status or _word(mapping, "status", message)
    return word if word in CASE_STATES else None  # type: ignore[return-value]


def close_reason_of(message: CaseMessage, mapping: Mapping) -> CloseReason | Literal[""]:
    """Why a case ended, "" where nobody can tell."""
    if message.close_reason:
        return message.close_reason
    if message.type == "rejected":
        return "rejected"
    word = _word(mapping, "close_reason", message)
    return word if word in CLOSE_REASONS else ""  # type: ignore[return-value]


def of_agency(mapping: Mapping, agency: str, name: str, otherwise: str = "") -> str:
    """A setting of one agency (`incasso.fee_booking`), else of all."""
    return mapping.setting(f"{agency.casefold()}.{name}") or mapping.setting(name, otherwise)


def _word(mapping: Mapping, table: str, message: CaseMessage) -> str:
    if not message.raw_status:
        return ""
    return (
        mapping.look(table, f"{message.agency}.{message.raw_status}") or mapping.look(table, message.raw_status) or ""
    )


def _counts(standing: CaseStanding, state: CaseState, at: datetime) -> bool:
    """Whether it is news: closed goes before everything, rejected before what is not closed; else the latest, and of one instant the
    furthest."""
    if standing.state in ENDED or state in ENDED:
        return state in ENDED and _rank(state) > (_rank(standing.state) if standing.state in ENDED else -1)
    if standing.state in _BEFORE or state in _BEFORE:
        return _rank(state) > _rank(standing.state)
    return (at, _rank(state)) > (_instant(standing.status_at), _rank(standing.state))


def _rank(state: str) -> int:
    return CASE_STATES.index(state) if state not in ENDED else len(CASE_STATES) + ENDED.index(state)


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
