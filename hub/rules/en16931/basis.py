"""Taxable amounts added up per VAT category and rate, and how a rate is read."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from hub.rules.rule import Undecidable
from hub.rules.tree import Node
from hub.rules.xpath import ZERO, canonical, decimal


class Category(NamedTuple):
    """One VAT category element: its code without outer blanks, and whether its scheme is VAT."""

    code: str
    vat: bool
    node: Node


class Basis:
    """Amounts added up per category, and per category and rate.

    An item with one category goes straight into the sums. The official test asks "has a category S" and "has
    a rate 21" separately, so an item with several categories counts in combinations it never names; those few
    are kept and asked one by one.
    """

    __slots__ = ("_mixed", "_of_category", "_of_rate", "_plain", "_spoiled", "_unclear")

    def __init__(self) -> None:
        self._of_category: dict[str, Decimal] = {}
        self._of_rate: dict[tuple[str, str], Decimal] = {}  # by code and `canonical` rate
        self._mixed: list[
            tuple[frozenset[str], frozenset[str], Decimal, bool]
        ] = []  # True: a rate further on is no number
        self._plain: dict[tuple[str, str | None], Decimal] = {}
        self._spoiled: dict[str, str] = {}  # categories with an amount that is no number, and why
        self._unclear: set[str] = set()  # categories with a rate that is no number, or with two

    def add(self, categories: Sequence[Category], amount: Decimal) -> None:
        """Count `amount` under every category of an item."""
        if len(categories) == 1:
            # First by the rate as it is written: many lines, few ways of writing, and text is cheap to look up.
            only = categories[0]
            leaves = only.node.get("cbc:Percent")
            if leaves and len(leaves) > 1:
                self._unclear.add(only.code)
            key = only.code, leaves[0].text or "" if leaves else None
            self._plain[key] = self._plain.get(key, ZERO) + amount
        elif categories:
            rates, broken = _rates(categories)
            self._mixed.append((frozenset(each.code for each in categories), rates, amount, broken))

    def spoil(self, categories: Sequence[Category], reason: str) -> None:
        """An item of these categories has no amount that can be added: their sums cannot be had any more."""
        self._spoiled.update((each.code, reason) for each in categories)

    def close(self) -> None:
        """Bring `21` and `21.00` together, after the last amount."""
        for (code, text), amount in self._plain.items():
            self._of_category[code] = self._of_category.get(code, ZERO) + amount
            if text is not None:
                self._count(code, text, amount)

    def _count(self, code: str, text: str, amount: Decimal) -> None:
        try:
            key = code, canonical(text)
        except Undecidable:
            self._unclear.add(code)
            return
        self._of_rate[key] = self._of_rate.get(key, ZERO) + amount

    def _clear(self, code: str) -> None:
        """Rates are compared within a category, so what another one says does not matter."""
        if code in self._unclear:
            raise Undecidable("cbc:Percent is no number, or stands twice")

    def total(self, code: str, rate: str | None = None) -> Decimal:
        """The sum under a category, or under a category and a rate as `rate_key` writes it. Raises Undecidable."""
        if code in self._spoiled:
            raise Undecidable(self._spoiled[code])
        if rate is not None:
            self._clear(code)
        total = self._of_category.get(code, ZERO) if rate is None else self._of_rate.get((code, rate), ZERO)
        for codes, rates, amount, broken in self._mixed:
            if code in codes and (rate is None or _among(rate, rates, broken)):
                total += amount
        return total

    def has(self, code: str, rate: str) -> bool:
        """Whether anything at all stands under this category and rate. Raises Undecidable."""
        self._clear(code)
        if (code, rate) in self._of_rate or not self._mixed:
            return (code, rate) in self._of_rate
        return any(code in codes and _among(rate, rates, broken) for codes, rates, _, broken in self._mixed)


def _rates(categories: Sequence[Category]) -> tuple[frozenset[str], bool]:
    """The rates up to the first that is no number, and whether there is such a one."""
    rates: set[str] = set()
    for each in categories:
        try:
            rate = rate_key(each.node)
        except Undecidable:
            return frozenset(rates), True
        if rate is not None:
            rates.add(rate)
    return frozenset(rates), False


def _among(rate: str, rates: frozenset[str], broken: bool) -> bool:
    if broken and rate not in rates:
        raise Undecidable("cbc:Percent is no number, or stands twice")
    return rate in rates


def rate_of(category: Node) -> Decimal | None:
    """The VAT rate of a category (BT-152, BT-119 …), or None when it names none."""
    leaves = category.get("cbc:Percent")
    return decimal(_only(leaves).text) if leaves else None


def rate_key(category: Node) -> str | None:
    """The VAT rate as a key that equal rates share, or None. (A Decimal would do, were it not so slow to hash.)"""
    leaves = category.get("cbc:Percent")
    return canonical(_only(leaves).text) if leaves else None


def _only(leaves: Sequence[Any]) -> Any:
    """The one value there is. Raises Undecidable."""
    if len(leaves) > 1:
        raise Undecidable(f"cbc:Percent occurs {len(leaves)} times")
    return leaves[0]
