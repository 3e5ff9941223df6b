"""The steps by which money went to costs, interest and principal (art. 6:44 BW), as decisions beside the entry. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from hub.model.decision import Decision
from hub.model.money import money_text
from hub.model.step import Step


def law_decisions(steps: tuple[Step, ...], numbers: Mapping[str, str], currency: str) -> tuple[Decision, ...]:
    """In the order of the law; `numbers` are those of invoices, by the key that the allocation knew them by."""
    made: list[Decision] = []
    for code, reason in (
        ("allocated_costs", "law_costs"), ("allocated_no_costs_claimed", "law_no_claims"), ("allocated_interest", "law_interest"),
        ("allocated_principal_named", "law_named"), ("allocated_principal_oldest", "law_oldest"), ("allocated_rest", "law_rest"),
    ):  # fmt: skip
        for step in (step for step in steps if step.code == code and (step.amount is None or step.amount)):
            amount = "" if step.amount is None else money_text(step.amount, currency)
            key = numbers.get(dict(step.words).get("key", ""), "")
            made.append(Decision("allocation", amount, reason, words=(("invoice", key),)))
    return tuple(made)
