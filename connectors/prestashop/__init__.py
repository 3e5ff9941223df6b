"""Orders of PrestaShop (webservice, XML): entry point `connectors.prestashop:source`."""

from __future__ import annotations

from connectors.prestashop.source import source

__all__ = ["source"]
