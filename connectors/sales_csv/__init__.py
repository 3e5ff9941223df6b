"""Sales and purchase invoices as tables or JSON of our own layout (`schemas/README.md`): entry point `connectors.sales_csv:source`."""

from __future__ import annotations

from connectors.sales_csv.source import source

__all__ = ["source"]
