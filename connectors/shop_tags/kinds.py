"""The sinks: every customer that a relation is in this shop is marked, or freed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from connectors.shop_tags.customer import Customers, customers_of
from connectors.shop_tags.shopify import Shopify
from connectors.shop_tags.woocommerce import WooCommerce
from hub.errors import InDoubt, Usage
from hub.model.dispatch import Delivered, Dispatch
from hub.net import Http, Secret


class Shop(Protocol):
    """What a shop can do."""

    def mark(self, customers: Customers, customer: str, idempotency_key: str) -> str: ...


class TagSink:
    """Sets what should be, so doing it twice leaves the same as once, in whatever order events arrive."""

    harmless_twice = True

    def __init__(self, name: str, shop: Shop, http: Http) -> None:
        self._name = name
        self._shop = shop
        self._http = http

    def deliver(self, dispatch: Dispatch) -> Delivered:
        """Nothing is asked of the shop for a relation that is no customer there."""
        customers = customers_of(dispatch, self._name)
        if not customers.ids:
            return Delivered(note="no customer of this shop")
        said = {customer: self._shop.mark(customers, customer, dispatch.id) for customer in customers.ids}
        return Delivered(note=", ".join(f"{customer}: {word}" for customer, word in said.items()))

    def find(self, dispatch: Dispatch) -> Delivered | None:
        """Not asked: setting it again is as good."""
        raise InDoubt("a shop is not asked, it is told again")

    def close(self) -> None:
        """Close connections."""
        self._http.close()


class WooCommerceKind:
    """Marks customers on hold in WooCommerce."""

    kinds, forms = ("event",), ("JSON",)

    def open(self, name: str, options: Mapping[str, Any], http: Http) -> TagSink:
        """Options: `url`, `key`, `secret`, and if wished `shop` (the name in `shop:<name>`; else the sink's) and `field`."""
        _known(name, options, ("url", "key", "secret", "shop", "field"))
        field = str(options.get("field", "boekhub_on_hold"))
        shop = WooCommerce(_url(name, options), _secret(options, "key"), _secret(options, "secret"), field, http)
        return TagSink(str(options.get("shop", name)), shop, http)


class ShopifyKind:
    """Tags customers on hold in Shopify."""

    kinds, forms = ("event",), ("JSON",)

    def open(self, name: str, options: Mapping[str, Any], http: Http) -> TagSink:
        """Options: `url`, `token`, and if wished `shop`, `version` of the Admin API and `tag`."""
        _known(name, options, ("url", "token", "shop", "version", "tag"))
        tag, version = str(options.get("tag", "boekhub-on-hold")), str(options.get("version", "2026-07"))
        shop = Shopify(_url(name, options), _secret(options, "token"), version, tag, http)
        return TagSink(str(options.get("shop", name)), shop, http)


def _known(name: str, options: Mapping[str, Any], known: tuple[str, ...]) -> None:
    if unknown := sorted(set(options) - set(known)):
        raise Usage(f"[sink.{name}]: unknown option {unknown[0]!r}; known are {', '.join(known)}")


def _url(name: str, options: Mapping[str, Any]) -> str:
    url = str(options.get("url", ""))
    if not urlsplit(url).netloc:
        raise Usage(f'[sink.{name}] url = {url!r}: write the address of the shop, as "https://shop.example.nl"')
    return url


def _secret(options: Mapping[str, Any], key: str) -> Secret:
    return Secret(str(options.get(key, "")))


woocommerce, shopify = WooCommerceKind(), ShopifyKind()
