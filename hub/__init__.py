"""Boekhub: e-invoices in, balanced bookings out. Importing this package imports nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hub.validation import Validation, validate

__version__ = "0.1.0"
__all__ = ["Validation", "__version__", "validate"]


def __getattr__(name: str) -> Any:
    """`hub.validate` is loaded when it is first used."""
    if name in ("validate", "Validation"):
        from hub import validation

        return getattr(validation, name)
    raise AttributeError(f"module 'hub' has no attribute {name!r}")
