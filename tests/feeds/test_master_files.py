"""Relations and orders as files on lane `master`: an outcome per file, a finding per wrong row, all or none where it is set so."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.model.result import Result
from hub.pipeline import process
from hub.reports.verify import verify
from tests.books import Books, message_of

RELATIONS = """code;naam;kvk-nummer;plaats;email
C9001;Bakkerij Noord;30112233;Groningen;a@noord.example
C9002;Slager Zuid;30112234;Maastricht;b@zuid.example
;;30112235;Utrecht;
C9004;Kaas Oost;30112236;Zwolle;geen adres
"""
ORDERS = """ordernummer;relatie;datum;bedrag
O-1;C9001;2026-11-20;121,00
O-2;ONBEKEND;2026-11-20;50,00
O-3;C9002;2026-11-31;50,00
O-4;C9002;2026-11-20;75,00
"""


def take(books: Books, text: str, *, lane: str = "master", uid: str = "", name: str = "tabel.csv") -> Result:
    store = books.hub.store(actor="tester", lane=lane)
    (result,) = process([message_of(text.encode(), uid=uid, name=name)], books.hub.sources, store)
    return result


def names(books: Books) -> list[str]:
    return [str(row[0]) for row in books.rows("SELECT name FROM relation WHERE code LIKE 'C900%' ORDER BY code")]


def own_mapping(books: Books, text: str) -> None:
    path = Path(books.hub.settings.home) / "mappings" / "master_data.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")


def counts(result: Result) -> dict[str, str]:
    return next(dict(f.details) for f in result.booking.findings if f.code == "HUB-COL-03")


def all_hold(books: Books) -> None:
    assert [(c.check, c.failures) for c in verify(books.hub.database, books.hub.sources) if not c.ok] == []


def test_right_rows_are_taken_and_wrong_ones_are_told_by_row(books: Books) -> None:
    result = take(books, RELATIONS)
    assert result.outcome == "posted"
    assert names(books) == ["Bakkerij Noord", "Slager Zuid"]
    assert counts(result) == {"new": "2", "changed": "0", "same": "0", "failed": "2"}
    rows = {f.location.split(",")[0] for f in result.booking.findings if f.severity == "warning"}
    assert rows == {"row 4", "row 5"}
    all_hold(books)


def test_the_same_file_again_changes_nothing_and_one_that_sets_back_does(books: Books) -> None:
    take(books, RELATIONS)
    assert counts(take(books, RELATIONS)) == {"new": "0", "changed": "0", "same": "2", "failed": "2"}
    other = RELATIONS.replace("Groningen", "Assen")
    assert counts(take(books, other))["changed"] == "1"
    assert counts(take(books, RELATIONS))["changed"] == "1"
    assert take(books, RELATIONS, uid="one").again is False
    assert take(books, RELATIONS, uid="one").again is True
    all_hold(books)


def test_all_rows_or_none_where_the_mapping_says_so(books: Books) -> None:
    own_mapping(books, 'settings.commit = "whole"\n')
    result = take(books, RELATIONS)
    assert (result.outcome, names(books)) == ("refused", [])
    right = "\n".join(RELATIONS.splitlines()[:3]) + "\n"
    assert (take(books, right).outcome, names(books)) == ("posted", ["Bakkerij Noord", "Slager Zuid"])
    all_hold(books)


def test_a_file_without_a_right_row_is_refused(books: Books) -> None:
    result = take(books, "code;naam;kvk-nummer;plaats\n;;30112235;Utrecht\n")
    assert result.outcome == "refused"
    assert {f.severity for f in result.booking.findings} == {"fatal"}
    all_hold(books)


@pytest.mark.parametrize("lane", ["invoice", "mutation", "bank", "payroll"])
def test_other_lanes_may_not_bring_master_data(books: Books, lane: str) -> None:
    result = take(books, RELATIONS, lane=lane)
    assert (result.outcome, names(books)) == ("refused", [])
    assert [f.code for f in result.booking.findings] == ["HUB-COL-04"]


def test_orders_weigh_and_wrong_ones_are_told(books: Books) -> None:
    take(books, RELATIONS)
    result = take(books, ORDERS)
    assert result.outcome == "posted"
    assert books.rows("SELECT number, amount FROM announced_order ORDER BY number") == [("O-1", 12100), ("O-4", 7500)]
    assert counts(result)["failed"] == "2"
    assert counts(take(books, ORDERS))["same"] == "2"
    own_mapping(books, 'settings.commit = "whole"\n')
    assert take(books, ORDERS.replace("O-1", "O-9")).outcome == "refused"
    assert books.scalar("SELECT COUNT(*) FROM announced_order") == 2
    all_hold(books)
