"""What the invoice table source reads, refuses and leaves to others."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sales_csv import source
from hub.formats.content import Content
from hub.model.invoice import Invoice
from hub.model.party import Identifier
from hub.ports import Reading
from tests.feed_samples import readings

HEAD = "number;date;buyer_name;buyer_kvk;net;vat_rate;vat_category;vat;total"


def _read(text: str) -> list[Reading]:
    return readings("sales_csv", text.encode())


def _only(text: str) -> Invoice:
    (reading,) = _read(text)
    assert reading.findings == ()
    assert reading.document is not None
    return reading.document


def _places(text: str) -> list[str]:
    return [f.location for reading in _read(text) for f in reading.findings if f.fatal]


def test_head_and_lines_of_an_invoice() -> None:
    invoice = _only(f"{HEAD}\n7;2026-03-02;Bakker;12345678;10.00;21;;2.10;23.00\n7;;;;10.00;9;;0.90;\n")
    assert (invoice.number, invoice.issue_date, invoice.kind) == ("7", date(2026, 3, 2), "invoice")
    assert invoice.buyer.legal_id == Identifier("12345678", "0106")
    assert [(g.category, g.rate, g.taxable_amount, g.tax_amount) for g in invoice.vat_groups] == [
        ("S", Decimal(21), Decimal(10), Decimal("2.10")), ("S", Decimal(9), Decimal(10), Decimal("0.90")),
    ]  # fmt: skip
    assert invoice.totals.with_vat == Decimal(23)


def test_several_invoices_of_one_file_are_each_their_own() -> None:
    text = f"{HEAD}\n7;2026-03-02;B;;10;21;;2.10;12.10\n8;2026-03-02;B;;x;21;;2.10;12.10\n9;2026-03-02;B;;10;21;;2.10;12.10\n"
    assert [r.document.number if r.document else None for r in _read(text)] == ["7", None, "9"]


def test_the_same_number_of_another_supplier_is_another_invoice() -> None:
    head = "seller_name;number;date;net;vat_rate;vat;total"
    text = f"{head}\nA;1;2026-03-02;10;21;2.10;12.10\nB;1;2026-03-02;20;21;4.20;24.20\n"
    assert [r.document.seller.name if r.document else None for r in _read(text)] == ["A", "B"]


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ("7;;B;;10;21;;2.10;12.10", "row 2, column date"),
        (";2026-03-02;B;;10;21;;2.10;12.10", "row 2, column number"),
        ("7;2026-03-02;B;;;21;;2.10;12.10", "row 2, column net"),
        ("7;2026-03-02;B;;10;0;;0.00;10.00", "row 2, column vat_category"),
        ("7;2026-03-02;B;;10;;;0.00;10.00", "row 2, column vat_category"),
        ("7;2026-03-02;B;;10;21;X;2.10;12.10", "row 2, column vat_category"),
        ("7;2026-03-02;B;;10;;S;2.10;12.10", "row 2, column vat_rate"),
        ("7;2026-03-02;B;;10;121;;2.10;12.10", "row 2, column vat_rate"),
        ("7;2026-03-02;B;;10;21;;;", "row 2, column total"),
        ("7;2026-03-02;B;;10;21;;2.10;12.10\n7;2026-03-02;B;;10;21;;;", "row 3, column vat"),
        ("7;2026-03-02;B;;10;21;;2.10;12.10\n7;2026-03-02;C;;10;21;;2.10;", "row 3, column buyer_name"),
    ],
)
def test_every_cell_at_fault_is_named_by_row_and_column(row: str, place: str) -> None:
    assert place in _places(f"{HEAD}\n{row}\n")


@pytest.mark.parametrize("kind", ["offerte", "Order", "pro forma", "concept", "Pakbon"])
def test_look_alikes_are_refused_by_their_name(kind: str) -> None:
    (reading,) = _read(f"kind;{HEAD}\n{kind};7;2026-03-02;B;;10;21;;2.10;12.10\n")
    assert (reading.document, [f.code for f in reading.findings]) == (None, ["HUB-SALE-03"])


def test_a_credit_note_with_negative_amounts_is_not_guessed() -> None:
    assert _places(f"kind;{HEAD}\ncredit;7;2026-03-02;B;;-10;21;;-2.10;-12.10\n") == ["row 2, column kind"]


def test_a_due_date_before_the_invoice_is_a_fault() -> None:
    assert _places(f"due_date;{HEAD}\n2026-03-01;7;2026-03-02;B;;10;21;;2.10;12.10\n") == ["row 2, column due_date"]


@pytest.mark.parametrize(
    "data", [b"", b"{", b"<Invoice/>", b"number;date;net;vat_rate\n1;2;3;4\n", b"[1]", b"\x00\x01"]
)
def test_what_is_not_its_own_is_left_to_others(data: bytes) -> None:
    assert not source.recognise(Content(data))


def test_a_date_that_is_none_in_json_has_its_path() -> None:
    one = {
        "number": "1",
        "date": "2026-02-30",
        "buyer": {"name": "B"},
        "total": "1.21",
        "lines": [{"net": "1.00", "vat_rate": 21}],
    }
    assert _places(json.dumps({"format": "boekhub-invoices", "invoices": [one]})) == ["$.invoices[0].date"]


def test_a_wrong_line_in_json_has_its_path_and_stops_no_other_invoice() -> None:
    good = {
        "number": "1",
        "date": "2026-02-03",
        "buyer": {"name": "B"},
        "total": "1.21",
        "lines": [{"net": "1.00", "vat_rate": 21}],
    }
    bad = {**good, "number": "2", "lines": [{"net": "1,00", "vat_rate": 21}]}
    zero = {**good, "number": "3", "total": "1.00", "lines": [{"net": "1.00", "vat_rate": 0}]}
    made = _read(json.dumps({"format": "boekhub-invoices", "invoices": [bad, zero, good]}))
    assert [f.location for r in made for f in r.findings] == [
        "$.invoices[0].lines[0].net",
        "$.invoices[1].lines[0].vat_category",
    ]
    assert made[2].document is not None


cents = st.integers(-(10**8), 10**8).map(lambda n: Decimal(n).scaleb(-2))


@given(st.lists(st.tuples(cents, cents), min_size=1, max_size=6), st.sampled_from([",", "."]))
def test_csv_and_json_say_the_same_to_the_cent(lines: list[tuple[Decimal, Decimal]], mark: str) -> None:
    total = sum((n + t for n, t in lines), Decimal(0))
    rows = [
        ";".join(["1", "2026-03-02", "B", "21", *(str(x).replace(".", mark) for x in (n, t, total))]) for n, t in lines
    ]
    by_csv = _only("number;date;buyer_name;vat_rate;net;vat;total\n" + "\n".join(rows) + "\n")
    one = {
        "number": "1", "date": "2026-03-02", "buyer": {"name": "B"}, "total": f"{total:f}",
        "lines": [{"net": f"{n:f}", "vat": f"{t:f}", "vat_rate": 21} for n, t in lines],
    }  # fmt: skip
    by_json = _only(json.dumps({"format": "boekhub-invoices", "invoices": [one]}))
    assert by_csv == by_json
    assert by_csv.vat_groups[0].taxable_amount == sum(n for n, _ in lines)
