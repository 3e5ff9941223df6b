"""What Debitura says of a case, as fields of a `CaseMessage`: of its answer, of a webhook and of what was fetched alike. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from connectors.debitura.words import close_reason_of, is_direct, raw, state_of
from hub.formats.json_nodes import Node

CODE = "HUB-AGEN-01"  # something that is not as it is documented
ZERO = Decimal("0.00")


def case_fields(node: Node) -> dict[str, Any]:
    """Of a case (`GET /cases/{id}`, or the `data` of `case.…`): where it stands. Unknown words change nothing."""
    lifecycle, close_code = node.text("lifecycle", "status"), node.text("closeCode")
    state, reason = state_of(lifecycle, node.text("disputeStatus")), None
    if state == "closed" and (reason := close_reason_of(close_code)) is None:
        state = None  # why it was closed decides what becomes of the claim: without it nothing does
    said = {"lifecycle": lifecycle, "closeCode": close_code, "disputeStatus": node.text("disputeStatus")}
    return {
        "type": "closed" if reason else "status", "status": state, "raw_status": raw(said),
        "close_reason": reason, **_whose(node, node.text("id") if lifecycle else ""),
        "text": node.text("closeComment", "solutionUrl"),
    }  # fmt: skip


def payment_fields(node: Node, *, taken_back: bool = False) -> dict[str, Any]:
    """Of a payment, or of one that was deleted: that one says which it takes back."""
    payment, amount = node.text("paymentId", "id"), node.amount("grossAmount", "amount")
    if amount is not None:
        amount = (abs(amount) if taken_back else amount) + ZERO
    return {
        "type": "payment", **_whose(node), "amount": amount, "direct": is_direct(node.text("recipient")),
        "payment": payment, "reverses": payment if taken_back else "", "text": node.text("method"),
    }  # fmt: skip


def announced_fields(node: Node, event: str) -> dict[str, Any]:
    """Of a webhook that tells of a payment and not how much: something to read; the amount comes with the next fetch."""
    return {"type": "message", **_whose(node), "text": f"{event} {node.text('paymentId', 'id')}".strip()}


def chat_fields(node: Node) -> dict[str, Any]:
    """Of something that was written about a case."""
    return {"type": "message", **_whose(node), "text": node.text("message", "text", "content")}


def instant(node: Node, *keys: str) -> datetime | None:
    """The first of these that is an instant, in UTC; noted where there is none."""
    text = node.text(*keys)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        node.fault(CODE, keys[0], text, "2026-01-31T15:23:45Z")
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _whose(node: Node, own_id: str = "") -> dict[str, str]:
    """Our reference where it says it, and its own id, which is what a hand-over was answered with."""
    within = node.node("invoice")  # of a payment that was fetched
    agency_reference = node.text("caseId") or within.text("invoiceId") or own_id
    ours = node.text("creditorReference")
    if not agency_reference and not ours:
        agency_reference = node.text("reference") or within.text("reference")
    if not agency_reference and not ours:
        node.fault(CODE, "caseId", "", "caseId")
    currency = node.text("currency", "currencyCode") or "EUR"
    return {"case": ours, "agency_reference": agency_reference, "currency": currency}
