"""Files that a bookkeeper described: CSV, XLSX and JSON of other packages through the pipeline, with the places of his own file."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from hub.accounting.mapping_check import faults
from hub.columns import column_faults
from hub.formats.content import Content
from hub.model.result import Result
from hub.reports.verify import verify
from tests.books import Books, message_of, open_books, starter

STOCK = """
version = "mine"
settings.reader = "columns"
settings.form = "mutations"
settings.decimal = ","
[columns]
"Boekstuknr" = "number"
"Boekdatum" = "date"
"Grootboek" = "account"
"Bedrag D/C" = "amount"
"Magazijn" = "cost_center"
[values]
"cost_center.utr" = "UTRECHT"
[constant]
source = "wms"
[account]
"voorraad" = "3000"
"verbruik" = "7000"
"""
CSV = """Export voorraad;;;;;
Administratie;12;;;;
Boekstuknr;Boekdatum;Grootboek;Bedrag D/C;Magazijn;Genegeerd
100;02-03-2026;verbruik;1.234,50;UTR;x
100;02-03-2026;voorraad;-1.234,50;UTR;"met
regeleinde"
101;03-03-2026;verbruik;twaalf;AMS;x
101;03-03-2026;voorraad;-12,00;AMS;x
102;03-03-2026;verbruik;1.250;AMS;x
102;03-03-2026;voorraad;-1.250;AMS;x
"""
INVOICES = """
settings.reader = "columns"
settings.form = "sales_csv"
settings.rows = "data.facturen"
[columns]
"nr" = "number"
"datum" = "date"
"soort" = "kind"
"klant.naam" = "buyer_name"
"klant.kvk" = "buyer_kvk"
"regels[].tekst" = "description"
"regels[].netto" = "net"
"regels[].btw.tarief" = "vat_rate"
"regels[].btw.bedrag" = "vat"
"totaal" = "total"
[values]
"kind.F" = "invoice"
"kind.C" = "credit_note"
[constant]
"seller_kvk" = "00260412"
"""


def describe(books: Books, name: str, text: str, administration: str = "") -> None:
    folder = Path(books.hub.settings.home) / "mappings" / administration
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.toml").write_text(text, "utf-8")


def all_hold(books: Books) -> None:
    assert [(c.check, c.failures) for c in verify(books.hub.database, books.hub.sources) if not c.ok] == []


def postings(result: Result) -> list[str]:
    entry = result.booking.entry
    return [f"{p.account} {p.side} {p.amount} {p.cost_center}".strip() for p in entry.postings] if entry else []


def places(results: list[Result]) -> list[tuple[str, str]]:
    return [(f.code, f.location) for r in results for f in r.booking.findings if f.fatal]


def invoices(**more: Any) -> bytes:
    one = {
        "nr": "F1", "datum": "2026-03-02", "soort": "F", "klant": {"naam": "Bakker", "kvk": "30112233"}, "totaal": 363.00,
        "regels": [
            {"tekst": "Meel", "netto": 100.00, "btw": {"tarief": 21, "bedrag": 21.00}},
            {"tekst": "Suiker", "netto": 200.00, "btw": {"tarief": 21, "bedrag": 42.00}},
        ],
    }  # fmt: skip
    return json.dumps({"data": {"facturen": [one, {**one, "nr": "F2", **more}]}}).encode()


def test_a_described_csv_is_booked_by_its_own_mapping_and_says_its_own_places(books: Books) -> None:
    describe(books, "wms", STOCK)
    results = books.process([message_of(CSV.encode("cp1252"), name="export.csv")])
    assert [r.outcome for r in results] == ["posted", "refused", "posted"]
    assert postings(results[0]) == ["7000 debit 1234.50 UTRECHT", "3000 credit 1234.50 UTRECHT"]
    assert postings(results[2]) == ["7000 debit 1250.00 AMS", "3000 credit 1250.00 AMS"]
    assert places(results) == [("HUB-MUT-02", "row 7, column Bedrag D/C")]
    all_hold(books)


def test_what_was_read_by_a_description_is_proved_by_it_after_it_changed_or_went(books: Books) -> None:
    describe(books, "wms", STOCK)
    books.process([message_of(CSV.encode(), name="export.csv")])
    describe(books, "wms", STOCK.replace('"cost_center.utr" = "UTRECHT"', '"cost_center.utr" = "ELDERS"'))
    all_hold(books)
    (Path(books.hub.settings.home) / "mappings" / "wms.toml").unlink()
    all_hold(books)


def test_a_described_json_gives_invoices_with_paths_of_that_json(books: Books) -> None:
    describe(books, "webpakket", INVOICES)
    results = books.process([message_of(invoices(totaal=364.00), name="x.json")])
    assert [r.outcome for r in results] == ["posted", "refused"]
    assert postings(results[0]) == ["8000 credit 300.00", "1500 credit 63.00", "1300 debit 363.00"]
    wrong = json.loads(invoices())
    wrong["data"]["facturen"][1]["regels"][1]["netto"] = "veel"
    wrong["data"]["facturen"][1]["nr"] = "F3"
    again = books.process([message_of(json.dumps(wrong).encode(), name="x.json")])
    assert [r.outcome for r in again] == ["duplicate", "refused"]
    assert places(again) == [("HUB-SALE-02", "$.data.facturen[1].regels[1].netto")]
    all_hold(books)


def workbook(rows: list[list[Any]], *, merge: str = "", formula: str = "") -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd-mm-yyyy"})
    sheet = book.add_worksheet("Export")
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write(number, place, cell)
    if merge:
        sheet.merge_range(merge, "samen")
    if formula:
        sheet.write_formula(formula, "=1+1", None, "")
    book.close()
    return out.getvalue()


SHEET = [
    ["Export van 2 maart"],
    ["Boekstuknr", "Boekdatum", "Grootboek", "Bedrag D/C", "Magazijn"],
    [100, date(2026, 3, 2), "verbruik", 1234.5, "UTR"],
    [100, date(2026, 3, 2), "voorraad", -1234.5, "UTR"],
]


def test_a_described_spreadsheet_is_booked(books: Books) -> None:
    describe(books, "wms", STOCK)
    results = books.process([message_of(workbook(SHEET), name="export.xlsx")])
    assert [r.outcome for r in results] == ["posted"]
    assert postings(results[0])[0] == "7000 debit 1234.50 UTRECHT"
    all_hold(books)


@pytest.mark.parametrize(("trap", "code"), [({"merge": "A5:B6"}, "HUB-TAB-06"), ({"formula": "D5"}, "HUB-TAB-12")])
def test_traps_of_spreadsheets_are_refused_with_their_cell(books: Books, trap: dict[str, str], code: str) -> None:
    describe(books, "wms", STOCK)
    results = books.process([message_of(workbook([*SHEET, ["x"], ["y"]], **trap), name="export.xlsx")])
    assert [r.outcome for r in results] == ["refused"]
    assert [c for c, _ in places(results)] == [code]
    all_hold(books)


def test_a_day_report_of_another_till_is_read_as_ours(books: Books) -> None:
    describe(books, "zuid", """
