"""From a hold in the books to a shop that stops delivering, and back: over the lane, over HTTP, whatever goes wrong between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.accounting.identifiers import Checked
from hub.settings import SinkSettings
from hub.store.merging import merge_relations
from hub.store.relation_identifiers import add_identifier
from tests.books import Books, open_books
from tests.connectors.shop_tags.shops import ShopifyShop, WooShop
from tests.far_side import RESET, FarSide, Reply, far_side
from tests.workers.dispatching import EVENTS, changing, hold, let_time_pass, lift, send

TAG, MARKED = "boekhub-on-hold", "boekhub_on_hold"


@pytest.fixture
def woo() -> Iterator[FarSide]:
    with far_side() as made:
        made.trade = WooShop()
        yield made


@pytest.fixture
def store() -> Iterator[FarSide]:
    with far_side() as made:
        made.trade = ShopifyShop()
        yield made


@pytest.fixture
def books(tmp_path: Path, woo: FarSide, store: FarSide, monkeypatch: pytest.MonkeyPatch) -> Iterator[Books]:
    for name, value in (("WOO_KEY", "ck_1"), ("WOO_SECRET", "cs_1"), ("SHOPIFY_TOKEN", "shpat_1")):
        monkeypatch.setenv(name, value)
    web = {"url": woo.url, "key": "env:WOO_KEY", "secret": "env:WOO_SECRET", "allow_loopback": True}
    shopify = {"url": store.url, "token": "env:SHOPIFY_TOKEN", "allow_loopback": True}
    sinks = [
        SinkSettings("web", "woocommerce-tags", events=EVENTS, options=web),
        SinkSettings("store", "shopify-tags", events=EVENTS, options=shopify),
    ]
    with open_books(tmp_path, sinks=sinks) as made:
        made.take("36", "37")
        yield made


def customers(books: Books) -> list[str]:
    return [str(code) for (code,) in books.rows("SELECT code FROM relation ORDER BY code")]


def is_customer(books: Books, code: str, *keys: str) -> None:
    with changing(books) as change:
        for key in keys:
            add_identifier(change, code, Checked(key, *key.rsplit(":", 1)))


def standing(woo: FarSide, store: FarSide) -> tuple[str | None, bool]:
    assert isinstance(woo.trade, WooShop)
    assert isinstance(store.trade, ShopifyShop)
    return woo.trade.meta("42").get(MARKED), TAG in store.trade.tags["gid://shopify/Customer/42"]


def test_both_shops_follow_hold_and_release(books: Books, woo: FarSide, store: FarSide) -> None:
    code, other = customers(books)[:2]
    is_customer(books, code, "SHOP:WEB:42", "SHOP:STORE:42")
    hold(books, code)
    hold(books, other)  # no customer of any shop
    send(books)
    assert standing(woo, store) == ("yes", True)
    lift(books, code)
    send(books)
    assert standing(woo, store) == ("no", False)


def test_whatever_order_events_arrive_in_the_shop_ends_as_the_books_are(
    books: Books, woo: FarSide, store: FarSide
) -> None:
    """The hold is put off, the release overtakes it; the late hold finds a debtor who is free."""
    code = customers(books)[0]
    is_customer(books, code, "SHOP:WEB:42", "SHOP:STORE:42")
    send(books)
    woo.script.append(RESET)
    store.script.append(Reply(429, headers={"Retry-After": "60"}))
    hold(books, code)
    send(books)
    assert standing(woo, store) == (None, False)
    lift(books, code)
    send(books)
    let_time_pass(books)
    send(books)
    assert standing(woo, store)[1] is False
    assert standing(woo, store)[0] in (None, "no")
    assert books.rows("SELECT DISTINCT state FROM dispatch") == [("sent",)]


def test_customer_who_is_known_only_after_he_was_held_is_marked_then(
    books: Books, woo: FarSide, store: FarSide
) -> None:
    code = customers(books)[0]
    hold(books, code)
    send(books)
    assert standing(woo, store) == (None, False)
    is_customer(books, code, "SHOP:WEB:42")
    send(books)
    assert standing(woo, store) == ("yes", False)


def test_customer_of_a_relation_that_went_up_in_another_follows_the_survivor(
    books: Books, woo: FarSide, store: FarSide
) -> None:
    one, other = customers(books)[:2]
    is_customer(books, one, "SHOP:WEB:42")
    books.execute("DELETE FROM relation_key WHERE key NOT LIKE 'SHOP:%'")  # two legal persons would not go together
    books.execute("UPDATE relation SET key = 'NAME:' || code, settings = settings")
    with changing(books) as change:
        merge_relations(change, one, other, "dubbel")
    hold(books, other)
    send(books)
    assert standing(woo, store)[0] == "yes"
