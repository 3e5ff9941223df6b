"""Proposals: what a payment may well settle, for a person to decide, best first, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from hub.accounting.match_known import ZERO, Known, Match, in_order, is_between, with_rest
from hub.accounting.match_sums import choices, ways_to, whole
from hub.model.decision import Decision
from hub.model.keys import name_key
from hub.model.payment import Payment
from hub.model.settlement import Allocation, OpenItem, Rest

MOST = 8  # proposals; after that a list to search in serves better


def propose(
    payment: Payment, usable: Mapping[int, OpenItem], named: Sequence[OpenItem], known: Known, rest: Rest
) -> tuple[Match, ...]:
    """Ways to settle, best first: what was named, what fits the amount, what nearly does, then oldest first."""
    found: dict[tuple[Allocation, ...], Match] = {}
    for one in _proposals(payment, usable, named, known, rest):
        found.setdefault(tuple(sorted(one.settlement.allocations, key=lambda a: a.item)), one)
        if len(found) == MOST:
            break
    return tuple(found.values())


def _proposals(
    payment: Payment, usable: Mapping[int, OpenItem], named: Sequence[OpenItem], known: Known, rest: Rest
) -> Iterator[Match]:
    items = in_order(usable.values())
    mine = [item for item in items if item.relation in known.relations]
    yield from _of_named(payment, named, usable, known, rest)
    yield from _of_equal(payment, mine, usable, known, rest)
    yield from _near(payment, mine, usable, known, rest)
    yield from _with_credits(payment, mine, usable, rest)
    yield from _same_amount(payment, [item for item in items if item not in mine], usable, rest)
    if allocations := oldest_first(payment, mine):
        yield _proposal(payment, allocations, usable, rest, "propose_oldest_first")


def _proposal(
    payment: Payment, allocations: Sequence[Allocation], usable: Mapping[int, OpenItem], rest: Rest, why: str
) -> Match:
    numbers = " ".join(usable[a.item].number for a in allocations)
    relations = " ".join(dict.fromkeys(usable[a.item].relation for a in allocations))
    words = (("relation", relations), ("name", payment.name))
    return Match(with_rest(payment, allocations, usable, rest), Decision("match", numbers, why, words=words))


def _of_named(
    payment: Payment, named: Sequence[OpenItem], usable: Mapping[int, OpenItem], known: Known, rest: Rest
) -> Iterator[Match]:
    strangers = known.relations and not any(item.relation in known.relations for item in named)
    if allocations := oldest_first(payment, named):
        if strangers:
            yield _proposal(payment, allocations, usable, rest, "propose_other_payer")
        else:
            yield _proposal(payment, allocations, usable, rest, "propose_named")
    for item in named:
        if len(named) > 1 and is_between(payment.amount.amount, item):
            yield from (
                _proposal(payment, [one], usable, rest, "propose_named") for one in oldest_first(payment, [item])
            )
    if not strangers:
        yield from _near(payment, named, usable, known, rest)


def _of_equal(
    payment: Payment, mine: Sequence[OpenItem], usable: Mapping[int, OpenItem], known: Known, rest: Rest
) -> Iterator[Match]:
    """Invoices that each fit the amount, and sums that do: which of them, nobody can tell from the amount."""
    amount = payment.amount.amount
    towards = [i for i in _same_currency(payment, mine) if i.outstanding.amount > 0 and is_between(amount, i)]
    for item in towards:
        for choice in choices(item, payment.on):
            if item.cash(choice.allocation.amount) == amount:
                yield _proposal(payment, [choice.allocation], usable, rest, "propose_equal")
    if len(towards) <= known.settings.sum_items:
        for way in ways_to(amount, towards, payment.on, at_least=2, at_most=len(towards)):
            yield _proposal(payment, [choice.allocation for choice in way], usable, rest, "propose_sum")


def _near(
    payment: Payment, mine: Sequence[OpenItem], usable: Mapping[int, OpenItem], known: Known, rest: Rest
) -> Iterator[Match]:
    """One invoice of nearly the amount: the rest of it would be a payment difference."""
    amount, most = payment.amount.amount, known.settings.difference_maximum
    for item in _same_currency(payment, mine):
        missing = item.outstanding.amount - item.cash(amount)
        if is_between(amount, item) and ZERO < abs(missing) <= most and missing * item.outstanding.amount > 0:
            closing = Allocation(item.id, item.cash(amount), difference=missing)
            yield _proposal(payment, [closing], usable, rest, "propose_difference")


def _with_credits(
    payment: Payment, mine: Sequence[OpenItem], usable: Mapping[int, OpenItem], rest: Rest
) -> Iterator[Match]:
    """Everything that is open of the relation, credit notes taken off."""
    together = _same_currency(payment, mine)
    credits = [item for item in together if not is_between(payment.amount.amount, item)]
    if credits and sum((item.expected for item in together), ZERO) == payment.amount.amount:
        yield _proposal(payment, [whole(item) for item in together], usable, rest, "propose_with_credits")


def _same_amount(
    payment: Payment, others: Sequence[OpenItem], usable: Mapping[int, OpenItem], rest: Rest
) -> Iterator[Match]:
    """Invoices of anybody that come to the amount; those of somebody with the payer's name first."""
    payer = name_key(payment.name)
    fitting = [i for i in _same_currency(payment, others) if i.expected == payment.amount.amount]
    alike = [item for item in fitting if payer and name_key(item.relation_name) == payer]
    for item in alike:
        yield _proposal(payment, [whole(item)], usable, rest, "propose_same_name")
    for item in fitting:
        if item not in alike:
            yield _proposal(payment, [whole(item)], usable, rest, "propose_same_amount")


def _same_currency(payment: Payment, items: Iterable[OpenItem]) -> list[OpenItem]:
    return [item for item in items if item.outstanding.currency == payment.amount.currency]


def oldest_first(payment: Payment, items: Iterable[OpenItem]) -> list[Allocation]:
    """The payment spread over items in order of due date, until it is used up."""
    left = payment.amount.amount
    made: list[Allocation] = []
    for item in in_order(_same_currency(payment, items)):
        if left and item.outstanding.amount > 0 and is_between(payment.amount.amount, item):
            taken = min(abs(left), abs(item.expected))
            sign = 1 if left > 0 else -1
            made.append(Allocation(item.id, item.cash(sign * taken)))
            left -= sign * taken
    return made
