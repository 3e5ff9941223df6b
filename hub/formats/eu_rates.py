"""Rates of VAT in the European Union by country and date (`mappings/eu_vat_rates.toml`), and which territory an address is in."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

HOME = "NL"  # whose VAT is charged below the threshold of distance sales
_CENT = Decimal("0.01")
_HALF = Decimal("0.005")
# Addresses whose VAT territory is not what their country says (art. 6 and 7 VAT directive); IC and EA are outside it.
_POSTCODES = {"GB": (("BT", "XI"),), "ES": (("35", "IC"), ("38", "IC"), ("51", "EA"), ("52", "EA"))}
_COUNTRIES = {"GR": "EL", "MC": "FR", "UK": "GB"}


@dataclass(frozen=True, slots=True)
class _Rates:
    since: date
    rates: tuple[Decimal, ...]


def territory(country: str, postcode: str = "") -> str:
    """The territory as VAT writes it: EL for Greece, XI for Northern Ireland, FR for Monaco, IC for the Canary Islands."""
    country, postcode = country.strip().upper(), postcode.replace(" ", "").upper()
    for start, where in _POSTCODES.get(country, ()):
        if postcode.startswith(start):
            return where
    return _COUNTRIES.get(country, country)


def rates_of(country: str, on: date) -> tuple[Decimal, ...]:
    """The rates of a member state on a day, standard first; none for any other country."""
    rows = _table().get(country, ())
    return next((row.rates for row in reversed(rows) if row.since <= on), ())


def whose(rate: Decimal, country: str, on: date) -> tuple[str, ...]:
    """Which of the country of destination and ours has this rate on that day, destination first."""
    return tuple(c for c in dict.fromkeys((country, HOME)) if rate in rates_of(c, on))


def derived(net: Decimal, tax: Decimal, country: str, on: date, lines: int = 1) -> Decimal | None:
    """The one rate of the destination or ours that gives this tax over this net; None when none does, or several do.

    First to half a cent; when none fits, within a cent a line, which is what rounding line by line may leave.
    """
    known = dict.fromkeys(rate for c in (country, HOME) for rate in rates_of(c, on))
    for allowed in (_HALF, _CENT * max(lines, 1)):
        fitting = [rate for rate in known if abs(net * rate / 100 - tax) <= allowed]
        if fitting:
            return fitting[0] if len(fitting) == 1 else None
    return None


@cache
def _table() -> dict[str, tuple[_Rates, ...]]:
    raw = tomllib.loads(_file().read_text("utf-8"))
    table: dict[str, list[_Rates]] = {}
    for row in raw["rate"]:
        rates = tuple(Decimal(text) for text in (row["standard"], *row["reduced"]))
        since = date.fromisoformat(row["from"]) if "from" in row else date.min
        table.setdefault(row["country"], []).append(_Rates(since, rates))
    return {country: tuple(sorted(rows, key=lambda row: row.since)) for country, rows in table.items()}


def _file() -> Path:
    here = Path(__file__).parents[1]
    packed = here / "_data" / "mappings"
    return (packed if packed.is_dir() else here.parent / "mappings") / "eu_vat_rates.toml"
