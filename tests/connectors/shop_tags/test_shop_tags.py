"""Tagging customers over real HTTP: a WooCommerce and a Shopify that keep what they are told, and check how they are told it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.shop_tags import shopify, woocommerce
from connectors.shop_tags.kinds import TagSink
from hub.errors import Permanent, Throttled, Transient, Usage
from hub.model.dispatch import Dispatch
from hub.net import Http, Manners
from tests.connectors.shop_tags.shops import ShopifyShop, WooShop, as_json
from tests.far_side import RESET, SILENT, Asked, FarSide, Reply, far_side

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def event(on_hold: bool, *keys: str) -> Dispatch:
    card = {"code": "C0007", "keys": list(keys), "credit": {"on_hold": on_hold}}
    body = json.dumps({"type": "relation.held", "data": {"relation": "C0007", "card": card}}).encode()
    return Dispatch("d-1", "demo", "web", "relation.held", "C0007", body, "application/json", AT)


@pytest.fixture
def partner() -> Iterator[FarSide]:
    with far_side() as made:
        yield made


@pytest.fixture
def http() -> Http:
    return Http(Manners(loopback=True, read_seconds=0.5), sleep=lambda _s: None)


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("WOO_KEY", "ck_1"), ("WOO_SECRET", "cs_1"), ("SHOPIFY_TOKEN", "shpat_1")):
        monkeypatch.setenv(name, value)


def woo(partner: FarSide, http: Http, **more: str) -> TagSink:
    options = {"url": partner.url, "key": "env:WOO_KEY", "secret": "env:WOO_SECRET", **more}
    return woocommerce.open("web", options, http)


def spfy(partner: FarSide, http: Http, **more: str) -> TagSink:
    return shopify.open("web", {"url": partner.url, "token": "env:SHOPIFY_TOKEN", **more}, http)


def test_woocommerce_customer_is_marked_and_freed_and_the_rest_of_him_left_alone(partner: FarSide, http: Http) -> None:
    shop = partner.trade = WooShop()
    sink = woo(partner, http)
    assert sink.deliver(event(True, "0106:12345678", "SHOP:WEB:42")).note == "42: changed"
    assert shop.meta("42") == {"vip": "x", "boekhub_on_hold": "yes"}
    put = partner.asked[-1]
    assert put.method == "PUT"
    assert put.json == {"meta_data": [{"key": "boekhub_on_hold", "value": "yes"}]}
    assert "ck_1" not in put.path
    assert sink.deliver(event(False, "SHOP:WEB:42")).note == "42: changed"
    assert shop.meta("42")["boekhub_on_hold"] == "no"


def test_woocommerce_is_not_written_to_when_nothing_changes(partner: FarSide, http: Http) -> None:
    partner.trade = WooShop()
    sink = woo(partner, http)
    assert sink.deliver(event(False, "SHOP:WEB:42")).note == "42: unchanged"
    sink.deliver(event(True, "SHOP:WEB:42"))
    assert sink.deliver(event(True, "SHOP:WEB:42")).note == "42: unchanged"
    assert [a.method for a in partner.asked].count("PUT") == 1


def test_shopify_customer_is_tagged_and_freed_and_keeps_his_other_tags(partner: FarSide, http: Http) -> None:
    shop = partner.trade = ShopifyShop()
    sink = spfy(partner, http)
    for _ in range(2):  # twice is as once
        sink.deliver(event(True, "SHOP:WEB:42"))
        assert shop.tags["gid://shopify/Customer/42"] == {"vip", "boekhub-on-hold"}
    sink.deliver(event(False, "SHOP:WEB:42"))
    assert shop.tags["gid://shopify/Customer/42"] == {"vip"}


@pytest.mark.parametrize("make", [woo, spfy])
def test_customer_of_another_shop_or_of_none_is_not_asked_about(partner: FarSide, http: Http, make: Any) -> None:
    sink = make(partner, http)
    assert sink.deliver(event(True, "SHOP:OTHER:42", "0106:12345678")).note == "no customer of this shop"
    assert partner.asked == []


@pytest.mark.parametrize(("make", "trade"), [(woo, WooShop), (spfy, ShopifyShop)])
def test_relation_that_is_two_customers_after_a_merge_is_marked_at_both(
    partner: FarSide, http: Http, make: Any, trade: Any
) -> None:
    partner.trade = trade()
    note = make(partner, http, shop="store").deliver(event(True, "SHOP:STORE:42", "SHOP:STORE:43")).note
    assert note == "42: changed, 43: gone"


@pytest.mark.parametrize("make", [woo, spfy])
@pytest.mark.parametrize(
    ("reply", "error"),
    [(Reply(429, headers={"Retry-After": "90"}), Throttled), (Reply(503, headers={"Retry-After": "90"}), Throttled),
     (RESET, Transient), (SILENT, Transient), (Reply(500), Transient), (Reply(401), Permanent), (Reply(200, b"<html>"), Permanent)],
)  # fmt: skip
def test_accidents_are_for_later_and_wrong_settings_for_a_person(
    partner: FarSide, http: Http, make: Any, reply: Reply, error: type[Exception]
) -> None:
    partner.script.append(reply)
    with pytest.raises(error):
        make(partner, http).deliver(event(True, "SHOP:WEB:42"))


def test_answer_lost_after_the_change_ends_the_same_when_it_is_told_again(partner: FarSide, http: Http) -> None:
    shop = WooShop()

    def lose_the_first_put(asked: Asked) -> Reply:
        reply = shop(asked)
        return RESET if asked.method == "PUT" and sum(a.method == "PUT" for a in partner.asked) == 1 else reply

    partner.trade = lose_the_first_put
    sink = woo(partner, http)
    with pytest.raises(Transient):
        sink.deliver(event(True, "SHOP:WEB:42"))
    assert sink.deliver(event(True, "SHOP:WEB:42")).note == "42: unchanged"
    assert shop.meta("42")["boekhub_on_hold"] == "yes"


def test_shopify_says_throttled_with_200(partner: FarSide, http: Http) -> None:
    partner.trade = lambda _a: as_json(200, {"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]})
    with pytest.raises(Throttled):
        spfy(partner, http).deliver(event(True, "SHOP:WEB:42"))


def test_wrong_address_is_not_taken_for_a_customer_who_left(partner: FarSide, http: Http) -> None:
    partner.trade = WooShop()
    with pytest.raises(Permanent, match="rest_no_route"):
        woo(partner, http, url=f"{partner.url}/blog").deliver(event(True, "SHOP:WEB:42"))


@pytest.mark.parametrize("kind", [woocommerce, shopify])
@pytest.mark.parametrize(
    "options", [{}, {"url": "shop"}, {"url": "https://s.nl", "colour": "red"}, {"url": "https://s.nl"}]
)
def test_wrong_settings_are_refused_by_name(kind: Any, options: dict[str, str], http: Http) -> None:
    with pytest.raises(Usage):
        kind.open("web", options, http)
