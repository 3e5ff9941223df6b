"""What both forms of the day report check alike."""

from __future__ import annotations

from decimal import Decimal

from hub.model.finding import Finding
from hub.model.money import money_text
from hub.model.sales_day import SalesDay


def total_check(day: SalesDay, said: Decimal | None, place: str) -> tuple[Finding, ...]:
    """The report's own total against the sum of its groups: a difference refuses the day."""
    if said is None or said == day.gross:
        return ()
    details = (("term", "total"), ("difference", money_text(said - day.gross, day.currency)))
    shown = money_text(said, day.currency), money_text(day.gross, day.currency)
    return (Finding("HUB-FEED-01", "fatal", "read", place, *shown, "sender", details),)
