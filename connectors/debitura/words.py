"""Debitura's words for where a case stands, and ours. A word that is not here is kept as it is and shown, and changes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hub.model.case_file import CaseState, CloseReason

# Both forms that it sends: the name (`PendingVerification`) and its description (`Pending Verification`).
_LIFECYCLE: Mapping[str, CaseState] = {
    "pendingcontractsigning": "received",
    "pendingverificationinternal": "received",
    "pendingverification": "received",
    "needsadditionaldetails": "received",
    "moreinforequired": "received",
    "leads": "received",
    "collectingquotes": "received",
    "pendingquotebypartner": "received",
    "leadsquotegiven": "received",
    "pendingquoteselection": "received",
    "quotegivenbypartner": "received",
    "active": "amicable",
    "paused": "amicable",
    "closed": "closed",
}
_CLOSED: Mapping[str, CloseReason] = {
    "paid": "paid",
    "partiallypaid": "partly_paid",
    "caseneverstarted": "rejected",
    "caseneverstartedinternal": "rejected",
    "invalidcasedata": "rejected",
    "debtorinsolventbankrupt": "bankrupt",
    "debtoruntraceable": "moved",
    "disputedlegalactiondeclinedbyclient": "withdrawn",
    "withdrawnbyclient": "withdrawn",
    "settlementrejectedbyclient": "withdrawn",
    "unresponsiveclient": "withdrawn",
    "prelegalexhaustednopayment": "uncollectable",
    "statuteoflimitationsexpired": "uncollectable",
    "uneconomicaltopursue": "uncollectable",
    "noquotesreceived": "uncollectable",
    "quotesexpirednotaccepted": "uncollectable",
}
_DISPUTED = ("yestheclaimisdisputed", "yes", "disputed", "true")
_OURS = ("creditor", "client", "customer")  # who was paid, where it was not the agency


def plain(word: str) -> str:
    """`Pre-Legal Exhausted – No Payment` as `prelegalexhaustednopayment`."""
    return re.sub(r"[^a-z0-9]", "", word.casefold())


def state_of(lifecycle: str, dispute: str) -> CaseState | None:
    """Ours for a lifecycle; a case that is worked on and disputed is in dispute. None = nobody has mapped it."""
    state = _LIFECYCLE.get(plain(lifecycle))
    return "dispute" if state == "amicable" and plain(dispute) in _DISPUTED else state


def close_reason_of(code: str) -> CloseReason | None:
    """Ours for a close code; None = nobody has mapped it."""
    return _CLOSED.get(plain(code))


def raw(said: Mapping[str, Any]) -> str:
    """What it says itself, for people: `Closed: Paid`."""
    texts = [str(said.get(name) or "") for name in ("lifecycle", "closeCode", "disputeStatus")]
    return ": ".join(filter(None, texts))


def is_direct(recipient: str) -> bool:
    """Whether a payment went to us, past the agency."""
    return plain(recipient).startswith(_OURS)
