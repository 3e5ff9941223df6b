"""Tells webshops which debtors are on hold, so that they stop delivering: sink kinds `woocommerce-tags` and `shopify-tags`."""

from __future__ import annotations

from connectors.shop_tags.kinds import shopify, woocommerce

__all__ = ["shopify", "woocommerce"]
