"""Pay-outs of Stripe (balance transactions as JSON, payout reconciliation report as CSV): entry point `connectors.stripe:source`."""

from __future__ import annotations

from connectors.stripe.source import source

__all__ = ["source"]