settings.reader = "columns"
settings.form = "dayreport"
settings.delimiter = "|"
[columns]
"Datum" = "date"
"Wat" = "line"
"Naam" = "name"
"Perc" = "rate"
"Excl" = "net"
"Btw" = "vat"
"Incl" = "amount"
[values]
"line.O" = "revenue"
"line.B" = "tender"
[constant]
outlet = "Zuid"
[tender]
"pinpas" = "1050"
""")  # fmt: skip
    text = "Datum|Wat|Naam|Perc|Excl|Btw|Incl\n02-03-2026|O||21|100,00|21,00|121,00\n02-03-2026|B|pinpas||||121,00\n"
    results = books.process([message_of(text.encode(), name="z.txt")])
    assert [r.outcome for r in results] == ["posted"]
    assert postings(results[0]) == ["1050 debit 121.00", "8000 credit 100.00", "1500 credit 21.00"]
    again = books.process([message_of(text.replace("|O|", "|X|").replace("02-03", "03-03").encode(), name="z.txt")])
    assert places(again) == [("HUB-TILL-02", "row 2, column Wat")]
    all_hold(books)


def test_a_description_of_one_administration_alone_does_not_count(books: Books) -> None:
    describe(books, "wms", STOCK, "demo")
    results = books.process([message_of(CSV.encode(), name="export.csv")])
    assert [f.code for f in results[0].booking.findings] == ["HUB-FMT-02"]


def test_accounts_of_one_administration_do_count_and_its_columns_do_not(books: Books) -> None:
    describe(books, "wms", STOCK)
    describe(books, "wms", 'account."verbruik" = "4200"\ncolumns."Magazijn" = "project"\n', "demo")
    results = books.process([message_of(CSV.encode(), name="export.csv")])
    assert postings(results[0])[0] == "4200 debit 1234.50 UTRECHT"
    all_hold(books)


def test_a_word_that_is_missing_names_the_file_of_the_description(books: Books) -> None:
    describe(books, "wms", STOCK.replace('"verbruik" = "7000"', ""))
    (result, *_) = books.process([message_of(CSV.encode(), name="export.csv")])
    assert result.outcome == "held"
    assert dict(result.booking.findings[-1].details)["file"] == "mappings/wms.toml"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"mutations"', '"mutatie"', ("settings", "form", "mutatie", "form")),
        ('"account"\n', '"rekening"\n', ("columns", "grootboek", "rekening", "field")),
        ('= "account"\n', '= "date"\n', ("columns", "grootboek", "date", "field_twice")),
        ('source = "wms"\n', "", ("columns", "", "source", "field_needed")),
        ('decimal = ","', 'decimal = "komma"', ("settings", "decimal", "komma", "setting")),
        ('reader = "columns"', 'reader = "kolommen"', ("settings", "reader", "kolommen", "reader")),
        ('"3000"', '"9999"', ("account", "voorraad", "9999", "account")),
        ("cost_center.utr", "plaats.utr", ("values", "plaats", "plaats", "field")),
    ],
)
def test_check_names_what_is_wrong_with_a_description(
    tmp_path: Path, old: str, new: str, expected: tuple[str, str, str, str]
) -> None:
    with open_books(tmp_path) as books:
        describe(books, "wms", STOCK.replace(old, new))
        mapping, _ = books.hub.mappings.of("wms", "demo")
        found = [*column_faults(mapping, books.hub.sources), *faults(mapping, starter())]
        assert expected in [(f.table, f.word, f.found, f.what) for f in found]


def test_a_description_without_fault_has_none(tmp_path: Path) -> None:
    with open_books(tmp_path) as books:
        for name, text in (("wms", STOCK), ("webpakket", INVOICES)):
            describe(books, name, text)
            mapping, _ = books.hub.mappings.of(name, "demo")
            assert [*column_faults(mapping, books.hub.sources), *faults(mapping, starter())] == []


def test_nothing_strange_is_taken_for_a_described_file(tmp_path: Path) -> None:
    with open_books(tmp_path) as books:
        describe(books, "wms", STOCK)
        describe(books, "webpakket", INVOICES)
        columns = books.hub.sources[0]
        for data in (
            b"",
            b"\x00",
            b"{",
            b"[[[",
            b"PK\x03\x04rommel",
            b"<a/>",
            b'"open;',
            b"a;b;c\n1;2;3\n",
            b"{}",
            b"[]",
            b"[1]",
        ):
            assert not columns.recognise(Content(data))
