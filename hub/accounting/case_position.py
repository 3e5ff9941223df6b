"""Where the money of a case goes: a function of everything that was told of it, and not of the order in which it was told. Pure.

So messages may come twice, late and in any order: each is booked as the difference between where the money should be and where it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from hub.credit.allocation import Debt, allocate
from hub.model.case_known import CaseFacts, CaseItem, CasePosition, Told
from hub.model.memo_claim import MemoClaim
from hub.model.step import Step

ZERO = Decimal("0.00")
Split = tuple[Decimal, Decimal, Decimal]  # principal, interest, costs


@dataclass(slots=True)
class _Payment:
    """One payment of the debtor, by everything that was told of it."""

    told: Decimal = ZERO
    passed_on: Decimal = ZERO
    back: Decimal = ZERO
    passed_back: Decimal = ZERO
    split: Split | None = None
    lines: Split | None = None
    invoice: str = ""

    @property
    def amount(self) -> Decimal:
        """The agency cannot pass on more than it got."""
        return max(self.told, self.passed_on)

    @property
    def left(self) -> Decimal:
        """After what was taken back: nothing, where it was taken back before it was told."""
        return max(self.amount - max(self.back, self.passed_back), ZERO)

    def parts(self) -> Split | None:
        """Principal, interest and costs as they were told; what is taken back takes of the principal first."""
        split = self.split or self.lines
        if split is None or sum(split) != self.amount:
            return None
        back, parts = self.amount - self.left, []
        for part in split:
            taken = min(part, back)
            back -= taken
            parts.append(part - taken)
        return parts[0], parts[1], parts[2]


@dataclass(frozen=True, slots=True)
class Positioned:
    """Where the money should be, and the steps by which what was not split goes there."""

    position: CasePosition
    steps: tuple[Step, ...] = ()


def position(facts: CaseFacts) -> Positioned:
    """Where the money of the case should be after all that was told.

    Costs and interest that were claimed only now never take back what went to a principal before: what came with this message alone is
    then divided, over what is left.
    """
    made = _positioned(facts, facts.told, facts.items, _capacity(facts))
    before = _payments(facts.told[: len(facts.told) - facts.fresh])
    more = made.position.received - facts.booked.received
    if more >= 0 and _takes_back(made.position, facts.booked):
        fresh = tuple(t for t in facts.told[len(facts.told) - facts.fresh :] if _is_news(t, before))
        now = [replace(item, settled=ZERO) for item in facts.items]
        alone = _positioned(facts, fresh, now, {c.id: c.unpaid for c in facts.claims})
        return Positioned(_together(facts.booked, alone.position, made.position), alone.steps)
    return made


def _payments(told: Iterable[Told]) -> dict[str, _Payment]:
    found: dict[str, _Payment] = {}
    for one in told:
        if one.what in ("payment", "taken_back", "line"):
            _tell(found.setdefault(one.payment, _Payment()), one)
    return found


def _tell(payment: _Payment, one: Told) -> None:
    if one.what == "payment":
        payment.told = max(payment.told, one.amount)
        payment.split = one.split or payment.split
        payment.invoice = one.invoice or payment.invoice
    elif one.what == "taken_back":
        payment.back += one.amount
    elif one.amount < 0:
        payment.passed_back -= one.amount
    else:
        payment.passed_on += one.amount
        had, more = payment.lines or (ZERO, ZERO, ZERO), one.split
        if more is not None:
            payment.lines = (had[0] + more[0], had[1] + more[1], had[2] + more[2])


def _positioned(
    facts: CaseFacts, told: Sequence[Told], items: Sequence[CaseItem], capacity: dict[int, Decimal]
) -> Positioned:
    payments = _payments(told)
    shelf = _Shelf(items)
    costs = interest = untold = ZERO
    named: list[str] = []
    for key in sorted(payments):
        payment = payments[key]
        parts = payment.parts()
        if parts is None:
            untold += payment.left
            named += [payment.invoice] if payment.invoice else []
        else:
            shelf.put(parts[0], payment.invoice)
            interest += parts[1]
            costs += parts[2]
    shelf.settle()
    steps: tuple[Step, ...] = ()
    if untold:
        open_costs = max(_sum(facts.claims, ("costs", "vat"), capacity) - costs, ZERO)
        debts = shelf.debts(facts.claims, capacity, interest)
        keys = [debt.key for debt in debts]
        first = sorted({n for n in (shelf.key_of(invoice) for invoice in named) if n in keys})
        went = allocate(untold, debts, open_costs, costs_claimed=bool(facts.claims), named=first)
        costs += went.costs
        for part in went.parts:
            interest += part.interest
            shelf.add(int(part.key), part.principal)
        shelf.rest += went.rest
        steps = went.steps
    received = sum((p.left for p in payments.values()), ZERO)
    fee, fee_vat = _fees(facts, told)
    passed = sum((t.amount - t.fee - t.fee_vat for t in told if t.what == "line"), ZERO)
    return Positioned(CasePosition(received, costs, interest, shelf.settled(), shelf.rest, fee, fee_vat, passed), steps)


def _fees(facts: CaseFacts, told: Sequence[Told]) -> tuple[Decimal, Decimal]:
    """What the agency charges: what it told beforehand and what it kept are the same, unless it bills beside what it keeps."""
    kept = (_total(t.fee for t in told), _total(t.fee_vat for t in told if t.what == "line"))
    charged = [t for t in told if t.what == "cost"]
    said = (_total(t.amount for t in charged), _total(t.fee_vat for t in charged))
    if facts.accounts.fee_booking == "invoice":
        return kept
    if facts.accounts.told_costs == "billed":
        return kept[0] + said[0], kept[1] + said[1]
    return max(kept[0], said[0]), max(kept[1], said[1])


def _capacity(facts: CaseFacts) -> dict[int, Decimal]:
    """What entries of this case may receive of each claim in all."""
    own = {claim: amount for claim, _, amount in facts.own}
    return {c.id: max(c.amount - c.received + own.get(c.id, ZERO), ZERO) for c in facts.claims}


def _sum(claims: Iterable[MemoClaim], kinds: tuple[str, ...], capacity: dict[int, Decimal]) -> Decimal:
    return _total(capacity[c.id] for c in claims if c.kind in kinds)


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)


def _is_news(told: Told, before: dict[str, _Payment]) -> bool:
    return told.what != "line" or told.payment not in before


def _takes_back(new: CasePosition, old: CasePosition) -> bool:
    items = dict(new.items)
    lower = any(items.get(item, ZERO) < amount for item, amount in old.items)
    return lower or new.costs < old.costs or new.interest < old.interest or new.on_account < old.on_account


def _together(booked: CasePosition, alone: CasePosition, whole: CasePosition) -> CasePosition:
    """Where it is, and beside that what came now; `whole` says how much there is in all."""
    items = dict(booked.items)
    for item, amount in alone.items:
        items[item] = items.get(item, ZERO) + amount
    costs, interest = booked.costs + alone.costs, booked.interest + alone.interest
    rest = whole.received - costs - interest - _total(items.values())
    return replace(whole, costs=costs, interest=interest, items=tuple(sorted(items.items())), on_account=rest)


class _Shelf:
    """The invoices of the case, filled up with principal: those that were named first, then the oldest."""

    def __init__(self, items: Sequence[CaseItem]) -> None:
        self._items = sorted(items, key=lambda item: (item.due, item.number, item.id))
        self._room = {item.id: max(item.outstanding + item.settled, ZERO) for item in items}
        self._got = {item.id: ZERO for item in items}
        self._named: dict[str, Decimal] = {}
        self.rest = ZERO

    def put(self, amount: Decimal, invoice: str) -> None:
        """Principal that was told; it finds its place in `settle`."""
        key = self.key_of(invoice)
        self._named[key] = self._named.get(key, ZERO) + amount

    def settle(self) -> None:
        """The same whatever the order in which it was put."""
        self.rest += self._named.pop("", ZERO)
        for key, amount in sorted(self._named.items()):
            self.rest += amount - self._take(int(key), amount)
        for item in self._items:
            self.rest -= self._take(item.id, self.rest)

    def key_of(self, invoice: str) -> str:
        """The item that an invoice number names; "" where it is none of the case."""
        wanted = invoice.strip().casefold()
        return next((str(i.id) for i in self._items if wanted and i.number.casefold() == wanted), "")

    def debts(self, claims: Iterable[MemoClaim], capacity: dict[int, Decimal], received: Decimal) -> list[Debt]:
        """What is left of each, with the interest that was claimed on it and not received."""
        owed: dict[int, Decimal] = {}
        for claim in claims:
            if claim.kind == "interest":
                taken = min(capacity[claim.id], received)
                received -= taken
                for item in claim.items[:1]:
                    owed[item] = owed.get(item, ZERO) + capacity[claim.id] - taken
        return [Debt(str(i.id), i.due, self._room[i.id] - self._got[i.id], owed.get(i.id, ZERO)) for i in self._items]

    def add(self, item: int, amount: Decimal) -> None:
        """Principal that was allocated."""
        self._got[item] += amount

    def settled(self) -> tuple[tuple[int, Decimal], ...]:
        """Per item, those that got something."""
        return tuple(sorted((item, amount) for item, amount in self._got.items() if amount))

    def _take(self, item: int, amount: Decimal) -> Decimal:
        taken = min(amount, self._room[item] - self._got[item])
        self._got[item] += taken
        return taken
