"""Pro rata (mixed activities): what share of input VAT the turnover of a year allows, against what was deducted.

The share is taxed turnover over all turnover, rounded up to a whole percentage. A list for a person: the correction is
booked in the last return of the year by whoever has judged it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from hub.accounting.vat_return import DatedCodes, VatSum, share
from hub.model.administration import VatCode

_UNTAXED = ("E", "F", "O")  # exempt; margin goods are judged apart; outside VAT


@dataclass(frozen=True, slots=True)
class ProRata:
    """Amounts in minor units, percentages whole."""

    taxed: int
    exempt: int
    applied: Decimal  # the administration's deduction percentage
    input_vat: int  # charged to us, or reverse-charged
    deducted: int

    @property
    def percentage(self) -> int:
        """What the turnover allows, rounded up; all of it where nothing is exempt."""
        whole = self.taxed + self.exempt
        return 100 if self.exempt <= 0 or whole <= 0 else -(-100 * max(self.taxed, 0) // whole)

    @property
    def allowed(self) -> int:
        """What should have been deducted: as was deducted, at the percentage of the turnover instead of the applied one."""
        if not self.applied:
            return share(self.input_vat, self.percentage, 100)
        return share(self.deducted * 100, self.percentage * 100, int(self.applied * 100) * 100)

    @property
    def correction(self) -> int:
        """More to deduct (above zero), or to give back."""
        return self.allowed - self.deducted


def pro_rata(sums: Iterable[VatSum], codes: DatedCodes, applied: Decimal) -> ProRata:
    """From the VAT lines of a year."""
    taxed = exempt = input_vat = deducted = 0
    for one in sums:
        code = codes.row(one.code, one.supply_date)
        if code.direction == "sales":
            taxed += 0 if code.category in _UNTAXED else one.base
            exempt += one.base if code.category == "E" else 0
        elif _is_input(code):
            input_vat += one.tax
            deducted += one.tax - one.non_deductible
    return ProRata(taxed, exempt, applied, input_vat, deducted)


def _is_input(code: VatCode) -> bool:
    return bool(code.box_input and code.input_account)
