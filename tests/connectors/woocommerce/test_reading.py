"""What the reader of WooCommerce makes of orders and refunds, and what it refuses."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from connectors.woocommerce import source
from hub.formats.content import Content
from hub.model.feed import fingerprint_of
from hub.model.shop_order import ShopOrder
from tests.connectors.woocommerce.build import address, line, order, refund
from tests.shops import readings


def read(data: Any) -> list[tuple[Any, list[str]]]:
    return [(reading.feed, [f.code for f in reading.findings]) for reading in readings("woocommerce", data)]


def one(data: Any) -> ShopOrder:
    ((found, codes), *_) = read(data)
    assert codes == []
    assert isinstance(found, ShopOrder)
    return found


@pytest.mark.parametrize(
    "wrap", [lambda o: o, lambda o: [o], lambda o: {"data": o}, lambda o: {"data": [o]}, lambda o: {"orders": [o]}]
)
def test_order_is_the_same_however_it_is_wrapped(wrap: Any) -> None:
    assert one(wrap(order())) == one(order())


def test_order_tells_lines_shipping_and_discount_without_tax() -> None:
    found = one(
        order(
            lines=[line(1, "80.00", before="100.00"), line(2, "50.00", "9")],
            delivery=[line(9, "5.00", kind="shipping_lines")],
        )
    )
    assert [(t.rate, t.net, t.tax, t.kind) for t in found.taxes] == [
        (D(21), D("80.00"), D("16.80"), "goods"),
        (D(9), D("50.00"), D("4.50"), "goods"),
        (D(21), D("5.00"), D("1.05"), "shipping"),
    ]
    assert (found.total, found.shipping, found.discount) == (D("157.35"), D("5.00"), D("20.00"))


@pytest.mark.parametrize(
    ("status", "paid", "method", "state"),
    [
        ("processing", True, "ideal", "paid"),
        ("completed", True, "ideal", "paid"),
        ("refunded", True, "ideal", "paid"),
        ("processing", True, "bacs", "on_account"),
        ("processing", False, "cod", "on_account"),
        ("pending", False, "ideal", "open"),
        ("on-hold", False, "bacs", "open"),
        ("on-hold", True, "ideal", "paid"),
        ("cancelled", False, "ideal", "cancelled"),
        ("failed", False, "ideal", "cancelled"),
        ("trash", False, "ideal", "cancelled"),
    ],
)
def test_status_and_payment_decide_whether_it_is_revenue(status: str, paid: bool, method: str, state: str) -> None:
    when = {} if paid else {"date_paid_gmt": None}
    assert one(order(status=status, payment_method=method, **when)).state == state


@pytest.mark.parametrize(("paid", "state"), [("2026-03-02T10:00:05", "paid"), (None, "open")])
def test_status_of_a_plugin_is_told_and_follows_the_payment(paid: str | None, state: str) -> None:
    ((found, codes),) = read(order(status="awaiting-shipment", date_paid_gmt=paid))
    assert (found.state, codes) == (state, ["HUB-SHOP-11"])


@pytest.mark.parametrize("status", ["draft", "auto-draft", "checkout-draft"])
def test_draft_is_refused(status: str) -> None:
    assert read(order(status=status))[0][1] == ["HUB-SHOP-10"]


def test_subscription_and_batch_answer_are_refused() -> None:
    assert read(order(billing_period="month"))[0][1] == ["HUB-SHOP-10"]
    assert read({"create": [order()], "update": []}) == [(None, ["HUB-SHOP-10"])]


@pytest.mark.parametrize("moment", ["2026-03-31T22:30:00", "2026-03-31T22:30:00Z", "2026-04-01T00:30:00+02:00"])
def test_day_is_the_dutch_one_over_midnight_and_summer_time(moment: str) -> None:
    assert one(order(date_paid_gmt=moment)).on == date(2026, 4, 1)


def test_day_is_that_of_payment_then_completion_then_order() -> None:
    days = {"date_paid_gmt": None, "date_completed_gmt": "2026-03-05T10:00:00"}
    assert one(order(**days)).on == date(2026, 3, 5)
    assert one(order(date_paid_gmt=None)).on == date(2026, 3, 2)
    assert read(order(date_paid_gmt=None, date_created_gmt=None))[0][1] == ["HUB-SHOP-12"]


def test_rate_without_percentage_is_the_only_one_that_gives_the_tax() -> None:
    ((found, codes),) = read(order(country="FI", lines=[line(1, "100.00", "25.5")], percents=False))
    assert (found.taxes[0].rate, found.taxes[0].countries, codes) == (D("25.5"), ("FI",), ["HUB-SHOP-02"])


def test_rate_that_cannot_be_told_is_never_guessed() -> None:
    ((found, codes),) = read(
        order(lines=[line(1, "0.10", "9")], country="IT", percents=False)
    )  # a cent is 5, 9 and 10 % of ten
    assert (found.taxes[0].rate, codes) == (None, ["HUB-SHOP-03"])


def test_tax_that_is_not_the_rate_times_the_net_is_booked_and_told() -> None:
    wrong = order(lines=[line(1, "100.00", total_tax="9.00", taxes=[{"id": 1, "total": "9.00"}])])
    assert read(wrong)[0][1] == ["HUB-SHOP-04"]


def test_shop_sum_of_tax_leads_over_rounded_lines() -> None:
    lines = [line(n, "1.02", total_tax="0.22", taxes=[{"id": 1, "total": "0.2142"}]) for n in range(3)]
    found = one(order(lines=lines, total="3.70", total_tax="0.64"))
    assert (found.tax, found.imbalance) == (D("0.64"), 0)


def test_redeemed_gift_card_is_a_payment_and_no_discount() -> None:
    found = one(order(gift_cards=[{"id": 1, "code": "AB", "amount": "21.00"}], total="100.00"))
    assert found.total == D("121.00")
    assert [(p.gateway, p.amount) for p in found.payments] == [("gift_card", D("21.00")), ("ideal", D("100.00"))]


def test_gift_card_sold_is_known_by_what_its_extension_wrote() -> None:
    sold = line(2, "50.00", "", meta_data=[{"key": "wc_gift_card_to", "value": "someone"}])
    assert [t.kind for t in one(order(lines=[line(1, "100.00"), sold])).taxes] == ["goods", "gift_card"]


PLACES = [
    ("GR", "104 31", "EL"),
    ("GB", "BT1 1AA", "XI"),
    ("GB", "SW1A 1AA", "GB"),
    ("ES", "35001", "IC"),
    ("MC", "98000", "FR"),
]


@pytest.mark.parametrize(("country", "postcode", "territory"), PLACES)
def test_destination_is_a_territory_of_vat(country: str, postcode: str, territory: str) -> None:
    assert one(order(lines=[line(1, "10.00", "")], shipping=address(country, postcode=postcode))).country == territory


def test_what_the_customer_collects_is_supplied_at_the_shop() -> None:
    collected = line(9, "0.00", kind="shipping_lines", method_id="local_pickup")
    charged = {
        "rate_id": 1,
        "rate_code": "NL-BTW-1",
        "rate_percent": 21,
        "tax_total": "21.00",
        "shipping_tax_total": "0",
    }
    assert one(order(country="BE", delivery=[collected], tax_lines=[charged])).country == "NL"


def test_customer_is_a_debtor_by_number_and_vat_id_and_guests_are_one() -> None:
    registered = [{"key": "_billing_vat_number", "value": "NL 999991103 B01"}]
    known = one(order(customer_id=26, billing=address("NL", "Acme BV"), meta_data=registered))
    party = known.party
    assert party is not None
    assert (party.name, party.vat_id, known.business) == ("Acme BV", "NL999991103B01", True)
    assert [(i.scheme, i.value) for i in party.identifiers] == [("SHOP/SHOP.EXAMPLE", "26")]
    assert (party.contact.email, party.address.city) == ("anna@example.org", "Ons Dorp")
    guests = one(order(billing=address("NL"))).party
    assert guests is not None
    assert [(i.scheme, i.value) for i in guests.identifiers] == [("SHOP/SHOP.EXAMPLE", "GUESTS")]


WITHIN = {"id": 5, "reason": "", "total": "-121.00"}


def test_refund_is_the_same_within_its_order_and_in_its_own_file() -> None:
    ((_, _), (within, codes)) = read(order(refunds=[WITHIN]))
    ((_, _), (beside, _)) = read({"order": order(refunds=[WITHIN]), "refunds": [refund(5, [line(1, "100.00")])]})
    ((alone, alone_codes),) = read(refund(5, [line(1, "100.00")]))
    assert within.identity == beside.identity == alone.identity == "shop_order|shop.example|1001|refund 5"
    assert fingerprint_of(within) == fingerprint_of(beside) == fingerprint_of(alone)
    assert (codes, alone_codes) == (["HUB-SHOP-08"], ["HUB-SHOP-05"])  # a refund without its order waits for it
    assert (within.total, within.taxes[0].net, within.taxes[0].tax) == (D("-121.00"), D("-100.00"), D("-21.00"))
    assert (beside.on, beside.payments[0].amount) == (date(2026, 3, 9), D("-121.00"))


def test_part_of_a_refund_is_split_by_the_only_rate_and_never_by_several() -> None:
    ((_, _), (part, codes)) = read(order(refunds=[{**WITHIN, "total": "-12.10"}]))
    assert ((part.taxes[0].net, part.taxes[0].tax), codes) == ((D("-10.00"), D("-2.10")), ["HUB-SHOP-08"])
    two = order(lines=[line(1, "100.00"), line(2, "100.00", "9")], refunds=[{**WITHIN, "total": "-12.10"}])
    assert read(two)[1][1] == ["HUB-SHOP-08", "HUB-SHOP-06"]


def test_refund_of_shipping_alone_takes_its_own_rate() -> None:
    shipping = line(9, "5.00", kind="shipping_lines")
    whole = order(lines=[line(1, "100.00", "9")], delivery=[shipping], refunds=[{**WITHIN, "total": "-6.05"}])
    ((_, _), (found, codes)) = read({"order": whole, "refunds": [refund(5, [shipping])]})
    assert (codes, found.shipping, [(t.rate, t.net, t.tax, t.kind) for t in found.taxes]) == (
        [], D("-5.00"), [(D(21), D("-5.00"), D("-1.05"), "shipping")],
    )  # fmt: skip


def test_refund_that_the_shop_did_not_pay_itself_stays_owed() -> None:
    by_hand = refund(5, [line(1, "100.00")], refunded_payment=False)
    ((_, _), (found, _)) = read({"order": order(refunds=[WITHIN]), "refunds": [by_hand]})
    assert found.payments == ()


def test_refund_whose_lines_are_not_its_amount_is_refused() -> None:
    ((_, _), (_, codes)) = read(
        {"order": order(refunds=[WITHIN]), "refunds": [refund(5, [line(1, "100.00")], amount="120.00")]}
    )
    assert codes == ["HUB-FEED-01"]


def test_refunds_of_a_refused_order_are_refused_and_those_of_an_unpaid_one_are_none() -> None:
    assert read(order(total="1.00", refunds=[WITHIN]))[1][1] == ["HUB-SHOP-08", "HUB-SHOP-07"]
    assert len(read(order(status="cancelled", date_paid_gmt=None, refunds=[WITHIN]))) == 1


@pytest.mark.parametrize(
    ("wrong", "terms"),
    [
        ({"total": "120.00"}, ["total"]),
        ({"shipping_total": "7.00"}, ["shipping_total"]),
        ({"discount_total": "3.00"}, ["discount_total"]),
        ({"total_tax": "20.00"}, ["total", "tax_lines", "total_tax"]),
    ],
)
def test_order_that_contradicts_itself_is_refused_with_every_term(wrong: dict[str, str], terms: list[str]) -> None:
    (reading,) = readings("woocommerce", order(**wrong))
    assert {f.code for f in reading.findings} == {"HUB-FEED-01"}
    assert [dict(f.details)["term"] for f in reading.findings] == terms


def test_amounts_are_numbers_or_text_and_anything_else_is_refused() -> None:
    plain = json.loads(json.dumps(order()))
    plain["line_items"][0] |= {"total": 100, "total_tax": 21.00, "subtotal": 100.0}
    assert one(plain).total == D("121.00")
    for wrong in ("1.000,00", "12e3", True, [], "NaN"):
        plain["line_items"][0]["total"] = wrong
        (reading,) = readings("woocommerce", plain)
        assert reading.findings[0].code == "HUB-SHOP-01"
        assert reading.findings[0].location == "$.line_items[0].total"


def test_what_changes_nothing_in_the_books_leaves_the_fingerprint() -> None:
    same = [
        order(status="completed", date_completed_gmt="2026-03-08T10:00:00", customer_note="thanks"),
        order(billing={**address("NL"), "phone": "other"}),
        order(refunds=[WITHIN]),
    ]
    assert {fingerprint_of(one(o) if not o["refunds"] else read(o)[0][0]) for o in same} == {
        fingerprint_of(one(order()))
    }
    others = [
        order(lines=[line(1, "100.01")]),
        order(country="BE"),
        order(payment_method="paypal"),
        order(lines=[line(1, "111.01", "9")]),
    ]
    assert fingerprint_of(one(order())) not in {fingerprint_of(one(o)) for o in others}


def test_bank_transfer_that_came_in_changes_nothing() -> None:
    before, after = (order(payment_method="bacs", date_paid_gmt=paid) for paid in (None, "2026-03-05T10:00:00"))
    assert fingerprint_of(one(before)) == fingerprint_of(one(after))


def test_file_that_is_no_json_is_ours_and_refused() -> None:
    broken = json.dumps(order()).replace("}]", "},]", 1).encode()
    content = Content(broken)
    assert source.recognise(content)
    assert [f.code for f in source.read(content).findings] == ["HUB-JSON-01"]
    assert not source.recognise(Content(b'{"x": 1,}'))
    for other in (b"", b"{", b"[]", b"{}", b"null", b"<a/>", b'{"orders": []}', b"[1, 2]", b'{"data": {"data": 1}}'):
        assert not source.recognise(Content(other))


LEGACY = {
    "id": 645, "order_number": 645, "created_at": "2026-01-26T20:00:21Z", "completed_at": "2026-01-26T20:00:21Z", "status": "processing",
    "currency": "EUR", "total": "127.05", "total_tax": "22.05", "total_shipping": "5.00", "shipping_tax": "1.05", "total_discount": "0.00",
    "payment_details": {"method_id": "ideal", "paid": True}, "billing_address": address("NL"), "shipping_address": address("NL"),
    "customer_id": 2, "view_order_url": "https://shop.example/my-account/view-order/645",
    "line_items": [{"id": 1, "subtotal": "100.00", "total": "100.00", "total_tax": "21.00", "tax_class": None}],
    "shipping_lines": [{"id": 2, "total": "5.00"}], "tax_lines": [{"rate_id": "5", "code": "NL-BTW-1", "total": "22.05"}],
}  # fmt: skip


def test_order_of_the_older_api_reads_as_one_of_today() -> None:
    ((found, codes),) = read({"order": LEGACY})
    assert codes == ["HUB-SHOP-02"]
    assert (found.shop, found.state, found.total, found.tax, found.shipping) == (
        "shop.example",
        "paid",
        D("127.05"),
        D("22.05"),
        D("5.00"),
    )


def test_rate_that_was_not_charged_is_none() -> None:
    exempt = line(1, "250.00", "21", total_tax="0.00", taxes=[{"id": 1, "total": "0"}])
    found = one(order(lines=[exempt]))
    assert [(t.rate, t.tax, t.countries) for t in found.taxes] == [(None, D("0.00"), ())]
    cent = one(order(lines=[line(1, "0.02", "9")]))
    assert [(t.rate, t.tax, t.countries) for t in cent.taxes] == [(D(9), D("0.00"), ("NL",))]
