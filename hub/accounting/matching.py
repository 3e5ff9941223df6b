"""Matching: which open items a payment settles. Certain, or a proposal with its reasons; never random among equals.

The order is that of certainty: our own payment file's id, a reference that the payer wrote, the amount of a relation
known by its IBAN, sums of its invoices. Whoever named invoices has chosen: amounts are then not looked at elsewhere.
A credit note joins only when it was named, or names the invoice that is paid (DOMAIN 10.6 no. 13); a normal payment
never closes a G-part, nor the other way round (no. 16). Only what is open is settled: nothing matched is ever undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from hub.accounting.match_known import (
    ZERO,
    Known,
    Match,
    Matching,
    SentLine,
    in_order,
    is_between,
    number_key,
    side_of,
    with_rest,
)
from hub.accounting.match_proposals import propose
from hub.accounting.match_sums import Choice, ways_to, whole
from hub.accounting.references import is_creditor_reference, is_payment_reference, is_strong, keys_in
from hub.model.decision import Decision
from hub.model.keys import normalised
from hub.model.payment import Payment
from hub.model.settlement import Allocation, OpenItem, Rest


def match(payment: Payment, candidates: Iterable[OpenItem], known: Known, *, named_only: bool = False) -> Matching:
    """What this payment settles. The same answer whatever the order of the candidates.

    `named_only`: by what the payer wrote and by our own files, and nothing is proposed; candidates need then be no more than
    what his words name, and the credit notes of those relations. What takes an earlier payment back settles nothing: what
    it reopens is found by that payment, never by an amount.
    """
    everything = {i.id: i for i in in_order(candidates) if i.outstanding.amount}
    usable = {i.id: i for i in everything.values() if i.part == payment.part}
    rest = _rest(payment, known)
    if payment.returned:
        return Matching(None, (), rest)
    if sent := _sent(payment, known):  # our own order: its G-parts went to G-accounts, in one batch with the others
        return _by_sent(payment, everything, sent, rest, known)
    strong, weak = _named(payment, usable.values())
    certain = _by_reference(payment, strong or weak, usable, known, rest, sure=bool(strong))
    if certain is None and not strong and not named_only:
        certain = _by_amount(payment, _of_relations(usable.values(), known, payment), usable, known, rest)
    if certain is not None:
        return Matching(certain, (), certain.settlement.rest or rest)
    if named_only:
        return Matching(None, (), rest)
    return Matching(None, propose(payment, usable, [item for item, _ in strong or weak], known, rest), rest)


def _rest(payment: Payment, known: Known) -> Rest:
    """On account of the one who is known, else the suspense account."""
    if len(known.relations) == 1:
        return Rest("on_account", next(iter(known.relations)), side_of(payment))
    return Rest("suspense")


def _match(
    payment: Payment, allocations: Sequence[Allocation], usable: Mapping[int, OpenItem], rest: Rest, why: str, key: str = ""
) -> Match:  # fmt: skip
    numbers = " ".join(usable[a.item].number for a in allocations)
    words = (("key", key), ("relation", " ".join(dict.fromkeys(usable[a.item].relation for a in allocations))))
    return Match(with_rest(payment, allocations, usable, rest), Decision("match", numbers, why, words=words))


# --- our own payment files


def _sent(payment: Payment, known: Known) -> list[SentLine]:
    """The line that bears this end-to-end id, or all lines of the file whose total this is."""
    keys = keys_in(payment.text)
    amount = payment.amount.amount
    one = [line for line in known.sent if normalised(line.end_to_end_id) in keys and line.amount == amount]
    if one:
        return one[:1] if len(one) == 1 else []
    batches: dict[str, list[SentLine]] = {}
    for line in known.sent:
        for batch in {line.batch, line.block} - {""}:
            if normalised(batch) in keys:
                batches.setdefault(batch, []).append(line)
    whole_batch = [lines for lines in batches.values() if sum((line.amount for line in lines), ZERO) == amount]
    return whole_batch[0] if len(whole_batch) == 1 else []


def _by_sent(payment: Payment, usable: dict[int, OpenItem], sent: list[SentLine], rest: Rest, known: Known) -> Matching:
    answered = tuple(line.id for line in sent)
    transit = sorted({line.account for line in sent if line.account})
    if transit:  # the items were settled when the file went out; now the bank has paid it
        decision = Decision("match", sent[0].batch, "match_in_transit", words=(("key", sent[0].end_to_end_id),))
        settled = with_rest(payment, (), usable, Rest("account", account=transit[0]))
        return Matching(Match(settled, decision), (), rest, answered)
    allocations = [a for line in sent for a in line.allocations]
    if any(a.item not in usable or not _fits(usable[a.item], a) for a in allocations):
        return Matching(None, propose(payment, usable, [], known, rest), rest)
    key = sent[0].end_to_end_id if len(sent) == 1 else sent[0].batch
    return Matching(_match(payment, allocations, usable, rest, "match_end_to_end", key), (), rest, answered)


def _fits(item: OpenItem, allocation: Allocation) -> bool:
    left = item.outstanding.amount - allocation.total
    return left * item.outstanding.amount >= 0 and abs(left) <= abs(item.outstanding.amount)


# --- what the payer wrote


Named = list[tuple[OpenItem, str]]  # an item, and the reason code of what named it


def _named(payment: Payment, items: Iterable[OpenItem]) -> tuple[Named, Named]:
    """The items whose number or payment reference stands in the payer's text: for certain, and perhaps by accident."""
    keys = keys_in(payment.text)
    checked: Named = []
    strong: Named = []
    weak: Named = []
    for item in items:
        reference, number = normalised(item.payment_reference), number_key(item)
        if reference in keys and is_creditor_reference(reference):
            checked.append((item, "match_creditor_reference"))
        elif reference in keys and is_payment_reference(reference):
            checked.append((item, "match_payment_reference"))
        elif number in keys or (reference in keys and is_strong(reference)):
            sure = (is_strong(number) and number in keys) or (is_strong(reference) and reference in keys)
            (strong if sure else weak).append((item, "match_invoice_number"))
    return checked or strong, weak


