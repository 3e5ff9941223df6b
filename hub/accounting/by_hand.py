"""A payment as a person says it, to a settlement: what is paid, kept as discount, written off, and what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from hub.accounting.discount import allowed_discount
from hub.errors import Conflict, Usage
from hub.model.finding import asked
from hub.model.money import Money
from hub.model.payment import Payment
from hub.model.settlement import Allocation, ItemSide, OpenItem, Rest, Settlement

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks for.

    `chosen` are items in the order they were named, each with the amount of it to settle or None for all of it.
    `amount` is what moved, positive in the direction of what is settled (paid to a supplier, received from a customer);
    None where it follows from the items. `discount` None takes what is allowed when `with_discount`, else nothing.
    """

    chosen: tuple[tuple[OpenItem, Decimal | None], ...] = ()
    amount: Decimal | None = None
    currency: str = ""
    with_discount: bool = False
    discount: Decimal | None = None
    difference: bool = False
    write_off: bool = False
    prepayment: bool = False
    refund: bool = False
    relation: str = ""
    side: ItemSide | None = None
    account: str = ""  # where a rest goes that is of no relation: bank charges
    on_account: bool = False  # more than is open stays on account of the relation; else it is refused
    despite_blocks: bool = False  # pay what is blocked: not approved, or to an account that nobody confirmed


def settlement_of(wish: Wish, payment: Payment) -> Settlement:
    """The settlement; `payment` gives account, date and texts, its amount follows from the wish. Raises `Usage`."""
    if wish.write_off:
        return _written_off(wish)
    _require_released(wish)
    currency = wish.currency or _currency(wish, payment)
    if any(item.outstanding.currency != currency for item, _ in wish.chosen):
        return _foreign(wish, payment, currency)
    whole = _paid_whole(wish, payment)
    if wish.amount is None:
        if not wish.chosen:
            raise Usage(asked("HUB-ASK-14"))
        return Settlement(_moved(payment, _cash(wish, whole), currency), tuple(whole), _rest(wish))
    moved = _direction(wish, whole) * wish.amount
    if any(amount is not None for _, amount in wish.chosen):
        return Settlement(_moved(payment, moved, currency), tuple(whole), _rest(wish))
    return Settlement(_moved(payment, moved, currency), tuple(_filled(wish, whole, moved)), _rest(wish))


def _require_released(wish: Wish) -> None:
    """Nothing leaves for what is blocked for payment, unless a person says so. Raises `Conflict` with all that is."""
    blocked = [item for item, _ in wish.chosen if item.blocks and item.expected < 0]
    if blocked and not wish.despite_blocks:
        raise Conflict(
            findings=[
                asked("HUB-ASK-51", ", ".join(item.blocks), invoice=item.number, relation=item.relation)
                for item in blocked
            ]
        )


def _currency(wish: Wish, payment: Payment) -> str:
    currencies = {item.outstanding.currency for item, _ in wish.chosen}
    if wish.amount is None and len(currencies) > 1:
        raise Usage(asked("HUB-ASK-15", ", ".join(sorted(currencies))))
    return currencies.pop() if wish.amount is None and currencies else payment.amount.currency


def _written_off(wish: Wish) -> Settlement:
    if not wish.chosen or wish.amount is not None:
        raise Usage(asked("HUB-ASK-16"))
    made = [Allocation(i.id, ZERO, written_off=i.outstanding.amount if a is None else a) for i, a in wish.chosen]
    return Settlement(None, tuple(made), write_off_account=wish.account)


def _paid_whole(wish: Wish, payment: Payment) -> list[Allocation]:
    """Every chosen item paid, for what was said of it or for all that is open, less its discount."""
    if wish.discount is not None and len(wish.chosen) != 1:
        raise Usage(asked("HUB-ASK-17"))
    made = []
    for item, part in wish.chosen:
        discount = wish.discount or ZERO
        if wish.with_discount and wish.discount is None:
            discount = allowed_discount(item, payment.on)
        taken = item.outstanding.amount if part is None else part
        made.append(Allocation(item.id, taken - discount if part is None else taken, discount=discount))
    if wish.with_discount and not any(allocation.discount for allocation in made):
        raise Usage(asked("HUB-ASK-18", str(payment.on)))
    return made


def _cash(wish: Wish, allocations: Sequence[Allocation]) -> Decimal:
    items = {item.id: item for item, _ in wish.chosen}
    return sum((items[a.item].cash(a.amount) for a in allocations), ZERO)


def _direction(wish: Wish, whole: Sequence[Allocation]) -> int:
    """+1 when money came in."""
    if wish.chosen:
        return 1 if _cash(wish, whole) > 0 else -1
    if wish.side is None and not wish.account:
        raise Usage(asked("HUB-ASK-19"))
    towards = 1 if wish.side == "receivable" else -1
    return -towards if wish.refund else towards


def _filled(wish: Wish, whole: Sequence[Allocation], moved: Decimal) -> list[Allocation]:
    """The payment over the items in the order named; discount only where the rest of the invoice is paid."""
    items = {item.id: item for item, _ in wish.chosen}
    left = moved
    for allocation in whole:  # credit notes first: what they lower is there to pay the others with
        if items[allocation.item].cash(allocation.amount) * moved < 0:
            left -= items[allocation.item].cash(allocation.amount)
    made = []
    for allocation in whole:
        item = items[allocation.item]
        wanted = item.cash(allocation.amount)
        if wanted * moved < 0:
            made.append(allocation)
            continue
        if abs(left) >= abs(wanted):
            made.append(allocation)
            left -= wanted
        elif left:
            made.append(_short(item, item.cash(left), wish))
            left = ZERO
    if wish.difference and not left and len(made) < len(whole):
        raise Usage(asked("HUB-ASK-20"))
    return made


def _short(item: OpenItem, paid: Decimal, wish: Wish) -> Allocation:
    """An invoice that is not paid whole: what is missing stays open, or is a payment difference when asked."""
    missing = item.outstanding.amount - paid if wish.difference else ZERO
    return Allocation(item.id, paid, difference=missing)


def _foreign(wish: Wish, payment: Payment, currency: str) -> Settlement:
    """One invoice in another currency than the money: whole, or for the amount that was said of it."""
    if len(wish.chosen) != 1 or wish.amount is None:
        raise Usage(asked("HUB-ASK-21"))
    item, part = wish.chosen[0]
    taken = item.outstanding.amount if part is None else part
    moved = wish.amount if item.cash(taken) > 0 else -wish.amount
    return Settlement(_moved(payment, moved, currency), (Allocation(item.id, taken, paid=moved),), None)


def _moved(payment: Payment, amount: Decimal, currency: str) -> Payment:
    return Payment(
        payment.on, Money(amount, currency), payment.bank_account, payment.journal, payment.part, payment.iban, payment.name,
        payment.reference, payment.end_to_end_id, payment.description, payment.transaction_id,
    )  # fmt: skip


def _rest(wish: Wish) -> Rest | None:
    if wish.account:
        return Rest("account", account=wish.account)
    if wish.difference:
        return Rest("difference")
    if wish.chosen and not (wish.on_account or wish.prepayment):
        return None  # more than is open was typed: a slip, until somebody says where it goes
    relations = {item.relation for item, _ in wish.chosen} or {wish.relation}
    sides = {item.side for item, _ in wish.chosen}
    side = sides.pop() if len(sides) == 1 else None if sides else wish.side
    if len(relations) != 1 or side is None or not (relation := relations.pop()):
        return None
    return Rest("prepayment" if wish.prepayment else "on_account", relation, side)
