"""UBL Invoice and CreditNote (2.x namespaces), bare or in a Peppol envelope: entry point `connectors.ubl:source`."""

from __future__ import annotations

from connectors.ubl.source import source

__all__ = ["source"]
