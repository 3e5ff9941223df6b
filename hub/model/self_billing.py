"""Who made an invoice out: its seller, or its buyer in his name. Apart, so that who only asks this loads no invoice."""

from __future__ import annotations


def is_self_billed(type_code: str, process: str) -> bool:
    """Issued by the buyer in the seller's name: type (BT-3) 389 or 261, or a self-billing process (BT-23)."""
    return type_code in ("389", "261") or "selfbilling" in process.replace("-", "").lower()
