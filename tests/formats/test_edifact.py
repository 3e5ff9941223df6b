"""The syntax of EDIFACT: marks, release, characters, envelopes, counts, limits, and bytes that are nothing."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.edifact import source
from hub.formats import edifact
from hub.formats.content import Content
from hub.formats.edifact import Message, findings_of_file, looks_like, messages
from hub.formats.edifact_values import day_of, days_of, decimal_of, due_by_term
from tests.connectors.edifact.build import interchange, invoice, message


def _codes(found: Message) -> list[str]:
    return [f.code for f in found.findings]


@pytest.mark.parametrize(
    ("head", "is_it"),
    [
        ("UNA:+.? 'UNB+UNOC:3", True), ("UNA:+.?*'\r\nUNH+1", True), ("UNB+UNOA:1+A", True), ("UNH+1+INVOIC", True),
        ("UNA|~,\\ !UNB|", True), ("<UNB+", False), ("{", False), ("UNABRIDGED TEXT UNB", False), ("UNB;1", False), ("", False),
        (":20:UNB+", False), ("UNIT;PRICE\n1;2", False),
    ],
)  # fmt: skip
def test_it_is_known_by_its_beginning(head: str, is_it: bool) -> None:
    assert looks_like(head) is is_it


def test_saying_no_to_an_invoice_in_xml_costs_next_to_nothing() -> None:
    content = Content(b"<?xml version='1.0'?><Invoice/>" * 1000)
    assert content.head
    begun = time.perf_counter()
    for _ in range(10_000):
        source.recognise(content)
    assert time.perf_counter() - begun < 0.5  # 50 microseconds each would be slow; it is under one


def test_release_frees_every_mark() -> None:
    (one,) = messages(interchange(message("FTX+AAI+++a??b?+c?:d?'e:f")))
    assert one.segments[1].elements[4] == ("a?b+c:d'e", "f")


def test_marks_of_una_are_obeyed() -> None:
    data = (
        b"UNA|~,\\ !UNB~UNOC|3~A~B~260302|1200~7!UNH~1~INVOIC|D|96A|UN!MOA~77|1,5!FTX~AAI~~~a\\~b'c?!UNT~4~1!UNZ~1~7!"
    )
    (one,) = messages(data)
    assert _codes(one) == []
    assert one.segments[1].elements == (("MOA",), ("77", "1,5"))
    assert one.segments[2].value(4) == "a~b'c?"
    assert one.marks.decimal == ","


@pytest.mark.parametrize("una", ["", "UNA:+.? '", "\ufeffUNA:+.? '"])
def test_with_and_without_una_and_byte_order_mark(una: str) -> None:
    data = interchange(invoice(), una="")
    (one,) = messages(una.encode() + data)
    assert (one.type, _codes(one)) == ("INVOIC", [])
    assert source.recognise(Content(una.encode() + data))


@pytest.mark.parametrize("between", ["", "\n", "\r\n", "\n    "])
def test_line_ends_between_segments_mean_nothing(between: str) -> None:
    text = interchange(invoice()).decode("latin-1").replace("\n", between)
    (one,) = messages(text.encode("latin-1"))
    assert _codes(one) == []
    assert text[one.segments[5].position - 1 :].startswith(one.segments[5].raw)


def test_records_of_one_length_are_put_together_again() -> None:
    text = interchange(invoice()).decode("latin-1").replace("\n", "")
    broken = "\r\n".join(text[at : at + 80] for at in range(0, len(text), 80))
    (one,) = messages(broken.encode("latin-1"))
    (plain,) = messages(text.encode("latin-1"))
    assert one.segments == plain.segments


@pytest.mark.parametrize(
    ("syntax", "codec", "said"),
    [
        ("UNOC:3", "latin-1", []),
        ("UNOC:3", "utf-8", []),
        ("UNOY:4", "utf-8", []),
        ("UNOW:4", "cp1252", ["HUB-EDI-06"]),
        ("UNOA:2", "cp1252", []),
    ],
)
def test_characters(syntax: str, codec: str, said: list[str]) -> None:
    data = interchange(message("FTX+AAI+++x"), syntax=syntax).decode("latin-1").replace("+++x", "+++Café €é"[:7])
    (one,) = messages(data.encode(codec))
    assert (one.segments[1].value(4), _codes(one)) == ("Café", said)


def test_greek_and_east_european_characters() -> None:
    for syntax, codec, word in (("UNOF:3", "iso8859-7", "Αθήνα"), ("UNOD:3", "iso8859-2", "Łódź")):
        text = interchange(message("FTX+AAI+++x"), syntax=syntax).decode("latin-1").replace("+++x", f"+++{word}")
        (one,) = messages(text.encode(codec))
        assert one.segments[1].value(4) == word


def test_several_interchanges_in_one_file_are_counted_apart() -> None:
    data = interchange(invoice()) + interchange(invoice(), invoice(), count=3)
    found = list(messages(data))
    assert [m.number for m in found] == [1, 2, 3]
    assert [_codes(m) for m in found] == [[], ["HUB-EDI-03"], ["HUB-EDI-03"]]


def test_functional_groups_are_what_unz_counts() -> None:
    text = interchange(invoice(), invoice(), count=1).decode("latin-1")
    grouped = text.replace("UNH+", "UNG+INVOIC+A+B+260302:1200+1+UN+D:96A'\nUNH+", 1).replace("UNZ", "UNE+2+1'\nUNZ")
    assert [_codes(m) for m in messages(grouped.encode("latin-1"))] == [[], []]


def test_each_fault_of_the_frame_has_its_code() -> None:
    whole = interchange(invoice())
    cases = {
        "HUB-EDI-03": whole.replace(b"UNT+33", b"UNT+12").replace(b"UNT+36", b"UNT+12"),
        "HUB-EDI-04": whole.replace(b"UNZ+1+REF7", b"UNZ+1+REF8"),
        "HUB-EDI-02": whole[: whole.index(b"UNZ")],
        "HUB-EDI-05": whole[whole.index(b"UNH") : whole.index(b"UNZ")],
        "HUB-EDI-01": whole.replace(b"PIA+1", b"p!a+1"),
    }
    for code, data in cases.items():
        (one,) = messages(data)
        assert _codes(one) == [code], code


@pytest.mark.parametrize("cut", range(75, 700, 25))
def test_a_file_broken_off_anywhere_is_never_taken_for_whole(cut: int) -> None:
    found = list(messages(interchange(invoice())[:cut]))
    assert all("HUB-EDI-02" in _codes(m) for m in found)
    assert found or any(f.fatal for f in findings_of_file(interchange(invoice())[:cut]))


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edifact, "LONGEST_SEGMENT", 50)
    (one,) = messages(interchange(message("FTX+AAI+++" + "x" * 60)))
    assert "HUB-EDI-01" in _codes(one)
    monkeypatch.setattr(edifact, "LONGEST_SEGMENT", 100_000)
    monkeypatch.setattr(edifact, "MOST_SEGMENTS", 5)
    (one,) = messages(interchange(invoice()))
    assert "HUB-EDI-01" in _codes(one)
    assert len(one.segments) == 5


@pytest.mark.parametrize(
    "hostile", [b"?" * 200_000, b"'" * 200_000, b"+" * 200_000, b"UNH+1'" * 20_000, b" " * 200_000]
)
def test_hostile_bytes_cost_no_more_than_their_length(hostile: bytes) -> None:
    begun = time.perf_counter()
    for data in (b"UNA:+.? 'UNB+UNOC:3+A+B+1:1+7'" + hostile, b"UNH+1+INVOIC:D:96A:UN'" + hostile):
        for one in messages(data):
            assert any(f.fatal for f in one.findings)
    assert time.perf_counter() - begun < 5


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 800), st.binary(max_size=6), st.integers(0, 12))
def test_any_damage_is_an_answer_and_never_an_exception(at: int, put: bytes, less: int) -> None:
    data = interchange(invoice("ALC+C++++FC", "MOA+8:5", "PAT+1++5:3:D:30"))
    damaged = data[:at] + put + data[at + less :]
    first = source.read(Content(damaged))
    for reading in (first, *first.rest):
        assert reading.document is not None or any(f.fatal for f in reading.findings)


def test_numbers() -> None:
    assert decimal_of("1234.50") == Decimal("1234.50")
    assert decimal_of("-12,5", ",") == Decimal("-12.5")
    assert decimal_of(".5") == Decimal("0.5")
    for wrong in ("", "1.234,50", "1e5", "NaN", "12,5", "1 2x", "٣", "9" * 40):
        assert decimal_of(wrong, ".") is None, wrong


def test_days() -> None:
    assert str(day_of("20260302", "102")) == "2026-03-02"
    assert str(day_of("202603021530", "203")) == "2026-03-02"
    assert str(day_of("202603020000", "102")) == "2026-03-02"
    assert str(day_of("260302", "101")) == "2026-03-02"
    assert [
        day_of(*pair) for pair in (("20260230", "102"), ("2026", "102"), ("20260302", "616"), ("00000000", "102"))
    ] == [None] * 4
    assert [str(d) for d in days_of("2026020120260228", "718")] == ["2026-02-01", "2026-02-28"]
    assert [str(d) for d in days_of("202602", "610")] == ["2026-02-01", "2026-02-28"]


def test_terms_of_payment() -> None:
    start = day_of("20260131", "102")
    assert start is not None
    assert str(due_by_term(start, "5", "3", "M", "1")) == "2026-02-28"
    assert str(due_by_term(start, "5", "3", "W", "2")) == "2026-02-14"
    assert due_by_term(start, "5", "3", "WD", "5") is None
