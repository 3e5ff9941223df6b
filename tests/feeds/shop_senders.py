"""Two shops that send as shops do: every order several times, some twice, some late, refunds before their order; and what it all comes to.

What the ledger must say is added up here from what was sold and given back, by nothing but + and −.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.connectors.shopify import build as shopify
from tests.connectors.woocommerce import build as woo

CENT = Decimal("0.01")
REVENUE = {"21": ("8000", "1500"), "9": ("8010", "1501"), "19": ("8060", "1531")}
COUNTRY = {"21": "NL", "9": "NL", "19": "DE"}


@dataclass
class Sent:
    """Messages in the order in which they were sent, and what every account must have moved by, debit positive."""

    messages: list[bytes] = field(default_factory=list)
    expected: Counter[str] = field(default_factory=Counter)  # cents
    orders: int = 0
    refunds: int = 0

    def sell(self, rate: str, net: Decimal, tax: Decimal, account: str) -> None:
        """Count a sale, or with negative amounts what was given back."""
        revenue, vat = REVENUE[rate]
        self.expected[revenue] -= int(net * 100)
        self.expected[vat] -= int(tax * 100)
        self.expected[account] += int((net + tax) * 100)

    @property
    def totals(self) -> dict[str, int]:
        """Accounts that moved."""
        return {account: cents for account, cents in self.expected.items() if cents}


def _shuffled(events: list[list[dict[str, Any]]], chance: random.Random) -> list[bytes]:
    """The events of each order, mixed and moved about; one in twenty comes twice, and some come again much later."""
    every = [json.dumps(event).encode() for events_of in events for event in events_of]
    placed = [(n + chance.uniform(0, 12), body) for n, body in enumerate(every)]
    placed += [(n + chance.uniform(0, 30), body) for n, body in enumerate(every) if chance.random() < 0.05]
    placed += [(len(every) + n, body) for n, body in enumerate(chance.sample(every, min(5, len(every))))]
    return [body for _, body in sorted(placed, key=lambda pair: pair[0])]


def woocommerce(seed: int, orders: int) -> Sent:
    """Created unpaid, paid, completed; refunds told within the order, of orders under several rates with their lines beside it."""
    chance, sent = random.Random(seed), Sent(orders=orders)
    events = []
    for id in range(1, orders + 1):
        rates = chance.choice((["21"], ["9"], ["21", "9"], ["19"]))
        lines = [
            woo.line(n, woo.money(Decimal(chance.randint(100, 30000)) / 100), rate) for n, rate in enumerate(rates, 1)
        ]
        bank = chance.random() < 0.2
        who = chance.choice((0, id))
        more: dict[str, Any] = {
            "country": COUNTRY[rates[0]],
            "customer_id": who,
            "payment_method": "bacs" if bank else "ideal",
        }
        whole = woo.order(id, lines, **more)
        mine = [
            woo.order(id, lines, **more, status="pending", date_paid_gmt=None),
            whole,
            {**whole, "status": "completed"},
        ]
        account = "1300" if bank else "1900"
        for line, rate in zip(lines, rates, strict=True):
            sent.sell(rate, Decimal(line["total"]), Decimal(line["total_tax"]), account)
        if chance.random() < 0.3:
            sent.refunds += 1
            line, rate = lines[0], rates[0]
            back = woo.refund(100000 + id, [line], order=id, refunded_payment=not bank)
            told = {
                **whole,
                "status": "completed",
                "refunds": [{"id": back["id"], "reason": "", "total": f"-{back['amount']}"}],
            }
            mine += [back, {"order": told, "refunds": [back]} if len(rates) > 1 else told]
            sent.sell(rate, -Decimal(line["total"]), -Decimal(line["total_tax"]), account)
        events.append(mine)
    sent.messages = _shuffled(events, chance)
    return sent


def shopify_like(seed: int, orders: int) -> Sent:
    """Created pending, paid; a refund as a webhook of its own and within the order, often before anybody knows the order."""
    chance, sent = random.Random(seed), Sent(orders=orders)
    events = []
    for id in range(5001, 5001 + orders):
        rates = chance.choice((["21"], ["9"], ["21", "9"], ["19"]))
        lines = [
            shopify.line(n, shopify.money(Decimal(chance.randint(100, 30000)) / 100), rate)
            for n, rate in enumerate(rates, 1)
        ]
        more = {"country": COUNTRY[rates[0]], "customer": {"id": 900000 + id}}
        whole = shopify.order(id, lines, **more)
        mine = [shopify.order(id, lines, **more, financial_status="pending"), whole]
        for line, rate in zip(lines, rates, strict=True):
            _sell(sent, line, rate, 1)
        if chance.random() < 0.3:
            sent.refunds += 1
            back = shopify.refund(100000 + id, [lines[-1]], order=id)
            mine = [back, *mine, {**whole, "financial_status": "partially_refunded", "refunds": [back]}]
            _sell(sent, lines[-1], rates[-1], -1)
        events.append(mine)
    sent.messages = _shuffled(events, chance)
    return sent


def _sell(sent: Sent, line: dict[str, Any], rate: str, sign: int) -> None:
    tax = Decimal(line["tax_lines"][0]["price"])
    sent.sell(rate, sign * (Decimal(line["price"]) - tax), sign * tax, "1900")
