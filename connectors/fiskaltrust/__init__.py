"""Receipts of tills behind the fiskaltrust middleware (German cases): entry point `connectors.fiskaltrust:source`."""

from __future__ import annotations

from connectors.fiskaltrust.source import source

__all__ = ["source"]
