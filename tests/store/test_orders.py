"""The credit gate: orders are accepted, held or refused; never two together past a limit, whatever happens at once."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest

from hub.errors import Conflict, NotFound, Refused, Usage
from hub.model.money import Money
from hub.model.relation_card import Reason
from hub.reports.orders import list_orders
from hub.reports.relations import credit_card, list_relations
from hub.store.exposure import exposures
from hub.store.merging import merge_relations
from hub.store.orders import check_credit, close_order, release_order
from hub.store.reasons import add_reason, is_on_hold, lift_reason, lift_reasons
from tests.books import Books
from tests.store.relations import add, changing, loaded, order, place


def _limit(books: Books, code: str, amount: int, cause: str = "person", reference: str = "") -> int:
    with changing(books) as change:
        return add_reason(change, code, Reason("limit", cause, "agreed", amount, reference))  # type: ignore[arg-type]


def _hold(books: Books, code: str, cause: str = "person", reference: str = "") -> int:
    with changing(books) as change:
        return add_reason(change, code, Reason("hold", cause, "incasso", None, reference))  # type: ignore[arg-type]


def _ordered(books: Books, code: str) -> int:
    relation_id = books.scalar("SELECT id FROM relation WHERE code = :c", c=code)
    with books.hub.database.reading() as connection:
        return exposures(connection, books.id, [relation_id])[relation_id].ordered


def _outcomes(books: Books, *orders) -> list[str]:  # type: ignore[no-untyped-def]
    return [placed.verdict.outcome for placed in place(books, *orders)]


def test_orders_of_one_file_are_counted_together(books: Books) -> None:
    [code] = add(books, "Klant")
    _limit(books, code, 100_00)
    assert _outcomes(books, order("1", code, "60.00"), order("2", code, "60.00"), order("3", code, "40.00")) == [
        "accepted", "held", "accepted",
    ]  # fmt: skip
    assert _ordered(books, code) == 100_00


@pytest.mark.parametrize("attempt", range(3))
def test_two_orders_at_once_never_pass_the_limit_together(books: Books, attempt: int) -> None:
    """Each fits alone, both do not: the second waits at the lock and then sees the first."""
    [code] = add(books, "Klant")
    _limit(books, code, 100_00)
    start = threading.Barrier(4)
    outcomes: list[str] = []

    def at_once(number: int) -> None:
        books.hub.ids.reserve(200)
        start.wait()
        with changing(books, 50) as change:
            outcomes.append(check_credit(change, loaded(change), order(str(number), code, "60.00")).verdict.outcome)

    threads = [threading.Thread(target=at_once, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["accepted", "held", "held", "held"]
    assert _ordered(books, code) == 60_00


def test_files_that_name_debtors_in_another_order_do_not_block_each_other(books: Books) -> None:
    codes = add(books, "Een", "Twee", "Drie")
    start = threading.Barrier(2)
    failed: list[BaseException] = []

    def at_once(names: list[str], prefix: str) -> None:
        try:
            start.wait()
            for turn in range(5):
                place(books, *(order(f"{prefix}{turn}{code}", code, "1.00") for code in names))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=at_once, args=given) for given in ((codes, "a"), (codes[::-1], "b"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert books.scalar("SELECT COUNT(*) FROM announced_order WHERE state = 'accepted'") == 30


def test_no_limit_zero_and_an_amount_mean_three_things(books: Books) -> None:
    free, closed, some = add(books, "Vrij", "Dicht", "Iets")
    _limit(books, closed, 0)
    _limit(books, some, 10_00)
    assert _outcomes(books, order("1", free, "99999.00"), order("2", closed, "0.01"), order("3", some, "10.00")) == [
        "accepted", "held", "accepted",
    ]  # fmt: skip


def test_open_invoices_and_orders_are_one_exposure(books: Books) -> None:
    [result] = [r for r in books.take("36") if r.outcome == "posted"]
    with books.hub.database.reading() as connection:
        owed = Decimal(credit_card(connection, books.id, result.relation_code)["owed"])
    assert owed > 0
    _limit(books, result.relation_code, int(owed * 100) + 100_00)
    assert _outcomes(books, order("1", result.relation_code, "100.01"), order("2", result.relation_code, "100.00")) == [
        "held",
        "accepted",
    ]
    with books.hub.database.reading() as connection:
        card = credit_card(connection, books.id, result.relation_code)
        assert list_relations(connection, books.id, over_limit=True) == []
    assert (Decimal(card["exposure"]), card["room"], card["over_limit"]) == (owed + 100, "0.00", False)
    _limit(books, result.relation_code, 1)
    with books.hub.database.reading() as connection:
        assert [row["code"] for row in list_relations(connection, books.id, over_limit=True)] == [result.relation_code]


def test_same_file_again_changes_nothing(books: Books) -> None:
    [code] = add(books, "Klant")
    place(books, order("1", code, "60.00"))
    [again] = place(books, order("1", code, "60.00"))
    assert again.known
    assert _ordered(books, code) == 60_00
    with changing(books) as change:
        close_order(change, loaded(change), "1")
    [again] = place(books, order("1", code, "60.00"))
    assert again.known
    assert _ordered(books, code) == 0
    with pytest.raises(Refused) as refused:
        place(books, order("1", code, "61.00"))
    assert refused.value.findings[0].code == "HUB-ORDER-04"


def test_order_that_grows_past_the_limit_keeps_what_was_accepted(books: Books) -> None:
    [code] = add(books, "Klant")
    _limit(books, code, 100_00)
    place(books, order("1", code, "60.00"))
    assert _outcomes(books, order("1", code, "100.00")) == ["accepted"]
    assert _outcomes(books, order("1", code, "100.01")) == ["held"]
    assert _ordered(books, code) == 100_00


def test_held_order_is_decided_again_when_a_person_asks(books: Books) -> None:
    [code] = add(books, "Klant")
    _limit(books, code, 10_00)
    place(books, order("1", code, "60.00"))
    with changing(books) as change:
        assert release_order(change, loaded(change), "1").verdict.outcome == "held"
        assert release_order(change, loaded(change), "1", despite_limit=True).verdict.outcome == "accepted"
    with pytest.raises(Conflict), changing(books) as change:
        release_order(change, loaded(change), "1")
    with pytest.raises(NotFound), changing(books) as change:
        release_order(change, loaded(change), "2")


def test_invoiced_part_leaves_the_order(books: Books) -> None:
    [code] = add(books, "Klant")
    place(books, order("1", code, "60.00"))
    with changing(books) as change:
        assert close_order(change, loaded(change), "1", invoiced=Money(Decimal("20.00"), "EUR")) == "accepted"
    assert _ordered(books, code) == 40_00
    with pytest.raises(Usage), changing(books) as change:
        close_order(change, loaded(change), "1", invoiced=Money(Decimal("20.00"), "USD"))
    with changing(books) as change:
        assert close_order(change, loaded(change), "1", invoiced=Money(Decimal("50.00"), "EUR")) == "closed"
    assert _ordered(books, code) == 0
    with books.hub.database.reading() as connection:
        [row] = list(list_orders(connection, books.id, relation=code))
    assert (row["state"], row["open"], row["invoiced"]) == ("closed", "0.00", "70.00")


def test_faults_of_all_rows_are_given_and_nothing_is_recorded(books: Books) -> None:
    one, other = add(books, "Een", "Twee")
    place(books, order("1", one, "60.00"))
    with pytest.raises(Refused) as refused:
        place(books, order("2", one, "1.00"), order("3", "C9999", "1.00"), order("4", one, "1.00", "XTS"))
    assert [finding.code for finding in refused.value.findings] == ["HUB-ORDER-01", "HUB-ORDER-02"]
    with pytest.raises(Refused) as refused:
        place(books, order("2", one, "1.00"), order("1", other, "60.00"))
    assert [finding.code for finding in refused.value.findings] == ["HUB-ORDER-03"]
    assert books.scalar("SELECT COUNT(*) FROM announced_order") == 1
    assert _outcomes(books, order("1", other, "60.00", source="shop")) == ["accepted"]


def test_foreign_order_weighs_at_the_rate_of_its_day(books: Books) -> None:
    books.execute(
        "INSERT INTO exchange_rate (currency, published_on, rate, source) VALUES ('XTS', '2026-11-20', '0.8', 'test')"
    )
    [code] = add(books, "Klant")
    place(books, order("1", code, "80.00", "XTS"))
    assert _ordered(books, code) == 100_00


def test_hold_refuses_orders_until_every_reason_is_lifted(books: Books) -> None:
    [code] = add(books, "Klant")
    mine, case = _hold(books, code), _hold(books, code, "case", "CASE-1")
    assert _outcomes(books, order("1", code, "1.00")) == ["refused"]
    with changing(books) as change:
        assert lift_reasons(change, code, "hold") == 1
        assert is_on_hold(change.connection, books.id, code)
        with pytest.raises(NotFound):
            lift_reason(change, code, mine)
        lift_reason(change, code, case, "paid")
        assert not is_on_hold(change.connection, books.id, code)
    assert _outcomes(books, order("1", code, "1.00")) == ["accepted"]


def test_case_sets_and_lifts_its_own_limit_and_leaves_the_persons(books: Books) -> None:
    [code] = add(books, "Klant")
    _limit(books, code, 500_00)
    _limit(books, code, 0, "case", "CASE-1")
    assert _outcomes(books, order("1", code, "1.00")) == ["held"]
    with changing(books) as change:
        assert lift_reasons(change, code, "limit", cause="case", reference="CASE-1", why="closed") == 1
    with books.hub.database.reading() as connection:
        card = credit_card(connection, books.id, code)
    assert card["credit_limit"] == "500.00"
    assert [(row["cause"], row["amount"], bool(row["lifted_at"])) for row in card["history"]] == [
        ("case", "0.00", True), ("person", "500.00", False),
    ]  # fmt: skip


def test_new_limit_replaces_the_one_before_and_keeps_it_in_the_history(books: Books) -> None:
    [code] = add(books, "Klant")
    for amount in (1, 2, 3):
        _limit(books, code, amount)
    assert books.scalar("SELECT COUNT(*) FROM relation_reason") == 3
    assert books.scalar("SELECT amount FROM relation_reason WHERE lifted_at IS NULL") == 3


def test_invoice_of_a_debtor_on_hold_is_booked_with_a_finding(books: Books) -> None:
    [code] = add(books, "Koffiehuis", kvk="00260601")
    _hold(books, code)
    _limit(books, code, 0)
    [result] = books.take("36")
    assert (result.outcome, result.relation_code) == ("posted", code)
    assert {"HUB-CREDIT-03", "HUB-CREDIT-04"} <= {finding.code for finding in result.booking.findings}


def test_order_and_merge_at_once_end_with_the_survivor(books: Books) -> None:
    for turn in range(3):
        one, other = add(books, f"Een {turn}", f"Twee {turn}")
        _limit(books, other, 100_00)
        start = threading.Barrier(2)

        def ordering(number: str, code: str, gate: threading.Barrier) -> None:
            gate.wait()
            try:
                place(books, order(number, code, "60.00"))
            except Conflict:  # merged while it waited: asked again, it goes to the survivor
                place(books, order(number, code, "60.00"))

        thread = threading.Thread(target=ordering, args=(f"A{turn}", one, start))
        thread.start()
        start.wait()
        with changing(books) as change:
            merge_relations(change, one, other, "double")
        thread.join()
        assert _ordered(books, other) == 60_00
        assert _outcomes(books, order(f"B{turn}", one, "60.00")) == ["held"]
