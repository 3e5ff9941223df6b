"""The given files of webshops are read as their manifest says: figures, refunds, and which contradict themselves."""

from __future__ import annotations

import json
from decimal import Decimal as D
from functools import cache
from typing import Any

import pytest

from hub.formats.json_nodes import day_of
from hub.model.shop_order import ShopOrder
from hub.ports import Reading
from tests.corpus import CORPUS
from tests.shops import readings

FOLDER = CORPUS / "feeds" / "webshop"
needs_files = pytest.mark.skipif(
    not (FOLDER / "manifest.jsonl").is_file(), reason="the given files are not on this machine"
)
SOURCES = {
    "woocommerce": "woocommerce",
    "shopify": "shopify",
    "magento": "magento",
    "prestashop": "prestashop",
    "other": "shopify",
}


@cache
def rows() -> list[dict[str, Any]]:
    if not (FOLDER / "manifest.jsonl").is_file():
        return []
    return [json.loads(row) for row in (FOLDER / "manifest.jsonl").read_text("utf-8").splitlines()]


def documents(row: dict[str, Any]) -> list[Reading]:
    name = SOURCES[row["expect"][0]["kind"].split()[0]]
    return readings(name, (FOLDER / row["file"]).read_bytes(), row["file"])


def expected(kind: str) -> list[Any]:
    """(file, expectation, place in the file) of a kind."""
    found = [(row, one) for row in rows() for one in row["expect"] if one["kind"] == kind]
    return [pytest.param(row, one, id=f"{row['file']}-{one.get('id')}") for row, one in found]


def of(row: dict[str, Any], id: object, refund: bool = False) -> tuple[ShopOrder, Reading]:
    for reading in documents(row):
        if isinstance(reading.feed, ShopOrder):
            found = reading.feed.refund if refund else reading.feed.order
            if found == str(id) and bool(reading.feed.refund) == refund:
                return reading.feed, reading
    raise AssertionError(f"{row['file']}: {id} was not read")


def terms(reading: Reading) -> int:
    return sum(f.code == "HUB-FEED-01" for f in reading.findings)


@needs_files
@pytest.mark.parametrize(("row", "one"), expected("woocommerce order"))
def test_order_of_woocommerce(row: dict[str, Any], one: dict[str, Any]) -> None:
    order, reading = of(row, one["id"])
    assert (order.number, order.currency, order.total, order.discount) == (
        one["number"],
        one["currency"],
        D(one["total"]),
        D(one["discount"]),
    )
    wrong = one["own_figures_do_not_add_up"]
    assert terms(reading) == len(wrong or [])
    if not wrong:
        assert order.tax == D(one["total_tax"])
        assert order.shipping == D(one["shipping"])
        goods = sum((t.net for t in order.taxes if t.kind in ("goods", "gift_card")), D(0))
        assert goods == D(one["net_lines"])
        assert order.imbalance == 0
    given = one["date_paid_gmt"] or one["date"]
    assert given is None or abs((order.on - day_of(given)).days) <= 1  # type: ignore[operator]
    inside = [
        r.feed
        for r in documents(row)
        if isinstance(r.feed, ShopOrder) and r.feed.refund and r.feed.order == order.order
    ]
    assert [(f.refund, f.total) for f in inside] == [(str(r["id"]), D(r["total"])) for r in one["refunds"]]


@needs_files
@pytest.mark.parametrize(("row", "one"), expected("woocommerce refund"))
def test_refund_of_woocommerce(row: dict[str, Any], one: dict[str, Any]) -> None:
    refund, _ = of(row, one["id"], refund=True)
    goods = [t for t in refund.taxes if t.kind == "goods"]
    assert (refund.total, refund.shipping) == (-D(one["amount"]), D(one["shipping"]))
    if one["lines"]:
        assert (sum(t.net for t in goods), sum(t.tax for t in goods)) == (D(one["line_total"]), D(one["line_tax"]))


@needs_files
@pytest.mark.parametrize(("row", "one"), expected("woocommerce legacy order (API v1-v3)"))
def test_order_of_the_older_api(row: dict[str, Any], one: dict[str, Any]) -> None:
    order, _ = of(row, one["id"])
    assert (order.number, order.total, order.tax, order.shipping) == (
        str(one["number"]),
        D(one["total"]),
        D(one["total_tax"]),
        D(one["shipping"]),
    )


@needs_files
@pytest.mark.parametrize("kind", ["woocommerce legacy refund", "woocommerce legacy refunds"])
def test_refunds_of_the_older_api(kind: str) -> None:
    for row in (row for row in rows() if row["expect"][0]["kind"] == kind):
        one = row["expect"][0]
        wanted = list(zip(one.get("ids", [one.get("id")]), one.get("amounts", [one.get("amount")]), strict=True))
        assert [(int(r.feed.refund), -r.feed.total) for r in documents(row) if isinstance(r.feed, ShopOrder)] == [
            (i, D(a)) for i, a in wanted
        ]


@needs_files
@pytest.mark.parametrize("kind", ["woocommerce batch answer, not an order", "shopify transaction", "other"])
def test_what_is_no_order_is_refused(kind: str) -> None:
    found = [row for row in rows() if row["expect"][0]["kind"] == kind]
    assert found
    for row in found:
        assert [(r.feed, [f.code for f in r.findings]) for r in documents(row)] == [(None, ["HUB-SHOP-10"])]


@needs_files
@pytest.mark.parametrize(("row", "one"), expected("shopify order"))
def test_order_of_shopify(row: dict[str, Any], one: dict[str, Any]) -> None:
    order, reading = of(row, one["id"])
    assert (order.number, order.currency, order.total) == (
        one["name"] if "name" in one else one["number"].removeprefix("#"),
        one["currency"],
        D(one["total"]),
    )
    assert (order.shipping, order.tax, order.country) == (D(one["shipping"]), D(one["tax_on_lines"]), one["country"])
    assert order.discount == D(one["discount"] or 0)
    assert terms(reading) == len(one["own_figures_do_not_add_up"] or [])
    assert "HUB-SHOP-10" in [f.code for f in reading.findings]  # one is a draft, the other a test order


@needs_files
@pytest.mark.parametrize(("row", "one"), [*expected("magento invoice"), *expected("prestashop order")])
def test_documents_that_tell_no_country(row: dict[str, Any], one: dict[str, Any]) -> None:
    reading, document = documents(row)[0], documents(row)[0].feed
    assert isinstance(document, ShopOrder)
    assert (document.number, document.total) == (one["number"], D(one["total"]))
    assert (document.shipping, document.discount) == (D(one["shipping"]), D(one["discount"]))
    assert (document.tax, document.imbalance, terms(reading)) == (D(one.get("total_tax", 0)), 0, 0)
    assert [f.code for f in reading.findings] in (["HUB-SHOP-19"], ["HUB-SHOP-12"])


@needs_files
def test_every_kind_of_the_manifest_is_looked_at() -> None:
    assert {one["kind"] for row in rows() for one in row["expect"]} == {
        "woocommerce order", "woocommerce refund", "woocommerce legacy order (API v1-v3)", "woocommerce legacy refund",
        "woocommerce legacy refunds", "woocommerce batch answer, not an order", "shopify order", "shopify transaction", "other",
        "magento invoice", "prestashop order",
    }  # fmt: skip
