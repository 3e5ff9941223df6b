"""Events to a webhook, signed as Standard Webhooks says: sink kind `webhook`."""

from __future__ import annotations

from connectors.webhook.sink import kind, sign

__all__ = ["kind", "sign"]
