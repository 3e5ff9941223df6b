"""Taking over audit files: the same trial balance to the cent, whatever the lines leave out, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hub.accounting.migration import Wishes
from hub.errors import Conflict
from hub.migrating import migrate
from hub.model.journal import JournalEntry, NewOpenItem, Posting
from hub.model.money import Money
from hub.model.plan import PlannedEntry
from hub.reports.open_items import open_items
from hub.reports.trial_balance import trial_balance
from hub.reports.verify import verify
from hub.reports.xaf import write_audit_file
from hub.store.administrations import load_books
from hub.store.booking import post
from hub.store.open_items import read_items
from hub.store.store import now
from tests.books import Books, open_books, starter
from tests.formats.audit_files import audit_file, journal, line, saved, sound, transaction

Balances = dict[str, str]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def books(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Books]:
    """Books on either engine."""
    url = request.getfixturevalue("postgres_tables_url") if request.param == "postgres" else ""
    with open_books(tmp_path / "home", url) as opened:
        yield opened


def take(books: Books, *paths: Path, code: str = "new", **options: Any) -> dict[str, Any]:
    wishes = Wishes(
        code=code, **{name: options.pop(name) for name in ("receivable", "payable", "accepted") if name in options}
    )
    return migrate(books.hub.database, books.hub.ids, "tester", paths, wishes, **options)


def balances(books: Books, code: str, first: date | None = None, last: date | None = None) -> Balances:
    with books.hub.database.reading() as connection:
        key = load_books(connection, [code])[code].id
        rows = trial_balance(connection, key, first=first, as_of=last)
    return {row["account"]: row["balance"] for row in rows if row["balance"] != "0.00"}


def items(books: Books, code: str) -> list[tuple[str, str, str]]:
    with books.hub.database.reading() as connection:
        key = load_books(connection, [code])[code].id
        return sorted((row["relation"], row["invoice"], row["outstanding"]) for row in open_items(connection, key))


def assert_sound(books: Books, code: str) -> None:
    failures = [failure for check in verify(books.hub.database, [], [code]) for failure in check.failures]
    assert failures == []


def codes(result: dict[str, Any]) -> set[str]:
    return {finding.code for finding in result["findings"]}


def export(books: Books, code: str, version: str, year: int, path: Path) -> Path:
    with books.hub.database.reporting() as connection:
        write_audit_file(connection, load_books(connection, [code])[code], version, year, path, date(2026, 11, 21))
    return path


def test_file_of_another_package_becomes_an_administration(books: Books, tmp_path: Path) -> None:
    result = take(books, saved(tmp_path, sound()))
    assert (result["refused"], result["entries"], result["created"]) == (False, 3, True)
    assert balances(books, "new") == {
        "1100": "100.00",
        "1300": "21.00",
        "1600": "-50.00",
        "4000": "50.00",
        "8000": "-121.00",
    }
    assert items(books, "new") == [("K1", "F1", "21.00"), ("L1", "X9", "50.00")]
    assert (result["receivable"], result["payable"]) == ("21.00", "50.00")
    assert_sound(books, "new")
    with books.hub.database.reading() as connection:
        made = load_books(connection, ["new"])["new"].snapshot
    assert (made.name, made.accounts_named["debtors"], made.accounts_named["creditors"]) == (
        "Oud Pakket B.V.",
        "1300",
        "1600",
    )
    assert made.accounts[made.accounts_named["input_vat"]].rgs == "BSchBepBoo"


def test_journal_and_number_of_the_file_are_kept(books: Books, tmp_path: Path) -> None:
    take(books, saved(tmp_path, sound()))
    told = books.rows(
        "SELECT e.description FROM entry e JOIN administration a ON a.id = e.administration_id WHERE a.code = 'new' ORDER BY 1"
    )
    assert [row[0] for row in told] == ["BNK 1: boeking", "INK 1: boeking", "VRK 1: boeking"]


def test_trial_run_says_the_same_and_books_nothing(books: Books, tmp_path: Path) -> None:
    path = saved(tmp_path, sound())
    tried = take(books, path, dry_run=True)
    assert books.scalar("SELECT COUNT(*) FROM administration WHERE code = 'new'") == 0
    done = take(books, path)
    same = (
        "entries",
        "lines",
        "relations",
        "accounts",
        "debit",
        "credit",
        "receivable",
        "payable",
        "open_items",
        "administration",
    )
    assert {name: tried[name] for name in same} == {name: done[name] for name in same}


def test_unsound_file_leaves_the_books_untouched(books: Books, tmp_path: Path) -> None:
    wrong = audit_file([journal("MEM", "M", [transaction(1, "2025-03-01", [line("1100", 100), line("8000", -99)])])])
    result = take(books, saved(tmp_path, wrong))
    assert (result["refused"], codes(result)) == (True, {"HUB-XAF-15", "HUB-XAF-35"})
    assert books.scalar("SELECT COUNT(*) FROM administration") == 1


def test_date_outside_its_period_is_taken_when_a_person_accepts_it(books: Books, tmp_path: Path) -> None:
    odd = transaction(1, "2025-03-01", [line("1100", 100), line("8000", -100)], period="2")
    path = saved(tmp_path, audit_file([journal("MEM", "M", [odd])]))
    assert take(books, path)["refused"]
    assert not take(books, path, accepted=frozenset(["HUB-XAF-18"]))["refused"]


def test_control_lines_without_relation_stand_on_a_collective_one(books: Books, tmp_path: Path) -> None:
    sold = [transaction(n, f"2025-0{n}-10", [line("1300", 100 * n), line("8000", -100 * n)]) for n in (1, 2, 3)]
    paid = [transaction(1, "2025-05-01", [line("1100", 250), line("1300", -250)])]
    result = take(books, saved(tmp_path, audit_file([journal("VRK", "S", sold), journal("BNK", "B", paid)])))
    assert codes(result) >= {"HUB-XAF-25", "HUB-XAF-29"}
    assert items(books, "new") == [("VERZ1300", "D2", "0.50"), ("VERZ1300", "D3", "3.00")]
    assert books.scalar("SELECT name FROM relation WHERE code = 'VERZ1300'") == "Verzamelrelatie Debiteuren"
    assert_sound(books, "new")


def test_sub_ledger_of_the_file_tells_relation_invoice_and_due_date(books: Books, tmp_path: Path) -> None:
    sold = transaction(7, "2025-01-10", [line("1300", 12100), line("8000", -12100)])
    told = (
        "<subledgers><subledger><sbType>CU</sbType><linesCount>1</linesCount><totalDebit>121.00</totalDebit><totalCredit>0.00</totalCredit>"
        "<sbLine><nr>1</nr><jrnID>VRK</jrnID><trNr>7</trNr><trLineNr>1</trLineNr><amnt>121.00</amnt><amntTp>D</amntTp>"
        "<custSupID>K1</custSupID><invRef>F7</invRef><invDt>2025-01-09</invDt><invDueDt>2025-02-08</invDueDt></sbLine></subledger></subledgers>"
    )
    plain = [
        (code, name, kind, "") for code, name, kind, _ in (("1300", "Vorderingen", "B", ""), ("8000", "Omzet", "P", ""))
    ]
    result = take(books, saved(tmp_path, audit_file([journal("VRK", "S", [sold])], subledgers=told, accounts=plain)))
    assert "HUB-XAF-24" in codes(result)
    assert items(books, "new") == [("K1", "F7", "121.00")]
    assert [str(day) for row in books.rows("SELECT invoice_date, due_date FROM open_item") for day in row] == [
        "2025-01-09",
        "2025-02-08",
    ]


def test_account_that_may_be_either_side_is_asked_for_and_an_option_answers(books: Books, tmp_path: Path) -> None:
    both = [transaction(1, "2025-01-10", [line("1200", 100, relation="K1", invoice="F1"), line("8000", -100)])]
    accounts = ("1200", "Relaties", "B", ""), ("8000", "Omzet", "P", "")
    path = saved(tmp_path, audit_file([journal("MEM", "M", both)], accounts=accounts))
    assert take(books, path)["refused"]
    assert not take(books, path, receivable=("1200",))["refused"]
    assert items(books, "new") == [("K1", "F1", "1.00")]


def test_next_year_continues_the_books_and_their_open_items(books: Books, tmp_path: Path) -> None:
    take(books, saved(tmp_path, sound()))
    opening = [("1100", 10000), ("1300", 2100), ("1600", -5000), ("0640", -7100)]
    paid = transaction(1, "2026-02-01", [line("1100", 2100), line("1300", -2100, relation="K1", invoice="F1")])
    second = audit_file([journal("BNK", "B", [paid])], year=2026, opening=opening)
    result = take(books, saved(tmp_path, second, "2026.xaf"))
    assert (result["refused"], result["created"], codes(result)) == (False, False, set())
    assert items(books, "new") == [("L1", "X9", "50.00")]
    assert balances(books, "new", date(2026, 1, 1)) == {"1100": "21.00", "1300": "-21.00"}
    assert_sound(books, "new")
    with pytest.raises(Conflict, match="has bookings on or after"):
        take(books, saved(tmp_path, second, "2026.xaf"))


def test_next_year_that_begins_with_another_balance_of_debtors_is_refused(books: Books, tmp_path: Path) -> None:
    take(books, saved(tmp_path, sound()))
    opening = [("1100", 10000), ("1300", 2000), ("1600", -5000), ("0640", -7000)]
    bought = transaction(1, "2026-02-01", [line("4000", 100), line("1100", -100)])
    result = take(
        books, saved(tmp_path, audit_file([journal("BNK", "B", [bought])], year=2026, opening=opening), "2026.xaf")
    )
    assert (result["refused"], "HUB-XAF-32" in codes(result)) == (True, True)
    assert balances(books, "new", date(2026, 1, 1)) == {}


@pytest.mark.parametrize("version", ["3.2", "4.0"])
def test_our_own_file_comes_back_as_the_same_books(books: Books, tmp_path: Path, version: str) -> None:
    books.take(*(f"{n:02}" for n in range(1, 39)))
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    path = export(books, "demo", version, 2026, tmp_path / "a.xaf")
    result = take(books, path)
    assert not result["refused"]
    assert {f.code for f in result["findings"]} <= {"HUB-XAF-27", "HUB-XAF-28"}
    opening_only = {code: value for code, value in balances(books, "demo", last=date(2025, 12, 31)).items()}
    assert opening_only  # one demo invoice is of an earlier year
    again = export(books, "new", version, 2026, tmp_path / "b.xaf")
    third = take(books, again, code="third")
    assert (third["debit"], third["receivable"], third["payable"]) == (
        result["debit"],
        result["receivable"],
        result["payable"],
    )
    profit = lambda code: {a: b for a, b in balances(books, code, first, last).items() if a >= "4000"}  # noqa: E731
    assert profit("demo") == profit("new") == profit("third")
    for account in ("1100", "1300", "1520", "1600"):
        assert (
            balances(books, "demo").get(account)
            == balances(books, "new").get(account)
            == balances(books, "third").get(account)
        )
    assert_sound(books, "new")


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["sale", "purchase", "credit", "payment", "memorial"]),
        st.integers(1, 99999),
        st.integers(0, 700),
        st.integers(0, 1),
    ),
    min_size=1,
    max_size=14,
)


@settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(EVENTS, st.sampled_from(["3.2", "4.0"]))
def test_random_books_survive_export_and_import_year_by_year(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[str, int, int, int]], version: str
) -> None:
    folder = tmp_path_factory.mktemp("random")
    with open_books(folder / "home") as books:
        books.take("01", "02", "03")
        for number, event in enumerate(events):
            _book(books, number, *event)
        years = sorted(
            {row[0] for row in books.rows("SELECT year FROM fiscal_year WHERE administration_id = :a", a=books.id)}
        )
        for year in years:
            result = take(books, export(books, "demo", version, year, folder / f"{year}.xaf"))
            assert not result["refused"], list(result["findings"])
            first, last = date(year, 1, 1), date(year, 12, 31)
            assert balances(books, "demo", first, last) == balances(books, "new", first, last)
        owed = lambda code: [b for a, b in balances(books, code).items() if a in ("1300", "1600")]  # noqa: E731
        assert owed("demo") == owed("new")
        assert_sound(books, "new")


def _book(books: Books, number: int, kind: str, cents: int, days: int, relation: int) -> None:
    """One event of a history that begins in 2025 and may run into 2026."""
    on, code = date(2025, 1, 1) + timedelta(days=days), f"C{relation + 1:04}"
    money = Money(Decimal(cents) / 100, "EUR")
    side = "payable" if kind in ("purchase", "credit") else "receivable"
    control, other = ("1600", "4990") if side == "payable" else ("1300", "8000")
    plan = None
    if kind == "memorial":
        lines = (Posting("4990", "debit", money, money, cost_center="KP1"), Posting("1990", "credit", money, money))
        plan = PlannedEntry(JournalEntry("MEM", on, "memoriaal", lines))
    elif kind == "payment":
        plan = _payment(books, cents, on)
    else:
        debit = (side == "receivable") != (kind == "credit")
        lines = (
            Posting(control, "debit" if debit else "credit", money, money, open_item=0),
            Posting(other, "credit" if debit else "debit", money, money),
        )
        item = NewOpenItem(side, f"N{number}", on, on + timedelta(days=30), relation=code)  # type: ignore[arg-type]
        plan = PlannedEntry(JournalEntry("INK" if side == "payable" else "VRK", on, kind, lines, (), (item,)))
    if plan is not None:
        books.hub.ids.reserve(100)
        with books.hub.database.transaction() as connection:
            post(connection, books.hub.ids, load_books(connection, ["demo"])["demo"], [plan], books.actor_id, now())


def _payment(books: Books, cents: int, on: date) -> PlannedEntry | None:
    """A payment of at most `cents` on the oldest item that was opened by then."""
    query = """SELECT o.id FROM open_item o JOIN entry e ON e.id = o.entry_id
               WHERE o.administration_id = :a AND e.booking_date <= :d ORDER BY 1"""
    keys = [row[0] for row in books.rows(query, a=books.id, d=str(on))]
    with books.hub.database.reading() as connection:
        found = [item for item in read_items(connection, books.id, keys).values() if item.outstanding.amount]
    if not found:
        return None
    item = found[cents % len(found)]
    left = item.outstanding.amount
    paid = Money(min(abs(left), Decimal(cents) / 100), "EUR")
    debit = (item.side == "payable") == (left > 0)
    lines = (
        Posting(item.account, "debit" if debit else "credit", paid, paid, settles=item.id),
        Posting("1100", "credit" if debit else "debit", paid, paid),
    )
    return PlannedEntry(JournalEntry("BNK", on, "betaling", lines))


def test_starter_without_changes_is_what_roles_are_filled_from() -> None:
    assert replace(starter()).accounts_named["suspense"] in starter().accounts
