"""The state machine of approval: what stands after a row of acts, and whether a person may do the next one.

waiting (step n) ─ approve ─▶ waiting (step n + 1) … ─▶ approved
                 ├ forward ─▶ waiting for somebody else
                 ├ hold    ─▶ on hold ─ resume, or any other act ─▶
                 └ reject  ─▶ rejected ─ the last credit note comes ─▶ credited
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from hub.errors import Conflict, NotFound, Usage
from hub.model.approval import ApprovalFlow, Substitute
from hub.model.finding import asked

ActKind = Literal["approve", "reject", "hold", "resume", "forward"]
State = Literal["waiting", "on_hold", "approved", "rejected", "credited"]
Ending = Literal["", "returned", "wait_for_credit"]
ENDINGS: tuple[Ending, ...] = ("returned", "wait_for_credit")
WAITING: tuple[State, ...] = ("waiting", "on_hold")
NEEDS_REASON = ("reject", "hold")


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that a person did. `on_behalf_of` is whom a substitute stood in for; `to` whom it was forwarded to."""

    kind: ActKind
    actor: str
    on: date
    comment: str = ""
    to: str = ""
    ending: Ending = ""
    on_behalf_of: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a document stands. `step` counts from 0; `approved_by` are those who agreed and those they stood in for."""

    state: State = "waiting"
    step: int = 0
    assignee: str = ""  # to whom this step was forwarded
    ending: Ending = ""
    approved_by: tuple[str, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether a person must still decide."""
        return self.state in WAITING

    @property
    def awaits_credit(self) -> bool:
        """Rejected, and the supplier's credit note has not come yet."""
        return self.state == "rejected" and self.ending == "wait_for_credit"


def standing(flow: ApprovalFlow, acts: Iterable[Act]) -> Standing:
    """What stands after these acts, which were allowed when they were done."""
    now = Standing()
    for act in acts:
        now = after(flow, now, act)
    return now


def after(flow: ApprovalFlow, now: Standing, act: Act) -> Standing:
    """What stands after one more act."""
    if act.kind == "approve":
        names = tuple(name for name in (act.actor, act.on_behalf_of) if name)
        last = now.step + 1 >= len(flow.steps)
        state: State = "approved" if last else "waiting"
        return Standing(state, now.step if last else now.step + 1, approved_by=(*now.approved_by, *names))
    if act.kind == "hold":
        return replace(now, state="on_hold")
    if act.kind == "resume":
        return replace(now, state="waiting")
    if act.kind == "forward":
        return replace(now, state="waiting", assignee=act.to)
    return replace(now, state="rejected", ending=act.ending)


@dataclass(frozen=True, slots=True)
class Case:
    """A document that waits: its flow, who handed it in or booked it, and who stands in for whom today."""

    flow: ApprovalFlow
    now: Standing
    submitters: tuple[str, ...] = ()
    substitutes: tuple[Substitute, ...] = ()
    known: frozenset[str] = frozenset()  # users to whom it may be forwarded

    def candidates(self) -> tuple[str, ...]:
        """Who must act now; empty = anybody who is allowed to."""
        return (self.now.assignee,) if self.now.assignee else self.flow.steps[self.now.step].approvers


def allowed(case: Case, act: Act) -> Act:
    """The act as it is recorded, with whom the actor stands in for.

    Raises `Conflict` when it is over, the actor is not at turn, approved before, or would be the first to approve what
    he brought in himself; `Usage` for an act without its reason or ending; `NotFound` for an unknown user.
    """
    _require_state(case.now, act)
    _require_words(act)
    principals = _principals(case, act)
    if act.kind == "approve":
        return replace(act, on_behalf_of=_approving(case, act, principals))
    if act.kind == "forward":
        _require_receiver(case, act.to)
    return replace(act, on_behalf_of=principals[0])


def _require_state(now: Standing, act: Act) -> None:
    if now.waits and act.kind != "resume" or act.kind == "resume" and now.state == "on_hold":
        return
    if act.kind == "reject" and act.ending == "returned" and now.awaits_credit:
        return  # the credit note does not come after all
    if act.kind == "resume" and now.waits:
        raise Conflict(asked("HUB-APPR-11"))
    raise Conflict(asked("HUB-APPR-12", now.state, ", ".join(now.approved_by)))


def _require_words(act: Act) -> None:
    if act.kind in NEEDS_REASON and not act.comment.strip():
        raise Usage(asked("HUB-APPR-13", act.kind))
    if act.kind == "reject" and act.ending not in ENDINGS:
        raise Usage(asked("HUB-APPR-14", act.ending, ", ".join(ENDINGS)))


def _principals(case: Case, act: Act) -> tuple[str, ...]:
    """For whom the actor may act: "" = for himself, first; then those he stands in for on that day."""
    wanted = set(case.candidates())
    if act.kind != "approve":  # whoever could have acted may take it back from whom it was forwarded to
        wanted |= set(case.flow.steps[case.now.step].approvers) if case.now.assignee else set()
    if not wanted or act.actor in wanted:
        own: tuple[str, ...] = ("",)
    else:
        own = ()
    stands_in = tuple(
        s.replaces
        for s in case.substitutes
        if s.user == act.actor and s.replaces in wanted and s.first_day <= act.on <= s.last_day
    )
    if not own and not stands_in:
        raise Conflict(asked("HUB-APPR-15", act.actor, ", ".join(sorted(wanted))))
    return (*own, *stands_in)


def _approving(case: Case, act: Act, principals: Sequence[str]) -> str:
    """For whom he approves. Nobody approves twice, nobody first what he brought in himself (S50)."""
    if not case.now.approved_by and act.actor in case.submitters:
        raise Conflict(asked("HUB-APPR-16", act.actor))
    if act.actor in case.now.approved_by:
        raise Conflict(asked("HUB-APPR-17", act.actor))
    free = [name for name in principals if name not in case.now.approved_by]
    if not free:
        raise Conflict(asked("HUB-APPR-17", ", ".join(principals)))
    return free[0]


def _require_receiver(case: Case, to: str) -> None:
    if not to:
        raise Usage(asked("HUB-APPR-18"))
    if to not in case.known:
        raise NotFound(asked("HUB-APPR-19", to, ", ".join(sorted(case.known))))
    if to in case.now.approved_by:
        raise Conflict(asked("HUB-APPR-17", to))
    if not case.now.approved_by and to in case.submitters:
        raise Conflict(asked("HUB-APPR-16", to))
