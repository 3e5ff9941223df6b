"""The rules of bank lines that ship: which line goes where, and what pay-outs close."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from hub.accounting.bank_rules import bank_rules
from hub.model.bank_statement import BankEntry
from tests.books import DEMO, Books, message_of, starter
from tests.feeds.test_bank import holds
from tests.store.test_payments import balance
from tests.store.test_statements import line, mapping, outcomes, record, statement

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("amount", "name", "text", "code", "account"),
    [
        ("478.71", "Stichting Mollie Payments", "T1234567 1234567.2611.01", "", "1190"),
        ("478.71", "MOLLIE B.V.", "", "", "1190"),
        ("-10.00", "Mollie B.V.", "M2026-11", "", ""),
        ("310.00", "Stripe Payments Europe, Limited", "STRIPE po_2611", "", "1190"),
        ("310.00", "Stripe Technology Europe Ltd", "", "", "1190"),
        ("50.00", "Stripe Design B.V.", "", "", ""),
        ("88.10", "CCV Group B.V.", "CCV afrekening", "", "1050"),
        ("88.10", "Worldline SMS", "", "", "1050"),
        ("88.10", "", "PAY.NL uitbetaling 123", "", "1050"),
        ("88.10", "", "Betaalautomaat 16:02 pas 001", "", "1050"),
        ("-88.10", "", "Betaalautomaat 16:02 pas 001", "", ""),
        ("88.10", "Rabobank", "", "PMNT/MCRD/POSP", "1050"),
        ("50.00", "Ccvandaag B.V.", "", "", ""),
        ("-1210.00", "Belastingdienst", "omzetbelasting oktober 2026", "", "1530"),
        ("300.00", "BELASTINGDIENST", "Teruggaaf BTW 3e kwartaal", "", "1530"),
        ("-95.20", "Belastingdienst", "EU btw eenloketsysteem Q3", "", "1531"),
        ("-900.00", "Belastingdienst", "Loonheffingen 202610", "", "1540"),
        ("-700.00", "Belastingdienst Apeldoorn", "VPB 2026 termijn 11", "", "1550"),
        ("-700.00", "Belastingdienst", "7123456789012345", "", ""),
        ("-400.00", "Adviesbureau", "advies omzetbelasting", "", ""),
        ("-12.50", "", "Kosten zakelijk betalingsverkeer", "", "4640"),
        ("-12.50", "ING", "", "ACMT/MDOP/CHRG", "4640"),
    ],
)
def test_line_goes_where_a_bookkeeper_looks_for_it(
    amount: str, name: str, text: str, code: str, account: str
) -> None:  # fmt: skip
    rules, findings = bank_rules(mapping(), starter())
    assert findings == ()
    entry = BankEntry(DAY, Decimal(amount), name=name, description=text, code=code)
    assert rules.choose(entry)[0] == account


def test_payout_of_mollie_on_the_bank_closes_what_its_settlement_put_in_transit(books: Books) -> None:
    """Orders debit the clearing account, the settlement moves it to money in transit, the bank brings it."""
    body = (DEMO / "feeds" / "mollie" / "1234567.2611.01.json").read_bytes()
    paid = Decimal(json.loads(body)["amount"]["value"])
    [settled] = books.process([message_of(body, name="1234567.2611.01.json")])
    assert settled.outcome == "posted"
    assert balance(books, "1190") == paid
    before = balance(books, "1900")
    done = record(books, statement("0.00", line(str(paid), "1234567.2611.01", name="Stichting Mollie Payments")))
    assert outcomes(done) == ["matched"]
    assert (balance(books, "1190"), balance(books, "1100"), balance(books, "1900")) == (0, paid, before)
    holds(books)


def test_orders_their_settlement_and_the_bank_leave_nothing_on_the_clearing_accounts(books: Books) -> None:
    """What customers paid through Mollie comes to the bank less its fees, and no account in between has anything left."""
    body = (DEMO / "feeds" / "mollie" / "1234567.2611.01.json").read_bytes()
    paid = Decimal(json.loads(body)["amount"]["value"])
    for file in sorted((DEMO / "feeds" / "woocommerce").glob("510[12]-*.json")):
        books.process([message_of(file)])
    for file in ("magento/7-with-credit-memo.json", "prestashop/5-order.xml", "shopify/2001-discount.json"):
        books.process([message_of(DEMO / "feeds" / file)])
    stripe = books.process([message_of(DEMO / "feeds" / "stripe" / "po_2611.csv")])
    books.process([message_of(body, name="1234567.2611.01.json")])
    assert [result.outcome for result in stripe] == ["posted"]
    rest = balance(books, "1190") - paid
    record(
        books,
        statement(
            "0.00", line(str(paid), name="Stichting Mollie Payments"), line(str(rest), name="Stripe Payments Europe")
        ),
    )
    assert (balance(books, "1190"), balance(books, "1900")) == (0, 0)
    assert balance(books, "1100") == paid + rest
    holds(books)
