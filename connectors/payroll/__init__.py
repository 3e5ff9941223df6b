"""Payroll journals (loonjournaalposten) as Dutch packages write them, each layout in a file of its own: `connectors.payroll:source`."""

from __future__ import annotations

from connectors.payroll.source import source

__all__ = ["source"]
