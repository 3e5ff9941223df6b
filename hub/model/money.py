"""Money: an exact amount of one currency. The only place where amounts are rounded."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

# ISO 4217 minor units that differ from two; every other currency has two decimals.
_NONE = (
    "BIF",
    "CLP",
    "DJF",
    "GNF",
    "ISK",
    "JPY",
    "KMF",
    "KRW",
    "PYG",
    "RWF",
    "UGX",
    "UYI",
    "VND",
    "VUV",
    "XAF",
    "XOF",
    "XPF",
)
_THREE = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_MINOR_UNITS = {**dict.fromkeys(_NONE, 0), **dict.fromkeys(_THREE, 3), "CLF": 4, "UYW": 4}


LARGEST_AMOUNT = Decimal(10**13)
"""Ten million million. Minor units are kept in 64 bits, which even thousands of such amounts together do not fill."""


def decimals(currency: str) -> int:
    """Number of decimals of an ISO 4217 currency: 2 for EUR, 0 for JPY, 3 for KWD."""
    return _MINOR_UNITS.get(currency, 2)


_QUANTA = {places: Decimal(1).scaleb(-places) for places in range(5)}


def quantum(currency: str) -> Decimal:
    """The smallest amount of a currency: `Decimal("0.01")` for EUR."""
    return _QUANTA[_MINOR_UNITS.get(currency, 2)]


def round_half_up(amount: Decimal, currency: str = "EUR") -> Decimal:
    """Round to the currency's decimals, halves away from zero. Every rounding of money calls this.

    Works in 60 digits, so that a wide amount is rounded and never refused by the context.
    """
    with localcontext() as context:
        context.prec = 60
        return amount.quantize(quantum(currency), ROUND_HALF_UP)


def round_fraction(amount: Fraction, places: int = 2) -> Decimal:
    """An exact amount with so many decimals, halves away from zero: interest is a fraction of 365 until it is claimed."""
    above, below = amount.numerator, amount.denominator
    whole = (2 * abs(above) * 10**places + below) // (2 * below)
    return Decimal(-whole if above < 0 else whole).scaleb(-places)


def to_minor(amount: Decimal, currency: str = "EUR") -> int:
    """The amount in minor units (cents). Raises ValueError when it has more decimals than the currency."""
    minor = amount.scaleb(_MINOR_UNITS.get(currency, 2))
    whole = int(minor)
    if whole != minor:
        raise ValueError(f"{amount} has more decimals than {currency} has")
    return whole


def from_minor(minor: int, currency: str = "EUR") -> Decimal:
    """The amount that `minor` units (cents) of a currency are, with exactly the currency's decimals."""
    return Decimal(minor).scaleb(-decimals(currency))


def is_exact(amount: Decimal, currency: str = "EUR") -> bool:
    """Whether the amount can be written in the currency's decimals without rounding."""
    if amount.same_quantum(quantum(currency)):  # written in them already, as nearly all are
        return True
    minor = amount.scaleb(_MINOR_UNITS.get(currency, 2))
    return minor == minor.to_integral_value()


def money_text(amount: Decimal, currency: str = "EUR") -> str:
    """`"1234.56"`: the JSON form of an amount, with exactly the currency's decimals."""
    return f"{amount:.{decimals(currency)}f}" if is_exact(amount, currency) else str(amount)


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount of one currency.

    Law: the amount has exactly the currency's decimals; amounts of two currencies are never added.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"money is a Decimal, never a {type(self.amount).__name__}")
        if len(self.currency) != 3:
            raise ValueError(f"{self.currency!r} is no ISO 4217 currency code")
        if not is_exact(self.amount, self.currency):
            raise ValueError(f"{self.amount} has more decimals than {self.currency} has")

    def _same(self, other: Money) -> None:
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    @property
    def minor(self) -> int:
        """The amount in minor units (cents)."""
        return to_minor(self.amount, self.currency)

    def __str__(self) -> str:
        return money_text(self.amount, self.currency)
