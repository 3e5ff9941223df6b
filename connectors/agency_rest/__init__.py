"""Collection agencies that speak our own protocol over REST: sink kind and channel kind `agency`, and what they say."""

from __future__ import annotations

from connectors.agency_rest.fetcher import fetcher
from connectors.agency_rest.sink import kind
from connectors.agency_rest.source import source

__all__ = ["fetcher", "kind", "source"]
