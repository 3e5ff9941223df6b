"""Orders and refunds of Shopify (Admin REST and webhooks): entry point `connectors.shopify:source`."""

from __future__ import annotations

from connectors.shopify.source import source

__all__ = ["source"]
