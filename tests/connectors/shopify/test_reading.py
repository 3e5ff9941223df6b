"""What the reader of Shopify makes of orders and refunds, and what it refuses."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from connectors.shopify import source
from hub.formats.content import Content
from hub.model.feed import fingerprint_of
from hub.model.shop_order import ShopOrder
from tests.connectors.shopify.build import address, delivery, line, order, refund, transaction
from tests.shops import booked, readings


def read(data: Any) -> list[tuple[Any, list[str]]]:
    return [(reading.feed, [f.code for f in reading.findings]) for reading in readings("shopify", data)]


def one(data: Any) -> ShopOrder:
    ((found, codes), *_) = read(data)
    assert codes == []
    assert isinstance(found, ShopOrder)
    return found


def parts(found: ShopOrder) -> list[tuple[Any, ...]]:
    return [(t.rate, t.net, t.tax, t.kind) for t in found.taxes]


@pytest.mark.parametrize("wrap", [lambda o: o, lambda o: {"order": o}, lambda o: {"orders": [o]}])
def test_order_is_the_same_however_it_is_wrapped(wrap: Any) -> None:
    assert one(wrap(order())) == one(order())


@pytest.mark.parametrize("included", [True, False])
def test_prices_with_and_without_tax_give_net_tax_and_discount(included: bool) -> None:
    prices = ("60.50", "109.00", "12.10") if included else ("50.00", "100.00", "10.00")
    lines = [
        line(1, prices[0], quantity=2, off=prices[2], included=included),
        line(2, prices[1], "9", included=included),
    ]
    found = one(order(lines=lines, shipping=[delivery(prices[2], included=included)], included=included))
    assert parts(found) == [
        (D(21), D("90.00"), D("18.90"), "goods"), (D(9), D("100.00"), D("9.00"), "goods"), (D(21), D("10.00"), D("2.10"), "shipping"),
    ]  # fmt: skip
    assert (found.total, found.shipping, found.imbalance) == (D("230.00"), D("10.00"), 0)


@pytest.mark.parametrize(
    ("status", "more", "state"),
    [
        ("paid", {}, "paid"),
        ("partially_refunded", {}, "paid"),
        ("refunded", {}, "paid"),
        ("paid", {"payment_gateway_names": ["Bank Deposit"]}, "on_account"),
        ("paid", {"payment_gateway_names": ["manual"]}, "on_account"),
        ("partially_paid", {}, "on_account"),
        ("pending", {}, "open"),
        ("pending", {"payment_terms": {"payment_schedules": [{"due_at": "2026-04-01T10:00:00Z"}]}}, "on_account"),
        ("authorized", {}, "open"),
        ("voided", {}, "cancelled"),
        ("paid", {"cancelled_at": "2026-03-03T10:00:00Z"}, "cancelled"),
    ],
)
def test_status_decides_whether_it_is_revenue(status: str, more: dict[str, Any], state: str) -> None:
    assert one(order(financial_status=status, **more)).state == state


def test_terms_of_a_business_customer_are_the_due_date() -> None:
    terms = {"payment_schedules": [{"due_at": "2026-04-01T10:00:00Z"}]}
    assert one(order(financial_status="pending", payment_terms=terms)).due_date == date(2026, 4, 1)


def test_unknown_status_is_told_and_open() -> None:
    ((found, codes),) = read(order(financial_status="disputed"))
    assert (found.state, codes) == ("open", ["HUB-SHOP-11"])


def test_test_orders_drafts_gift_cards_and_transactions_are_refused() -> None:
    assert read(order(test=True))[0][1] == ["HUB-SHOP-10"]
    assert read({"draft_order": order()})[0][1] == ["HUB-SHOP-10"]
    assert read({"gift_card": {"id": 1, "balance": "25.00"}}) == [(None, ["HUB-SHOP-10"])]
    assert read({"transactions": [transaction("sale", "1.00")]}) == [(None, ["HUB-SHOP-10"])]


def test_payments_are_those_of_the_transactions_else_the_gateways_together() -> None:
    moved = [
        transaction("sale", "21.00", "gift_card"),
        transaction("capture", "100.00"),
        transaction("sale", "9.00", status="failure"),
    ]
    cards = order(transactions=moved)
    assert [(p.gateway, p.amount) for p in one(cards).payments] == [
        ("gift_card", D("21.00")),
        ("shopify_payments", D("100.00")),
    ]
    joined = order(payment_gateway_names=["gift_card", "shopify_payments"])
    assert [p.gateway for p in one(joined).payments] == ["gift_card + shopify_payments"]
    assert [b.codes for b in booked("shopify", joined)] == [["HUB-MAP-01"]]


def test_gift_card_services_and_tips_have_a_kind_of_their_own() -> None:
    lines = [line(1, "121.00"), line(2, "50.00", "", gift_card=True), line(3, "12.10", requires_shipping=False)]
    found = one(order(lines=lines, total_tip_received="5.00", total_price="188.10"))
    assert [t.kind for t in found.taxes] == ["goods", "gift_card", "services", "tip"]
    (made,) = booked("shopify", order(lines=lines, total_tip_received="5.00", total_price="188.10"))
    assert made.lines == {
        "8000": "-110.00",
        "1500": "-23.10",
        "1650": "-50.00",
        "1640": "-5.00",
        "1300": "0.00",
        "1900": "188.10",
    }


def test_customer_has_his_number_address_and_mail() -> None:
    found = one(
        order(
            billing_address=address("DE", "Beispiel GmbH"),
            note_attributes=[{"name": "VAT number", "value": "DE 999999999"}],
        )
    )
    party = found.party
    assert party is not None
    assert (party.name, party.vat_id, found.business, party.contact.email) == (
        "Beispiel GmbH",
        "DE999999999",
        True,
        "anna@example.org",
    )
    assert [(i.scheme, i.value) for i in party.identifiers] == [("SHOP/SHOPIFY", "77")]


def test_refund_is_the_same_within_its_order_and_as_a_webhook() -> None:
    own = refund(9, [line(1, "121.00")])
    ((_, _), (within, codes)) = read(order(refunds=[own], financial_status="refunded"))
    ((alone, alone_codes),) = read(own)
    assert (codes, alone_codes) == ([], ["HUB-SHOP-05"])
    assert within.identity == alone.identity == "shop_order|shopify|5001|refund 9"
    assert fingerprint_of(within) == fingerprint_of(alone)
    assert (parts(within), within.on) == ([(D(21), D("-100.00"), D("-21.00"), "goods")], date(2026, 3, 9))
    assert [(p.gateway, p.amount) for p in within.payments] == [("shopify_payments", D("-121.00"))]


def test_goodwill_above_the_goods_is_split_by_the_only_rate() -> None:
    ((_, _), (found, codes)) = read(order(refunds=[refund(9, [], more_back="12.10")]))
    assert (codes, parts(found)) == ([], [(D(21), D("-10.00"), D("-2.10"), "goods")])
    two = order(lines=[line(1, "121.00"), line(2, "109.00", "9")], refunds=[refund(9, [], more_back="12.10")])
    assert read(two)[1][1] == ["HUB-SHOP-06"]


def test_shipping_goes_back_by_its_own_rate() -> None:
    back = {"kind": "shipping_refund", "amount": "-10.00", "tax_amount": "-2.10"}
    own = refund(9, [], order_adjustments=[back], transactions=[transaction("refund", "12.10")])
    ((_, _), (found, codes)) = read(order(lines=[line(1, "109.00", "9")], shipping=[delivery("12.10")], refunds=[own]))
    assert (codes, parts(found), found.shipping) == ([], [(D(21), D("-10.00"), D("-2.10"), "shipping")], D("-10.00"))


def test_refund_that_is_not_its_transaction_is_refused_and_restocking_is_none() -> None:
    wrong = refund(9, [line(1, "121.00")], transactions=[transaction("refund", "100.00")])
    assert read(order(refunds=[wrong]))[1][1] == ["HUB-FEED-01"]
    assert len(read(order(refunds=[refund(9, [], transactions=[])]))) == 1


def test_refund_of_a_refused_order_is_refused() -> None:
    assert read(order(test=True, refunds=[refund(9, [line(1, "121.00")])]))[1][1] == ["HUB-SHOP-07"]


@pytest.mark.parametrize("term", ["total_price", "subtotal_price", "total_tax"])
def test_order_that_contradicts_itself_is_refused_with_its_term(term: str) -> None:
    (reading,) = readings("shopify", order(**{term: "9.00"}))
    assert [(f.code, dict(f.details)["term"]) for f in reading.findings] == [("HUB-FEED-01", term)]


def test_what_changes_nothing_in_the_books_leaves_the_fingerprint() -> None:
    same = [order(updated_at="2026-03-09T12:00:00Z", note="thanks"), order(financial_status="partially_refunded")]
    assert {fingerprint_of(one(o)) for o in same} == {fingerprint_of(one(order()))}
    assert fingerprint_of(one(order(lines=[line(1, "122.00")]))) != fingerprint_of(one(order()))


def test_file_that_is_no_json_is_ours_and_refused() -> None:
    content = Content(json.dumps(order()).encode()[:-5])
    assert source.recognise(content)
    assert [f.code for f in source.read(content).findings] == ["HUB-JSON-01"]
    for other in (b"", b"{}", b"[]", b'{"order": 1}', b'{"order": {"id": 1}}', b'{"draft_order": 1}', b"[[]]"):
        assert not source.recognise(Content(other))
