"""What the mutation source reads, refuses and leaves to others."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.mutations import source
from hub.formats.content import Content
from hub.model.mutation import Mutation
from hub.model.stream import Place
from hub.ports import Reading
from tests.feed_samples import readings
from tests.streams import numbered

HEAD = "source;number;date;account;debit;credit"


def _read(text: str) -> list[Reading]:
    return readings("mutations", text.encode())


def _only(text: str) -> Mutation:
    (reading,) = _read(text)
    assert reading.findings == ()
    assert isinstance(reading.feed, Mutation)
    return reading.feed


def _places(text: str) -> list[str]:
    return [f.location for reading in _read(text) for f in reading.findings if f.fatal]


def test_two_sides_and_signed_amounts_say_the_same() -> None:
    two = _only(f"{HEAD}\nerp;1;2026-03-02;a;10,50;\nerp;1;2026-03-02;b;;10,50\n")
    signed = _only("bron,nummer,datum,rekening,bedrag\nerp,1,02-03-2026,a,10.50\nerp,1,02-03-2026,b,-10.50\n")
    assert two == signed
    assert [line.amount for line in two.lines] == [Decimal("10.50"), Decimal("-10.50")]
    assert two.on == date(2026, 3, 2)


def test_a_line_with_both_notations_must_agree_with_itself() -> None:
    head = HEAD + ";amount"
    assert _only(f"{head}\nerp;1;2026-03-02;a;10;;10\nerp;1;2026-03-02;b;;10;-10\n")
    assert _places(f"{head}\nerp;1;2026-03-02;a;10;;11\nerp;1;2026-03-02;b;;10;-10\n") == ["row 2, column amount"]


def test_a_wrong_row_refuses_its_mutation_and_no_other() -> None:
    text = f"{HEAD}\nerp;1;2026-03-02;a;x;\nerp;1;2026-03-02;b;;10\nerp;2;2026-03-02;a;10;\nerp;2;2026-03-02;b;;10\n"
    first, second = _read(text)
    assert first.feed is None
    assert [(f.location, f.found) for f in first.findings] == [("row 2, column debit", "x")]
    assert second.feed is not None


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ("erp;;2026-03-02;a;1;", "row 2, column number"),
        (";1;2026-03-02;a;1;", "row 2, column source"),
        ("erp;1;;a;1;", "row 2, column date"),
        ("erp;1;2026-02-30;a;1;", "row 2, column date"),
        ("erp;1;2026-03-02;;1;", "row 2, column account"),
        ("erp;1;2026-03-02;a;;", "row 2, column debit"),
        ("erp;1;2026-03-02;a;0,005;", "row 2, column debit"),
        ("erp;1;2026-03-02;a;1;;zoek", "row 2, column 7"),
        ("erp;1;2026-03-02;a;NaN;", "row 2, column debit"),
        ("erp;1;2026-03-02;a;1e5;", "row 2, column debit"),
    ],
)
def test_every_cell_at_fault_is_named_by_row_and_column(cell: str, place: str) -> None:
    assert place in _places(f"{HEAD}\n{cell}\n")


def test_two_notations_in_one_column_are_never_guessed() -> None:
    text = f"{HEAD}\nerp;1;2026-03-02;a;1.25;\nerp;1;2026-03-02;b;1,25;\n"
    assert _places(text) == ["row 3, column debit"]
    assert _places(f"{HEAD}\nerp;1;2026-03-02;a;1.250;\n") == ["row 2, column debit"]


def test_rows_that_stand_apart_are_refused_where_they_come_again() -> None:
    text = f"{HEAD}\nerp;1;2026-03-02;a;1;\nerp;2;2026-03-02;a;1;\nerp;1;2026-03-02;b;;1\n"
    assert [f.code for r in _read(text) for f in r.findings] == ["HUB-COL-01"]


def test_headings_without_rows_are_a_fault() -> None:
    assert _places(HEAD + "\n") == ["row 1, column number"]


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"<xml/>", b"a;b;c\n1;2;3\n", b"[1]", b"\x00\x01\x02", b'"unclosed', b"source;number;date;account\n"],
)
def test_what_is_not_its_own_is_left_to_others(data: bytes) -> None:
    assert not source.recognise(Content(data))


@pytest.mark.parametrize("body", ['{"format": "boekhub-mutations"', '{"format": "boekhub-mutations", "mutations": 3}'])
def test_truncated_and_misshapen_json_is_refused_with_its_place(body: str) -> None:
    (reading,) = _read(body)
    assert reading.feed is None
    assert [f.fatal for f in reading.findings] == [True]
    assert reading.findings[0].location


cents = st.integers(-(10**9), 10**9).map(lambda n: Decimal(n).scaleb(-2))


@given(st.lists(cents, min_size=2, max_size=12), st.sampled_from([",", "."]))
def test_csv_and_json_say_the_same_to_the_cent(amounts: list[Decimal], mark: str) -> None:
    rows = [f"erp;1;2026-03-02;a{n};{str(amount).replace('.', mark)}" for n, amount in enumerate(amounts)]
    lines: list[dict[str, Any]] = [{"account": f"a{n}", "amount": f"{amount:f}"} for n, amount in enumerate(amounts)]
    one = {"source": "erp", "number": "1", "date": "2026-03-02", "lines": lines}
    by_csv = _only("source;number;date;account;amount\n" + "\n".join(rows) + "\n")
    by_json = _only(json.dumps({"format": "boekhub-mutations", "mutations": [one]}))
    assert by_csv == by_json
    assert by_csv.debit - by_csv.credit == sum(amounts)


def test_a_stream_and_its_number_are_read_from_both_forms() -> None:
    table = _only(
        "bron;nummer;datum;rekening;bedrag;reeks;reeksnummer\nERP;1;02-03-2026;a;1;stock;7\nERP;1;02-03-2026;b;-1;;\n"
    )
    (written,) = readings("mutations", numbered(7))
    assert isinstance(written.feed, Mutation)
    assert table.place == written.feed.place == Place("erp/stock", 7)
    assert _only(f"{HEAD}\nerp;1;2026-03-02;a;1;\nerp;1;2026-03-02;b;;1\n").place is None


@pytest.mark.parametrize(
    ("stream", "seq", "place"),
    [
        ("stock", "", "row 2, column seq"), ("stock", "0", "row 2, column seq"), ("stock", "x", "row 2, column seq"),
        ("stock", "1.5", "row 2, column seq"), ("", "3", "row 2, column stream"),
    ],
)  # fmt: skip
def test_a_stream_without_its_number_is_refused_in_a_table(stream: str, seq: str, place: str) -> None:
    rows = f"erp;1;2026-03-02;a;1;;{stream};{seq}\nerp;1;2026-03-02;b;;1;;\n"
    assert _places(f"{HEAD};stream;seq\n{rows}") == [place]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"seq": None}, "$.mutations[0].seq"), ({"stream": None}, "$.mutations[0].stream"), ({"seq": 0}, "$.mutations[0].seq"),
        ({"seq": "1"}, "$.mutations[0].seq"), ({"stream": " "}, "$.mutations[0].stream"), ({"stream": "x" * 61}, "$.mutations[0].stream"),
    ],
)  # fmt: skip
def test_a_stream_without_its_number_is_refused_in_json(change: dict[str, Any], place: str) -> None:
    file = json.loads(numbered(1))
    row = {**file["mutations"][0], **change}
    file["mutations"] = [{name: value for name, value in row.items() if value is not None}]
    (reading,) = readings("mutations", json.dumps(file).encode())
    assert [f.location for f in reading.findings] == [place]
