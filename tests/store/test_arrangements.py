"""Disputes, promises and plans in real books: recorded once, watched against payments, ended by a dated decision."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from hub.credit.arrangements import equal_terms
from hub.errors import NotFound, Refused
from hub.model.arrangement import Arrangement
from hub.store.arrangements import Recorded, add_arrangement, arrangements, end_arrangement, watch_arrangements
from tests.books import Books
from tests.builders import D, line, sale
from tests.store.relations import changing
from tests.store.vat_books import VatBooks

DAY = date(2026, 3, 20)


@pytest.fixture
def debtor(books: Books) -> VatBooks:
    """Owes 121.00 on S1 and 242.00 on S2."""
    made = VatBooks(books)
    made.invoice(sale(line("100.00"), number="S1", issue_date=date(2026, 2, 1)), date(2026, 3, 3))
    made.invoice(sale(line("200.00"), number="S2", issue_date=date(2026, 2, 1)), date(2026, 3, 3))
    return made


def _add(
    debtor: VatBooks, kind: str, invoice: str = "", until: date | None = None, amount: str = "", **more: object
) -> int:
    made = Arrangement(
        kind, debtor.relation, DAY, until, invoice, Decimal(amount) if amount else None, **more  # type: ignore[arg-type]
    )  # fmt: skip
    debtor.books.hub.ids.reserve(50)
    with changing(debtor.books) as change:
        return add_arrangement(change, made, "EUR")


def _all(debtor: VatBooks, on: date, ended: bool = False) -> list[Recorded]:
    with debtor.books.hub.database.reading() as connection:
        return arrangements(connection, debtor.books.id, "EUR", on, ended=ended)


def _watched(debtor: VatBooks, on: date) -> list[tuple[int, str]]:
    debtor.books.hub.ids.reserve(50)
    with changing(debtor.books) as change:
        return [(one.id, one.standing.outcome) for one in watch_arrangements(change, "EUR", on) if one.standing]


def test_dispute_of_an_invoice_is_recorded_with_owner_and_ended_with_a_reason(debtor: VatBooks) -> None:
    made = _add(debtor, "dispute", "S1", category="goods", owner="Anja", note="doos beschadigd")
    (one,) = _all(debtor, DAY)
    assert (one.made.invoice, one.made.owner, one.outcome, one.standing) == ("S1", "Anja", "open", None)
    with changing(debtor.books) as change:
        end_arrangement(change, made, "rejected", "foto's tonen niets", date(2026, 4, 1))
    assert _all(debtor, DAY) == []
    (ended,) = _all(debtor, DAY, ended=True)
    assert (ended.outcome, ended.ended_on, ended.ended_why) == ("rejected", date(2026, 4, 1), "foto's tonen niets")


def test_promise_of_one_invoice_is_kept_by_its_payment_alone(debtor: VatBooks) -> None:
    made = _add(debtor, "promise", "S1", date(2026, 3, 25))
    debtor.pay("S2", "242.00", date(2026, 3, 21))
    assert _watched(debtor, date(2026, 3, 25)) == []
    debtor.pay("S1", "121.00", date(2026, 3, 25))
    assert _watched(debtor, date(2026, 3, 26)) == [(made, "kept")]
    assert _watched(debtor, date(2026, 3, 27)) == []


def test_promise_that_is_broken_rests_no_more_from_the_day_after(debtor: VatBooks) -> None:
    made = _add(debtor, "promise", "", date(2026, 3, 25), "200.00")
    debtor.pay("S1", "121.00", date(2026, 3, 24))
    assert _watched(debtor, date(2026, 4, 2)) == [(made, "broken")]
    (one,) = _all(debtor, DAY, ended=True)
    assert one.ended_on == date(2026, 3, 26)


def test_new_promise_takes_the_place_of_the_old_one_and_a_second_dispute_is_refused(debtor: VatBooks) -> None:
    _add(debtor, "promise", "S1", date(2026, 3, 25))
    second = _add(debtor, "promise", "S1", date(2026, 3, 30))
    assert [one.id for one in _all(debtor, DAY)] == [second]
    _add(debtor, "dispute", "S2")
    with pytest.raises(Refused) as refused:
        _add(debtor, "dispute", "S2")
    assert [f.code for f in refused.value.findings] == ["HUB-ARR-09"]
    _add(debtor, "dispute", "S1")


def test_plan_counts_what_was_paid_on_everything_and_breaks_by_a_missed_term(debtor: VatBooks) -> None:
    terms = equal_terms(D("363.00"), 3, date(2026, 4, 1))
    made = _add(debtor, "plan", "", terms[-1].due, instalments=terms)
    debtor.pay("S2", "121.00", date(2026, 4, 1))
    (one,) = _all(debtor, date(2026, 4, 15))
    assert one.standing is not None
    assert (one.standing.paid, one.standing.next) == (D("121.00"), terms[1])
    assert _watched(debtor, date(2026, 5, 4)) == []
    assert _watched(debtor, date(2026, 5, 5)) == [(made, "broken")]


def test_what_cannot_be_recorded_says_everything_that_is_wrong(debtor: VatBooks) -> None:
    with pytest.raises(NotFound):
        _add(debtor, "dispute", "nope")
    with pytest.raises(Refused) as refused:
        _add(debtor, "promise", "S1", DAY - timedelta(days=1), "500.00")
    assert [f.code for f in refused.value.findings] == ["HUB-ARR-01", "HUB-ARR-05"]
    with changing(debtor.books) as change, pytest.raises(NotFound):
        end_arrangement(change, 999, "granted", "", DAY)


def test_ending_of_another_kind_is_refused(debtor: VatBooks) -> None:
    made = _add(debtor, "insolvency")
    with changing(debtor.books) as change, pytest.raises(Refused):
        end_arrangement(change, made, "granted", "", DAY)
