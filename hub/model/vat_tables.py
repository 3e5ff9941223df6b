"""VatTables: dated amounts and terms of VAT law that are data, not code (`mappings/vat_corrections.toml`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from hub.model.dated import Dated, on_day


@dataclass(frozen=True, slots=True)
class VatTables:
    """Each list holds a value from its date on; before the first there is none."""

    correction_limit: Dated[Decimal] = ()
    supplement_weeks: Dated[int] = ()
    distance_threshold: Dated[Decimal] = ()

    def limit(self, on: date) -> Decimal | None:
        """Up to which net a correction of a period that ended on this day may go along in the next return."""
        return on_day(self.correction_limit, on)

    def deadline(self, found: date) -> date | None:
        """Until when a supplement is in time, when it was found out on this day; None where no term is set."""
        weeks = on_day(self.supplement_weeks, found)
        return None if weeks is None else found + timedelta(weeks=weeks)

    def threshold(self, on: date) -> Decimal | None:
        """Turnover of distance sales in a calendar year up to which Dutch VAT may be charged."""
        return on_day(self.distance_threshold, on)
