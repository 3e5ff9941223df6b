"""CIB Incasso: sink kind `cib`. It publishes no webhooks and nothing to ask; what it says comes as a table or a statement."""

from __future__ import annotations

from connectors.cib.sink import kind

__all__ = ["kind"]
