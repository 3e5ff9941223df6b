"""Bank lines from CSV: Dutch and English, and every fault by row and column."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.formats.journal_file import read_journal
from hub.formats.payments_csv import read_payments


def test_dutch_and_english_files_say_the_same() -> None:
    dutch = "Datum;Bedrag;Tegenrekening;Naam;Omschrijving\n20-11-2026;-1.234,50;NL91 ABNA 0417 1643 00;Café;F-1\n"
    english = 'date,amount,iban,name,description\n2026-11-20,"-1,234.50",NL91ABNA0417164300,Café,F-1\n'
    one, other = read_payments(dutch.encode("cp1252"), "EUR"), read_payments(english.encode(), "EUR")
    assert one == other
    rows, findings = one
    assert findings == []
    assert (rows[0].on, str(rows[0].amount), rows[0].iban, rows[0].name) == (
        date(2026, 11, 20), "-1234.50", "NL91ABNA0417164300", "Café",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("bedrag\n1\n", ["HUB-PAY-02"]), ("date;amount\n", ["HUB-PAY-04"]), ("date;amount\n2026-01-01\n", ["HUB-PAY-03"]),
        ("date;amount\n2026-13-01;x\n", ["HUB-PAY-05", "HUB-PAY-07"]), ("date;amount\n2026-01-01;1.234\n", ["HUB-PAY-08"]),
        ("date;amount;iban\n2026-01-01;1;NL00ABNA0417164300\n", ["HUB-PAY-09"]), ("date;amount\n2026-01-01;0\n", ["HUB-PAY-10"]),
        ("date;amount;currency\n2026-01-01;1;EURO\n", ["HUB-PAY-06"]), ("", ["HUB-PAY-02", "HUB-PAY-02"]),
    ],
)  # fmt: skip
def test_fault_names_its_row_and_column(body: str, codes: list[str]) -> None:
    _, findings = read_payments(body.encode(), "EUR")
    assert [finding.code for finding in findings] == codes


def test_faults_of_all_rows_are_collected() -> None:
    body = "date;amount\n" + "2026-01-01;x\n" * 50
    _, findings = read_payments(body.encode(), "EUR")
    assert [dict(f.details)["row"] for f in findings] == [str(n) for n in range(2, 52)]


@given(st.binary(max_size=400))
def test_any_bytes_give_rows_or_findings(data: bytes) -> None:
    rows, findings = read_payments(data, "EUR")
    assert rows or findings
    entries, faults = read_journal(data)
    assert entries or faults


def test_journal_is_read_from_json_and_csv_alike() -> None:
    as_json = b"""{"journal": "MEM", "date": "2026-11-20", "description": "x", "lines": [
        {"account": "4640", "debit": "12.50"}, {"account": "1100", "side": "credit", "amount": "12.50"}]}"""
    as_csv = b"dagboek;datum;omschrijving;rekening;debet;credit\nMEM;20-11-2026;x;4640;12,50;\nMEM;20-11-2026;x;1100;;12,50\n"
    one, other = read_journal(as_json), read_journal(as_csv)
    assert one[1] == other[1] == []
    assert [(line.account, line.amount) for line in one[0][0].lines] == [
        (line.account, line.amount) for line in other[0][0].lines
    ]
