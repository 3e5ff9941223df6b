"""SalesDay: what a till sold on one business day (Z report), or on one receipt: revenue per VAT group, and how it was paid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from hub.model.money import money_text
from hub.model.party import Party

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Revenue:
    """Sales of one VAT group, returns taken off. The report's VAT leads; it is never recomputed (DOMAIN 3.2)."""

    net: Decimal
    tax: Decimal
    rate: Decimal | None = None  # percentage; None = outside VAT
    category: str = "S"  # UNCL5305
    group: str = ""  # article or revenue group, as the till calls it
    receipt: str = ""  # of which receipt of the day, where that is known


@dataclass(frozen=True, slots=True)
class Tender:
    """Money that came in by one way to pay; negative when more went out."""

    kind: str  # cash, card, … in the till's own word
    amount: Decimal
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class SalesDay:
    """A closed day or receipt. Law: tenders = revenue + tips + vouchers sold + rounding + pay-ins + difference, or it says by how much not.

    `vouchers_sold` are multi-purpose ones (no VAT, DOMAIN 10.6 no. 20; single-purpose ones are revenue); redeemed ones are
    a tender. `difference` is counted cash less expected cash: positive when there was too much. `pay_ins` came into
    the drawer for no sale (change money), negative when taken out (to the bank).
    """

    outlet: str
    on: date
    currency: str
    revenue: tuple[Revenue, ...]
    tenders: tuple[Tender, ...]
    shift: str = ""
    report: str = ""  # number of the Z report or receipt
    tips: Decimal = ZERO
    vouchers_sold: Decimal = ZERO
    rounding: Decimal = ZERO  # of cash to five cents: tenders less what was to be paid
    pay_ins: tuple[Tender, ...] = ()  # kind = reason
    difference: Decimal = ZERO
    receipt: bool = False  # one receipt, not a day
    transactions: int | None = None
    closed_at: str = ""  # RFC 3339, where a clock and not the till says to which day of business it belongs

    @property
    def kind(self) -> str:
        """See `FeedDocument`."""
        return "sales_day"

    @property
    def number(self) -> str:
        """Report or receipt number, else outlet and day."""
        return self.report or " ".join(filter(None, (self.outlet, str(self.on), self.shift)))

    @property
    def day(self) -> date:
        """The business date, which may end after midnight."""
        return self.on

    @property
    def identity(self) -> str:
        """Outlet, day and shift; a receipt also its number."""
        parts = ["sales_day", self.outlet.strip().casefold(), str(self.on), self.shift.strip().casefold()]
        return "|".join([*parts, self.report.strip().casefold()] if self.receipt else parts)

    @property
    def gross(self) -> Decimal:
        """Revenue with VAT."""
        return sum((r.net + r.tax for r in self.revenue), ZERO)

    @property
    def total(self) -> Decimal | None:
        """See `FeedDocument`."""
        return self.gross

    @property
    def imbalance(self) -> Decimal:
        """Tenders less everything that explains them; zero when the day closes."""
        paid = sum((t.amount for t in self.tenders), ZERO)
        paid_in = sum((p.amount for p in self.pay_ins), ZERO)
        return paid - (self.gross + self.tips + self.vouchers_sold + self.rounding + paid_in + self.difference)

    def groups(self) -> list[Revenue]:
        """Revenue per rate, category and group, in the order in which they first come; receipts put together."""
        sums: dict[tuple[Decimal | None, str, str], Revenue] = {}
        for r in self.revenue:
            key = r.rate, r.category, r.group.strip().casefold()
            known = sums.get(key)
            sums[key] = replace(r, net=r.net + known.net, tax=r.tax + known.tax) if known else r
        return [replace(r, receipt="") for r in sums.values()]

    def paid(self) -> list[Tender]:
        """Tenders per kind, receipts put together."""
        sums: dict[str, Tender] = {}
        for t in self.tenders:
            known = sums.get(t.kind.strip().casefold())
            sums[t.kind.strip().casefold()] = Tender(
                known.kind if known else t.kind, t.amount + (known.amount if known else ZERO)
            )
        return list(sums.values())

    @property
    def party(self) -> Party | None:
        """Nobody: who buys at a till stays unknown."""
        return None

    def summary(self) -> dict[str, Any]:
        """See `FeedDocument`."""
        money = self.currency
        revenue, tenders = self.groups(), self.paid()
        return {
            "outlet": self.outlet,
            "date": str(self.on),
            "shift": self.shift or None,
            "number": self.number,
            "revenue": [
                {
                    "rate": None if r.rate is None else f"{r.rate.normalize():f}",
                    "net": money_text(r.net, money),
                    "tax": money_text(r.tax, money),
                    "group": r.group or None,
                }
                for r in revenue
            ],
            "tenders": [{"kind": t.kind, "amount": money_text(t.amount, money)} for t in tenders],
            "tips": money_text(self.tips, money),
            "vouchers_sold": money_text(self.vouchers_sold, money),
            "rounding": money_text(self.rounding, money),
            "difference": money_text(self.difference, money),
            "total": money_text(self.gross, money),
        }
