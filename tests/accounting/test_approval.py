"""Who may do what to a document under approval, and what stands after it: the state machine alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.accounting.approval import Act, Case, Standing, after, allowed, standing
from hub.errors import Conflict, NotFound, Usage
from hub.model.approval import ApprovalFlow, ApprovalStep, Substitute

DAY = date(2026, 11, 21)
THREE = ApprovalFlow("three", "", (ApprovalStep(("anna", "bert")), ApprovalStep(("cor",)), ApprovalStep()))
USERS = ("anna", "bert", "cor", "dirk", "els", "kees")


def case(*acts: Act, submitters: tuple[str, ...] = ("kees",), **changes: Any) -> Case:
    values: dict[str, Any] = {"submitters": submitters, "known": frozenset(USERS)}
    return Case(THREE, standing(THREE, acts), **{**values, **changes})


def act(kind: Any, actor: str, **changes: Any) -> Act:
    return Act(kind, actor, DAY, **{"comment": "reden", **changes})


def test_steps_are_gone_through_in_order() -> None:
    acts = [act("approve", name) for name in ("bert", "cor", "els")]
    states = [standing(THREE, acts[:count]) for count in range(4)]
    assert [(s.state, s.step) for s in states] == [("waiting", 0), ("waiting", 1), ("waiting", 2), ("approved", 2)]
    assert states[3].approved_by == ("bert", "cor", "els")


@pytest.mark.parametrize("kind", ["approve", "hold", "forward", "reject"])
def test_only_who_is_at_turn_acts(kind: Any) -> None:
    wanted = act(kind, "dirk", to="els", ending="returned")
    with pytest.raises(Conflict, match="HUB-APPR-15"):
        allowed(case(), wanted)
    assert allowed(case(), act(kind, "anna", to="els", ending="returned")).on_behalf_of == ""


def test_anybody_acts_at_a_step_that_names_nobody_but_not_twice() -> None:
    now = case(act("approve", "anna"), act("approve", "cor"))
    with pytest.raises(Conflict, match="HUB-APPR-17"):
        allowed(now, act("approve", "anna"))
    assert allowed(now, act("approve", "dirk")).actor == "dirk"


def test_who_brought_it_in_is_not_the_first_to_approve_but_may_be_a_later_one() -> None:
    with pytest.raises(Conflict, match="HUB-APPR-16"):
        allowed(case(submitters=("anna",)), act("approve", "anna"))
    later = case(act("approve", "anna"), submitters=("cor",))
    assert allowed(later, act("approve", "cor")).actor == "cor"


def test_who_brought_it_in_may_reject_it() -> None:
    assert allowed(case(submitters=("anna",)), act("reject", "anna", ending="returned"))


def test_forwarded_document_waits_for_that_person_and_can_be_taken_back() -> None:
    now = case(act("forward", "anna", to="els"))
    assert now.candidates() == ("els",)
    with pytest.raises(Conflict, match="HUB-APPR-15"):
        allowed(now, act("approve", "anna"))
    assert allowed(now, act("approve", "els"))
    assert allowed(now, act("forward", "bert", to="bert"))


def test_step_after_a_forwarded_one_is_the_flow_s_own() -> None:
    now = case(act("forward", "anna", to="els"), act("approve", "els"))
    assert now.candidates() == ("cor",)


@pytest.mark.parametrize(("to", "error"), [("", Usage), ("nobody", NotFound), ("kees", Conflict)])
def test_document_is_forwarded_to_a_user_who_may_approve_it(to: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        allowed(case(), act("forward", "anna", to=to))


def test_document_is_not_forwarded_to_who_approved_it_already() -> None:
    with pytest.raises(Conflict, match="HUB-APPR-17"):
        allowed(case(act("approve", "anna")), act("forward", "cor", to="anna"))


def test_document_on_hold_is_resumed_or_decided_and_keeps_its_approvals() -> None:
    now = case(act("approve", "anna"), act("hold", "cor"))
    assert now.now.state == "on_hold"
    resumed = after(THREE, now.now, act("resume", "cor"))
    assert (resumed.state, resumed.approved_by) == ("waiting", ("anna",))
    assert allowed(now, act("approve", "cor"))


def test_only_what_is_on_hold_is_resumed() -> None:
    with pytest.raises(Conflict, match="HUB-APPR-11"):
        allowed(case(), act("resume", "anna"))


@pytest.mark.parametrize(
    ("kind", "changes"), [("hold", {"comment": " "}), ("reject", {"comment": ""}), ("reject", {"ending": ""})]
)
def test_hold_and_rejection_say_why_and_how(kind: Any, changes: dict[str, Any]) -> None:
    with pytest.raises(Usage):
        allowed(case(), act(kind, "anna", **{"ending": "returned", **changes}))


@pytest.mark.parametrize(
    "last", [act("reject", "anna", ending="returned"), act("reject", "anna", ending="wait_for_credit")]
)
def test_nothing_follows_an_ending_but_giving_up_on_the_credit_note(last: Act) -> None:
    now = case(last)
    for kind in ("approve", "hold", "resume", "forward"):
        with pytest.raises(Conflict, match="HUB-APPR-12: found rejected"):
            allowed(now, act(kind, "bert", to="els"))
    again = act("reject", "bert", ending="returned")
    if last.ending == "wait_for_credit":
        assert allowed(now, again)
    else:
        with pytest.raises(Conflict):
            allowed(now, again)


def _substitutes(*rows: Substitute) -> dict[str, Any]:
    return {"substitutes": rows}


def test_substitute_acts_in_his_days_for_whom_he_stands_in() -> None:
    stand_in = Substitute("dirk", "anna", date(2026, 11, 20), date(2026, 11, 21))
    made = allowed(case(**_substitutes(stand_in)), act("approve", "dirk"))
    assert made.on_behalf_of == "anna"
    late = Substitute("dirk", "anna", date(2026, 11, 22), date(2026, 11, 30))
    with pytest.raises(Conflict, match="HUB-APPR-15"):
        allowed(case(**_substitutes(late)), act("approve", "dirk"))


def test_substitute_of_who_approved_already_does_not_approve_for_him_again() -> None:
    again = ApprovalFlow("again", "", (ApprovalStep(("anna",)), ApprovalStep(("anna", "bert"))))
    now = standing(again, [act("approve", "anna")])
    held = Case(again, now, ("kees",), (Substitute("dirk", "anna"),), frozenset(USERS))
    with pytest.raises(Conflict, match="HUB-APPR-17: found anna"):
        allowed(held, act("approve", "dirk"))
    both = Case(again, now, ("kees",), (Substitute("dirk", "anna"), Substitute("dirk", "bert")), frozenset(USERS))
    assert allowed(both, act("approve", "dirk")).on_behalf_of == "bert"


def test_substitute_who_brought_it_in_is_not_the_first_to_approve() -> None:
    with pytest.raises(Conflict, match="HUB-APPR-16"):
        allowed(case(**_substitutes(Substitute("kees", "anna"))), act("approve", "kees"))


_ACTS = st.builds(
    Act,
    st.sampled_from(["approve", "reject", "hold", "resume", "forward"]),
    st.sampled_from(USERS),
    st.just(DAY),
    st.just("reden"),
    st.sampled_from(USERS),
    st.sampled_from(["returned", "wait_for_credit"]),
)


@given(st.lists(_ACTS, max_size=30), st.sampled_from(USERS))
def test_whatever_people_try_nobody_approves_twice_or_first_what_is_his_own(tried: list[Act], submitter: str) -> None:
    done: list[Act] = []
    now = Standing()
    for wanted in tried:
        try:
            made = allowed(Case(THREE, now, (submitter,), (Substitute("els", "anna"),), frozenset(USERS)), wanted)
        except (Conflict, NotFound, Usage):
            continue
        done.append(made)
        now = after(THREE, now, made)
    approvers = [made.actor for made in done if made.kind == "approve"]
    assert len(set(approvers)) == len(approvers)
    assert not approvers or approvers[0] != submitter
    assert (now.state == "approved") == (len(approvers) == len(THREE.steps))
    assert standing(THREE, done) == now
