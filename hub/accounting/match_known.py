"""What matching is given beside the payment and the open items, and what it answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from hub.accounting.currency import Conversion
from hub.model.decision import Decision
from hub.model.invoice import normalised_number
from hub.model.payment import Payment, PaymentSettings
from hub.model.settlement import Allocation, ItemSide, OpenItem, Rest, Settlement

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class SentLine:
    """A line of one of our own payment files: what the bank will say was paid, and what that settles.

    `amount` has the sign of the payment; `account` is where it waits when it was booked as paid already. `batch` is the id of
    the file, `block` that of the part of it which the bank books in one sum (PmtInfId), where that is another.
    """

    end_to_end_id: str
    batch: str
    amount: Decimal
    allocations: tuple[Allocation, ...]
    account: str = ""
    id: int = 0
    block: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """`relations`: codes of those who bear the payer's IBAN; `sent`: lines of our files that the bank has not answered."""

    relations: frozenset[str] = frozenset()
    sent: tuple[SentLine, ...] = ()
    settings: PaymentSettings = field(default_factory=PaymentSettings)
    base_currency: str = "EUR"
    conversions: Mapping[str, Conversion] = field(default_factory=dict)  # by currency, on the day of the payment


@dataclass(frozen=True, slots=True)
class Match:
    """One way to settle with a payment, and why."""

    settlement: Settlement
    decision: Decision
    steps: tuple[Decision, ...] = ()  # what went to costs, interest and principal, and by which rule

    @property
    def items(self) -> tuple[int, ...]:
        """The items it settles."""
        return tuple(allocation.item for allocation in self.settlement.allocations)


@dataclass(frozen=True, slots=True)
class Matching:
    """`certain` is to be booked; `proposals` are for a person, best first; `rest` is where the payment goes without either.

    `answered` are the lines of our own payment files that the bank says it has carried out.
    """

    certain: Match | None
    proposals: tuple[Match, ...]
    rest: Rest
    answered: tuple[int, ...] = ()


def in_order(items: Iterable[OpenItem]) -> list[OpenItem]:
    """Oldest due first; the same order whatever the order they came in."""
    return sorted(items, key=lambda i: (i.due_date, i.invoice_date, i.number, i.relation, i.id))


def number_key(item: OpenItem) -> str:
    """The invoice number as it is looked for."""
    return normalised_number(item.number)


def with_rest(
    payment: Payment, allocations: Sequence[Allocation], items: Mapping[int, OpenItem], rest: Rest
) -> Settlement:
    """The settlement; what is left goes on account of the relation whose items these are, when it is one."""
    relations = {items[a.item].relation for a in allocations}
    if len(relations) == 1 and rest.kind in ("on_account", "suspense"):
        sides = {items[a.item].side for a in allocations}
        rest = Rest("on_account", relations.pop(), sides.pop() if len(sides) == 1 else side_of(payment))
    return Settlement(payment, tuple(allocations), rest)


def side_of(payment: Payment) -> ItemSide:
    """Money that came in is of a debtor, money that went out of a creditor, where nothing else says so; a return the other way."""
    return "receivable" if (payment.amount.amount > 0) != bool(payment.returned) else "payable"


def is_between(amount: Decimal, item: OpenItem) -> bool:
    """Whether a payment goes in the direction that this item asks for."""
    return amount * item.expected > 0
