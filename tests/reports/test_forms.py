"""Reports as files: figures stay figures, text stays text, and the same data give the same bytes."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from hub.errors import Usage
from hub.model.sheet import STRONG, Sheet, SheetColumn
from hub.reports.forms import write_sheet

COLUMNS = (
    SheetColumn("name", "Naam"), SheetColumn("on", "Datum", "date"), SheetColumn("amount", "Bedrag", "money"),
    SheetColumn("blocked", "Geblokkeerd"),
)  # fmt: skip
EVIL = ["=1+1", "+31 6 123", "-2+3", "@SUM(A1)", "\t=cmd", '#panic(1) $x$ *b* <i> & "q" ; ,', "Ünï €"]
ROWS: list[dict[str, Any]] = [
    *({"name": name, "on": "2026-11-21", "amount": "-1234.50", "blocked": False} for name in EVIL),
    {"name": "Totaal", "amount": "-8641.50", STRONG: True},
]


def _sheet(rows: list[dict[str, Any]] | None = None) -> Sheet:
    facts = (("Administratie", "=Evil B.V."), ("Peildatum", "21-11-2026"))
    return Sheet("Open [posten]", facts, COLUMNS, ROWS if rows is None else rows, ("Verschil: 0,00",))


def test_plain_csv_holds_keys_and_figures_as_the_contract_writes_them(tmp_path: Path) -> None:
    assert write_sheet(_sheet(), tmp_path / "a.csv") == len(ROWS)
    read = list(csv.reader(io.StringIO((tmp_path / "a.csv").read_text("utf-8"), newline="")))
    assert read[0] == ["name", "on", "amount", "blocked"]
    assert read[1] == ["'=1+1", "2026-11-21", "-1234.50", "nee"]


def test_no_cell_of_text_begins_as_a_formula(tmp_path: Path) -> None:
    for dutch in (False, True):
        write_sheet(_sheet(), tmp_path / "a.csv", dutch_csv=dutch)
        text = (tmp_path / "a.csv").read_text("utf-8-sig")
        names = [row[0] for row in csv.reader(io.StringIO(text, newline=""), delimiter=";" if dutch else ",")]
        assert not any(name.startswith(("=", "+", "-", "@", "\t", "\r")) for name in names)
        assert names[-2] == "Ünï €"


def test_an_amount_column_guards_what_is_no_amount(tmp_path: Path) -> None:
    rows = [{"name": "x", "amount": "=1+1", "on": "+2"}, {"name": "y", "amount": "--5", "on": "-@"}]
    for dutch in (False, True):
        write_sheet(_sheet(rows), tmp_path / "a.csv", dutch_csv=dutch)
        lines = (tmp_path / "a.csv").read_text("utf-8-sig").splitlines()[1:]
        cells = [cell for line in lines for cell in line.replace(";", ",").split(",")]
        assert not any(cell.startswith(("=", "+", "@", "-@")) for cell in cells)


def test_dutch_csv_is_what_a_dutch_spreadsheet_opens(tmp_path: Path) -> None:
    write_sheet(_sheet(), tmp_path / "a.csv", dutch_csv=True)
    data = (tmp_path / "a.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfNaam;Datum;Bedrag;Geblokkeerd\r\n")
    assert b";21-11-2026;-1234,50;nee\r\n" in data


def test_workbook_holds_real_numbers_and_dates_and_no_formula(tmp_path: Path) -> None:
    write_sheet(_sheet(), tmp_path / "a.xlsx")
    book = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx"))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0][0] == "Open [posten]"
    assert rows[1][:2] == ["Administratie", "=Evil B.V."]
    assert rows[4] == ["Naam", "Datum", "Bedrag", "Geblokkeerd"]
    assert rows[5] == ["=1+1", date(2026, 11, 21), -1234.5, "nee"]
    assert [row[0] for row in rows[5 : 5 + len(EVIL)]] == EVIL
    assert rows[5 + len(EVIL)][2] == -8641.5
    assert rows[-1][0] == "Verschil: 0,00"


def test_an_amount_wider_than_a_spreadsheet_counts_stays_exact(tmp_path: Path) -> None:
    write_sheet(_sheet([{"name": "x", "amount": "12345678901234567.89"}]), tmp_path / "a.xlsx")
    rows = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).get_sheet_by_index(0).to_python()
    assert rows[5][2] == "12345678901234567.89"


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".pdf"])
def test_the_same_data_give_the_same_bytes(tmp_path: Path, ending: str) -> None:
    first, second = tmp_path / f"a{ending}", tmp_path / f"b{ending}"
    write_sheet(_sheet(), first)
    write_sheet(_sheet(), second)
    assert first.read_bytes() == second.read_bytes() != b""


def test_pdf_bears_the_text_as_it_is_on_numbered_pages(tmp_path: Path) -> None:
    from pypdf import PdfReader

    rows = [{"name": f"{EVIL[5]} {n}", "on": "2026-11-21", "amount": "1234.50"} for n in range(120)]
    write_sheet(_sheet(rows), tmp_path / "a.pdf")
    pages = [page.extract_text() for page in PdfReader(tmp_path / "a.pdf").pages]
    assert len(pages) > 1
    assert "#panic(1) $x$ *b* <i>" in pages[0]
    assert "1.234,50" in pages[0]
    for number, text in enumerate(pages, 1):
        assert f"Pagina {number} / {len(pages)}" in text
        assert "Bedrag" in text  # the header stands on every page
    assert "Verschil: 0,00" in pages[-1]


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    def failing() -> Any:
        yield {"name": "x"}
        raise Usage("the books went away")

    for ending in (".csv", ".xlsx", ".pdf"):
        with pytest.raises(Usage, match="went away"):
            write_sheet(Sheet("x", (), COLUMNS, failing()), tmp_path / f"a{ending}")
    for name in ("a.doc", "a", "no/such/folder.csv"):
        with pytest.raises(Usage):
            write_sheet(_sheet(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_more_than_anybody_prints_is_refused_with_a_way_out(tmp_path: Path) -> None:
    rows = [{"name": "x"}] * 5001
    with pytest.raises(Usage, match="xlsx"):
        write_sheet(_sheet(rows), tmp_path / "a.pdf")
