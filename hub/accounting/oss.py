"""The OSS return (Union scheme): VAT of other member states on our sales, per state, kind, rate and original quarter.

States outside the euro are converted at the ECB's rate of the quarter's last day, or of the next publication
(DOMAIN 10.6 no. 7, art. 369h VAT directive); in the books stands what the sale was booked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hub.accounting.vat_period import VatPeriod, period_of
from hub.model.booking import Rate
from hub.model.finding import Finding
from hub.model.money import from_minor, round_half_up, to_minor

EURO = "EUR"


@dataclass(frozen=True, slots=True)
class OssSale:
    """A VAT line of another member state's VAT; amounts in minor units of its currency, and as booked."""

    country: str
    kind: str
    rate: str
    currency: str
    base: int
    tax: int
    booked_base: int
    booked_tax: int
    supply_date: date
    code: str = ""
    relation: str = ""


@dataclass(frozen=True, slots=True)
class OssRow:
    """A row of the return in euro cents: as declared, and as booked. `original` is the quarter it corrects, or empty."""

    country: str
    kind: str
    rate: str
    original: str
    base: int
    tax: int
    booked_base: int
    booked_tax: int

    @property
    def key(self) -> str:
        """How the figures of a filed return name it."""
        return f"{self.country}|{self.kind}|{self.rate}|{self.original}"


def oss_return(
    sales: Iterable[OssSale], quarter: VatPeriod, rates: Mapping[str, Decimal]
) -> tuple[list[OssRow], list[Finding]]:
    """Rows in order of state, original quarter, kind and rate; own quarter first. `rates` are units for one euro."""
    sums: dict[tuple[str, str, str, str, str], list[int]] = {}
    findings: dict[tuple[str, str], Finding] = {}
    for sale in sales:
        own = period_of(sale.supply_date, "quarter").name
        original = "" if own == quarter.name else own
        at = (sale.country, original, sale.kind or "goods", sale.rate, sale.currency)
        one = sums.setdefault(at, [0, 0, 0, 0])
        for place, amount in enumerate((sale.base, sale.tax, sale.booked_base, sale.booked_tax)):
            one[place] += amount
        for finding in _findings(sale, quarter, rates):
            findings[finding.code, finding.found or ""] = finding
    return _rows(sums, rates), [findings[at] for at in sorted(findings)]


def _rows(sums: Mapping[tuple[str, str, str, str, str], list[int]], rates: Mapping[str, Decimal]) -> list[OssRow]:
    rows: dict[tuple[str, str, str, str], list[int]] = {}
    for (country, original, kind, rate, currency), (base, tax, booked_base, booked_tax) in sums.items():
        declared = (_euro(base, currency, rates, booked_base), _euro(tax, currency, rates, booked_tax))
        one = rows.setdefault((country, original, kind, rate), [0, 0, 0, 0])
        for place, amount in enumerate((*declared, booked_base, booked_tax)):
            one[place] += amount
    return [
        OssRow(country, kind, rate, original, *one) for (country, original, kind, rate), one in sorted(rows.items())
    ]


def _euro(amount: int, currency: str, rates: Mapping[str, Decimal], booked: int) -> int:
    """Euro cents; what was booked where no rate is known."""
    if currency == EURO:
        return amount
    if currency not in rates:
        return booked
    return to_minor(round_half_up(from_minor(amount, currency) / rates[currency], EURO), EURO)


def rates_at_end(quarter: VatPeriod, published: Iterable[Rate]) -> dict[str, Decimal]:
    """Per currency the rate of the quarter's last day, else of the first publication after it."""
    found: dict[str, Rate] = {}
    for rate in published:
        if rate.on >= quarter.last and (rate.currency not in found or rate.on < found[rate.currency].on):
            found[rate.currency] = rate
    return {currency: rate.rate for currency, rate in found.items()}


def _findings(sale: OssSale, quarter: VatPeriod, rates: Mapping[str, Decimal]) -> Iterable[Finding]:
    if sale.currency != EURO and sale.currency not in rates:
        words = (("date", str(quarter.last)),)
        yield Finding("HUB-OSS-01", "warning", "hub", "", sale.currency, who="us", details=words)
    if not sale.country:
        yield Finding("HUB-OSS-02", "warning", "hub", "", sale.code, who="us", details=(("relation", sale.relation),))
    if not sale.kind:
        yield Finding("HUB-OSS-04", "warning", "hub", "", sale.code, who="us")


@dataclass(frozen=True, slots=True)
class Threshold:
    """Sales to consumers in other member states in a calendar year, against the threshold; minor units."""

    year: int
    turnover: int
    limit: int | None

    @property
    def exceeded(self) -> bool:
        """Whether the VAT of the country of destination is due."""
        return self.limit is not None and self.turnover > self.limit

    def finding(self) -> Finding | None:
        """A warning once it is exceeded."""
        if not self.exceeded or self.limit is None:
            return None
        amounts = (str(from_minor(self.turnover)), str(from_minor(self.limit)))
        return Finding("HUB-OSS-03", "warning", "hub", "", *amounts, "us", (("year", str(self.year)),))
