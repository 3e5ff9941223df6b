"""Random invoices whose totals add up: every mixture of groups, signs, sides, prepayments and currencies."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from hub.model.administration import Administration
from hub.model.booking import Facts, Rate
from hub.model.invoice import AllowanceCharge, Invoice, Line, PaymentMeans, PaymentTerms
from hub.model.relation import Relation
from tests.builders import (
    DAY,
    SUPPLIER,
    THEIR_IBAN,
    US,
    administration,
    cents,
    facts,
    invoice,
    known,
    party,
    with_totals,
)

SELLERS = (SUPPLIER, party("DE", "DE123456789"), party("US"), party("BE"), party("GR", "EL123456789"))
ACCOUNTS = ("4990", "4340", "4410", "4530", "0400", "")
PURCHASE_GROUPS = (
    ("S", "21"), ("S", "9"), ("S", "6"), ("S", "19"), ("S", "7.7"), ("Z", "0"), ("E", "0"), ("O", None), ("AE", "0"), ("K", "0"),
    ("G", "0"), ("L", "7"), ("M", "10"), ("B", "22"),
)  # fmt: skip
SALES_GROUPS = (("S", "21"), ("S", "9"), ("Z", "0"), ("E", "0"), ("O", None), ("AE", "0"), ("G", "0"))
_MINOR = st.integers(-(10**9), 10**9)


@dataclass(frozen=True)
class Given:
    """A document with the facts it is booked on."""

    invoice: Invoice
    facts: Facts = field(repr=False)


@st.composite
def _lines(draw: st.DrawFn, sales: bool, currency: str) -> list[Line]:
    groups = draw(st.lists(st.sampled_from(SALES_GROUPS if sales else PURCHASE_GROUPS), min_size=1, max_size=4))
    made = []
    for number in range(draw(st.integers(1, 8))):
        category, rate = draw(st.sampled_from(groups))
        amount = cents(draw(_MINOR), currency)
        cost = draw(st.sampled_from(ACCOUNTS))
        rate_ = None if rate is None else Decimal(rate)
        made.append(
            Line(str(number), amount, vat_category=category, vat_rate=rate_, item_name="x", accounting_cost=cost)
        )
    return made


@st.composite
def _allowances(draw: st.DrawFn, lines: list[Line], currency: str) -> list[AllowanceCharge]:
    made = []
    for _ in range(draw(st.integers(0, 3))):
        where = draw(st.sampled_from(lines))
        amount = cents(draw(st.integers(0, 10**6)), currency)
        made.append(
            AllowanceCharge(draw(st.booleans()), amount, vat_category=where.vat_category, vat_rate=where.vat_rate)
        )
    return made


@st.composite
def _relations(draw: st.DrawFn) -> tuple[Relation, ...]:
    share = st.sampled_from([None, Decimal(25), Decimal("33.3")])
    relation = known(
        g_percentage=draw(share),
        g_percentage_reversed=draw(share),
        g_iban="NL49RABO0991112220",
        reverse_charge_rate=draw(st.sampled_from([None, Decimal(9)])),
    )
    return draw(st.sampled_from([(), (relation,)]))


def _books(deduction: int) -> Administration:
    return administration(deduction_percentage=Decimal(deduction))


def _with_g_account(made: Invoice, g_minor: int) -> Invoice:
    """The Dutch extension: two payment terms that sum to what is due (DOMAIN 8.2)."""
    due, part = made.totals.due or Decimal(0), cents(g_minor, made.currency)
    terms = (PaymentTerms(means_id="GACCOUNT", amount=part), PaymentTerms(means_id="NORMAL", amount=due - part))
    means = (
        PaymentMeans("58", id="GACCOUNT", account="NL49RABO0991112220"),
        PaymentMeans("58", id="NORMAL", account=THEIR_IBAN),
    )
    return replace(made, payment_terms=terms, payment_means=means)


@st.composite
def documents(draw: st.DrawFn) -> Given:
    """Any invoice or credit note, bought or sold, that adds up."""
    sales = draw(st.booleans())
    currency = draw(st.sampled_from(["EUR", "EUR", "USD", "JPY", "KWD"]))
    lines = draw(_lines(sales, currency))
    other = SUPPLIER if sales else draw(st.sampled_from(SELLERS))
    optional = st.one_of(st.none(), st.integers(0, 10**8))
    prepaid, rounding = draw(optional), draw(st.one_of(st.none(), st.integers(-5, 5)))
    vat_currency = draw(st.sampled_from(["", "EUR"]))
    made = invoice(
        *lines,
        kind=draw(st.sampled_from(["invoice", "credit_note"])),
        seller=US if sales else other,
        buyer=other if sales else US,
        allowances=draw(_allowances(lines, currency)),
        prepaid=None if prepaid is None else str(cents(prepaid, currency)),
        rounding=None if rounding is None else str(cents(rounding, currency)),
        currency=currency,
        vat_currency=vat_currency,
        issue_date=draw(st.dates(date(2019 if sales else 2008, 1, 1), DAY)),
    )
    if vat_currency and currency != "EUR" and made.totals.vat:
        made = with_totals(made, vat_accounting=cents(draw(_MINOR)))
    if draw(st.booleans()):
        made = _with_g_account(made, draw(st.integers(-(10**6), 10**6)))
    rates = (Rate(currency, made.issue_date, Decimal(draw(st.integers(1, 10**6))) / 1000),)
    books = _books(draw(st.sampled_from([0, 33, 50, 100])))
    return Given(made, facts(books, relations=draw(_relations()), rates=rates))