def _by_reference(
    payment: Payment, named: Named, usable: dict[int, OpenItem], known: Known, rest: Rest, *, sure: bool
) -> Match | None:
    items = [item for item, _ in named]
    if known.relations and not {item.relation for item in items} <= known.relations:
        items = [
            item for item in items if item.relation in known.relations
        ]  # none: somebody else pays, a person decides
    chosen = _one_each(payment, items) if items else None
    allocations = _allocated(payment, chosen, usable, known, sure) if chosen else None
    if chosen is None or allocations is None:
        return None
    why = next(why for item, why in named if item in chosen)
    if why == "match_creditor_reference":
        return _match(payment, allocations, usable, rest, "match_creditor_reference", payment.text)
    if why == "match_payment_reference":
        return _match(payment, allocations, usable, rest, "match_payment_reference", payment.text)
    return _match(payment, allocations, usable, rest, "match_invoice_number", payment.text)


def _one_each(payment: Payment, items: list[OpenItem]) -> list[OpenItem] | None:
    """One item for each number that was named; a number that two relations use is decided by the amount or by nobody."""
    groups: dict[tuple[str, bool], list[OpenItem]] = {}
    for item in items:
        groups.setdefault((number_key(item), item.outstanding.amount > 0), []).append(item)
    twice = [group for group in groups.values() if len(group) > 1]
    if not twice:
        return items
    if len(groups) > 1:
        return None
    group = twice[0]
    fitting = [item for item in group if item.expected == payment.amount.amount]
    towards = [item for item in group if is_between(payment.amount.amount, item)]
    for choice in (fitting, towards):
        if len(choice) == 1:
            return choice
    same_reference = {normalised(item.payment_reference) for item in group}
    return (
        group
        if len(same_reference) == 1 and "" not in same_reference and len({i.relation for i in group}) == 1
        else None
    )


def _allocated(
    payment: Payment, chosen: list[OpenItem], usable: dict[int, OpenItem], known: Known, sure: bool
) -> list[Allocation] | None:
    """The chosen items settled with this payment: exactly, with discount, less credit notes that name them, in part, or more."""
    amount, currency = payment.amount.amount, payment.amount.currency
    if any(item.outstanding.currency != currency for item in chosen):
        return _foreign(payment, chosen, known)
    total = sum((item.expected for item in chosen), ZERO)
    if total == amount:
        return [whole(item) for item in chosen]
    positive = [item for item in chosen if is_between(amount, item)]
    if len(positive) == len(chosen):
        ways = ways_to(amount, chosen, payment.on, at_least=len(chosen), at_most=len(chosen))
        if len(ways) == 1:
            return [choice.allocation for choice in ways[0]]
        credits = [i for i in usable.values() if not is_between(amount, i) and _credits(i, chosen)]
        if credits and total + sum((i.expected for i in credits), ZERO) == amount:
            return [whole(item) for item in (*chosen, *credits)]
    if not sure or total * amount <= 0:
        return None
    if abs(amount) > abs(total):
        return [whole(item) for item in chosen]
    if len(chosen) > 1:
        return None  # who names several and pays too little must be asked which
    return [_in_part(chosen[0], amount, known)]


