"""A payroll journal at the desk: balance before rounding, cost centres, names, and totals of a year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hub.model.codec import to_json
from hub.model.journal import Side
from hub.model.mapping import Mapping
from hub.model.payroll_journal import PayrollJournal, PayrollLine
from tests.feed_samples import Booked, book, changed, mapping_of

D = Decimal
MAPPING = mapping_of("payroll")


def _line(account: str, amount: str, side: Side = "debit", **fields: Any) -> PayrollLine:
    return PayrollLine(account, side, D(amount), **fields)


RUN = PayrollJournal(
    "BV", "11", "2026-03", date(2026, 3, 25), "EUR",
    (_line("4000", "1000", cost_center="100"), _line("1540", "300", "credit"), _line("1700", "700", "credit")),
)  # fmt: skip


def _book(journal: PayrollJournal = RUN, by: Mapping = MAPPING, *, booked: Any = (), **changes: Any) -> Booked:
    return book(replace(journal, **changes), by, booked=booked)


def test_a_run_is_booked_in_the_memorial_with_its_cost_centres() -> None:
    booked = _book()
    assert booked.entry is not None
    assert (booked.entry.journal, booked.entry.booking_date, booked.entry.description) == (
        "MEM",
        date(2026, 3, 25),
        "2026-03 11",
    )
    assert booked.lines == {"4000": D(1000), "1540": D(-300), "1700": D(-700)}
    assert [p.cost_center for p in booked.entry.postings] == ["100", "", ""]


def test_cost_centres_are_said_in_our_words_or_left_out() -> None:
    ours = _book(by=changed(MAPPING, cost_center={"100": "BAR"})).entry
    none = _book(by=changed(MAPPING, settings={"cost_centers": "drop"})).entry
    assert ours is not None
    assert none is not None
    assert ours.postings[0].cost_center == "BAR"
    assert none.postings[0].cost_center == ""


def test_every_unknown_account_is_told_with_the_line_to_add() -> None:
    booked = _book(lines=(_line("99", "1"), _line("98", "1", "credit"), _line("99", "1"), _line("1700", "1", "credit")))
    assert booked.entry is None
    assert [dict(f.details)["line"] for f in booked.findings] == ['account."99" = "…"', 'account."98" = "…"']


def test_balance_is_asked_before_rounding() -> None:
    off = _book(lines=(_line("4000", "100.0001"), _line("1700", "100.0000", "credit")))
    assert (off.entry, off.codes) == (None, ["HUB-FEED-01"])
    assert dict(off.findings[0].details)["difference"] == "0.0001"


def test_what_rounding_leaves_over_has_its_own_account() -> None:
    booked = _book(
        lines=(_line("4000", "100.0050"), _line("1540", "33.3349", "credit"), _line("1700", "66.6701", "credit"))
    )
    assert booked.lines == {"4000": D("100.01"), "1540": D("-33.33"), "1700": D("-66.67"), "4670": D("-0.01")}
    assert "payroll_residual" in {d.why for d in booked.decisions}


def test_lines_are_put_together_before_they_are_rounded() -> None:
    thirds = tuple(_line("4000", "0.3333") for _ in range(3))
    booked = _book(lines=(*thirds, _line("1700", "0.9999", "credit")))
    assert booked.lines == {"4000": D("1.00"), "1700": D("-1.00")}


def test_wages_never_go_to_creditors() -> None:
    booked = _book(by=changed(MAPPING, account={"1700": "1600"}))
    assert (booked.entry, booked.codes) == (None, ["HUB-PAYR-05"])


def test_a_correction_is_booked_beside_the_first_and_says_so() -> None:
    booked = _book(correction=True, run="12")
    assert booked.entry is not None
    assert [(f.code, f.severity) for f in booked.findings] == [("HUB-PAYR-07", "information")]
    assert replace(RUN, run="12").identity != RUN.identity


def test_totals_of_the_year_are_booked_for_what_is_new() -> None:
    before = (("4000", "100", D("600.00")), ("1540", "", D("-200.00")), ("1700", "", D("-400.00")))
    booked = _book(cumulative=True, booked=before)
    assert booked.lines == {"4000": D("400.00"), "1540": D("-100.00"), "1700": D("-300.00")}
    assert "cumulative_less_booked" in {d.why for d in booked.decisions}


def test_what_is_in_the_totals_no_more_is_taken_back() -> None:
    before = (("4090", "", D("50.00")), ("1700", "", D("-50.00")))
    assert _book(cumulative=True, booked=before).lines == {
        "4000": D(1000),
        "4090": D(-50),
        "1540": D(-300),
        "1700": D(-650),
    }


def test_totals_that_bring_nothing_new_book_nothing() -> None:
    before = (("4000", "100", D("1000.00")), ("1540", "", D("-300.00")), ("1700", "", D("-700.00")))
    booked = _book(cumulative=True, booked=before)
    assert (booked.entry, booked.codes) == (None, ["HUB-PAYR-08"])


def test_a_run_that_is_no_total_ignores_what_was_booked() -> None:
    assert _book(booked=(("4000", "100", D("600.00")),)).lines == _book().lines


def test_a_distribution_takes_its_costs_from_where_the_journal_left_them() -> None:
    spread = (_line("4000", "600.005", cost_center="A"), _line("4000", "399.995", cost_center="B"))
    booked = _book(lines=spread, package="distribution")
    assert booked.lines == {"4000": D("1000.01"), "1910": D("-1000.01")}
    refused = _book(lines=spread, package="xcount")
    assert (refused.entry, refused.codes) == (None, ["HUB-FEED-01"])


NAMED = replace(
    RUN,
    lines=(
        _line("4000", "600", employee="Anna de Vries", description="Brutoloon"),
        _line("4000", "400", employee="Bert Bos", description="Brutoloon Bert Bos"),
        _line("1700", "600", "credit", employee="Anna de Vries"),
        _line("1700", "400", "credit", employee="Bert Bos"),
    ),
)


def test_names_are_gone_before_anything_is_kept() -> None:
    kept = NAMED.kept(MAPPING)
    said = to_json(kept) + repr(kept.summary()) + repr(_book(NAMED))
    assert "Anna" not in said
    assert "Bert" not in said
    assert (kept.debit, kept.credit, kept.summary()["lines"], kept.identity) == (
        NAMED.debit,
        NAMED.credit,
        4,
        NAMED.identity,
    )


def test_wages_of_one_person_cannot_be_read_from_what_is_kept() -> None:
    kept = replace(NAMED, lines=tuple(replace(line, description="") for line in NAMED.lines)).kept(MAPPING)
    assert [(line.account, line.amount) for line in kept.lines] == [("4000", D(1000)), ("1700", D(1000))]


def test_names_are_booked_where_they_are_asked_for() -> None:
    booked = _book(NAMED, by=changed(MAPPING, settings={"employee_names": "keep"}))
    assert booked.entry is not None
    assert [p.project for p in booked.entry.postings] == ["Anna de Vries", "Bert Bos"] * 2
    assert booked.lines == {"4000": D(1000), "1700": D(-1000)}


def test_detail_keeps_a_posting_per_text() -> None:
    lines = (
        _line("4000", "1", description="Loon"),
        _line("4000", "2", description="Bonus"),
        _line("1700", "3", "credit"),
    )
    booked = _book(lines=lines, by=changed(MAPPING, settings={"detail": "line"}))
    assert booked.entry is not None
    assert [p.description for p in booked.entry.postings] == ["Loon", "Bonus", ""]


amounts = st.lists(
    st.tuples(st.sampled_from(["4000", "4005", "4010"]), st.integers(1, 10**10)), min_size=1, max_size=30
)


@given(amounts, st.integers(0, 10**10))
def test_any_balanced_run_is_booked_to_the_cent(found: list[tuple[str, int]], part: int) -> None:
    debit = [(account, D(n).scaleb(-4)) for account, n in found]
    total = sum((a for _, a in debit), D(0))
    tax = min(D(part).scaleb(-4), total)
    lines = [PayrollLine(a, "debit", n) for a, n in debit]
    lines += [PayrollLine("1540", "credit", tax), PayrollLine("1700", "credit", total - tax)]
    booked = _book(lines=tuple(lines))
    if booked.entry is None:  # all of it less than half a cent
        assert (booked.codes, total < 1) == (["HUB-PAYR-08"], True)
        return
    assert sum(booked.lines.values()) == 0
    assert abs(booked.lines.get("4670", D(0))) <= D("0.005") * 5
    for account in ("4000", "4005", "4010"):
        exact = sum((n for a, n in debit if a == account), D(0))
        assert abs(booked.lines.get(account, D(0)) - exact) <= D("0.005")


@given(st.lists(amounts, min_size=1, max_size=5))
def test_totals_period_after_period_are_their_last(periods: list[list[tuple[str, int]]]) -> None:
    """Whatever cents rounding leaves on the way, what is booked in the end is what the last totals say."""
    ledger: dict[str, Decimal] = {}
    seen: list[PayrollLine] = []
    for period in periods:
        for account, n in period:
            seen += [PayrollLine(account, "debit", D(n).scaleb(-4)), PayrollLine("1700", "credit", D(n).scaleb(-4))]
        before = tuple((account, "", amount) for account, amount in ledger.items())
        booked = _book(lines=tuple(seen), cumulative=True, booked=before)
        for account, amount in booked.lines.items():
            ledger[account] = ledger.get(account, D(0)) + amount
    assert {a: n for a, n in ledger.items() if n} == {a: n for a, n in _book(lines=tuple(seen)).lines.items() if n}


def test_summary_counts_the_lines_of_the_file() -> None:
    assert replace(RUN, written=7).summary()["lines"] == 7
    assert RUN.summary()["lines"] == 3
