"""What an agency does with its cases over weeks: what it tells us, what it pays us, and what a debtor pays us past it."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from hub.model.money import round_half_up

ZERO = Decimal("0.00")
FEE, VAT = Decimal("0.15"), Decimal("0.21")
WAYS = ("pays", "pays", "pays", "parts", "direct", "overpays", "takes_back", "uncollectable")


@dataclass(frozen=True, slots=True)
class Said:
    """A message that is told on a day."""

    on: date
    body: bytes


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money that comes in at our bank; `case` is what its text names."""

    on: date
    cents: int
    case: str
    direct: bool


@dataclass(slots=True)
class Office:
    """One agency's desk over time. What it tells is told late, twice and out of order, as its chance has it."""

    chance: random.Random
    name: str
    says: list[Said] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    received: Decimal = ZERO  # by the agency, net of what was taken back
    fees: Decimal = ZERO
    fee_vat: Decimal = ZERO
    remitted: Decimal = ZERO
    taken: dict[str, str] = field(default_factory=dict)  # what comes of each case

    def take(self, case: dict[str, Any], reference: str, today: date) -> None:
        """A case that came in: everything that will be said of it is decided now."""
        if case["case"] in self.taken:
            return
        way = self.taken[case["case"]] = self.chance.choice(WAYS)
        _Course(self, case, reference, today).go(way)

    def due(self, today: date) -> list[bytes]:
        """What is told today, in an order of its own."""
        ready = [one for one in self.says if one.on <= today]
        self.says = [one for one in self.says if one.on > today]
        self.chance.shuffle(ready)
        return [one.body for one in ready]

    def paid(self, today: date) -> list[Transfer]:
        """What reaches our bank today."""
        ready = [one for one in self.transfers if one.on <= today]
        self.transfers = [one for one in self.transfers if one.on > today]
        return ready

    @property
    def done(self) -> bool:
        """Whether it has said and paid everything."""
        return not self.says and not self.transfers

    def say(self, on: date, body: dict[str, Any]) -> None:
        """Once, or twice; each time under the same id, a day or two late now and then."""
        for _ in range(2 if self.chance.random() < 0.3 else 1):
            self.says.append(Said(on + timedelta(self.chance.choice((0, 0, 0, 1, 2))), json.dumps(body).encode()))


class _Course:
    """One case."""

    def __init__(self, office: Office, case: dict[str, Any], reference: str, today: date) -> None:
        self._office, self._case, self._reference, self._today = office, case, reference, today
        self._number = 0

    def go(self, way: str) -> None:
        total, principal = Decimal(self._case["totals"]["total"]), Decimal(self._case["totals"]["principal"])
        self._say(1, "status", status="amicable")
        if way == "pays":
            self._received(14, total)
            self._say(30, "closed", close_reason="paid")
        elif way == "parts":
            first = round_half_up(total / 3, "EUR")
            self._received(10, first)
            self._say(12, "status", status="plan")
            self._received(25, total - first)
            self._say(40, "closed", close_reason="paid")
        elif way == "overpays":
            self._received(9, total + Decimal("12.34"))
            self._say(30, "closed", close_reason="paid")
        elif way == "takes_back":
            payment = self._received(8, total, passed_on=False)
            self._say(15, "payment", amount=f"{total:.2f}", payment=f"{payment}-R", reverses=payment)
            self._office.received -= total
            self._say(35, "closed", close_reason="uncollectable")
        elif way == "direct":
            self._direct(principal)
            self._say(30, "closed", close_reason="paid")
        else:
            self._say(20, "status", status="onbekende stap")
            self._say(45, "closed", close_reason="uncollectable")

    def _direct(self, principal: Decimal) -> None:
        """He pays us; the agency hears it from us, and tells it back."""
        office, on = self._office, self._today + timedelta(12)
        office.transfers.append(Transfer(on, int(principal * 100), self._case["case"], direct=True))
        self._say(16, "payment", amount=f"{principal:.2f}", payment=self._id("D"), direct=True)

    def _received(self, days: int, amount: Decimal, *, passed_on: bool = True) -> str:
        """The debtor pays the agency, which tells it, and passes it on less its fee."""
        office, payment = self._office, self._id("P")
        self._say(days, "payment", amount=f"{amount:.2f}", payment=payment)
        office.received += amount
        if passed_on:
            fee = round_half_up(amount * FEE, "EUR")
            vat = round_half_up(fee * VAT, "EUR")
            net = amount - fee - vat
            line = {
                "case": self._case["case"],
                "gross": f"{amount:.2f}",
                "fee": f"{fee:.2f}",
                "fee_vat": f"{vat:.2f}",
                "payment": payment,
            }
            self._say(days + 6, "remittance", amount=f"{net:.2f}", lines=[line])
            office.transfers.append(
                Transfer(self._today + timedelta(days + 9), int(net * 100), self._case["case"], direct=False)
            )
            office.fees += fee
            office.fee_vat += vat
            office.remitted += net
        return payment

    def _id(self, letter: str) -> str:
        self._number += 1
        return f"{letter}-{self._reference}-{self._number}"

    def _say(self, days: int, kind: str, **more: Any) -> None:
        on = self._today + timedelta(days)
        at = datetime.combine(on, time(9), UTC).isoformat().replace("+00:00", "Z")
        body = {
            "hub_collection": 1, "type": kind, "message_id": self._id("M"), "at": at, "case": self._case["case"],
            "agency_reference": self._reference, "currency": "EUR", **more,
        }  # fmt: skip
        self._office.say(on, body)
