"""What the reader of Magento makes of orders, invoices and credit memos, and what it refuses."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from connectors.magento import source
from hub.formats.content import Content
from hub.model.shop_order import ShopOrder
from tests.shops import booked, readings

BILLING = {
    "firstname": "Anna", "lastname": "de Vries", "company": "", "street": ["Dorpsstraat 1"], "city": "Ons Dorp", "postcode": "1234 AB",
    "country_id": "NL", "email": "anna@example.org", "telephone": "+31 20 000 0000",
}  # fmt: skip


def item(
    id: int, net: float, rate: float = 21, *, off: float = 0, compensated: float = 0, **more: Any
) -> dict[str, Any]:
    """A row; `off` is its discount, which includes tax where prices do: then `compensated` is the tax in it."""
    tax = round((net - off + compensated) * rate / 100, 2)
    return {
        "item_id": id, "sku": f"S{id}", "product_type": "simple", "row_total": net, "tax_percent": rate, "tax_amount": tax,
        "discount_amount": off, "discount_tax_compensation_amount": compensated, "qty_ordered": 1, "price": net, **more,
    }  # fmt: skip


def order(items: list[dict[str, Any]] | None = None, *, shipping: float = 0, **more: Any) -> dict[str, Any]:
    rows = items if items is not None else [item(1, 100)]
    goods = [row for row in rows if "row_total" in row]
    shipping_tax = round(shipping * 0.21, 2)
    tax = round(sum(row["tax_amount"] for row in goods) + shipping_tax, 2)
    off = sum(row["discount_amount"] - row["discount_tax_compensation_amount"] for row in goods)
    total = round(sum(row["row_total"] for row in goods) - off + shipping + tax, 2)
    made = {
        "entity_id": 7, "increment_id": "000000007", "state": "processing", "created_at": "2026-03-31 22:30:00", "customer_id": 12,
        "base_currency_code": "EUR", "order_currency_code": "EUR", "grand_total": total, "base_grand_total": total, "total_paid": total,
        "tax_amount": tax, "shipping_amount": shipping, "shipping_tax_amount": shipping_tax, "discount_amount": -off,
        "billing_address": BILLING, "items": rows, "payment": {"method": "mollie_methods_ideal", "last_trans_id": "tr_1"},
    }  # fmt: skip
    return {**made, **more}


def memo(items: list[dict[str, Any]], total: float, **more: Any) -> dict[str, Any]:
    rows = [
        {**{k: v for k, v in row.items() if k not in ("tax_percent", "item_id")}, "order_item_id": row["item_id"]}
        for row in items
    ]
    made = {
        "entity_id": 3, "increment_id": "000000003", "order_id": 7, "created_at": "2026-04-09 10:00:00", "order_currency_code": "EUR",
        "grand_total": total, "base_grand_total": total, "tax_amount": sum(row["tax_amount"] for row in items), "shipping_amount": 0,
        "adjustment_positive": 0, "adjustment_negative": 0, "items": rows,
    }  # fmt: skip
    return {**made, **more}


def read(data: Any) -> list[tuple[Any, list[str]]]:
    return [(reading.feed, [f.code for f in reading.findings]) for reading in readings("magento", data)]


def parts(found: ShopOrder) -> list[tuple[Any, ...]]:
    return [(t.rate, t.net, t.tax, t.kind) for t in found.taxes]


def test_order_tells_rows_shipping_and_customer() -> None:
    ((found, codes),) = read(order([item(1, 100), item(2, 50, 9)], shipping=10))
    assert codes == []
    assert parts(found) == [
        (D(21), D(100), D(21), "goods"), (D(9), D(50), D("4.5"), "goods"), (D(21), D(10), D("2.1"), "shipping"),
    ]  # fmt: skip
    assert (found.on, found.state, found.number, found.total) == (date(2026, 4, 1), "paid", "000000007", D("187.6"))
    assert (found.party.name, found.party.contact.email, found.party.address.line_1) == (
        "Anna de Vries",
        "anna@example.org",
        "Dorpsstraat 1",
    )


def test_parent_or_child_without_amounts_is_left_out() -> None:
    child = {"item_id": 2, "sku": "S1-M", "product_type": "simple", "price": 0, "parent_item_id": 1}
    ((found, codes),) = read(order([item(1, 100, product_type="configurable"), child]))
    assert (codes, found.total) == ([], D(121))


def test_discount_with_its_tax_compensation_is_off_the_row() -> None:
    """€ 121 with tax in the price, less € 12.10: the row keeps its net, and € 2.10 of the discount is tax."""
    ((found, codes),) = read(order([item(1, 100, off=12.1, compensated=2.1)]))
    assert (codes, parts(found)) == ([], [(D(21), D(90), D("18.9"), "goods")])


@pytest.mark.parametrize(
    ("state", "method", "paid", "expected"),
    [
        ("processing", "mollie_methods_ideal", 121, "paid"),
        ("closed", "mollie_methods_ideal", 121, "paid"),
        ("processing", "banktransfer", 121, "on_account"),
        ("processing", "purchaseorder", 0, "on_account"),
        ("new", "banktransfer", 0, "open"),
        ("canceled", "banktransfer", 0, "cancelled"),
    ],
)
def test_state_and_payment_decide_whether_it_is_revenue(state: str, method: str, paid: float, expected: str) -> None:
    ((found, _),) = read(order(state=state, payment={"method": method}, total_paid=paid))
    assert found.state == expected


def test_unknown_state_is_told() -> None:
    assert read(order(state="fraud"))[0][1] == ["HUB-SHOP-11"]


def test_credit_memo_beside_its_order_is_a_refund_by_the_rates_of_the_order() -> None:
    rows = [item(1, 100), item(2, 50, 9)]
    ((_, _), (found, codes)) = read({"order": order(rows), "creditmemos": [memo([rows[1]], 54.5)]})
    assert (codes, parts(found)) == ([], [(D(9), D(-50), D("-4.5"), "goods")])
    assert (found.identity, found.payments[0].amount) == ("shop_order|magento|7|refund 000000003", D("-54.5"))


def test_adjustment_above_the_rows_is_split_by_the_only_rate() -> None:
    ((_, _), (found, codes)) = read({"order": order(), "creditmemos": [memo([], 12.1, adjustment_positive=12.1)]})
    assert (codes, parts(found)) == ([], [(D(21), D("-10.00"), D("-2.10"), "goods")])


def test_invoice_and_credit_memo_alone_wait_for_their_order() -> None:
    invoice = {k: v for k, v in order().items() if k not in ("payment", "billing_address")} | {"order_id": 7}
    assert read(invoice)[0][1] == ["HUB-SHOP-19"]
    ((found, codes),) = read(memo([item(1, 100)], 121))
    assert (codes, found.identity, found.total) == (["HUB-SHOP-05"], "shop_order|magento|7|refund 000000003", D(-121))


def test_list_of_orders_is_read_whole() -> None:
    assert len(read({"items": [order(), order(entity_id=8)], "search_criteria": {}, "total_count": 2})) == 2


@pytest.mark.parametrize("term", ["grand_total", "tax_amount"])
def test_order_that_contradicts_itself_is_refused_with_its_term(term: str) -> None:
    (reading,) = readings("magento", order(**{term: 9}))
    assert [(f.code, dict(f.details)["term"]) for f in reading.findings] == [("HUB-FEED-01", term)]


def test_order_is_booked() -> None:
    (made,) = booked("magento", order(shipping=10))
    assert made.lines == {"8000": "-110.00", "1500": "-23.10", "1300": "0.00", "1900": "133.10"}


def test_others_are_not_ours() -> None:
    for other in (b"", b"{}", b"[]", b'{"items": []}', b'{"items": [1], "search_criteria": 1}', b'{"grand_total": 1}'):
        assert not source.recognise(Content(other))
