"""VAT of what is not paid: a year after, revival, write-off, certainty, and that nothing is taken twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.accounting.vat_due import Booked, InvoiceVat, Settled, Step, UnpaidItem, bookable, counts, due_entry, steps
from hub.accounting.vat_return import DatedCodes
from tests.builders import D, balances, starter

CODES = DatedCodes(starter().vat_codes)
DUE, YEAR = date(2026, 3, 22), date(2027, 3, 22)
FAR = date(2030, 1, 1)
HIGH = InvoiceVat(0, CODES.row("VH", DUE), 300000, 63000, DUE)
LOW = InvoiceVat(1, CODES.row("VL", DUE), 10000, 900, DUE)
INPUT = InvoiceVat(0, CODES.row("IH", DUE), 300000, 63000, DUE)


def _item(*settled: Settled, **changes: object) -> UnpaidItem:
    made = UnpaidItem(1, "receivable", "C0001", "Klant", "S3", DUE, "EUR", 363000, 363000, (HIGH,), settled)
    return replace(made, **changes)  # type: ignore[arg-type]


def _shown(found: list[Step]) -> list[tuple[date, str, int]]:
    return [(step.tax_date, step.action, step.tax) for step in found]


def test_a_year_after_the_due_date_and_not_a_day_earlier() -> None:
    assert steps(_item(), YEAR - timedelta(days=1)) == []
    assert _shown(steps(_item(), YEAR)) == [(YEAR, "reclaim", 63000)]


def test_only_what_is_still_unpaid_then() -> None:
    paid = Settled(date(2026, 5, 1), 121000)  # a third
    assert _shown(steps(_item(paid), FAR)) == [(YEAR, "reclaim", 42000)]


def test_paid_later_comes_back_in_the_period_of_the_payment() -> None:
    paid = Settled(date(2027, 5, 10), 121000)
    assert _shown(steps(_item(paid), FAR)) == [(YEAR, "reclaim", 63000), (date(2027, 5, 10), "pay_back", -21000)]


def test_a_payment_that_is_undone_is_unpaid_again() -> None:
    moves = (Settled(date(2027, 5, 10), 363000), Settled(date(2027, 6, 1), -363000))
    assert [tax for _, _, tax in _shown(steps(_item(*moves), FAR))] == [63000, -63000, 63000]


def test_written_off_is_certain_at_once_and_no_payment() -> None:
    given_up = Settled(date(2026, 9, 1), 363000, 363000)
    assert _shown(steps(_item(given_up), date(2026, 9, 30))) == [(date(2026, 9, 1), "reclaim", 63000)]
    assert len(steps(_item(given_up), FAR)) == 1


def test_certain_before_the_year_is_over() -> None:
    assert _shown(steps(_item(certain_since=date(2026, 8, 1)), FAR)) == [(date(2026, 8, 1), "reclaim", 63000)]
    late = _item(certain_since=date(2028, 1, 1))
    assert _shown(steps(late, FAR)) == [(YEAR, "reclaim", 63000)]


def test_own_unpaid_purchases_give_back_whatever_blocks_them() -> None:
    own = _item(side="payable", vat=(INPUT,), blocked=("disputed",), certain_since=date(2026, 4, 1))
    assert _shown(steps(own, FAR)) == [(YEAR, "give_back", 63000)]


def test_credit_notes_and_invoices_without_vat_are_left_alone() -> None:
    assert steps(_item(original=-363000), FAR) == []
    assert bookable(steps(_item(vat=()), FAR)) == []


def test_entry_lowers_box_and_account_against_its_own_account() -> None:
    (step,) = steps(_item(vat=(HIGH, LOW), gross=363000 + 10900, original=373900), FAR)
    entry = due_entry(step, starter(), YEAR)
    assert balances(entry) == {"1500": D("630.00"), "1501": D("9.00"), "1308": D("-639.00")}
    assert [(v.code, v.base.amount, v.tax.amount, v.tax_date, v.supply_date) for v in entry.vat_lines] == [
        ("VH", D("-3000.00"), D("-630.00"), YEAR, DUE), ("VL", D("-100.00"), D("-9.00"), YEAR, DUE),
    ]  # fmt: skip


def test_entry_of_an_own_purchase_credits_input_vat() -> None:
    (step,) = steps(_item(side="payable", vat=(INPUT,)), FAR)
    assert balances(due_entry(step, starter(), YEAR)) == {"1520": D("-630.00"), "1529": D("630.00")}


def test_only_dutch_vat_that_was_charged_counts() -> None:
    def row(code: str) -> object:
        return CODES.row(code, DUE)

    assert [counts(row(c), "receivable", reverse_charge=False) for c in ("VH", "VOSS", "VEUG", "IH")] == [  # type: ignore[arg-type]
        True, False, False, False
    ]  # fmt: skip
    assert [counts(row(c), "payable", reverse_charge=c == "IEUGH") for c in ("IH", "FOREIGN", "IEUGH", "VH")] == [  # type: ignore[arg-type]
        True, False, False, False
    ]  # fmt: skip


MOVES = st.lists(
    st.tuples(st.dates(DUE, date(2029, 1, 1)), st.integers(1, 363000), st.booleans()), max_size=6
)  # fmt: skip


@given(MOVES, st.lists(st.dates(DUE, FAR), min_size=1, max_size=4), st.none() | st.dates(DUE, FAR))
def test_booking_the_list_empties_it_and_leaves_what_should_stand(
    moves: list[tuple[date, int, bool]], days: list[date], certain: date | None
) -> None:
    left, settled = 363000, []
    for on, amount, given_up in sorted(moves):
        part = min(amount, left)
        left -= part
        settled.append(Settled(on, part, part if given_up else 0))
    item = _item(*settled, vat=(HIGH, LOW), original=363000, gross=363000, certain_since=certain)
    booked: tuple[Booked, ...] = ()
    for day in sorted(days):
        found = bookable(steps(replace(item, booked=booked), day))
        booked += tuple(part for step in found for part in step.parts)
        assert bookable(steps(replace(item, booked=booked), day)) == []
        expected = item.unpaid(day) if day >= item.since else item.written_off(day)
        standing = sum(b.tax for b in booked if b.source_line == 0)
        assert abs(standing - 63000 * expected / 363000) <= 0.5 + 1e-6
    assert sum(b.tax for b in booked) >= 0
