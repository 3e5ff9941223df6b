"""How orders and refunds of webshops become entries: debtor, revenue, whose VAT, and how it was paid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from hub.accounting.shop_entry import announced
from hub.model.booking import Rate
from hub.model.feed import EarlierFeed
from hub.model.party import Address, Identifier, Party
from hub.model.shop_order import OrderPayment, OrderTax, ShopOrder
from tests.builders import administration
from tests.shops import book, changed, mapping_of

WOO = mapping_of("woocommerce")
ANNA = Party("Anna de Vries", address=Address(country="NL"))
GMBH = Party("Beispiel GmbH", vat_id="DE999999999", address=Address(country="DE"))
DAY = date(2026, 3, 2)


def tax(
    net: str, rate: str | None = "21", charged: str | None = None, kind: str = "goods", countries: tuple[str, ...] = ("NL",),
    label: str = "",
) -> OrderTax:  # fmt: skip
    amount = D(charged) if charged is not None else (D(net) * D(rate or 0) / 100).quantize(D("0.01"))
    return OrderTax(D(rate) if rate else None, D(net), amount, kind, label, countries if amount else ())


def order(*taxes: OrderTax, **more: Any) -> ShopOrder:
    parts = taxes or (tax("100.00"),)
    total = sum((t.net + t.tax for t in parts), D(0))
    made = {"country": "NL", "customer": ANNA, "customer_id": "26", "payments": (OrderPayment("ideal", total),), **more}
    return ShopOrder(
        "shop.example",
        "1",
        "1001",
        made.pop("on", DAY),
        made.pop("currency", "EUR"),
        parts,
        made.pop("total", total),
        **made,
    )


def test_paid_order_is_revenue_vat_and_clearing_and_its_item_shows_both() -> None:
    made = book(order(tax("100.00"), tax("50.00", "9")), WOO)
    assert made.entry is not None
    assert made.lines == {
        "8000": "-100.00",
        "1500": "-21.00",
        "8010": "-50.00",
        "1501": "-4.50",
        "1300": "0.00",
        "1900": "175.50",
    }
    debtors = [(p.side, str(p.amount), p.open_item) for p in made.entry.postings if p.account == "1300"]
    assert debtors == [("debit", "175.50", 0), ("credit", "175.50", 0)]
    assert [i.number for i in made.entry.open_items] == ["1001"]
    assert (made.entry.journal, made.entry.booking_date, made.vat) == ("VRK", DAY, ["VH 100.00 21.00", "VL 50.00 4.50"])


def test_order_on_account_stays_open_until_its_term() -> None:
    made = book(order(state="on_account", payments=()), WOO)
    assert made.entry is not None
    assert made.lines["1300"] == "121.00"
    assert made.entry.open_items[0].due_date == date(2026, 3, 16)


def test_method_that_pays_to_our_bank_leaves_the_item_open() -> None:
    made = book(order(payments=(OrderPayment("Invoice", D("121.00")),)), WOO)
    assert made.lines == {"8000": "-100.00", "1500": "-21.00", "1300": "121.00"}
    assert "shop_paid_by_bank" in made.why


def test_refund_takes_back_every_line_and_the_gateway() -> None:
    whole = order(tax("100.00"), tax("5.00", kind="shipping"))
    back = tuple(replace(t, net=-t.net, tax=-t.tax) for t in whole.taxes)
    refund = order(
        *back, refund="9", payments=(OrderPayment("ideal", -whole.total),), on=date(2026, 3, 9), supplied_on=DAY
    )
    made = book(refund, WOO)
    assert made.entry is not None
    assert made.lines == {"8000": "105.00", "1500": "22.05", "1300": "0.00", "1900": "-127.05"}
    assert made.vat == ["VH -105.00 -22.05"]
    assert (made.entry.vat_lines[0].supply_date, made.entry.vat_lines[0].tax_date) == (DAY, date(2026, 3, 9))
    assert made.entry.open_items[0].number == "1001-9"


def test_refund_keeps_the_rate_of_the_day_of_supply() -> None:
    refund = order(tax("-100.00", "6"), refund="9", payments=(), on=date(2019, 1, 10), supplied_on=date(2018, 12, 20))
    assert book(refund, WOO, administration=administration(first_year=2018)).vat == ["VL6 -100.00 -6.00"]


@pytest.mark.parametrize(("rate", "country"), [("19", "DE"), ("25.5", "FI"), ("24", "EL")])
def test_vat_of_the_destination_goes_to_the_one_stop_shop(rate: str, country: str) -> None:
    made = book(order(tax("100.00", rate, countries=(country,)), country=country), WOO)
    assert made.vat == [f"VOSS {country} {rate} 100.00 {D(rate):.2f}"]
    assert (made.lines["8060"], made.lines["1531"]) == ("-100.00", f"{-D(rate):.2f}")


@pytest.mark.parametrize(
    ("setting", "vat"), [("destination", "VOSS BE 21 100.00 21.00"), ("home", "VH BE 100.00 21.00")]
)
def test_rate_of_both_countries_follows_the_setting(setting: str, vat: str) -> None:
    made = book(
        order(tax("100.00", countries=("BE", "NL")), country="BE"), changed(WOO, settings={"distance_sales": setting})
    )
    assert made.vat == [vat]
    assert "shop_distance_setting" in made.why


def test_our_rate_abroad_is_our_vat_and_counts_for_the_threshold() -> None:
    made = book(order(tax("100.00", countries=("NL",)), country="DE"), WOO)
    assert (made.vat, "shop_rate_of_country" in made.why) == (["VH DE 100.00 21.00"], True)


def test_rate_of_nobody_is_held() -> None:
    assert book(order(tax("100.00", "20", countries=())), WOO).codes == ["HUB-SHOP-13"]


def test_goods_to_a_business_elsewhere_are_intra_community() -> None:
    made = book(order(tax("100.00", None), country="DE", customer=GMBH, business=True), WOO)
    assert (made.vat, made.lines["8040"]) == (["VEUG 100.00 0.00"], "-100.00")
    services = book(order(tax("100.00", None, kind="services"), country="DE", customer=GMBH), WOO)
    assert (services.vat, services.lines["8130"]) == (["VEUD 100.00 0.00"], "-100.00")


@pytest.mark.parametrize("vat_id", ["", "NL999991103B01", "DE", "12345", "US123456789"])
def test_untaxed_to_another_member_state_without_its_vat_id_is_held(vat_id: str) -> None:
    assert book(order(tax("100.00", None), country="DE", customer=replace(GMBH, vat_id=vat_id)), WOO).codes == [
        "HUB-SHOP-15"
    ]


def test_untaxed_outside_the_eu_is_export_and_without_country_held() -> None:
    made = book(order(tax("100.00", None), country="US"), WOO)
    assert (made.vat, made.lines["8050"]) == (["VUIT 100.00 0.00"], "-100.00")
    assert book(order(tax("100.00", None), country=""), WOO).codes == ["HUB-SHOP-14"]


def test_untaxed_at_home_asks_the_mapping_why() -> None:
    held = book(order(tax("100.00", None)), WOO)
    assert held.codes == ["HUB-MAP-01"]
    assert dict(held.findings[0].details)["line"] == 'untaxed."goods" = "…"'
    made = book(order(tax("100.00", None)), changed(WOO, untaxed={"goods": "E"}))
    assert (made.vat, made.lines["8150"]) == (["VVRIJ 100.00 0.00"], "-100.00")


def test_gift_card_sold_is_owed_and_redeemed_pays() -> None:
    sold = book(order(tax("50.00", None, kind="gift_card")), WOO)
    assert (sold.lines, sold.vat) == ({"1650": "-50.00", "1300": "0.00", "1900": "50.00"}, [])
    payments = (OrderPayment("gift_card", D("50.00")), OrderPayment("ideal", D("71.00")))
    assert book(order(payments=payments), WOO).lines == {
        "8000": "-100.00", "1500": "-21.00", "1300": "0.00", "1650": "50.00", "1900": "71.00",
    }  # fmt: skip


def test_single_purpose_gift_card_has_vat_at_sale() -> None:
    single = changed(WOO, settings={"gift_cards": "single"})
    assert book(order(tax("50.00", kind="gift_card")), single).vat == ["VH 50.00 10.50"]
    assert book(order(tax("50.00", None, kind="gift_card")), single).codes == ["HUB-SHOP-09"]
    assert book(order(tax("50.00", kind="gift_card")), WOO).codes == ["HUB-SHOP-09"]
    assert book(order(payments=(OrderPayment("gift_card", D("121.00")),)), single).codes == ["HUB-SHOP-18"]


def test_unknown_gateway_holds_with_the_line_to_add() -> None:
    held = book(order(payments=(OrderPayment("Riverty", D("121.00")),)), WOO)
    assert (held.entry, held.codes) == (None, ["HUB-MAP-01"])
    assert dict(held.findings[0].details)["line"] == 'gateway."riverty" = "…"'


def test_part_paid_leaves_the_rest_open_and_says_so() -> None:
    made = book(order(payments=(OrderPayment("ideal", D("21.00")),)), WOO)
    assert (made.lines["1300"], made.lines["1900"], made.codes) == ("100.00", "21.00", ["HUB-SHOP-17"])


def test_rounding_of_the_shop_has_its_account_and_more_is_refused() -> None:
    made = book(order(total=D("121.02"), payments=(OrderPayment("ideal", D("121.02")),)), WOO)
    assert (made.lines["4670"], "shop_rounding" in made.why) == ("-0.02", True)
    assert book(order(total=D("121.03")), WOO).codes[0] == "HUB-FEED-01"


def test_guests_are_on_one_debtor_and_a_business_guest_on_his_own() -> None:
    guest = order(customer_id="")
    made = book(guest, changed(WOO, settings={"guest_relation": "D0001"}), codes=("D0001",))
    assert made.entry is not None
    assert (made.entry.open_items[0].relation, made.entry.description) == ("D0001", "shop.example 1001")
    party = guest.party
    assert party is not None
    assert (party.name, party.identifiers, party.address.city) == (
        "shop.example",
        (Identifier("GUESTS", "SHOP/SHOP.EXAMPLE"),),
        "",
    )
    assert order(customer_id="", customer=GMBH).party == GMBH


def test_foreign_order_is_booked_at_the_rate_of_its_day() -> None:
    made = book(order(tax("100.00", None), country="US", currency="USD"), WOO, rates=(Rate("USD", DAY, D("1.25")),))
    assert made.entry is not None
    assert [(p.account, str(p.amount), str(p.base)) for p in made.entry.postings if p.account == "8050"] == [
        ("8050", "100.00", "80.00")
    ]


def test_open_order_is_announced_and_not_booked() -> None:
    waiting = order(state="open", payments=())
    assert book(waiting, WOO).entry is None
    told = announced(waiting)
    assert told is not None
    assert (told.number, told.relation, told.amount.amount, told.source) == (
        "1001",
        "SHOP/SHOP.EXAMPLE:26",
        D("121.00"),
        "shop.example",
    )
    assert announced(order()) is None


def test_cancelled_order_is_nothing_unless_it_was_booked() -> None:
    gone = order(state="cancelled", payments=())
    assert (book(gone, WOO).entry, book(gone, WOO).codes) == (None, [])
    before = EarlierFeed(gone.follows, "M1", "f", "posted", "1001")
    assert book(gone, WOO, original=before).codes == ["HUB-SHOP-16"]


def test_order_of_nothing_is_no_entry() -> None:
    made = book(order(tax("0.00", None), payments=()), WOO)
    assert (made.entry, made.codes) == (None, [])


def test_cent_on_which_tax_rounds_to_nothing_keeps_its_rate() -> None:
    cent = OrderTax(D(9), D("0.05"), D(0), "goods", "", ("NL",))
    made = book(order(cent), WOO)
    assert (made.vat, made.lines["8010"]) == (["VL 0.05 0.00"], "-0.05")
