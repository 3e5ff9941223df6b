"""Agency: a collection agency as we are agreed with it: what it takes, from how much on, and its number in the register."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from hub.model.dunning import Treated


@dataclass(frozen=True, slots=True)
class Agency:
    """`name` is that of its sink. Empty tuples: it takes everybody, everywhere. `minimum` is a principal in the case's currency.

    `register_number`: in the register of the Wet kwaliteit incassodienstverlening; without it nobody may collect of consumers.
    """

    name: str
    register_number: str = ""
    minimum: Decimal = Decimal("0.00")
    mandate: Literal["amicable", "legal"] = "amicable"
    treats: tuple[Treated, ...] = ()
    currencies: tuple[str, ...] = ("EUR",)
    countries: tuple[str, ...] = ()
