"""Collection agencies that speak our own protocol over REST: sink kind and channel kind `agency`, and what they say."""

from __future__ import annotations

from connectors.agency_rest.source import source

__all__ = ["source"]
