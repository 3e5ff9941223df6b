"""Day totals of tills in the hub's own format, JSON or CSV (`schemas/README.md`): entry point `connectors.dayreport:source`."""

from __future__ import annotations

from connectors.dayreport.source import source

__all__ = ["source"]
