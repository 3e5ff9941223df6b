"""A payment by a debtor of whom costs or interest were claimed: costs, then interest, then principal (art. 6:44 BW). Pure.

Only claims that were made before the payment count: who paid before owes nothing but the principal (DOMAIN 10.6 no. 23). What the payer
named stays what he pays; of what is left of it more is open afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from hub.accounting.claim_steps import law_decisions
from hub.accounting.match_known import Match, Matching, in_order, with_rest
from hub.credit.allocation import Debt, allocate
from hub.model.decision import Decision
from hub.model.memo_claim import ClaimPart, MemoClaim
from hub.model.money import money_text
from hub.model.payment import Payment
from hub.model.settlement import Allocation, OpenItem, Rest

ZERO = Decimal("0.00")
_OURS = (
    "match_end_to_end",
    "match_in_transit",
    "bank_rule",
    "match_returned",
)  # it was decided by ourselves what is paid


def with_claims(
    payment: Payment, matching: Matching, items: Mapping[int, OpenItem], claims: Sequence[MemoClaim],
    relations: frozenset[str] = frozenset(), letters: Collection[str] = (),
) -> Matching:  # fmt: skip
    """The matching with what goes to claims; as it was where none is concerned.

    `relations` are those that bear the payer's IBAN, `letters` references of letters that he names.
    """
    if payment.amount.amount <= 0 or payment.returned or payment.part != "normal":
        return matching
    counting = [c for c in claims if _counts(c, payment, items)]
    certain = matching.certain
    if certain is None:
        return _by_letter(payment, matching, items, counting, relations, letters)
    if certain.decision.why in _OURS or any(a.discount or a.paid is not None for a in certain.settlement.allocations):
        return matching
    chosen = [items[a.item] for a in certain.settlement.allocations]
    if any(item.side != "receivable" or item.outstanding.currency != payment.amount.currency for item in chosen):
        return matching
    mine = [c for c in counting if set(c.items) & {item.id for item in chosen}]
    return _settled(payment, matching, chosen, mine) if mine else matching


def _counts(claim: MemoClaim, payment: Payment, items: Mapping[int, OpenItem]) -> bool:
    return bool(
        claim.unpaid
        and claim.claimed_on <= payment.on
        and claim.currency == payment.amount.currency
        and all(item in items for item in claim.items)
    )


def _by_letter(
    payment: Payment, matching: Matching, items: Mapping[int, OpenItem], claims: Sequence[MemoClaim], relations: frozenset[str],
    letters: Collection[str],
) -> Matching:  # fmt: skip
    """Who names a letter, or pays to the cent what it asks for, pays that letter; two that come to it are a question."""
    groups: dict[tuple[int, int], list[MemoClaim]] = {}
    for claim in claims:
        if not relations or claim.relation in relations:
            groups.setdefault((claim.letter, claim.case), []).append(claim)
    named = [group for group in groups.values() if group[0].reference in letters and group[0].reference]
    exact = [g for g in groups.values() if relations and _total(g, items) == payment.amount.amount]
    for found in (named, exact):
        if len(found) == 1:
            return _settled(payment, matching, _items_of(found[0], items), found[0])
    return matching


def _items_of(group: Iterable[MemoClaim], items: Mapping[int, OpenItem]) -> list[OpenItem]:
    keys = {item for claim in group for item in claim.items}
    return in_order(items[key] for key in keys if items[key].outstanding.amount > 0)


def _total(group: Sequence[MemoClaim], items: Mapping[int, OpenItem]) -> Decimal:
    principal = sum((item.outstanding.amount for item in _items_of(group, items)), ZERO)
    return principal + sum((claim.unpaid for claim in group), ZERO)


def _settled(payment: Payment, matching: Matching, chosen: Sequence[OpenItem], claims: Sequence[MemoClaim]) -> Matching:
    """What was chosen settled with what the law leaves for it; credit notes among it are taken whole, and pay with it."""
    credits = [item for item in chosen if item.outstanding.amount < 0]
    owed = [item for item in chosen if item.outstanding.amount > 0]
    paid = payment.amount.amount - sum((item.outstanding.amount for item in credits), ZERO)
    debts = [Debt(str(i.id), i.due_date, i.outstanding.amount, _interest_on(i.id, claims)) for i in owed]
    costs = sum((c.unpaid for c in claims if c.kind != "interest"), ZERO)
    went = allocate(paid, debts, costs, costs_claimed=True)
    interest = {int(part.key): part.interest for part in went.parts}
    allocations = [Allocation(item.id, item.outstanding.amount) for item in credits]
    allocations += [Allocation(int(part.key), part.principal) for part in went.parts if part.principal]
    parts = (
        *_on_claims([c for c in claims if c.kind != "interest"], went.costs),
        *(p for item, amount in interest.items() for p in _on_claims(_of_item(item, claims), amount)),
    )
    settlement = with_rest(payment, allocations, {item.id: item for item in chosen}, _rest(matching.rest, claims))
    settlement = replace(settlement, claims=parts)
    numbers = {str(item.id): item.number for item in chosen}
    currency = payment.amount.currency
    words = (
        ("claimed", money_text(sum((p.amount for p in parts), ZERO), currency)),
        ("relation", claims[0].relation),
    )
    decision = Decision("match", " ".join(numbers.values()), "match_with_claims", words=words)
    more = law_decisions(went.steps, numbers, currency)
    return replace(
        matching, certain=Match(settlement, decision, more), proposals=(), rest=settlement.rest or matching.rest
    )


def _rest(rest: Rest, claims: Sequence[MemoClaim]) -> Rest:
    """What is left is of the debtor whose claims these are."""
    return Rest("on_account", claims[0].relation) if rest.kind == "suspense" else rest


def _interest_on(item: int, claims: Iterable[MemoClaim]) -> Decimal:
    return sum((c.unpaid for c in _of_item(item, claims)), ZERO)


def _of_item(item: int, claims: Iterable[MemoClaim]) -> list[MemoClaim]:
    return [c for c in claims if c.kind == "interest" and c.items[:1] == (item,)]


def _on_claims(claims: Iterable[MemoClaim], amount: Decimal) -> list[ClaimPart]:
    """Oldest first; of one letter costs before the VAT on them."""
    parts = []
    for claim in claims:
        taken = min(claim.unpaid, amount)
        if taken > 0:
            parts.append(ClaimPart(claim.id, claim.kind, taken))
            amount -= taken
    return parts


def paid_before(payment: Payment, items: Mapping[int, OpenItem], claims: Iterable[MemoClaim]) -> list[int]:
    """Claims that were made after this payment and whose invoices are all paid with it: nothing of them is owed.

    So a payment within the term of a 14-day letter voids the costs, though the bank told of it later (art. 6:96 lid 6 BW).
    """
    return [
        c.id for c in claims
        if payment.amount.amount > 0 and payment.on < c.claimed_on and not c.received and c.items
        and all(item in items and items[item].outstanding.amount <= 0 for item in c.items)
    ]  # fmt: skip
