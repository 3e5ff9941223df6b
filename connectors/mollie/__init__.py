"""Settlements of Mollie (Settlements API as JSON, export as CSV): entry point `connectors.mollie:source`."""

from __future__ import annotations

from connectors.mollie.source import source

__all__ = ["source"]
