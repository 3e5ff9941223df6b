"""Words of a table in Dutch and English, and ours. A status that is not here is kept as it is and shown, and changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.model.case_file import CASE_STATES, CLOSE_REASONS, CaseState, CloseReason
from hub.model.case_message import CASE_MESSAGE_TYPES, CaseMessageType

_TYPES: Mapping[str, CaseMessageType] = {
    "aangenomen": "accepted", "geaccepteerd": "accepted", "afgewezen": "rejected", "geweigerd": "rejected", "kosten": "cost",
    "honorarium": "cost", "betaling": "payment", "ontvangst": "payment", "afdracht": "remittance", "uitbetaling": "remittance",
    "bericht": "message", "opmerking": "message", "gesloten": "closed", "afgesloten": "closed",
}  # fmt: skip
_STATES: Mapping[str, CaseState] = {
    "ontvangen": "received", "aangenomen": "accepted", "geaccepteerd": "accepted", "afgewezen": "rejected",
    "geweigerd": "rejected", "minnelijk": "amicable", "in behandeling": "amicable", "regeling": "plan",
    "betalingsregeling": "plan", "betwist": "dispute", "betwisting": "dispute", "geschil": "dispute", "gerechtelijk": "legal",
    "dagvaarding": "legal", "vonnis": "judgment", "executie": "execution", "gesloten": "closed", "afgesloten": "closed",
}  # fmt: skip
_REASONS: Mapping[str, CloseReason] = {
    "betaald": "paid", "voldaan": "paid", "deels betaald": "partly_paid", "gedeeltelijk betaald": "partly_paid",
    "oninbaar": "uncollectable", "ingetrokken": "withdrawn", "faillissement": "bankrupt", "failliet": "bankrupt",
    "verhuisd": "moved", "onvindbaar": "moved", "overleden": "deceased", "afgeboekt": "written_off", "afgewezen": "rejected",
    "geannuleerd": "cancelled",
}  # fmt: skip
YES, NO = ("1", "ja", "j", "yes", "y", "true", "waar"), ("", "0", "nee", "n", "no", "false", "onwaar")


def type_of(word: str) -> CaseMessageType | None:
    """Which message a row is; None = nobody knows."""
    found: CaseMessageType | None = _ours(word, CASE_MESSAGE_TYPES, _TYPES)
    return found


def state_of(word: str) -> CaseState | None:
    """Where a case stands; None = nobody knows."""
    found: CaseState | None = _ours(word, CASE_STATES, _STATES)
    return found


def reason_of(word: str) -> CloseReason | None:
    """Why it was closed; None = nobody knows."""
    found: CloseReason | None = _ours(word, CLOSE_REASONS, _REASONS)
    return found


def _ours(word: str, known: tuple[str, ...], dutch: Mapping[str, Any]) -> Any:
    """A word that is one of ours already, else what the table has for it."""
    plain = word.strip().casefold().replace("-", " ").replace("_", " ")
    ours = plain.replace(" ", "_")
    return ours if ours in known else dutch.get(plain)
