"""Relations and announced orders through the queue (`schemas/README.md`): entry point `connectors.master_data:source`."""

from __future__ import annotations

from connectors.master_data.source import source

__all__ = ["source"]
