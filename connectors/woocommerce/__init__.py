"""Orders and refunds of WooCommerce (REST v1 … v3, the older API and webhooks): entry point `connectors.woocommerce:source`."""

from __future__ import annotations

from connectors.woocommerce.source import source

__all__ = ["source"]
