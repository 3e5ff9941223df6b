"""Foreign currency: the ECB rate of the invoice date, and amounts in the administration's own currency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from hub.model.booking import Rate
from hub.model.money import round_half_up

# The ECB does not publish on weekends and TARGET holidays; the longest gap is five days (Easter, Christmas).
OLDEST_PUBLICATION = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Conversion:
    """From the document's currency to the administration's. `rate` is foreign units for one base unit."""

    currency: str
    base_currency: str
    rate: Decimal
    on: date | None = None

    def to_base(self, amount: Decimal) -> Decimal:
        """The amount in base currency, rounded half up; the same amount when the currencies are one."""
        if self.currency == self.base_currency:
            return amount
        return round_half_up(amount / self.rate, self.base_currency)


def choose_rate(currency: str, base_currency: str, on: date, rates: Iterable[Rate]) -> Conversion | None:
    """The rate of the last publication on or before `on`, not older than a week; None when there is none.

    Rates are per euro, so two foreign currencies are crossed through the euro.
    """
    if currency == base_currency:
        return Conversion(currency, base_currency, Decimal(1))
    usable = [r for r in rates if r.on <= on and on - r.on <= OLDEST_PUBLICATION]
    latest = {r.currency: r for r in sorted(usable, key=lambda r: r.on)}
    document = Rate("EUR", on, Decimal(1)) if currency == "EUR" else latest.get(currency)
    own = Rate("EUR", on, Decimal(1)) if base_currency == "EUR" else latest.get(base_currency)
    if document is None or own is None:
        return None
    return Conversion(currency, base_currency, document.rate / own.rate, min(document.on, own.on))
