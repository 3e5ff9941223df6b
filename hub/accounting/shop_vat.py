"""Whose VAT a part of an order carries, under which code, and by which word its revenue finds its account.

What the shop charged leads. Without a charge the destination tells why (export, another member state), or the mapping does;
nothing is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hub.accounting.desk import Desk
from hub.accounting.vat_codes import EU, vat_country
from hub.model.administration import VatCode
from hub.model.finding import Finding
from hub.model.keys import vat_key
from hub.model.money import money_text
from hub.model.shop_order import GIFT_CARD, OrderTax, ShopOrder


@dataclass(frozen=True, slots=True)
class Treatment:
    """The VAT code, the country that returns name beside it, and the words that may have a revenue account, best first."""

    code: VatCode
    country: str
    words: tuple[str, ...]


def treat(order: ShopOrder, part: OrderTax, desk: Desk) -> Treatment | None:
    """How a part is taxed; None with a finding when that cannot be told."""
    found = _taxed(order, part, desk) if part.tax or part.rate else _untaxed(order, part, desk)
    if found is None or not part.label:
        return found
    return Treatment(found.code, found.country, (part.label, *found.words))


def supplied_on(order: ShopOrder) -> date:
    """The day whose law decides: of a refund that of its order."""
    return order.supplied_on or order.on


def _taxed(order: ShopOrder, part: OrderTax, desk: Desk) -> Treatment | None:
    if part.rate is None:
        return None  # HUB-SHOP-03 says so already
    home, on = desk.facts.administration.country, supplied_on(order)
    country = _whose(order, part, desk)
    if not country:
        return None
    rate = f"{part.rate.normalize():f}"
    kind = () if part.kind in ("goods", GIFT_CARD) else (f"{part.kind} {rate}", part.kind)
    if country == home:
        code = desk.vat_code("S", part.rate, on, origin="domestic")
        abroad = order.country if order.country in EU and order.country != home and not _vat_id(order) else ""
        return Treatment(code, abroad, (*kind, rate)) if code else None
    code = desk.vat_code("S", part.rate, on, origin="eu")
    return Treatment(code, country, (f"oss {country}", "oss")) if code else None


def _whose(order: ShopOrder, part: OrderTax, desk: Desk) -> str:
    """The country whose VAT was charged: the only one that has the rate, else as the mapping says; "" with a finding."""
    home = desk.facts.administration.country
    rate = f"{part.rate.normalize():f}" if part.rate is not None else ""
    words = {"rate": rate, "country": order.country or home, "date": str(supplied_on(order))}
    if not part.countries:
        desk.note(Finding("HUB-SHOP-13", "fatal", "hub", "VAT", rate, None, "us", tuple(sorted(words.items()))))
        return ""
    if len(part.countries) == 1:
        if part.countries[0] != home or order.country not in ("", home):
            desk.decide("vat_country", part.countries[0], "shop_rate_of_country", **words)
        return part.countries[0]
    at_home = desk.facts.mapping.setting("distance_sales", "destination") == "home"
    chosen = home if at_home else order.country
    desk.decide("vat_country", chosen, "shop_distance_setting", **words)
    return chosen


def _untaxed(order: ShopOrder, part: OrderTax, desk: Desk) -> Treatment | None:
    home, on, where = desk.facts.administration.country, supplied_on(order), order.country
    services = part.kind == "services"
    if not where and part.kind != "tip":
        desk.note(
            Finding("HUB-SHOP-14", "fatal", "hub", "country", money_text(part.net, order.currency), None, "sender")
        )
        return None
    if where == home or part.kind == "tip":  # voluntary tips are outside VAT wherever it goes (DOMAIN 10.6 no. 20)
        word = part.label or part.kind
        category = desk.word("untaxed", word).upper()
        code = desk.vat_code(category, None, on) if category else None
        own = () if part.kind == "goods" else (part.kind,)
        return Treatment(code, "", (*own, f"untaxed {category.lower()}", "untaxed")) if code else None
    if where not in EU:
        category, origin = ("O", "") if services else ("G", "non_eu")
        code = desk.vat_code(category, None, on, origin=origin or "non_eu")
        desk.decide("vat", category, "shop_export", country=where)
        return Treatment(code, "", (f"export {where}", "export")) if code else None
    return _within_eu(order, part, desk, services)


def _within_eu(order: ShopOrder, part: OrderTax, desk: Desk, services: bool) -> Treatment | None:
    """Without VAT to another member state: only to a business that is registered for VAT elsewhere (art. 138 VAT directive)."""
    home = desk.facts.administration.country
    registered = vat_country(order.customer) if order.customer and _vat_id(order) else ""
    if registered not in EU or registered == home:
        details = (("country", order.country), ("vat_id", _vat_id(order) or "-"))
        shown = money_text(part.net, order.currency)
        desk.note(Finding("HUB-SHOP-15", "fatal", "hub", "VAT", shown, None, "us", details))
        return None
    category = "AE" if services else "K"
    code = desk.vat_code(category, None, supplied_on(order), origin="eu")
    desk.decide("vat", category, "shop_within_eu", country=order.country, vat_id=_vat_id(order))
    words = ("eu services", "eu") if services else (f"eu {order.country}", "eu")
    return Treatment(code, "", words) if code else None


def _vat_id(order: ShopOrder) -> str:
    """The customer's VAT id where it has the form of one."""
    return order.customer.vat_id if order.customer and vat_key(order.customer.vat_id) else ""
