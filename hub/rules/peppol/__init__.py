"""Peppol BIS Billing 3.0.21 (release 2026-05)."""
