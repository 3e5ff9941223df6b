"""Tables of strangers: which encoding, which delimiter, where the header stands, and what a spreadsheet hides."""

from __future__ import annotations

import datetime
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from hub.errors import UnreadableInput
from hub.formats.csv_text import delimiter_of
from hub.formats.table_fields import Field
from hub.formats.table_file import open_table
from hub.formats.table_records import Record, Records, Wishes

FIELDS = (
    Field("code", "code", ("nummer",), required=True, longest=20),
    Field("name", "text", ("naam",)),
    Field("kvk", "code", digits=8),
    Field("amount", "amount", ("bedrag",)),
    Field("date", "date", ("datum",)),
)


def records(path: Path, **wishes: Any) -> Records:
    return Records(path, FIELDS, Wishes(**wishes), ("code",))


def csv(tmp_path: Path, text: str | bytes, name: str = "a.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def workbook(tmp_path: Path, rows: list[list[Any]], **options: Any) -> Path:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Blad")
    days = book.add_format({"num_format": "dd-mm-yyyy"})
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, datetime.date):
                sheet.write_datetime(number, place, datetime.datetime.combine(cell, datetime.time()), days)
            elif isinstance(cell, str) and cell.startswith("="):
                sheet.write_formula(number, place, cell, None, options.get("result", 0))
            elif cell is not None:
                sheet.write(number, place, cell)
    for merged in options.get("merged", ()):
        sheet.merge_range(merged, "samen")
    book.close()
    return path


def codes(found: Records) -> list[str]:
    return [finding.code for finding in found.findings]


def row_codes(found: list[Record]) -> list[tuple[int, str]]:
    return [(record.row, finding.code) for record in found for finding in record.findings]


@pytest.mark.parametrize(
    ("sample", "delimiter"),
    [
        ("a,b;c\n1,5;2\n", ";"),
        ("code,name\n1,x\n2,y\n", ","),
        ("code\tname\n1\tx, y\n", "\t"),
        ("code|name\n1|x;y\n", "|"),
        ('code;name\n1;"a;b"\n2;c\n', ";"),
        ("naam\no\nfoo\n", ";"),
        ('code,name,remark\n1,"a;b",x\n2,"c;d",y\n3,e,f\n', ","),
    ],
)
def test_delimiter_is_the_one_that_gives_stable_columns(sample: str, delimiter: str) -> None:
    assert delimiter_of(sample)[0] == delimiter


def test_sep_line_of_a_spreadsheet_is_obeyed_and_skipped(tmp_path: Path) -> None:
    found = records(csv(tmp_path, "sep=;\r\ncode;naam\r\n1;a,b\r\n"))
    assert [(record.row, record.values) for record in found] == [(3, {"code": "1", "name": "a,b"})]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("code;naam\n1;Café €\n".encode(), False),
        ("\ufeffcode;naam\n1;Café €\n".encode(), False),
        ("code;naam\n1;Café €\n".encode("utf-16"), False),
        ("code;naam\n1;Café €\n".encode("cp1252"), True),
    ],
)
def test_encoding_is_found_and_said_when_it_was_only_concluded(tmp_path: Path, data: bytes, told: bool) -> None:
    found = records(csv(tmp_path, data))
    assert [record.values["name"] for record in found] == ["Café €"]
    assert ("HUB-TAB-17" in codes(found)) is told


def test_header_is_found_below_a_title_and_empty_rows_are_skipped(tmp_path: Path) -> None:
    found = records(csv(tmp_path, "Relaties per 1 januari\n\ncode;naam\n\n1;a\n;\n2;b\n"))
    assert [(record.row, record.values["code"]) for record in found] == [(5, "1"), (7, "2")]


def test_columns_by_other_names_by_choice_and_left_out(tmp_path: Path) -> None:
    path = csv(tmp_path, "Klant;Naam;Opm\nK1;a;x\n")
    found = records(path, mapping={"Klant": "code", "Opm": "-"})
    assert (codes(found), [record.values for record in found]) == ([], [{"code": "K1", "name": "a"}])


def test_unknown_missing_and_double_columns_are_named(tmp_path: Path) -> None:
    found = records(csv(tmp_path, "naam;name;kleur\na;b;c\n"))
    told = {finding.code: (finding.found, finding.expected) for finding in found.findings}
    assert told["HUB-TAB-04"][0] == "kleur"
    assert told["HUB-TAB-05"] == ("name", "name")
    assert told["HUB-TAB-03"] == ("naam, name, kleur", "code")
    assert found.fatal


def test_mapping_to_a_field_that_is_not_there_is_named(tmp_path: Path) -> None:
    found = records(csv(tmp_path, "code;x\n1;2\n"), mapping={"x": "colour", "y": "name"})
    assert [finding.found for finding in found.findings if finding.code == "HUB-TAB-23"] == ["x=colour", "y=name"]


def test_mixed_decimals_name_column_and_rows_and_nothing_is_read(tmp_path: Path) -> None:
    found = records(csv(tmp_path, "code;bedrag\n1;1.234,56\n2;1,234.56\n"))
    finding = next(finding for finding in found.findings if finding.code == "HUB-TAB-07")
    assert (dict(finding.details)["column"], finding.found, finding.expected) == ("bedrag", ", 2", ". 3")
    assert found.fatal


