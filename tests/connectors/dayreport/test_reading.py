"""Day reports: what is ours, what is read, and where a file is not what it says."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.dayreport import source
from hub.formats.content import Content
from hub.formats.json_schema import schema
from hub.model.sales_day import SalesDay
from tests.feed_samples import readings

DAY: dict[str, Any] = {
    "outlet": "K1",
    "date": "2026-03-02",
    "revenue": [{"rate": "21", "net": "100.00", "vat": "21.00"}],
    "tenders": [{"kind": "pin", "amount": "121.00"}],
}


def _json(*days: dict[str, Any]) -> bytes:
    return json.dumps({"format": "boekhub-sales-day", "days": days}).encode()


def _day(data: bytes) -> SalesDay:
    (reading,) = readings("dayreport", data)
    assert isinstance(reading.feed, SalesDay), reading.findings
    return reading.feed


def _places(data: bytes) -> list[str]:
    (reading,) = readings("dayreport", data)
    assert reading.feed is None
    assert all(f.fatal for f in reading.findings)
    return [f.location for f in reading.findings]


@pytest.mark.parametrize(
    "data",
    [
        b'{"format": "boekhub-shop-order"}',
        b"[]",
        b"{",
        b"",
        b"\x00\xff",
        b"outlet;date;amount\n",
        b"Rekeningnummer,RekeningOmschrijving,Debet,Credit,Datum\n",
        b"<Invoice/>",
    ],
)
def test_what_is_not_ours_is_left_to_others(data: bytes) -> None:
    assert not source.recognise(Content(data))


def test_broken_json_that_names_our_format_is_refused_with_its_place() -> None:
    (reading,) = readings("dayreport", _json(DAY)[:-20])
    assert reading.feed is None
    assert [f.code for f in reading.findings] == ["HUB-JSON-01"]
    assert "line 1" in reading.findings[0].location


def test_every_name_of_the_schema_is_read() -> None:
    """A name that the schema allows and the reader forgets would be dropped without a word."""
    day = _day(
        _json(
            {
                **DAY,
                "shift": "late",
                "number": "Z1",
                "kind": "receipt",
                "currency": "USD",
                "transactions": 3,
                "tips": "1.00",
                "vouchers_sold": "2.00",
                "rounding": "0.01",
                "difference": "-0.50",
                "pay_ins": [{"kind": "change", "amount": 5}],
                "total": "121.00",
            }
        )
    )
    assert set(schema("sales-day")["$defs"]["day"]["properties"]) == {
        "outlet", "date", "shift", "number", "kind", "currency", "transactions", "revenue", "tenders", "tips",
        "vouchers_sold", "rounding", "difference", "pay_ins", "total",
    }  # fmt: skip
    assert (day.shift, day.report, day.receipt, day.currency, day.transactions) == ("late", "Z1", True, "USD", 3)
    assert [str(x) for x in (day.tips, day.vouchers_sold, day.rounding, day.difference)] == [
        "1.00",
        "2.00",
        "0.01",
        "-0.50",
    ]
    assert [(p.kind, p.amount) for p in day.pay_ins] == [("change", Decimal(5))]
    assert day.identity == "sales_day|k1|2026-03-02|late|z1"


def test_all_faults_are_found_at_once_each_with_its_path() -> None:
    wrong = {**DAY, "tenders": [{"kind": "", "amount": "1,00"}, {"amount": 0.005}], "btw": 1}
    assert _places(_json(DAY, wrong)) == [
        "$.days[1].tenders[0].kind",
        "$.days[1].tenders[0].amount",
        "$.days[1].tenders[1].kind",
        "$.days[1].tenders[1].amount",
        "$.days[1].btw",
    ]


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"date": "2026-02-30"}, "$.days[0].date"),
        ({"date": "02-03-2026"}, "$.days[0].date"),
        ({"kind": "receipt"}, "$.days[0].number"),
        ({"transactions": True}, "$.days[0].transactions"),
        ({"tips": None}, "$.days[0].tips"),
        ({"tips": "1e2"}, "$.days[0].tips"),
        ({"revenue": [{"rate": 121, "net": 1, "vat": 0}]}, "$.days[0].revenue[0].rate"),
    ],
)
def test_a_single_fault_is_named(changed: dict[str, Any], place: str) -> None:
    assert _places(_json({**DAY, **changed})) == [place]


def test_no_days_at_all_is_a_fault() -> None:
    assert _places(_json()) == ["$.days"]


def test_total_of_the_report_is_compared_and_never_booked() -> None:
    (reading,) = readings("dayreport", _json({**DAY, "total": "121.01"}))
    (finding,) = reading.findings
    assert (finding.code, finding.location, finding.found, finding.expected) == (
        "HUB-FEED-01",
        "$.days[0].total",
        "121.01",
        "121.00",
    )


def test_rate_of_zero_waits_for_the_mapping_and_no_rate_is_outside_vat() -> None:
    day = _day(
        _json(
            {
                **DAY,
                "revenue": [
                    {"rate": 0, "net": 1, "vat": 0},
                    {"net": 1, "vat": 0},
                    {"rate": 9, "category": "S", "net": 1, "vat": "0.09"},
                ],
            }
        )
    )
    assert [(r.category, r.rate) for r in day.revenue] == [("", Decimal(0)), ("O", None), ("S", Decimal(9))]


def test_two_numbers_for_one_day_of_a_csv_are_a_fault() -> None:
    """A day closed twice in one file: which of both leads, nobody can say."""
    text = "outlet,date,number,line,name,net,vat,amount\nA,2026-03-02,1,tender,cash,,,1.00\nA,2026-03-02,2,tender,cash,,,1.00\n"
    assert _places(text.encode()) == ["row 3, column number"]


def test_amounts_that_may_be_thousands_are_not_guessed() -> None:
    text = "outlet;date;line;name;net;vat;amount\nA;2026-03-02;tender;cash;;;1.234\n"
    assert _places(text.encode()) == ["row 2, column amount"] * 2


def test_both_notations_in_one_column_are_a_fault() -> None:
    text = "outlet;date;line;name;net;vat;amount\nA;2026-03-02;tender;cash;;;1.25\nA;2026-03-02;tender;pin;;;1,25\n"
    assert "row 3, column amount" in _places(text.encode())


def test_windows_text_and_byte_order_marks_are_read() -> None:
    text = "outlet;date;line;name;net;vat;amount\nCafé;2026-03-02;tender;cash;;;1,25\n"
    assert _day(text.encode("cp1252")).outlet == "Café"
    assert _day(b"\xef\xbb\xbf" + text.encode()).outlet == "Café"


def test_headings_without_rows_are_a_fault() -> None:
    assert _places(b"outlet;date;line;name;net;vat;amount\n") == ["row 1, column line"]


cents = st.integers(-(10**8), 10**8).map(lambda n: Decimal(n).scaleb(-2))


@given(st.lists(cents, min_size=1, max_size=8), st.lists(cents, max_size=8), st.sampled_from([",", "."]))
def test_csv_and_json_say_the_same_to_the_cent(nets: list[Decimal], tenders: list[Decimal], mark: str) -> None:
    rows = [("revenue", "g", "21", n, Decimal(0), n) for n in nets] + [
        ("tender", "cash", "", "", "", t) for t in tenders
    ]
    lines = ["outlet;date;line;name;rate;net;vat;amount"]
    lines += [";".join(["A", "2026-03-02", *(str(c).replace(".", mark) for c in row)]) for row in rows]
    day = {
        "outlet": "A",
        "date": "2026-03-02",
        "revenue": [{"group": "g", "rate": "21", "net": f"{n:f}", "vat": "0"} for n in nets],
        "tenders": [{"kind": "cash", "amount": f"{t:f}"} for t in tenders],
    }
    by_csv, by_json = _day("\n".join(lines).encode()), _day(_json(day))
    assert by_csv == by_json
    assert by_csv.gross == sum(nets)
