"""Orders of webshops through the whole house: whatever is sent twice, late or in another order, the ledger is the sum of the orders."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from hub.intake import Arrival
from hub.reports.verify import verify
from hub.taking import Taking
from hub.workers.intake import work
from hub.workers.publish import Document, publish
from hub.workers.relay import relay
from tests.books import Books, message_of, open_books
from tests.connectors.shopify import build as shopify
from tests.connectors.woocommerce import build as woo
from tests.feeds.shop_senders import Sent, shopify_like, woocommerce

SENDERS: list[Callable[[int, int], Sent]] = [woocommerce, shopify_like]


def ledger(books: Books) -> dict[str, int]:
    """What every account moved by, in cents, debit positive."""
    query = """SELECT a.code, SUM(CASE WHEN p.side = 'debit' THEN p.base_amount ELSE -p.base_amount END)
               FROM posting p JOIN account a ON a.id = p.account_id AND a.administration_id = p.administration_id GROUP BY a.code"""
    return {code: int(cents) for code, cents in books.rows(query) if cents}


def outcomes(books: Books) -> Counter[str]:
    return Counter(row[0] for row in books.rows("SELECT outcome FROM inbox"))


def all_hold(books: Books) -> None:
    assert [(c.check, c.failures) for c in verify(books.hub.database, books.hub.sources) if not c.ok] == []


def send(books: Books, *documents: Any) -> list[str]:
    """Outcomes of what each of these brought, one message at a time."""
    made = []
    for document in documents:
        made += [r.outcome for r in books.process([message_of(json.dumps(document).encode(), name="x.json")])]
    return made


@pytest.mark.parametrize("sender", SENDERS)
def test_ledger_is_the_sum_of_the_orders_by_the_queue(tmp_path: Path, sender: Callable[[int, int], Sent]) -> None:
    sent = sender(7, 60)
    with open_books(tmp_path) as books:
        documents = [Document(body, "order.json", "application/json") for body in sent.messages]
        list(publish(books.hub, "demo", documents, "mutation"))
        relay(books.hub, once=True)
        work(books.hub, ("mutation",), once=True)
        assert ledger(books) == sent.totals
        assert books.scalar("SELECT COUNT(*) FROM entry") == sent.orders + sent.refunds
        assert outcomes(books)["held"] == outcomes(books)["conflict"] == 0
        assert outcomes(books)["duplicate"] > len(sent.messages) / 20
        assert outcomes(books)["refused"] > 0  # refunds that came before their order, or without it
        assert books.scalar("SELECT COUNT(*) FROM announced_order WHERE state <> 'closed'") == 0
        all_hold(books)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("sender", SENDERS)
def test_ledger_is_the_sum_of_the_orders_by_intake(
    tmp_path: Path, sender: Callable[[int, int], Sent], seed: int
) -> None:
    sent = sender(seed, 25)
    with open_books(tmp_path) as books:
        arrivals = [Arrival(f"{n}.json", body, "application/json") for n, body in enumerate(sent.messages)]
        list(Taking(books.hub, "demo").take(arrivals))
        assert ledger(books) == sent.totals
        all_hold(books)


def test_order_goes_its_way_and_weighs_on_credit_until_it_is_paid(books: Books) -> None:
    waiting = woo.order(customer_id=26, status="on-hold", date_paid_gmt=None)
    assert send(books, waiting) == ["posted"]
    assert books.rows("SELECT number, state FROM announced_order") == [("1001", "accepted")]
    assert ledger(books) == {}
    assert send(books, woo.order(customer_id=26), woo.order(customer_id=26, status="completed"), waiting) == [
        "posted",
        "duplicate",
        "duplicate",
    ]
    assert books.rows("SELECT state FROM announced_order") == [("closed",)]
    assert ledger(books) == {"8000": -10000, "1500": -2100, "1900": 12100}
    all_hold(books)


def test_order_that_comes_open_after_it_was_paid_is_not_announced(books: Books) -> None:
    assert send(books, woo.order(customer_id=26), woo.order(customer_id=26, status="pending", date_paid_gmt=None)) == [
        "posted",
        "posted",
    ]
    assert books.scalar("SELECT COUNT(*) FROM announced_order WHERE state <> 'closed'") == 0


def test_changed_order_is_a_conflict_that_books_nothing(books: Books) -> None:
    assert send(books, woo.order(), woo.order(lines=[woo.line(1, "200.00")])) == ["posted", "conflict"]
    assert ledger(books)["8000"] == -10000


def test_cancelled_order_that_was_booked_waits_for_a_person(books: Books) -> None:
    gone = woo.order(status="cancelled", date_paid_gmt=None)
    assert send(books, woo.order(), gone) == ["posted", "held"]


def test_refund_that_comes_first_is_refused_and_booked_with_its_order(books: Books) -> None:
    back = shopify.refund(9, [shopify.line(1, "121.00")])
    order = shopify.order(refunds=[back], financial_status="refunded")
    assert send(books, back, order, back) == ["refused", "posted", "posted", "duplicate"]
    assert ledger(books) == {}
    all_hold(books)


def test_customer_becomes_a_debtor_once_with_address_and_guests_share_one(books: Books) -> None:
    known = [woo.order(id, customer_id=26) for id in (1, 2)]
    assert send(books, *known, woo.order(3), woo.order(4)) == ["posted"] * 4
    assert books.rows("SELECT name FROM relation ORDER BY id") == [("Anna de Vries",), ("shop.example",)]
    assert books.rows("SELECT line_1, city, country FROM relation_address") == [("Dorpsstraat 1", "Ons Dorp", "NL")]
    assert books.rows("SELECT name, email, telephone FROM relation_contact") == [
        ("Anna de Vries", "anna@example.org", "+31 20 000 0000")
    ]
    assert books.rows("SELECT customer_type FROM relation_card") == [("consumer",)]
    all_hold(books)


def test_unknown_gateway_holds_the_order_with_the_line_to_add(books: Books) -> None:
    assert send(books, woo.order(payment_method="riverty")) == ["held"]


def test_pay_out_empties_the_clearing_account(books: Books) -> None:
    paid = {
        "resource": "settlement",
        "reference": "1234567.2603.01",
        "settledAt": "2026-03-06T09:00:00Z",
        "status": "paidout",
    }
    money = {"currency": "EUR", "value": "121.00"}
    month = {"revenue": [{"method": "ideal", "count": 1, "amountGross": money}], "costs": []}
    settlement = {**paid, "amount": money, "periods": {"2026": {"03": month}}}
    assert send(books, woo.order(), settlement, settlement) == ["posted", "posted", "duplicate"]
    assert ledger(books) == {"8000": -10000, "1500": -2100, "1190": 12100}
    all_hold(books)


def test_open_order_without_a_rate_is_held_and_stops_no_other(books: Books) -> None:
    foreign = woo.order(2001, customer_id=27, status="on-hold", date_paid_gmt=None, currency="ZAR")
    assert send(books, foreign, woo.order(customer_id=26, status="on-hold", date_paid_gmt=None)) == ["held", "posted"]
    assert books.rows("SELECT code FROM finding WHERE severity = 'fatal'") == [("HUB-RATE-01",)]
    assert books.rows("SELECT number FROM announced_order") == [("1001",)]


def test_order_whose_number_has_ended_here_says_so_and_stops_no_other(books: Books) -> None:
    waiting = {"customer_id": 26, "status": "on-hold", "date_paid_gmt": None}
    send(books, woo.order(**waiting))
    with books.hub.database.transaction() as connection:  # as a file of orders may have announced and closed it
        connection.execute(text("UPDATE announced_order SET number = '2001', state = 'closed'"))
    both = woo.order(2001, [woo.line(1, "200.00")], **waiting), woo.order(3001, **waiting)
    sent = [message_of(json.dumps(order).encode(), name="o.json") for order in both]
    assert [r.outcome for r in books.process(sent)] == ["posted", "posted"]
    assert books.rows("SELECT number, state FROM announced_order ORDER BY number") == [
        ("2001", "closed"), ("3001", "accepted"),
    ]  # fmt: skip
    assert books.rows("SELECT code, severity FROM finding WHERE code LIKE 'HUB-ORDER%'") == [
        ("HUB-ORDER-04", "warning")
    ]
    all_hold(books)
