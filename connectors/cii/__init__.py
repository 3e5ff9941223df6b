"""UN/CEFACT CII D16B and D22B, Factur-X and ZUGFeRD, as XML or inside a PDF: entry point `connectors.cii:source`."""

from __future__ import annotations

from connectors.cii.source import source

__all__ = ["source"]
