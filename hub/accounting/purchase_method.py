"""Which way a purchase goes: booked directly, registered until it is approved, or booked at once and approved after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from hub.accounting.buckets import Bucket
from hub.model.administration import Administration
from hub.model.approval import ANYBODY, WAITS, Approval, ApprovalFlow
from hub.model.booking import Facts
from hub.model.decision import Decision
from hub.model.finding import Finding
from hub.model.relation import Relation

SUSPENSE = "invoices_awaiting_approval"  # DOMAIN 10.6 no. 14


@dataclass(frozen=True, slots=True)
class Way:
    """What was chosen. `approval` None = booked directly; a fatal finding holds the document."""

    approval: Approval | None = None
    decision: Decision | None = None
    finding: Finding | None = None


def choose_way(relation: Relation, facts: Facts, amount: Decimal | None) -> Way:
    """The way of a purchase of this relation whose total is `amount` in our own currency (None = not known).

    What began to wait keeps its method, whatever was changed since; what a person approved is booked directly.
    """
    administration = facts.administration
    if WAITS in facts.released:
        return Way(decision=Decision("purchase_method", "direct", "approved_before_booking"))
    own = relation.purchase_method
    method = facts.begun or own or administration.purchase_method
    if method == "direct":
        return Way()
    flow = _flow(relation, administration)
    if flow is None:
        return Way(finding=_incomplete("flow", relation.approval_flow or administration.approval_flow))
    steps = flow.of_amount(amount)
    words = (("relation", relation.code), ("flow", flow.code))
    if not steps and not facts.begun:
        return Way(decision=Decision("purchase_method", "direct", "below_approval_amounts", words=words))
    account = administration.accounts_named.get(SUSPENSE, "") if method == "book_at_once" else ""
    if method == "book_at_once" and not account:
        return Way(finding=_incomplete("account", SUSPENSE))
    why = "method_begun" if facts.begun else "method_of_relation" if own else "method_of_administration"
    needed = ApprovalFlow(flow.code, flow.name, steps or flow.steps)
    finding = _waits(needed, amount) if method == "register_first" else None
    approval = Approval(method, needed, amount, account)
    return Way(approval, Decision("purchase_method", method, why, words=words), finding)


def suspense_taken(way: Way, buckets: Iterable[Bucket]) -> Finding | None:
    """A cost that is booked on the suspense account itself would never leave it."""
    account = way.approval.account if way.approval else ""
    if not account or all(bucket.account.code != account for bucket in buckets):
        return None
    return _incomplete("taken", account)


def _flow(relation: Relation, administration: Administration) -> ApprovalFlow | None:
    code = relation.approval_flow or administration.approval_flow
    if not code:
        return ANYBODY
    return next((flow for flow in administration.approval_flows if flow.code == code), None)


def _incomplete(what: str, found: str) -> Finding:
    """Our own set-up names a flow or needs an account that is not there."""
    return Finding("HUB-APPR-05", "fatal", "hub", found=found, who="us", details=(("variant", what),))


def _waits(flow: ApprovalFlow, amount: Decimal | None) -> Finding:
    details = (
        ("flow", flow.name or flow.code),
        ("approvers", ", ".join(flow.steps[0].approvers)),
        ("steps", str(len(flow.steps))),
    )
    found = None if amount is None else f"{amount:f}"
    return Finding(WAITS, "fatal", "hub", found=found, who="us", details=details)
