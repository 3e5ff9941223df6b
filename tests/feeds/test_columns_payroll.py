"""Payrolls of packages that nobody knows, by a bookkeeper's description: run, totals of the year, and distribution."""

from __future__ import annotations

from decimal import Decimal

from hub.accounting.mapping_check import faults
from hub.columns import column_faults
from hub.model.result import Result
from tests.books import Books, message_of, starter
from tests.feeds.test_columns import all_hold, describe

DESCRIBED = """
settings.reader = "columns"
settings.form = "payroll"
settings.decimal = ","
[columns]
"Periode" = "period"
"Grootboeknr" = "account"
"Bedrag" = "amount"
"DC" = "side"
"Afdeling" = "cost_center"
"Naam" = "employee"
[constant]
employer = "Bakkerij De Korst"
kind = "KIND"
[account]
"40100" = "4000"
"20200" = "1540"
"20300" = "1700"
"""
HEAD = "Loonverwerking;;;;;\nPeriode;Grootboeknr;Bedrag;DC;Afdeling;Naam\n"
MARCH = HEAD + (
    "2026-03;40100;1.250,2550;D;OVEN;J. Jansen\n2026-03;40100;749,7450;D;OVEN;P. Pieters\n"
    "2026-03;20200;500,00;C;;\n2026-03;20300;1.500,00;C;;\n"
)


def _take(books: Books, text: str, kind: str = "journal") -> list[Result]:
    describe(books, "loonpakket", DESCRIBED.replace("KIND", kind))
    return books.process([message_of(text.encode(), name="export.csv")])


def _postings(result: Result) -> list[tuple[str, str, str, str]]:
    assert result.booking.entry is not None, result.booking.findings
    return [
        (p.account, p.side, str(Decimal(p.amount.minor).scaleb(-2)), p.cost_center)
        for p in result.booking.entry.postings
    ]


def test_a_described_payroll_is_booked_without_names_and_with_cost_centres(books: Books) -> None:
    [made] = _take(books, MARCH)
    assert made.outcome == "posted", made.booking.findings
    assert _postings(made) == [
        ("4000", "debit", "2000.00", "OVEN"), ("1540", "credit", "500.00", ""), ("1700", "credit", "1500.00", ""),
    ]  # fmt: skip
    assert "Jansen" not in repr(made.booking)
    assert [r.outcome for r in _take(books, MARCH)] == ["duplicate"]
    assert [r.outcome for r in _take(books, MARCH.replace("500,00", "500,01").replace("749,7450", "749,7650"))] == [
        "conflict"
    ]
    all_hold(books)


def test_totals_of_the_year_are_booked_for_what_is_new(books: Books) -> None:
    _take(books, MARCH, "totals")
    april = MARCH.replace("2026-03", "2026-04").replace("1.250,2550", "3.250,2550").replace("1.500,00", "3.500,00")
    [made] = _take(books, april, "totals")
    assert _postings(made) == [("4000", "debit", "2000.00", "OVEN"), ("1700", "credit", "2000.00", "")]
    all_hold(books)


def test_a_distribution_takes_from_where_the_journal_left_it_and_a_journal_never_does(books: Books) -> None:
    spread = HEAD + "2026-03;40100;1.250,00;D;OVEN;\n2026-03;40100;750,00;D;WINKEL;\n"
    [refused] = _take(books, spread)
    assert [f.code for f in refused.booking.findings] == ["HUB-FEED-01"]
    [made] = _take(books, spread, "distribution")
    assert sorted(_postings(made)) == [
        ("1910", "credit", "2000.00", ""), ("4000", "debit", "1250.00", "OVEN"), ("4000", "debit", "750.00", "WINKEL"),
    ]  # fmt: skip
    all_hold(books)


def test_what_is_wrong_is_told_with_the_row_and_the_column_of_the_users_own_file(books: Books) -> None:
    wrong = MARCH.replace("500,00;C", "5oo;X", 1).replace("2026-03;20300", "2026-03;")
    [made] = _take(books, wrong)
    assert made.outcome == "refused"
    places = {f.location for f in made.booking.findings}
    assert {"row 5, column Bedrag", "row 6"} <= places
    [unsaid] = _take(books, MARCH, "?")
    assert [(f.location, f.found, f.expected) for f in unsaid.booking.findings] == [
        ("row 3, column kind", "?", "journal | totals | distribution")
    ]


def test_a_description_must_say_whether_it_is_a_run_totals_or_a_distribution(books: Books) -> None:
    describe(books, "loonpakket", DESCRIBED.replace('kind = "KIND"\n', ""))
    mapping, _ = books.hub.mappings.of("loonpakket", "demo")
    found = [(f.what, f.found) for f in (*column_faults(mapping, books.hub.sources), *faults(mapping, starter()))]
    assert found == [("field_needed", "kind")]


def test_the_documented_table_itself_is_read(books: Books) -> None:
    text = "soort;werkgever;periode;rekening;debet;credit\nloonjournaalpost;Korst;2026-05;4000;10,00;\n"
    [made] = books.process([message_of((text + "loonjournaalpost;Korst;2026-05;1700;;10,00\n").encode(), name="x.csv")])
    assert made.outcome == "posted", made.booking.findings
