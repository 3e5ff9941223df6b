"""SAF-T Cash Register (Norway, Denmark) and audit files of tills that look like it: entry point `connectors.saft_till:source`."""

from __future__ import annotations

from connectors.saft_till.source import source

__all__ = ["source"]
