"""What a shop charged, line by line, put together per rate: the rate as it tells it, else the one that its country's law leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from hub.formats.eu_rates import HOME, derived, whose
from hub.formats.json_nodes import Node
from hub.model.finding import Finding
from hub.model.money import money_text, round_half_up
from hub.model.shop_order import OrderTax

ZERO, CENT = Decimal(0), Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Charge:
    """A line of an order: what it costs without tax, and its tax. `key` is the shop's own name of the rate."""

    net: Decimal
    tax: Decimal
    kind: str = "goods"
    rate: Decimal | None = None
    label: str = ""
    key: str = ""
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when the order is delivered, and where it stands in the document."""

    country: str
    on: date
    currency: str
    node: Node


def order_taxes(
    charges: Iterable[Charge], place: Place, stated: Mapping[str, Decimal] | None = None
) -> tuple[OrderTax, ...]:
    """Charges per rate, kind and label, rounded to the currency.

    `stated` is the tax that the shop itself sums per key: it leads, and what its lines differ by joins the largest of them.
    """
    grouped = _led(_grouped(charges, place.currency), stated or {}, place)
    rates = {
        key: _rate(key, [c for c in grouped if _bearer(c) == key], place)
        for key in dict.fromkeys(map(_bearer, grouped))
    }
    return tuple(_made(c, rates[_bearer(c)], place) for c in grouped if c.net or c.tax)


def _bearer(charge: Charge) -> tuple[str, Decimal | None, bool]:
    """What has one rate together: lines of one key and told rate that were taxed."""
    return charge.key, charge.rate, bool(charge.tax)


def _grouped(charges: Iterable[Charge], currency: str) -> list[Charge]:
    sums: dict[tuple[object, ...], Charge] = {}
    for c in charges:
        at = (c.key, c.rate, c.kind, c.label, bool(c.tax))
        known = sums.get(at)
        sums[at] = replace(c, net=c.net + known.net, tax=c.tax + known.tax, lines=c.lines + known.lines) if known else c
    return [replace(c, net=round_half_up(c.net, currency), tax=round_half_up(c.tax, currency)) for c in sums.values()]


def _led(charges: list[Charge], stated: Mapping[str, Decimal], place: Place) -> list[Charge]:
    """The shop's own tax per rate leads over the sum of its lines, as far as rounding them explains the difference."""
    for key, tax in stated.items():
        mine = [n for n, c in enumerate(charges) if c.key == key and c.tax]
        over = round_half_up(tax, place.currency) - sum((charges[n].tax for n in mine), ZERO)
        if not over or not mine or abs(over) > CENT * sum(charges[n].lines for n in mine):
            continue  # a larger difference is found where the order's own sums are compared
        largest = max(mine, key=lambda n: abs(charges[n].tax))
        charges[largest] = replace(charges[largest], tax=charges[largest].tax + over)
    return charges


def _rate(key: tuple[str, Decimal | None, bool], charges: Sequence[Charge], place: Place) -> Decimal | None:
    _, told, taxed = key
    if not taxed:
        return told
    net, tax = sum((c.net for c in charges), ZERO), sum((c.tax for c in charges), ZERO)
    lines = sum(c.lines for c in charges)
    if told is not None:
        _compare(told, net, tax, lines, place)
        return told
    found = derived(net, tax, place.country, place.on, lines)
    shown = {"net": money_text(net, place.currency), "country": place.country or HOME, "date": str(place.on)}
    if found is not None:
        place.node.note("HUB-SHOP-02", "information", "", money_text(tax, place.currency), f"{found:f}", **shown)
    else:
        more = tuple(sorted(shown.items()))
        text = money_text(tax, place.currency)
        place.node.log.append(Finding("HUB-SHOP-03", "fatal", "hub", place.node.path, text, None, "us", more))
    return found


def _compare(rate: Decimal, net: Decimal, tax: Decimal, lines: int, place: Place) -> None:
    """The tax that was charged is booked; when it is not the rate times the net, somebody should know."""
    expected = round_half_up(net * rate / 100, place.currency)
    if abs(expected - tax) > CENT * (lines + 1):
        shown = money_text(tax, place.currency), money_text(expected, place.currency)
        place.node.note("HUB-SHOP-04", "warning", "", *shown, rate=f"{rate.normalize():f}")


def _made(charge: Charge, rate: Decimal | None, place: Place) -> OrderTax:
    if rate and not charge.tax and round_half_up(charge.net * rate / 100, place.currency):
        rate = None  # a rate that was not charged: exempt, exported, reverse-charged
    if rate is not None:
        rate = Decimal(f"{rate.normalize():f}")  # 21, whether a shop writes 21.0 or 0.21
    countries = whose(rate, place.country, place.on) if rate else ()
    return OrderTax(rate, charge.net, charge.tax, charge.kind, charge.label, countries)