def test_undecided_decimals_are_asked_for(tmp_path: Path) -> None:
    path = csv(tmp_path, "code;bedrag\n1;1.234\n2;500\n")
    assert codes(records(path)) == ["HUB-TAB-08"]
    assert [record.values["amount"] for record in records(path, decimal=",")] == [Decimal(1234), Decimal(500)]
    assert [record.values["amount"] for record in records(path, decimal=".")] == [Decimal("1.234"), Decimal(500)]


def test_dates_as_text_are_read_by_what_the_column_proves(tmp_path: Path) -> None:
    dutch = records(csv(tmp_path, "code;datum\n1;03/04/2026\n2;21/04/2026\n3;2026-12-31\n4;5-6-2026\n"))
    assert [str(record.values["date"]) for record in dutch] == ["2026-04-03", "2026-04-21", "2026-12-31", "2026-06-05"]
    american = records(csv(tmp_path, "code;datum\n1;03/04/2026\n2;04/21/2026\n", "b.csv"))
    assert [str(record.values["date"]) for record in american] == ["2026-03-04", "2026-04-21"]


def test_dates_that_prove_both_orders_or_neither_are_a_finding(tmp_path: Path) -> None:
    assert codes(records(csv(tmp_path, "code;datum\n1;21/04/2026\n2;04/21/2026\n"))) == ["HUB-TAB-13"]
    path = csv(tmp_path, "code;datum\n1;03/04/2026\n", "b.csv")
    assert codes(records(path)) == ["HUB-TAB-13"]
    assert [str(record.values["date"]) for record in records(path, dates="mdy")] == ["2026-03-04"]


def test_every_fault_of_a_row_has_its_row_and_column(tmp_path: Path) -> None:
    lines = (
        "code;naam;kvk;bedrag;datum",
        ";a;12345678;1,00;2026-01-01",
        "2;b;1234567;abc;31-02-2026",
        "3;c;8,71E+12;1,00;x",
        "2;d;;;",
    )
    found = list(records(csv(tmp_path, "\n".join(lines))))
    assert row_codes(found) == [
        (2, "HUB-TAB-10"), (3, "HUB-TAB-14"), (3, "HUB-TAB-09"), (3, "HUB-TAB-22"), (4, "HUB-TAB-19"), (4, "HUB-TAB-22"), (5, "HUB-TAB-11"),
    ]  # fmt: skip
    lost = found[1].findings[0]
    assert (lost.found, lost.expected) == ("1234567", "01234567")


def test_row_with_more_cells_than_the_header_is_a_finding(tmp_path: Path) -> None:
    assert row_codes(list(records(csv(tmp_path, "code;naam\n1;a;b\n")))) == [(2, "HUB-TAB-16")]


def test_apostrophe_that_guarded_a_formula_is_taken_off_again(tmp_path: Path) -> None:
    found = records(csv(tmp_path, "code;naam\n1;'=SOM(A1)\n2;'t Hoekje\n"))
    assert [record.values["name"] for record in found] == ["=SOM(A1)", "'t Hoekje"]


def test_spreadsheet_gives_exact_numbers_dates_and_codes(tmp_path: Path) -> None:
    rows = [
        ["code", "naam", "bedrag", "datum"],
        [110, "a", 1234.56, datetime.date(2026, 2, 1)],
        ["0110", "b", 0.1 + 0.2, None],
    ]
    found = list(records(workbook(tmp_path, rows)))
    assert [record.values["code"] for record in found] == ["110", "0110"]
    assert [record.values["amount"] for record in found] == [Decimal("1234.56"), Decimal("0.3")]
    assert found[0].values["date"] == datetime.date(2026, 2, 1)


def test_number_where_a_date_should_be_is_a_finding(tmp_path: Path) -> None:
    assert row_codes(list(records(workbook(tmp_path, [["code", "datum"], ["1", 46024]])))) == [(2, "HUB-TAB-22")]


def test_merged_cells_below_the_header_are_a_finding_and_above_it_are_none(tmp_path: Path) -> None:
    rows = [[None, None], ["code", "naam"], ["1", "a"], [None, None], ["2", "b"]]
    found = records(workbook(tmp_path, rows, merged=["A1:B1", "A4:B4"]))
    assert [(finding.code, finding.location) for finding in found.findings] == [("HUB-TAB-06", "A4:B4")]


def test_formula_counts_by_its_result_and_without_one_is_a_finding(tmp_path: Path) -> None:
    rows = [["code", "bedrag"], ["1", "=1+1"]]
    assert [record.values["amount"] for record in records(workbook(tmp_path, rows, result=2))] == [Decimal(2)]
    found = records(workbook(tmp_path, rows, result=""))
    assert [(finding.code, finding.location) for finding in found.findings] == [("HUB-TAB-12", "B2")]


@pytest.mark.parametrize("data", [b"", b"   \n\n", b"a\x00b;c\n", b"PK\x03\x04 broken"])
def test_what_is_no_table_is_refused(tmp_path: Path, data: bytes) -> None:
    name = "a.xlsx" if data.startswith(b"PK") else "a.csv"
    with pytest.raises(UnreadableInput) as refused:
        open_table(csv(tmp_path, data, name), lambda texts: True)
    assert refused.value.code == "HUB-TAB-01"


def test_workbook_that_unpacks_to_far_more_than_it_is_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    with pytest.raises(UnreadableInput) as refused:
        open_table(path, lambda texts: True)
    assert refused.value.code == "HUB-TAB-01"
