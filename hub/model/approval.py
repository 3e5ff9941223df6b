"""Approval: who must agree before a purchase is a cost, and how a document waits for it meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Method = Literal["direct", "register_first", "book_at_once"]  # DESIGN 5: provisional purchase booking
METHODS: tuple[Method, ...] = ("direct", "register_first", "book_at_once")
CREDIT = "credit"  # not a method of people's choice: a credit note that belongs to a rejected invoice
WAITS = "HUB-APPR-01"  # the finding that keeps a registered document unbooked; only approval accepts it
BLOCK = "approval"  # the reason that its open items bear


@dataclass(frozen=True, slots=True)
class Substitute:
    """`user` acts for `replaces` from the first to the last day, both included."""

    user: str
    replaces: str
    first_day: date = date.min
    last_day: date = date.max


@dataclass(frozen=True, slots=True)
class ApprovalStep:
    """One of `approvers` must agree (nobody named = anybody); with `above`, only to larger totals.

    `above` is compared with the document's total including VAT, in the administration's currency, without its sign.
    """

    approvers: tuple[str, ...] = ()
    above: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ApprovalFlow:
    """Steps in the order in which they are gone through."""

    code: str
    name: str = ""
    steps: tuple[ApprovalStep, ...] = (ApprovalStep(),)

    def of_amount(self, amount: Decimal | None) -> tuple[ApprovalStep, ...]:
        """The steps that a total needs; all of them when it is not known."""
        return tuple(s for s in self.steps if s.above is None or amount is None or abs(amount) > s.above)


ANYBODY = ApprovalFlow("anybody")  # where no flow is named: anybody but who handed the document in


@dataclass(frozen=True, slots=True)
class Approval:
    """What recording a document begins. `flow` has only the steps that this document needs.

    `amount` is its total in the administration's currency; `account` the suspense account it was booked on;
    `of` the message of the rejected invoice that this credit note belongs to.
    """

    method: str
    flow: ApprovalFlow
    amount: Decimal | None = None
    account: str = ""
    of: str = ""
