"""Step: from what became of a document to what its sender is told. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection

from hub.formats.response_mapping import ResponseMapping, Why
from hub.model.business_response import NEEDS_REASON, RANK, Answer, Clarification, DocumentState, Status
from hub.model.finding import Finding

Sentence = Callable[[Finding], str]
MOST_REASONS = 10  # findings that are named; a document with more has a deeper trouble


def answer(state: DocumentState, mapping: ResponseMapping, given: Collection[str], sentence: Sentence) -> Answer | None:
    """The answer that is due, None when its sender knows already or is to be told nothing.

    `given` are the statuses that he was told before. He never hears the same twice, nor less than he knows: only upward,
    but that what was rejected may still be accepted, when a person decides so.
    """
    event = _event(state)
    status = mapping.status.get(event, "")
    if not status or status in given:
        return None
    known: Status = status  # type: ignore[assignment]
    if any(RANK[before] > RANK[known] for before in given):  # type: ignore[index]
        return None
    return Answer(known, tuple(_clarifications(state, event, known, mapping, sentence)))


def _event(state: DocumentState) -> str:
    """Held by what only we can mend is still in process to him: our chart of accounts is not his business."""
    asks = any(f.fatal and f.who == "sender" for f in state.findings)
    return "waiting" if state.event == "held" and not asks else state.event


def _clarifications(
    state: DocumentState, event: str, status: Status, mapping: ResponseMapping, sentence: Sentence
) -> list[Clarification]:
    """Reasons first, then each action once. Only what the sender must mend is named to him."""
    if status not in (*NEEDS_REASON, "PPD"):
        return []
    reasons: list[Clarification] = []
    actions: dict[str, Clarification] = {}
    named = [f for f in state.findings if f.fatal and f.who == "sender"]
    for finding in named[:MOST_REASONS]:
        why = mapping.of_finding(finding.code) or _default(mapping, event)
        reasons.append(Clarification(why.reason, False, sentence(finding), finding.location or "NA", finding.code))
        asked = _default(mapping, event) if event == "approved_conditionally" else why  # it is accepted: no new invoice
        actions.setdefault(asked.action, Clarification(asked.action, True))
    if not reasons:
        why = _default(mapping, event)
        reasons.append(Clarification(why.reason, False, state.comment))
        actions[why.action] = Clarification(why.action, True)
    return [*reasons, *actions.values()]


def _default(mapping: ResponseMapping, event: str) -> Why:
    return mapping.default.get(event, Why("OTH", "OTH"))
