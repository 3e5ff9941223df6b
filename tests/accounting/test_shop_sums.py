"""For any orders, in any order, sent any number of times: what is booked is what was sold, less what was given back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from hub.formats.payout_parts import settled
from hub.model.feed import fingerprint_of
from hub.model.journal import JournalEntry
from hub.model.party import Address, Party
from hub.model.payout import Payout, PayoutPart
from hub.model.shop_order import OrderPayment, OrderTax, ShopOrder
from tests.shops import book, mapping_of, sums

WOO, MOLLIE = mapping_of("woocommerce"), mapping_of("mollie")
ANNA = Party("Anna de Vries", address=Address(country="NL"))
CENTS = st.integers(1, 5_000_000).map(lambda n: D(n).scaleb(-2))
RATES = st.sampled_from([("21", "NL"), ("9", "NL"), ("19", "DE"), ("25.5", "FI")])


@st.composite
def orders(draw: st.DrawFn) -> ShopOrder:
    """A paid, part paid or unpaid order of goods, shipping and perhaps a gift card."""
    rate, country = draw(RATES)
    parts = []
    for kind in draw(st.lists(st.sampled_from(["goods", "shipping", "fee"]), min_size=1, max_size=4)):
        net = draw(CENTS)
        parts.append(OrderTax(D(rate), net, (net * D(rate) / 100).quantize(D("0.01")), kind, "", (country,)))
    if draw(st.booleans()):
        parts.append(OrderTax(None, draw(CENTS), D(0), "gift_card"))
    total = sum((p.net + p.tax for p in parts), D(0))
    paid = draw(st.sampled_from([D(0), total, (total / 3).quantize(D("0.01"))]))
    payments = (OrderPayment("ideal", paid),) if paid else ()
    id = str(draw(st.integers(1, 10**6)))
    return ShopOrder(
        "shop.example", id, id, date(2026, 3, 2), "EUR", tuple(parts), total, "paid" if paid == total else "on_account",
        country=country, customer=ANNA, customer_id="26", payments=payments,
    )  # fmt: skip


def refund_of(order: ShopOrder) -> ShopOrder:
    """The whole order back, the way it was paid."""
    back = tuple(replace(part, net=-part.net, tax=-part.tax) for part in order.taxes)
    payments = tuple(replace(payment, amount=-payment.amount) for payment in order.payments)
    return replace(order, refund="9", taxes=back, total=-order.total, payments=payments, supplied_on=order.on)


@given(st.lists(orders(), max_size=6, unique_by=lambda order: order.order), st.randoms(use_true_random=False))
def test_ledger_is_the_plain_sum_however_often_and_in_whatever_order_they_come(sold: list[ShopOrder], chance) -> None:  # type: ignore[no-untyped-def]
    given_back = [refund_of(order) for order in sold if chance.random() < 0.4]
    sent = [*sold, *given_back, *(o for o in (*sold, *given_back) if chance.random() < 0.3)]
    chance.shuffle(sent)
    entries: dict[str, JournalEntry | None] = {}
    seen: dict[str, str] = {}
    for document in sent:
        assert seen.setdefault(document.identity, fingerprint_of(document)) == fingerprint_of(document)
        entries.setdefault(document.identity, book(document, WOO).entry)
    ledger = sums(entries.values())
    everything = [*sold, *given_back]
    revenue = sum((p.net for o in everything for p in o.taxes if p.kind != "gift_card"), D(0))
    paid = sum((p.amount for o in everything for p in o.payments), D(0))
    assert -sum((ledger.get(a, D(0)) for a in ("8000", "8010", "8060")), D(0)) == revenue
    assert -sum((ledger.get(a, D(0)) for a in ("1500", "1501", "1531")), D(0)) == sum((o.tax for o in everything), D(0))
    assert ledger.get("1900", D(0)) == paid
    assert ledger.get("1300", D(0)) == sum((o.total for o in everything), D(0)) - paid
    assert sum(ledger.values(), D(0)) == 0


@given(orders())
def test_vat_lines_are_the_tax_of_the_order_and_its_refund_takes_them_back(order: ShopOrder) -> None:
    first, second = book(order, WOO).entry, book(refund_of(order), WOO).entry
    assert first is not None
    assert second is not None
    assert sum(v.tax.amount for v in first.vat_lines) == order.tax
    assert [(v.code, v.country, v.rate, -v.base.amount, -v.tax.amount) for v in second.vat_lines] == [
        (v.code, v.country, v.rate, v.base.amount, v.tax.amount) for v in first.vat_lines
    ]


PARTS = st.lists(
    st.builds(
        PayoutPart,
        st.sampled_from(["payments", "refunds", "chargebacks", "fees", "fee_tax"]),
        st.integers(-(10**9), 10**9).map(lambda n: D(n).scaleb(-4)),
        gateway=st.sampled_from(["ideal", "creditcard", ""]),
    ),
    max_size=8,
)


@given(PARTS, st.integers(-2, 2))
def test_parts_of_a_pay_out_come_to_its_amount_to_the_cent_or_are_refused(parts: list[PayoutPart], off: int) -> None:
    exact = sum((p.amount for p in parts), D(0))
    amount = exact.quantize(D("0.01")) + D(off).scaleb(-2)
    made = settled(parts, amount, "EUR")
    if abs(exact - amount) > D("0.005"):
        assert made is None
    elif made is not None:
        assert sum((p.amount for p in made), D(0)) == amount
        assert all(p.amount == p.amount.quantize(D("0.01")) for p in made)
        entry = book(Payout("mollie", "1", date(2026, 3, 6), "EUR", amount, made), MOLLIE).entry
        assert sum(sums([entry]).values(), D(0)) == 0
