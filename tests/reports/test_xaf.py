"""Audit files that we write: valid by schema and by an independent reader, with what a year really holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import pyxaf
from lxml import etree
from sqlalchemy import Connection

from hub.errors import NotFound, Usage
from hub.model.journal import JournalEntry, NewOpenItem, Posting
from hub.model.money import Money
from hub.model.plan import PlannedEntry
from hub.reports.xaf import Written, write_audit_file
from hub.store.administrations import Books as StoreBooks
from hub.store.administrations import load_books
from hub.store.booking import post
from hub.store.open_items import open_item_ids, read_items
from hub.store.store import now
from tests.books import Books, starter

VERSIONS = ("3.2", "4.0")
TODAY = date(2026, 11, 21)


def write(books: Books, path: Path, version: str, year: int) -> Written:
    with books.hub.database.reporting() as connection:
        loaded = load_books(connection, ["demo"])["demo"]
        return write_audit_file(connection, loaded, version, year, path, TODAY)


def errors(path: Path) -> list[str]:
    """What pyxaf calls an error, its own schemas included; warnings about shared RGS codes are no fault of the file."""
    report = pyxaf.validate(str(path), xsd=True)
    return [str(f) for f in report.errors] + [str(f) for f in report.warnings if f.code not in ("XAF6003", "XAF8006")]


def find(path: Path, *steps: str) -> list[etree._Element]:
    found = [etree.parse(str(path)).getroot()]
    for step in steps:
        found = [child for element in found for child in element.iter(f"{{*}}{step}")]
    return found


def told(element: etree._Element) -> dict[str, str]:
    return {etree.QName(child).localname: child.text or "" for child in element}


def book(books: Books, *plans: PlannedEntry) -> None:
    books.hub.ids.reserve(200)
    with books.hub.database.transaction() as connection:
        post(connection, books.hub.ids, _loaded(connection), plans, books.actor_id, now())


def _loaded(connection: Connection) -> StoreBooks:
    return load_books(connection, ["demo"])["demo"]


def entry(on: date, *lines: tuple[str, str, int], text: str = "boeking", journal: str = "MEM") -> PlannedEntry:
    """An entry of whole euros without open items."""
    made = [Posting(account, side, money(euro), money(euro)) for account, side, euro in lines]  # type: ignore[arg-type]
    return PlannedEntry(JournalEntry(journal, on, text, tuple(made)))


def money(euro: int) -> Money:
    return Money(Decimal(euro).quantize(Decimal("0.01")), "EUR")


def sale(on: date, number: str, euro: int, relation: str) -> PlannedEntry:
    lines = (
        Posting("1300", "debit", money(euro), money(euro), open_item=0),
        Posting("8000", "credit", money(euro), money(euro)),
    )
    item = NewOpenItem("receivable", number, on, date(on.year, 12, 31), relation=relation)
    return PlannedEntry(JournalEntry("VRK", on, f"verkoop {number}", lines, (), (item,)))


@pytest.mark.parametrize("version", VERSIONS)
def test_demo_documents_give_a_file_without_errors(books: Books, tmp_path: Path, version: str) -> None:
    books.take(*(f"{n:02}" for n in range(1, 39)))
    done = write(books, tmp_path / "a.xaf", version, 2026)
    assert errors(tmp_path / "a.xaf") == []
    assert done.transactions.lines == len(find(tmp_path / "a.xaf", "trLine")) > 80
    assert list(done.findings) == []
    balance = books.rows("SELECT SUM(base_amount) FROM posting WHERE side = 'debit' AND booking_date >= '2026-01-01'")
    assert done.transactions.debit == done.transactions.credit == balance[0][0]
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_lines_carry_account_vat_relation_and_invoice(books: Books, tmp_path: Path, version: str) -> None:
    books.take("01")
    write(books, tmp_path / "a.xaf", version, 2026)
    lines = {told(line)["accID"]: line for line in find(tmp_path / "a.xaf", "trLine")}
    vat = told(find_in(lines["4990"], "vat"))
    assert (vat["vatID"], vat["vatPerc"], vat["vatAmnt"], vat["vatAmntTp"]) == ("IH", "21.000", "60.27", "D")
    control = told(lines["1600"])
    assert (control["custSupID"], control["invRef"], control["amntTp"]) == ("C0001", "GK-2026-0012", "C")
    assert control["docRef"] == "GK-2026-0012"
    assert ("matchKeyID" in control) is (version == "3.2")
    account = next(told(a) for a in find(tmp_path / "a.xaf", "ledgerAccount") if told(a)["accID"] == "1600")
    assert account["leadCode" if version == "3.2" else "RGScode"] == "BSchCreHac"


def find_in(element: etree._Element, name: str) -> etree._Element:
    return next(element.iter(f"{{*}}{name}"))


@pytest.mark.parametrize("version", VERSIONS)
def test_second_year_opens_with_what_the_first_left(books: Books, tmp_path: Path, version: str) -> None:
    books.take("01")
    book(
        books,
        sale(date(2025, 3, 1), "F1", 121, "C0001"),
        entry(date(2025, 4, 1), ("4990", "debit", 50), ("1100", "credit", 50)),
    )
    write(books, tmp_path / "a.xaf", version, 2026)
    assert errors(tmp_path / "a.xaf") == []
    lines = {line["accID"]: (line["amnt"], line["amntTp"]) for line in map(told, find(tmp_path / "a.xaf", "obLine"))}
    assert lines == {"0640": ("71.00", "C"), "1100": ("50.00", "C"), "1300": ("121.00", "D")}
    items = [told(item) for item in find(tmp_path / "a.xaf", "obSbLine")]
    if version == "3.2":
        assert [(i["invRef"], i["custSupID"], i["amnt"], i["invDueDt"]) for i in items] == [
            ("F1", "C0001", "121.00", "2025-12-31")
        ]
    else:
        relation = next(
            told(r) for r in find(tmp_path / "a.xaf", "customerSupplier") if told(r)["custSupID"] == "C0001"
        )
        assert (relation["opBalDesc"], relation["opBalTp"]) == ("121.00", "D")
        assert (relation["clBalDesc"], relation["clBalTp"]) == ("226.27", "C")


@pytest.mark.parametrize("version", VERSIONS)
def test_opening_journal_on_the_first_day_is_the_opening_balance_and_no_transaction(
    books: Books, tmp_path: Path, version: str
) -> None:
    book(books, entry(date(2026, 1, 1), ("1100", "debit", 900), ("0620", "credit", 900), journal="OPN"))
    book(books, entry(date(2026, 2, 1), ("4990", "debit", 10), ("1100", "credit", 10)))
    done = write(books, tmp_path / "a.xaf", version, 2026)
    assert errors(tmp_path / "a.xaf") == []
    assert (done.opening.debit, done.transactions.lines) == (90000, 2)
    assert [told(j)["jrnID"] for j in find(tmp_path / "a.xaf", "journal")] == ["MEM"]


def test_settled_lines_name_the_day_in_edition_four(books: Books, tmp_path: Path) -> None:
    books.take("01")
    book(books, sale(date(2026, 3, 1), "F1", 121, "C0001"), sale(date(2026, 3, 2), "F2", 100, "C0001"))
    with books.hub.database.reporting() as connection:
        first = open_item_ids(connection, books.id, numbers=["F1"])[0]
        item = read_items(connection, books.id, [first])[first]
    lines = (
        Posting("1100", "debit", item.original, item.original),
        Posting("1300", "credit", item.original, item.original, settles=first),
    )
    book(books, PlannedEntry(JournalEntry("BNK", date(2026, 4, 5), "ontvangen", lines)))
    write(books, tmp_path / "a.xaf", "4.0", 2026)
    days = [
        (line["docRef"], line.get("settDate"))
        for line in map(told, find(tmp_path / "a.xaf", "trLine"))
        if line["accID"] == "1300"
    ]
    assert days == [("F1", "2026-04-05"), ("F1", "2026-04-05"), ("F2", None)]


@pytest.mark.parametrize("version", VERSIONS)
def test_what_does_not_fit_is_changed_and_told(books: Books, tmp_path: Path, version: str) -> None:
    book(books, entry(date(2026, 1, 5), ("4990", "debit", 1), ("1100", "credit", 1), text="a\x01b\x7f\ufffe & <c>"))
    company = replace(starter(), name="N" * 300 + "\x02", identifiers=())
    books.save(company)
    done = write(books, tmp_path / "a.xaf", version, 2026)
    assert errors(tmp_path / "a.xaf") == []
    assert {finding.code for finding in done.findings} >= {"HUB-XAF-01", "HUB-XAF-05"}
    assert ("HUB-XAF-02" in {finding.code for finding in done.findings}) is (version == "4.0")
    assert told(find(tmp_path / "a.xaf", "transaction")[0])["desc"] == "a b\x7f  & <c>"


def test_file_that_cannot_be_finished_leaves_the_old_one_alone(
    books: Books, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xaf"
    path.write_text("old")
    book(books, entry(date(2026, 1, 5), ("4990", "debit", 1), ("1100", "credit", 1)))

    def broken(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", broken)
    with pytest.raises(OSError, match="No space left"):
        write(books, path, "3.2", 2026)
    assert (path.read_text(), list(tmp_path.glob(".*"))) == ("old", [])


def test_year_without_bookings_and_unknown_edition_are_refused(books: Books, tmp_path: Path) -> None:
    book(books, entry(date(2026, 1, 5), ("4990", "debit", 1), ("1100", "credit", 1)))
    with pytest.raises(NotFound, match="nothing is booked in 2020"):
        write(books, tmp_path / "a.xaf", "3.2", 2020)
    with pytest.raises(Usage, match="3.3"):
        write(books, tmp_path / "a.xaf", "3.3", 2026)
    assert not (tmp_path / "a.xaf").exists()
