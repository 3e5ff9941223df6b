"""Journal mutations of other administrations in the hub's own format, JSON or CSV: entry point `connectors.mutations:source`."""

from __future__ import annotations

from connectors.mutations.source import source

__all__ = ["source"]
