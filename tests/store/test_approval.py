"""Approval in the books, on either engine: what waits, what approving and rejecting book, and that nothing stays behind."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from hub.errors import Conflict, NotFound
from hub.model.approval import ApprovalFlow, ApprovalStep, Substitute
from hub.pipeline import process
from hub.reports.approval import approvals, suspense
from hub.store.administrations import load_books
from hub.store.held import refuse, release
from hub.store.periods import set_state
from hub.store.posted import find_entry
from hub.store.reversing import reverse
from hub.store.store import actor_of, now
from tests.approvals import AT, Office, bill, credit_for
from tests.books import Books, message_of, starter
from tests.demo_documents.draft import REVERSED
from tests.demo_documents.ubl import write

D = Decimal
TWO = ApprovalFlow("two", "Budget en directie", (ApprovalStep(("anna", "bert")), ApprovalStep(("cor",), D("1000.00"))))
BOOKED = {"1520": D("21.00"), "1600": D("-121.00")}


@pytest.fixture
def office(books: Books) -> Office:
    return Office(books)


@pytest.fixture
def at_once(office: Office) -> Office:
    office.settings(purchase_method="book_at_once")
    return office


@pytest.fixture
def first(office: Office) -> Office:
    office.settings(purchase_method="register_first")
    return office


def _closed(office: Office, month: str, state: str = "closed") -> None:
    with office.books.hub.database.transaction() as connection:
        set_state(connection, office.books.hub.ids, office.books.id, month, state, office.books.actor_id, now())


# Booked at once


def test_purchase_booked_at_once_claims_its_vat_and_keeps_its_cost_on_the_suspense_account(at_once: Office) -> None:
    [result] = at_once.take(bill("F1"))
    assert result.outcome == "posted"
    assert at_once.balances() == {"1610": D("100.00"), **BOOKED}
    assert at_once.blocked() == ["F1"]
    assert at_once.vat() == {"2026-10": (D("100.00"), D("21.00"))}
    assert at_once.wrong() == []


def test_approval_moves_the_cost_on_the_original_date_and_frees_the_invoice(at_once: Office) -> None:
    at_once.take(bill("F1"))
    done = at_once.approve("F1", "anna")
    assert done.now.state == "approved"
    assert at_once.balances() == {"4990": D("100.00"), **BOOKED}
    assert at_once.blocked() == []
    assert at_once.dates("MEM") == ["2026-10-14"]
    assert at_once.vat() == {"2026-10": (D("100.00"), D("21.00"))}
    assert at_once.wrong() == []


def test_approval_is_dated_on_the_first_open_day_when_the_period_is_closed(at_once: Office) -> None:
    at_once.take(bill("F1"))
    _closed(at_once, "2026-10")
    at_once.approve("F1", "anna")
    assert at_once.dates("MEM") == ["2026-11-01"]
    assert at_once.wrong() == []


def test_reverse_charged_purchase_books_both_legs_at_once(at_once: Office) -> None:
    at_once.take(bill("F1", vat=REVERSED))
    assert at_once.balances() == {"1610": D("100.00"), "1520": D("21.00"), "1504": D("-21.00"), "1600": D("-100.00")}
    at_once.approve("F1", "anna")
    assert at_once.balances() == {"4990": D("100.00"), "1520": D("21.00"), "1504": D("-21.00"), "1600": D("-100.00")}
    assert at_once.wrong() == []


def test_cost_bears_the_vat_that_may_not_be_deducted_before_and_after_approval(at_once: Office) -> None:
    at_once.settings(purchase_method="book_at_once", deduction_percentage=D(50))
    at_once.take(bill("F1"))
    assert at_once.balances()["1610"] == D("110.50")
    at_once.approve("F1", "anna")
    assert at_once.balances() == {"4990": D("110.50"), "1520": D("10.50"), "1600": D("-121.00")}
    assert at_once.wrong() == []


def test_dollar_invoice_leaves_nothing_in_base_either_when_it_is_approved(at_once: Office) -> None:
    [result] = at_once.books.take("08")
    at_once.arrived["$"] = result.message
    assert result.outcome == "posted"
    assert at_once.balances()["1610"]
    at_once.approve("$", "anna")
    after = at_once.balances()
    assert "1610" not in after
    assert at_once.wrong() == []


def test_approved_purchase_is_what_a_direct_one_would_have_been(at_once: Office) -> None:
    at_once.take(bill("F1", "33.33"), bill("F2", "99.99", REVERSED))
    at_once.approve("F1", "anna")
    at_once.approve("F2", "anna")
    approved = at_once.balances()
    at_once.settings()
    at_once.take(bill("F3", "33.33"), bill("F4", "99.99", REVERSED))
    assert at_once.balances() == {account: 2 * amount for account, amount in approved.items()}


# Rejected


def test_rejection_takes_the_invoice_back_in_its_own_period_while_that_is_open(at_once: Office) -> None:
    at_once.take(bill("F1"))
    done = at_once.reject("F1", "anna", "returned")
    assert done.now.state == "rejected"
    assert at_once.balances() == {}
    assert at_once.vat() == {}
    assert at_once.dates("INK") == ["2026-10-14", "2026-10-14"]
    assert at_once.wrong() == []


@pytest.mark.parametrize("state", ["closed", "locked"])
def test_rejection_corrects_vat_on_its_own_day_when_the_period_was_filed(at_once: Office, state: str) -> None:
    at_once.take(bill("F1"))
    _closed(at_once, "2026-10", state)
    at_once.reject("F1", "anna", "returned")
    assert at_once.balances() == {}
    assert at_once.vat() == {"2026-10": (D("100.00"), D("21.00")), "2026-11": (D("-100.00"), D("-21.00"))}
    assert at_once.dates("INK") == ["2026-10-14", "2026-11-23"]
    assert at_once.wrong() == []


def test_both_reverse_charge_legs_are_corrected_when_the_period_was_filed(at_once: Office) -> None:
    at_once.take(bill("F1", vat=REVERSED))
    _closed(at_once, "2026-10", "locked")
    at_once.reject("F1", "anna", "returned")
    assert at_once.balances() == {}
    assert at_once.vat() == {"2026-10": (D("100.00"), D("21.00")), "2026-11": (D("-100.00"), D("-21.00"))}


def test_credit_note_of_a_returned_invoice_is_registered_without_booking(at_once: Office) -> None:
    at_once.take(bill("F1"))
    at_once.reject("F1", "anna", "returned")
    [result] = at_once.take(credit_for("C1", "F1"))
    assert result.outcome == "duplicate"
    assert "HUB-APPR-02" in {finding.code for finding in result.booking.findings}
    assert at_once.take(credit_for("C1", "F1"))[0].outcome == "duplicate"
    assert at_once.balances() == {}
    assert at_once.wrong() == []


def test_rejected_invoice_that_waits_for_its_credit_note_stays_booked_and_blocked(at_once: Office) -> None:
    at_once.take(bill("F1"))
    at_once.reject("F1", "anna", "wait_for_credit")
    assert at_once.balances() == {"1610": D("100.00"), **BOOKED}
    assert at_once.blocked() == ["F1"]
    assert at_once.wrong() == []


def test_credit_note_ends_what_waits_for_it_at_zero(at_once: Office) -> None:
    at_once.take(bill("F1"))
    at_once.reject("F1", "anna", "wait_for_credit")
    [result] = at_once.take(credit_for("C1", "F1"))
    assert result.outcome == "posted"
    assert at_once.balances() == {}
    assert at_once.vat() == {"2026-10": (D("100.00"), D("21.00")), "2026-11": (D("-100.00"), D("-21.00"))}
    assert [bool(ends) for (ends,) in at_once.books.rows("SELECT ends FROM approval WHERE of_uid IS NOT NULL")] == [
        True
    ]
    assert at_once.wrong() == []


def test_two_credit_notes_in_one_batch_end_what_waits_for_them(at_once: Office) -> None:
    at_once.take(bill("F1"))
    at_once.reject("F1", "anna", "wait_for_credit")
    results = at_once.take(credit_for("C1", "F1", "40.00"), credit_for("C2", "F1", "60.00"))
    assert [result.outcome for result in results] == ["posted", "posted"]
    assert at_once.balances() == {}
    assert at_once.wrong() == []


def test_credit_note_for_part_leaves_the_rest_waiting(at_once: Office) -> None:
    at_once.take(bill("F1"))
    at_once.reject("F1", "anna", "wait_for_credit")
    at_once.take(credit_for("C1", "F1", "40.00"))
    assert at_once.balances() == {"1610": D("60.00"), "1520": D("12.60"), "1600": D("-72.60")}
    assert at_once.blocked() == ["F1"]
    assert at_once.wrong() == []
    [above] = at_once.take(credit_for("C2", "F1", "60.01"))
    assert above.outcome == "held"
    assert "HUB-APPR-04" in {finding.code for finding in above.booking.findings}
    [rest] = at_once.take(credit_for("C3", "F1", "60.00"))
    assert rest.outcome == "posted"
    assert at_once.balances() == {}
    assert at_once.wrong() == []


def test_credit_note_with_other_vat_is_held_when_it_would_leave_cost_behind(at_once: Office) -> None:
    at_once.take(bill("F1"))
    at_once.reject("F1", "anna", "wait_for_credit")
    [result] = at_once.take(credit_for("C1", "F1", "121.00", REVERSED))
    assert result.outcome == "held"
    assert at_once.wrong() == []


def test_dollar_credit_note_at_another_rate_leaves_the_difference_to_exchange_differences(at_once: Office) -> None:
    at_once.books.execute("DELETE FROM exchange_rate")
    for day, rate in (("2026-10-14", "1.10"), ("2026-11-02", "1.25")):
        at_once.books.execute(
            "INSERT INTO exchange_rate (currency, published_on, rate, source) VALUES ('USD', :d, :r, 'ECB')",
            d=day,
            r=rate,
        )
    at_once.take(bill("F1", currency="USD", vat=REVERSED))
    at_once.reject("F1", "anna", "wait_for_credit")
    [result] = at_once.take(credit_for("C1", "F1", currency="USD", vat=REVERSED))
    assert result.outcome == "posted"
    assert set(at_once.balances()) <= {"1504", "1520", "9200"}
    assert at_once.wrong() == []


def test_waiting_for_a_credit_note_that_does_not_come_ends_as_returned(at_once: Office) -> None:
    at_once.take(bill("F1"))
    at_once.reject("F1", "anna", "wait_for_credit")
    at_once.reject("F1", "anna", "returned")
    assert at_once.balances() == {}
    assert at_once.wrong() == []


def test_credit_note_decided_on_before_a_rejection_is_decided_again(at_once: Office) -> None:
    at_once.take(bill("F1"))
    at_once.reject("F1", "anna", "wait_for_credit")
    hub = at_once.books.hub
    store = hub.store(actor="tester")
    real, calls = store.look_up, []

    def late(arrivals: Any) -> Any:
        found = real(arrivals)
        calls.append(1)
        if len(calls) == 1:
            at_once.reject("F1", "anna", "returned")
        return found

    store.look_up = late  # type: ignore[method-assign]
    [result] = process([message_of(write(credit_for("C1", "F1")))], hub.sources, store)
    assert (result.outcome, len(calls)) == ("duplicate", 2)
    assert at_once.balances() == {}
    assert at_once.wrong() == []


# Registered first


def test_purchase_registered_first_is_held_until_it_is_approved_and_then_booked_as_ever(first: Office) -> None:
    [result] = first.take(bill("F1"))
    assert result.outcome == "held"
    assert {finding.code for finding in result.booking.findings} == {"HUB-APPR-01"}
    assert first.balances() == {}
    assert first.wrong() == []
    assert first.approve("F1", "anna").released
    again = first.again("F1")
    assert again.outcome == "posted"
    assert first.balances() == {"4990": D("100.00"), **BOOKED}
    assert first.vat() == {"2026-10": (D("100.00"), D("21.00"))}
    assert first.dates("INK") == ["2026-10-14"]
    assert first.wrong() == []


def test_nobody_but_an_approver_releases_or_refuses_what_waits(first: Office) -> None:
    first.take(bill("F1"))
    hub, uid = first.books.hub, first.arrived["F1"].id
    with hub.database.transaction() as connection:
        with pytest.raises(Conflict, match="hub approve"):
            release(connection, hub.ids, uid, ["HUB-APPR-01"], "", first.books.actor_id, now())
        with pytest.raises(Conflict, match="hub reject"):
            refuse(connection, hub.ids, uid, "", first.books.actor_id, now())


@pytest.mark.parametrize("method", ["direct", "book_at_once"])
def test_what_waits_keeps_waiting_when_the_method_changes_before_it_is_released(first: Office, method: Any) -> None:
    first.take(bill("F1"))
    first.settings(purchase_method=method)
    hub, uid = first.books.hub, first.arrived["F1"].id
    with hub.database.transaction() as connection:
        release(connection, hub.ids, uid, [], "opnieuw", first.books.actor_id, now())
    assert first.again("F1").outcome == "held"
    first.approve("F1", "anna")
    assert first.again("F1").outcome == "posted"
    assert first.balances() == {"4990": D("100.00"), **BOOKED}
    assert first.wrong() == []


def test_what_was_booked_at_once_ends_by_its_own_flow_when_the_method_changes(at_once: Office) -> None:
    at_once.take(bill("F1"), bill("F2"))
    at_once.settings(purchase_method="direct")
    at_once.approve("F1", "anna")
    at_once.settings(purchase_method="register_first")
    at_once.reject("F2", "anna", "returned")
    assert at_once.balances() == {"4990": D("100.00"), **BOOKED}
    assert at_once.wrong() == []


def test_relation_decides_before_the_administration(office: Office) -> None:
    office.take(bill("F1"))
    office.relation(purchase_method="register_first")
    assert office.take(bill("F2"))[0].outcome == "held"
    office.settings(purchase_method="book_at_once")
    office.relation(purchase_method="direct")
    assert office.take(bill("F3"))[0].outcome == "posted"
    assert "1610" not in office.balances()


@pytest.mark.parametrize("ending", ["returned", "wait_for_credit"])
def test_registered_purchase_that_is_rejected_is_refused_and_its_credit_note_needs_no_booking(
    first: Office, ending: str
) -> None:
    first.take(bill("F1"))
    first.reject("F1", "anna", ending)
    assert first.books.rows("SELECT outcome FROM inbox") == [("refused",)]
    assert first.take(credit_for("C1", "F1"))[0].outcome == "duplicate"
    assert first.take(credit_for("C1", "F1"))[0].outcome == "duplicate"
    ends = [
        bool(ends)
        for (ends,) in first.books.rows("SELECT ends FROM approval WHERE of_uid IS NOT NULL ORDER BY started_at")
    ]
    assert ends[0] is (ending == "wait_for_credit")
    assert first.balances() == {}
    assert first.wrong() == []


# Who may


def test_large_purchase_needs_two_and_a_small_one_needs_one(at_once: Office) -> None:
    at_once.settings(purchase_method="book_at_once", approval_flow="two", approval_flows=(TWO,))
    at_once.take(bill("F1", "826.44"), bill("F2", "826.45"))  # 999.99 and 1,000.00 are not above 1,000.00
    at_once.take(bill("F3", "826.46"))
    for number in ("F1", "F2"):
        assert at_once.approve(number, "bert").now.state == "approved"
    assert at_once.approve("F3", "anna").now.state == "waiting"
    assert at_once.blocked() == ["F3"]
    with pytest.raises(Conflict, match="HUB-APPR-15"):
        at_once.approve("F3", "bert")
    assert at_once.approve("F3", "cor").now.state == "approved"
    assert at_once.wrong() == []


def test_substitute_approves_in_his_days_and_not_outside_them(at_once: Office) -> None:
    stands_in = Substitute("dirk", "anna", date(2026, 11, 20), date(2026, 11, 30))
    flow = ApprovalFlow("one", "", (ApprovalStep(("anna",)),))
    at_once.settings(purchase_method="book_at_once", approval_flow="one", approval_flows=(flow,))
    at_once.take(bill("F1"))
    at_once.settings(
        purchase_method="book_at_once", approval_flow="one", approval_flows=(flow,), approval_substitutes=(stands_in,)
    )
    with pytest.raises(Conflict, match="HUB-APPR-15"):
        at_once.approve("F1", "dirk", at=datetime(2026, 12, 1, 9, tzinfo=UTC))
    assert at_once.approve("F1", "dirk").now.approved_by == ("dirk", "anna")
    assert at_once.wrong() == []


def test_nobody_approves_first_what_he_brought_in(at_once: Office) -> None:
    at_once.take(bill("F1"))
    with pytest.raises(Conflict, match="HUB-APPR-16"):
        at_once.approve("F1", "tester")
    assert at_once.blocked() == ["F1"]


def test_two_who_approve_at_once_cannot_both_be_the_last(at_once: Office) -> None:
    at_once.take(bill("F1"))
    failures: list[Exception] = []

    def approve(name: str) -> None:
        try:
            at_once.approve("F1", name)
        except Conflict as error:
            failures.append(error)

    threads = [threading.Thread(target=approve, args=(name,)) for name in ("anna", "bert", "cor")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failures) == 2
    assert at_once.balances() == {"4990": D("100.00"), **BOOKED}
    assert at_once.wrong() == []


def test_one_approves_while_another_rejects_and_the_first_wins(at_once: Office) -> None:
    at_once.take(bill("F1"))
    at_once.approve("F1", "anna")
    with pytest.raises(Conflict, match="HUB-APPR-12: found approved, expected anna"):
        at_once.reject("F1", "bert", "returned")
    assert at_once.wrong() == []


def test_flow_that_does_not_exist_holds_the_invoice(office: Office) -> None:
    office.take(bill("F0"))
    office.relation(purchase_method="register_first", approval_flow="nobody")
    [result] = office.take(bill("F1"))
    assert result.outcome == "held"
    assert "HUB-APPR-05" in {finding.code for finding in result.booking.findings}


def test_act_on_what_never_waited_is_not_found(office: Office) -> None:
    office.take(bill("F1"))
    with pytest.raises(NotFound, match="not under approval"):
        office.approve("F1", "anna")


# Reversing by hand


def _reverse(office: Office, journal: str, number: int) -> None:
    hub = office.books.hub
    hub.ids.reserve(100)
    with hub.database.transaction() as connection:
        books = load_books(connection, ["demo"])["demo"]
        booked = find_entry(connection, books.id, journal, 2026, number)
        reverse(connection, hub.ids, books, booked, AT.date(), "verkeerd", office.books.actor_id, AT)


def test_what_waits_is_rejected_and_not_reversed(at_once: Office) -> None:
    at_once.take(bill("F1"))
    with pytest.raises(Conflict, match="HUB-APPR-21"):
        _reverse(at_once, "INK", 1)


def test_approved_purchase_is_reversed_with_its_move_to_cost(at_once: Office) -> None:
    at_once.take(bill("F1"))
    at_once.approve("F1", "anna")
    with pytest.raises(Conflict, match="HUB-APPR-20"):
        _reverse(at_once, "MEM", 1)
    _reverse(at_once, "INK", 1)
    assert at_once.balances() == {}
    assert at_once.wrong() == []


def test_verify_is_red_when_the_suspense_account_was_emptied_by_hand(at_once: Office) -> None:
    at_once.take(bill("F1"))
    hub = at_once.books.hub
    at_once.approve("F1", "anna")
    hub.ids.reserve(50)
    with hub.database.transaction() as connection:
        books = load_books(connection, ["demo"])["demo"]
        booked = find_entry(connection, books.id, "MEM", 2026, 1)
        reverse(connection, hub.ids, books, booked, AT.date(), "", at_once.books.actor_id, AT, of_approval=True)
    assert [check for check, _ in at_once.wrong()] == ["suspense-ended"]


def test_starter_without_flows_stays_direct() -> None:
    assert (starter().purchase_method, starter().approval_flows) == ("direct", ())
    assert replace(starter(), purchase_method="direct") == starter()


@pytest.mark.parametrize(
    ("check", "statement"),
    [
        ("approval-blocked", "UPDATE open_item_block SET lifted_at = since WHERE reason = 'approval'"),
        (
            "approval-duties",
            "INSERT INTO approval_act SELECT administration_id, message_uid, 1, 'approve', 'waiting', 1, '', started_at, actor_id,"
            " '', '', '', NULL FROM approval",
        ),
        (
            "approval-acts",
            "INSERT INTO approval_act SELECT administration_id, message_uid, 2, 'hold', 'on_hold', 1, '', started_at, actor_id,"
            " '', '', '', NULL FROM approval",
        ),
        (
            "suspense-ended",
            "INSERT INTO approval_act SELECT a.administration_id, a.message_uid, 1, 'approve', 'approved', 1, '', a.started_at,"
            " u.id, '', '', '', NULL FROM approval a, app_user u WHERE u.name = 'anna'",
        ),
    ],
)
def test_verify_is_red_when_somebody_wrote_past_the_state_machine(at_once: Office, check: str, statement: str) -> None:
    at_once.take(bill("F1"))
    actor_of(at_once.books.hub.database, at_once.books.hub.ids, "anna", now())
    at_once.books.execute(statement)
    assert check in [name for name, _ in at_once.wrong()]


@pytest.mark.parametrize("statement", ["UPDATE {} SET administration_id = 0", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["approval", "approval_act"])
def test_what_was_done_is_never_changed(at_once: Office, table: str, statement: str) -> None:
    at_once.take(bill("F1"))
    at_once.act("hold", "F1", "anna", comment="bon")
    with pytest.raises(DBAPIError, match="LED-007"):
        at_once.books.execute(statement.format(table))


def test_what_stands_on_the_suspense_account_is_known_per_document_on_any_day(at_once: Office) -> None:
    at_once.take(bill("F1"), bill("F2", "50.00", issued=date(2026, 11, 3)))
    at_once.reject("F1", "anna", "wait_for_credit")
    at_once.take(credit_for("C1", "F1", "40.00", issued=date(2026, 11, 20)))

    def standing(day: date | None) -> list[tuple[str | None, str]]:
        with at_once.books.hub.database.reading() as connection:
            rows = list(suspense(connection, at_once.books.id, as_of=day))
        assert rows[-1]["balance"] == rows[-1]["total"]
        return [(row.get("number"), row.get("amount", row.get("total"))) for row in rows]

    assert standing(date(2026, 10, 31)) == [("F1", "100.00"), (None, "100.00")]
    assert standing(None) == [("F1", "60.00"), ("F2", "50.00"), (None, "110.00")]


def test_what_waited_is_known_as_it_was_on_a_day(at_once: Office) -> None:
    at_once.take(bill("F1"))
    at_once.act("hold", "F1", "anna", comment="bon", at=datetime(2099, 1, 2, 9, tzinfo=UTC))
    at_once.approve("F1", "anna", at=datetime(2099, 1, 5, 9, tzinfo=UTC))

    def states(day: date) -> list[str]:
        with at_once.books.hub.database.reading() as connection:
            return [row["state"] for row in approvals(connection, at_once.books.id, day)]

    days = (date(2020, 1, 1), date(2099, 1, 1), date(2099, 1, 2), date(2099, 1, 5))
    assert [states(day) for day in days] == [[], ["waiting"], ["on_hold"], []]
