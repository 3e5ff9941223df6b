"""EDIFACT INVOIC (EANCOM D.96A and D.01B, and later directories): entry point `connectors.edifact:source`."""

from __future__ import annotations

from connectors.edifact.source import source

__all__ = ["source"]