def _in_part(item: OpenItem, amount: Decimal, known: Known) -> Allocation:
    """Part of an item; what is missing is a payment difference where the administration lets matching decide that."""
    paid = item.cash(amount)
    missing = item.outstanding.amount - paid
    if abs(missing) <= known.settings.difference_automatic:
        return Allocation(item.id, paid, difference=missing)
    return Allocation(item.id, paid)


def _credits(item: OpenItem, invoices: Sequence[OpenItem]) -> bool:
    """Whether a credit note names one of these invoices, of the same relation and currency, and is not above its rest."""
    return any(
        number_key(invoice) in item.credited
        and invoice.relation == item.relation
        and invoice.side == item.side
        and invoice.outstanding.currency == item.outstanding.currency
        and abs(item.outstanding.amount) <= abs(invoice.outstanding.amount)
        for invoice in invoices
    )


def _foreign(payment: Payment, chosen: list[OpenItem], known: Known) -> list[Allocation] | None:
    """One invoice in another currency, paid in ours: whole, when the payment is what it is worth within the tolerance."""
    if len(chosen) != 1 or payment.amount.currency != known.base_currency:
        return None
    item = chosen[0]
    conversion = known.conversions.get(item.outstanding.currency)
    worth = conversion.to_base(item.expected) if conversion else item.cash(item.outstanding_base.amount)
    if abs(payment.amount.amount - worth) * 100 > abs(worth) * known.settings.foreign_tolerance:
        return None
    return [Allocation(item.id, item.outstanding.amount, paid=payment.amount.amount)]


# --- the amount, of a relation that is known


def _of_relations(items: Iterable[OpenItem], known: Known, payment: Payment) -> list[OpenItem]:
    currency, amount = payment.amount.currency, payment.amount.amount
    return [
        i for i in items
        if i.relation in known.relations and i.outstanding.currency == currency
        and i.outstanding.amount > 0 and is_between(amount, i)
    ]  # fmt: skip


def _by_amount(
    payment: Payment, items: list[OpenItem], usable: dict[int, OpenItem], known: Known, rest: Rest
) -> Match | None:
    """One invoice, or one set of invoices, that comes to the amount; two that do are a question."""
    amount = payment.amount.amount
    single = ways_to(amount, items, payment.on, at_least=1, at_most=1)
    if len(single) == 1:
        return _chosen(payment, single[0], usable, rest)
    if single:
        return None
    credited = [pair for pair in (_less_credits(item, usable, amount) for item in items) if pair]
    if len(credited) == 1:
        return _match(payment, [whole(item) for item in credited[0]], usable, rest, "match_less_credit_note")
    if len(items) > known.settings.sum_items:
        if sum((item.expected for item in items), ZERO) == amount:
            return _match(payment, [whole(item) for item in items], usable, rest, "match_sum")
        return None
    ways = ways_to(amount, items, payment.on, at_least=2, at_most=len(items))
    return _chosen(payment, ways[0], usable, rest) if len(ways) == 1 and not credited else None


def _chosen(payment: Payment, way: list[Choice], usable: dict[int, OpenItem], rest: Rest) -> Match:
    allocations = [choice.allocation for choice in way]
    if any(a.discount for a in allocations):
        return _match(payment, allocations, usable, rest, "match_discount")
    if len(allocations) > 1:
        return _match(payment, allocations, usable, rest, "match_sum")
    return _match(payment, allocations, usable, rest, "match_amount")


def _less_credits(item: OpenItem, usable: dict[int, OpenItem], amount: Decimal) -> list[OpenItem]:
    """The invoice with the credit notes that name it, when together they come to the amount."""
    credits = [i for i in usable.values() if i.outstanding.amount < 0 and _credits(i, [item])]
    together = [item, *credits]
    return together if credits and sum((i.expected for i in together), ZERO) == amount else []
