"""Invoices of every shape that EN 16931 has, as Hypothesis makes them: all add up, so that they can be booked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from hub.model.invoice import (
    AllowanceCharge,
    Attachment,
    Delivery,
    Invoice,
    Line,
    PaymentMeans,
    PaymentTerms,
    Period,
    PrecedingInvoice,
    Totals,
)
from hub.model.party import Address, Contact, Identifier, Party
from tests import builders

_LETTERS = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"))
TEXT = st.text(_LETTERS, min_size=1, max_size=12).map(lambda text: text.strip(" ")).filter(bool)
WORDS = st.just("") | TEXT
DAYS = st.dates(date(2026, 1, 1), date(2026, 6, 30))
CENTS = st.decimals(-5_000, 5_000, places=2)
POSITIVE = st.decimals("0.01", 900, places=2)
PRICES = st.decimals(0, 9_000, places=4)
GROUPS = st.sampled_from([("S", Decimal(21)), ("S", Decimal(9)), ("E", Decimal(0)), ("AE", Decimal(0))])
SCHEMED = st.builds(Identifier, TEXT, st.sampled_from(["0106", "0088", "0190"]))
_COUNTRY = st.sampled_from(["NL", "BE", "DE"])


def _address() -> Any:
    return st.builds(Address, WORDS, WORDS, WORDS, WORDS, WORDS, WORDS, _COUNTRY)


def _period() -> Any:
    return st.none() | st.tuples(DAYS, DAYS).map(lambda days: Period(min(days), max(days)))


@st.composite
def parties(draw: Any, known: Party) -> Party:
    """A party that we know by its numbers, with whatever else a party may say."""
    plain = draw(st.lists(st.builds(Identifier, TEXT), max_size=1))
    return Party(
        known.name,
        draw(WORDS),
        (*plain, *draw(st.lists(SCHEMED, max_size=1))),
        known.legal_id,
        known.vat_id,
        draw(WORDS),
        draw(WORDS),
        draw(st.none() | SCHEMED),
        draw(_address()),
        draw(st.builds(Contact, WORDS, WORDS, WORDS)),
    )


@st.composite
def allowances(draw: Any, *, of_line: bool = False) -> AllowanceCharge:
    """An allowance or charge, of the document or of a line."""
    category, rate = ("", None) if of_line else draw(GROUPS)
    percentage = draw(st.none() | POSITIVE)
    base = None if percentage is None else draw(POSITIVE)
    return AllowanceCharge(
        draw(st.booleans()),
        draw(POSITIVE),
        base,
        percentage,
        category,
        rate,
        draw(WORDS),
        draw(st.sampled_from(["", "95"])),
    )


@st.composite
def lines(draw: Any, number: int) -> Line:
    """A line. Its net amount is what it is: nothing is rebuilt from a price."""
    category, rate = draw(GROUPS)
    discount = draw(st.none() | PRICES)
    base = draw(st.none() | st.decimals(1, 100, places=0))
    return Line(
        id=str(number),
        net_amount=draw(CENTS),
        quantity=draw(PRICES),
        unit=draw(st.sampled_from(["C62", "KWH", "HUR"])),
        note=draw(WORDS),
        object_id=draw(st.none() | st.builds(Identifier, TEXT, st.sampled_from(["", "AAK"]))),
        order_line=draw(WORDS),
        accounting_cost=draw(st.sampled_from(["", "4990"])),
        period=draw(_period()),
        allowances_charges=tuple(draw(st.lists(allowances(of_line=True), max_size=2))),
        price=draw(PRICES),
        price_discount=discount,
        gross_price=None if discount is None else draw(PRICES),
        base_quantity=base,
        base_unit="" if base is None else draw(st.sampled_from(["C62", "KWH"])),
        vat_category=category,
        vat_rate=rate,
        item_name=draw(TEXT),
        item_description=draw(WORDS),
        seller_item_id=draw(WORDS),
        buyer_item_id=draw(WORDS),
        standard_item_id=draw(st.none() | SCHEMED),
        classifications=tuple(draw(st.lists(st.builds(Identifier, TEXT, st.just("STI")), max_size=2))),
        origin_country=draw(st.just("") | _COUNTRY),
        attributes=tuple(draw(st.lists(st.tuples(TEXT, TEXT), max_size=2))),
    )


@st.composite
def _payments(draw: Any) -> dict[str, Any]:
    """One way to pay; the reference and mandate of a document, as CII has them."""
    reference = draw(WORDS)
    transfer = PaymentMeans(
        code="30",
        text=draw(WORDS),
        reference=reference,
        account=builders.THEIR_IBAN,
        account_name=draw(WORDS),
        bic=draw(st.sampled_from(["", "RABONL2U"])),
    )
    debit = PaymentMeans(code="59", reference=reference, mandate=draw(TEXT), debited_account="NL91ABNA0417164300")
    card = PaymentMeans(code="54", reference=reference, card_number="1234", card_holder=draw(WORDS))
    ways = draw(st.sampled_from([(), (transfer,), (debit,), (card,), (transfer, card), (transfer, debit)]))
    terms = draw(st.lists(st.builds(PaymentTerms, TEXT), max_size=2))
    return {
        "payment_means": ways,
        "payment_terms": tuple(terms),
        "creditor_reference": draw(TEXT) if ways == (debit,) else "",
    }


@st.composite
def _attachments(draw: Any) -> Attachment:
    content = draw(st.none() | st.binary(min_size=1, max_size=40))
    embedded = (
        {} if content is None else {"content": content, "media_type": "application/pdf", "file_name": draw(WORDS)}
    )
    return Attachment(id=draw(TEXT), description=draw(WORDS), url=draw(WORDS), **embedded)


@st.composite
def invoices(draw: Any) -> Invoice:
    """An invoice or credit note to us, in euro or in dollars with BT-111."""
    items = [draw(lines(n + 1)) for n in range(draw(st.integers(1, 3)))]
    is_note = draw(st.booleans())
    foreign = draw(st.booleans())
    order = draw(WORDS)
    made = builders.invoice(
        *items,
        kind="credit_note" if is_note else "invoice",
        type_code=draw(st.sampled_from(["381", "396"] if is_note else ["380", "384", "326"])),
        number=draw(TEXT),
        issue_date=draw(DAYS),
        currency="USD" if foreign else "EUR",
        vat_currency="EUR" if foreign else "",
        seller=draw(parties(builders.SUPPLIER)),
        buyer=draw(parties(builders.US)),
        allowances=draw(st.lists(allowances(), max_size=2)),
        prepaid=draw(st.none() | POSITIVE.map(str)),
        rounding=draw(st.sampled_from([None, "0.02", "-0.01"])),
        due_date=None if is_note else draw(st.none() | DAYS),
        notes=tuple(draw(st.lists(TEXT | st.just("#AAI#general"), max_size=2))),
        process=draw(WORDS),
        buyer_reference=draw(WORDS),
        project=draw(WORDS),
        contract=draw(WORDS),
        order=order,
        sales_order=draw(WORDS) if order else "",
        receiving_advice=draw(WORDS),
        despatch_advice=draw(WORDS),
        tender=draw(WORDS),
        object_id=draw(st.none() | st.builds(Identifier, TEXT, st.sampled_from(["", "AAK"]))),
        accounting_cost=draw(st.sampled_from(["", "4990"])),
        preceding=tuple(draw(st.lists(st.builds(PrecedingInvoice, TEXT, st.none() | DAYS), max_size=2))),
        payee=draw(st.none() | st.builds(Party, name=TEXT, identifiers=st.lists(SCHEMED, max_size=1).map(tuple))),
        tax_representative=draw(
            st.none() | st.builds(Party, name=TEXT, vat_id=st.just("DE123456788"), address=_address())
        ),
        deliveries=draw(
            st.just(())
            | st.tuples(st.builds(Delivery, TEXT, st.none() | SCHEMED, st.none() | DAYS, _address()))
        ),
        attachments=tuple(draw(st.lists(_attachments(), max_size=2))),
        **_vat_point(draw),
        **draw(_payments()),
    )  # fmt: skip
    return _with_accounting(made, draw(st.decimals(0, 900, places=2))) if foreign else made


def _vat_point(draw: Any) -> dict[str, Any]:
    """BT-7 or BT-8, never both (BR-CO-3)."""
    period = draw(_period())
    code = draw(st.sampled_from(["", "3", "35", "432"]))
    if code:
        return {"period": Period(period.start if period else None, period.end if period else None, code)}
    return {"period": period, "vat_point_date": draw(st.none() | DAYS)}


def _with_accounting(made: Invoice, vat: Decimal) -> Invoice:
    totals = made.totals
    return builders.with_totals(made, vat_accounting=vat) if isinstance(totals, Totals) else made
