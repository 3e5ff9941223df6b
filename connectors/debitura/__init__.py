"""Debitura, a marketplace of collection agencies: sink kind `debitura`, source `debitura`, fetcher `debitura`."""

from __future__ import annotations

from connectors.debitura.fetcher import fetcher
from connectors.debitura.sink import kind
from connectors.debitura.source import source

__all__ = ["fetcher", "kind", "source"]
