"""Announced orders from CSV and JSON."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from hub.formats.orders_file import read_orders
from hub.model.money import Money


@pytest.mark.parametrize(
    "text",
    [
        "number,relation,date,amount,source\nSO-1,C0001,2026-11-20,1234.50,shop\n",
        "Ordernummer;Relatie;Datum;Bedrag;Bron;Iets\nSO-1;C0001;20-11-2026;1.234,50;shop;x\n\n",
        '[{"number": "SO-1", "relation": "C0001", "date": "2026-11-20", "amount": 1234.50, "source": "shop"}]',
        '{"number": "SO-1", "relation": "C0001", "date": "2026-11-20", "amount": "1234,50", "source": "shop"}\n',
    ],
)
def test_same_order_is_read_from_every_form(text: str) -> None:
    [order], wrong = read_orders(text.encode(), "EUR")
    assert wrong == []
    assert (order.number, order.relation, order.ordered_on, order.source) == (
        "SO-1",
        "C0001",
        date(2026, 11, 20),
        "shop",
    )
    assert order.amount == Money(Decimal("1234.50"), "EUR")


def test_debtor_may_be_named_by_a_number() -> None:
    orders, wrong = read_orders(
        b"number;relation;date;amount\n1;KVK:6875 0110;2026-11-20;1\n2;VAT:nl123456782b01;2026-11-20;1\n", "EUR"
    )
    assert wrong == []
    assert [order.relation for order in orders] == ["0106:68750110", "VAT:NL123456782B01"]


@pytest.mark.parametrize(
    ("rows", "code", "place"),
    [
        ("1;C1;2026-11-20;1.234", "HUB-ORDER-08", "line 2, amount"),
        ("1;C1;2026-11-20;-5", "HUB-ORDER-07", "line 2, amount"),
        ("1;C1;2026-11-20;1,005", "HUB-ORDER-08", "line 2, amount"),
        ("1;C1;2026-11-31;5", "HUB-ORDER-16", "line 2, date"),
        (";C1;2026-11-20;5", "HUB-ORDER-13", "line 2, number"),
        ("1;C1;2026-11-20", "HUB-ORDER-11", "line 2"),
        ("1;C1;2026-11-20;5\n1;C2;2026-11-20;5", "HUB-ORDER-10", "line 3"),
        ("", "HUB-ORDER-06", ""),
        ("x" * 101 + ";C1;2026-11-20;5", "HUB-ORDER-14", "line 2, number"),
    ],
)
def test_fault_names_row_and_column(rows: str, code: str, place: str) -> None:
    _, wrong = read_orders(f"number;relation;date;amount\n{rows}\n".encode(), "EUR")
    assert [(finding.code, finding.location) for finding in wrong] == [(code, place)]


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"a;b\n1;2", "HUB-ORDER-09"), (b"[1]", "HUB-ORDER-12"), (b"[{", "HUB-ORDER-12"), (b"[" * 100_000, "HUB-ORDER-12"),
     (b"\xff\x00", "HUB-ORDER-09")],
)  # fmt: skip
def test_file_that_is_something_else_is_refused(data: bytes, code: str) -> None:
    orders, wrong = read_orders(data, "EUR")
    assert orders == []
    assert {finding.code for finding in wrong} == {code}
