"""Which dunning policy an item has: that of the invoice, else of the relation, its group, the administration, else by type."""

from __future__ import annotations

from dataclasses import dataclass

from hub.model.dunning import Assignment, DunningRules, Policy, Scope, Treated
from hub.model.relation_card import CustomerType
from hub.model.step import Step, step

NARROWEST: tuple[Scope, ...] = ("invoice", "relation", "group", "administration")


@dataclass(frozen=True, slots=True)
class Debtor:
    """Who owes: its codes (the current one first, then those it had), groups, and what a person said it is."""

    codes: tuple[str, ...]
    customer_type: CustomerType = ""
    groups: tuple[str, ...] = ()
    administration: str = ""

    @property
    def treated(self) -> Treated:
        """Who is not known to be a business is treated as a consumer: costs wrongly asked of one are lost (6:96 lid 6)."""
        return "business" if self.customer_type == "business" else "consumer"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The policy, and why it is this one."""

    policy: Policy
    why: Step


def choose_policy(rules: DunningRules, debtor: Debtor, invoice: str = "") -> Chosen:
    """The policy of an item, or of a debtor where no invoice is named. The reader of the rules saw that every name exists."""
    keys = {
        "invoice": (invoice,) if invoice else (),
        "relation": debtor.codes,
        "group": debtor.groups,
        "administration": (debtor.administration,),
    }
    for scope in NARROWEST:
        for row in rules.assignments:
            if row.scope == scope and row.key in keys[scope]:
                return _assigned(rules, row)
    said = debtor.customer_type or "unknown"
    policy = rules.policies[rules.default[said]]
    return Chosen(policy, step(f"policy_of_{said}", None, policy=policy.code))


def _assigned(rules: DunningRules, row: Assignment) -> Chosen:
    return Chosen(rules.policies[row.policy], step(f"policy_of_{row.scope}", None, policy=row.policy, key=row.key))
