"""Orders, invoices and credit memos of Magento 2 and Adobe Commerce (REST): entry point `connectors.magento:source`."""

from __future__ import annotations

from connectors.magento.source import source

__all__ = ["source"]
