"""One communication per debtor: what is in it, what it claims, and what is left alone; nobody skips a level."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.credit.account import Account, FormerLetter, OpenPart, Rulebook
from hub.credit.costs import Costs, letter_costs
from hub.credit.fourteen_days import Clock, Sent, clock
from hub.credit.interest import Interest, interest_until
from hub.credit.policy import Debtor
from hub.credit.reminding import Reminded, remind
from hub.credit.still_true import Said, untrue
from hub.model.dunning import Assignment, DunningEvent, Stop
from hub.model.reminder import Addressee, Creditor, Reminder
from tests.credit.conftest import CONSUMER, COSTS, INTEREST, RULES, TODAY, TRADE, said

US = Creditor("Voorbeeld Handel B.V.", iban="NL92RABO0000104711")
G_US = Creditor("Voorbeeld Handel B.V.", iban="NL02ABNA0990000001")
BOOK = Rulebook("demo", RULES, COSTS, INTEREST, {"normal": US, "g_account": G_US})
WRITTEN = Addressee("Anna de Vries", "", ("Kerkstraat 1", "3511 AA  Utrecht"), "NL", "anna@example.org")
POLICIES = {kind: [level.code for level in RULES.policies[kind].levels] for kind in ("consumer", "business")}


def _item(key: int, amount: str, late: int, *events: DunningEvent, **others: Any) -> OpenPart:
    due = TODAY - timedelta(days=late)
    value = D(amount)
    values: dict[str, Any] = {"currency": "EUR", "part": "normal", "original": value, "outstanding": value, **others}
    return OpenPart(key, f"F{key}", due - timedelta(days=30), due, events=events, **values)


def _account(*items: OpenPart, kind: str = "consumer", **others: Any) -> Account:
    values: dict[str, Any] = {"addressee": WRITTEN, "bank_until": TODAY, **others}
    return Account(1, Debtor(("C1",), kind), items=items, **values)  # type: ignore[arg-type]


def _remind(account: Account, book: Rulebook = BOOK) -> Reminded:
    found = remind(account, TODAY, book)
    assert remind(account, TODAY, book) == found
    for draft in found.drafts:
        said(draft.reminder.steps)
    said(tuple(rest.why for rest in found.rests))
    return found


def _one(account: Account) -> Reminder:
    (draft,) = _remind(account).drafts
    return draft.reminder


def _done(code: str, days_ago: int, state: str = "printed") -> DunningEvent:
    kind = code if code in ("fourteen_days", "demand", "call", "hand_off") else "reminder"
    return DunningEvent(code, kind, TODAY - timedelta(days=days_ago), state, "letter")  # type: ignore[arg-type]


def _up_to(kind: str, code: str, ended: int) -> tuple[DunningEvent, ...]:
    """Every level before this one, the last of them so many days ago."""
    codes = POLICIES[kind][: POLICIES[kind].index(code)]
    return tuple(_done(one, ended + 20 * (len(codes) - n)) for n, one in enumerate(codes, 1))


def test_level_is_the_highest_and_each_item_bears_its_own() -> None:
    old = _item(1, "100.00", 40, *_up_to("consumer", "second_reminder", 15))
    made = _one(_account(old, _item(2, "50.00", 5), _item(3, "25.00", -10), _item(4, "-20.00", 8)))
    assert (made.level, made.kind, made.channel, str(made.principal)) == (
        "second_reminder",
        "reminder",
        "email",
        "130.00",
    )
    assert {i.invoice: i.level for i in made.items} == {"F1": "second_reminder", "F2": "reminder", "F3": "", "F4": ""}
    assert (made.costs, made.interest, made.total) == (0, 0, D("130.00"))


def test_fourteen_day_letter_names_costs_of_its_own_items_in_one_calculation() -> None:
    events = _up_to("consumer", "fourteen_days", 20)
    made = _one(_account(_item(1, "300.00", 60, *events), _item(2, "200.00", 50, *events), _item(3, "900.00", 5)))
    expected = letter_costs([D(300), D(200)], TODAY, COSTS)
    assert isinstance(expected, Costs)
    assert (made.level, made.costs_are, made.costs, made.vat) == ("fourteen_days", "announced", expected.costs, 0)
    assert made.total == made.principal == D("1400.00")  # what is announced is not to be paid now
    ran = clock(Sent(TODAY, "post"))
    assert isinstance(ran, Clock)
    assert made.term_until == ran.last_day


def _demanded(amount: str = "500.00", **others: Any) -> tuple[OpenPart, FormerLetter]:
    """An item whose 14-day letter ran, and that letter over 500 euros."""
    sent = Sent(TODAY - timedelta(days=30), "post")
    letter = FormerLetter(sent.on, D("500.00"), D("75.00"), D("0.00"), sent)
    events = (*_up_to("consumer", "fourteen_days", 60), _done("fourteen_days", 30))
    return _item(1, amount, 90, *events, letter=7, **others), letter


def test_consumer_pays_the_costs_that_the_letter_named_and_interest_from_his_own_default() -> None:
    item, letter = _demanded()
    made = _one(_account(item, letters={7: letter}))
    interest = interest_until(D(500), item.due + timedelta(days=1), TODAY, CONSUMER)
    assert isinstance(interest, Interest)
    assert (made.level, made.costs_are, made.costs, made.interest_is) == ("demand", "claimed", D("75.00"), "claimed")
    assert (made.interest, made.items[0].per_day) == (interest.amount, interest.per_day)
    assert made.total == D("575.00") + interest.amount
    assert made.unconfirmed_rate == interest.unconfirmed


def test_who_paid_a_part_in_time_owes_the_costs_of_the_rest() -> None:
    item, letter = _demanded("200.00", original=D("500.00"), paid=((TODAY - timedelta(days=25), D("300.00")),))
    made = _one(_account(item, letters={7: letter}))
    rest = letter_costs([D(200)], letter.dated, COSTS)
    assert isinstance(rest, Costs)
    assert made.costs == rest.costs
    late, letter = _demanded("200.00", original=D("500.00"), paid=((TODAY - timedelta(days=1), D("300.00")),))
    assert _one(_account(late, letters={7: letter})).costs == D("75.00")  # paid after the term: the costs stay


def test_no_costs_of_a_consumer_whose_letter_has_not_run() -> None:
    item, letter = _demanded()
    events = (*item.events[:-1], replace(item.events[-1], on=TODAY - timedelta(days=10)))
    found = _remind(_account(replace(item, events=events), letters={7: letter}))
    assert (found.drafts, [rest.why.code for rest in found.rests]) == ((), ["next_level"])


def test_business_pays_the_scale_over_the_sum_and_trade_interest_per_invoice() -> None:
    events = _up_to("business", "demand", 20)
    items = [_item(1, "1000.00", 60, *events), _item(2, "2000.00", 40, *events), _item(3, "10.00", 1)]
    made = _one(_account(*items, kind="business"))
    expected = letter_costs([D(1000), D(2000)], TODAY, COSTS)
    assert isinstance(expected, Costs)
    assert made.costs == expected.costs
    for item, shown in zip(items[:2], made.items, strict=False):
        counted = interest_until(item.outstanding, item.due + timedelta(days=1), TODAY, TRADE)
        assert isinstance(counted, Interest)
        assert shown.interest == counted.amount
    assert made.interest == made.items[0].interest + made.items[1].interest


def test_credit_lowers_costs_and_interest_from_its_own_day() -> None:
    events = _up_to("business", "demand", 20)
    item, credit = _item(1, "1000.00", 60, *events), _item(2, "-400.00", 20)
    made = _one(_account(item, credit, kind="business"))
    expected = letter_costs([D(600)], TODAY, COSTS)
    assert isinstance(expected, Costs)
    assert (made.principal, made.costs) == (D("600.00"), expected.costs)
    paid = [(credit.invoice_date, D(400))]
    counted = interest_until(D(1000), item.due + timedelta(days=1), TODAY, TRADE, paid)
    assert isinstance(counted, Interest)
    assert made.interest == counted.amount


@pytest.mark.parametrize(("credit", "why"), [("-100.00", "reminder_covered"), ("-99.50", "reminder_covered")])
def test_credit_that_covers_everything_lets_it_rest_for_a_person(credit: str, why: str) -> None:
    found = _remind(_account(_item(1, "100.00", 10), _item(2, credit, 1)))
    assert (found.drafts, [(rest.why.code, rest.by_person) for rest in found.rests]) == ((), [(why, True)])


def test_credit_that_covers_what_bears_costs_is_set_off_first() -> None:
    events = _up_to("consumer", "fourteen_days", 20)
    found = _remind(_account(_item(1, "100.00", 60, *events), _item(2, "500.00", 5), _item(3, "-100.00", 1)))
    assert {rest.why.code for rest in found.rests} == {"reminder_credit_first"}


def test_g_account_and_currencies_are_dunned_apart() -> None:
    items = [_item(1, "100.00", 10), _item(2, "40.00", 10, part="g_account"), _item(3, "70.00", 10, currency="USD")]
    drafts = _remind(_account(*items)).drafts
    assert [(d.reminder.currency, d.reminder.creditor.iban, str(d.reminder.principal)) for d in drafts] == [
        ("EUR", G_US.iban, "40.00"), ("EUR", US.iban, "100.00"), ("USD", US.iban, "70.00"),
    ]  # fmt: skip


def test_claim_in_another_currency_waits_for_a_person() -> None:
    found = _remind(_account(_item(1, "500.00", 60, *_up_to("consumer", "fourteen_days", 20), currency="USD")))
    assert [(rest.why.code, rest.by_person) for rest in found.rests] == [("reminder_other_currency", True)]


def test_call_is_a_task_of_its_own_and_what_is_to_be_handed_over_is_no_letter() -> None:
    call = _item(1, "100.00", 40, *_up_to("business", "call", 20))
    ready = _item(2, "200.00", 80, *_up_to("business", "hand_off", 20))
    found = _remind(_account(call, ready, _item(3, "50.00", 5), kind="business"))
    assert [(d.reminder.level, d.reminder.channel) for d in found.drafts] == [("reminder", "email"), ("call", "phone")]
    (hand_off,) = found.ready
    assert [item.invoice for item in hand_off.items] == ["F2"]


def test_only_what_needs_no_person_is_automatic() -> None:
    (draft,) = _remind(_account(_item(1, "100.00", 10))).drafts
    assert draft.automatic
    events = _up_to("consumer", "fourteen_days", 20)
    (letter,) = _remind(_account(_item(1, "100.00", 60, *events), _item(2, "9.00", 10))).drafts
    assert not letter.automatic


def test_language_of_the_debtor_and_the_way_that_is_there() -> None:
    english = _one(_account(_item(1, "100.00", 10), language="en"))
    assert english.text.subject.startswith("Reminder")
    by_post = _one(_account(_item(1, "100.00", 10), addressee=replace(WRITTEN, email="")))
    assert by_post.channel == "letter"


def test_policy_of_an_invoice_goes_before_that_of_the_debtor() -> None:
    rules = replace(RULES, assignments=(Assignment("invoice", "F1", "never"),))
    found = _remind(_account(_item(1, "100.00", 10), _item(2, "50.00", 10)), replace(BOOK, rules=rules))
    assert [rest.why.code for rest in found.rests] == ["next_never"]
    assert str(found.drafts[0].reminder.principal) == "50.00"


AMOUNTS = st.integers(-20_000, 90_000).filter(bool).map(lambda cents: D(cents) / 100)
LATE = st.integers(-20, 200)


@st.composite
def _accounts(draw: st.DrawFn) -> Account:
    kind = draw(st.sampled_from(["consumer", "business"]))
    items, letters = [], {}
    for key in range(1, draw(st.integers(1, 6)) + 1):
        amount, late = draw(AMOUNTS), draw(LATE)
        reached = draw(st.integers(0, len(POLICIES[kind]))) if amount > 0 else 0
        events = tuple(_done(code, draw(st.integers(0, 60)), draw(st.sampled_from(["printed", "delivered", "staged"])))
                       for code in POLICIES[kind][:reached])  # fmt: skip
        events = tuple(sorted(events, key=lambda event: (event.on, POLICIES[kind].index(event.level))))
        ran = [event for event in events if event.kind == "fourteen_days" and event.state != "staged"]
        if ran:
            letters[key] = FormerLetter(ran[-1].on, amount, D("40.00"), D(0), Sent(ran[-1].on, "post"))
        part = draw(st.sampled_from(["normal", "g_account"]))
        items.append(_item(key, str(amount), late, *events, part=part, letter=key if ran else 0))
    return _account(*items, kind=kind, letters=letters)


@given(_accounts())
def test_whatever_a_debtor_owes(account: Account) -> None:
    found = _remind(account)
    known = {item.key: item for item in account.items}
    codes = POLICIES["business" if account.debtor.customer_type == "business" else "consumer"]
    asked = [item.key for draft in found.drafts for item in draft.reminder.items if item.level]
    ready = [item.key for hand_off in found.ready for item in hand_off.items]
    resting = [rest.key for rest in found.rests]
    overdue = [item.key for item in account.items if item.outstanding > 0 and item.due < TODAY]
    assert sorted([*asked, *ready, *resting]) == overdue  # each has one fate
    for draft in found.drafts:
        one = draft.reminder
        assert one.principal == sum(i.outstanding for i in one.items if i.level or i.outstanding < 0) > 0
        assert one.level in {i.level for i in one.items}
        for item in one.items:
            if item.level:  # nobody skips a level, and none is written twice
                done = {event.level for event in known[item.key].events if event.state != "staged"}
                assert item.level not in done
                before = codes[: codes.index(item.level)]
                assert item.level == "fourteen_days" or (not before or before[-1] in done)
        if account.debtor.customer_type == "consumer" and one.costs_are == "claimed":
            assert all(known[i.key].letter for i in one.items if i.level == one.level)


def test_reminder_is_true_until_something_changes() -> None:
    item, credit = _item(1, "100.00", 10), _item(2, "-20.00", 10)
    account = _account(item, credit)
    told = (Said(1, "F1", "reminder", D("100.00")), Said(2, "F2", "", D("-20.00")))
    assert untrue(told, "email", account, TODAY, BOOK) is None

    def why(changed: Account | None, today: date = TODAY) -> str:
        found = untrue(told, "email", changed, today, BOOK)
        assert found is not None
        said((found,))
        return found.code

    assert why(None) == "dropped_paid"
    assert why(_account(replace(item, outstanding=D("60.00")), credit)) == "dropped_amount"
    assert why(_account(item)) == "dropped_paid"  # the credit was used
    assert why(_account(item, credit, _item(3, "-5.00", 1))) == "dropped_credit"
    assert (
        why(replace(account, stops=(Stop("promise", TODAY, TODAY + timedelta(days=3), "C1", "P1"),)))
        == "stop_promise_until"
    )
    assert why(replace(account, bank_until=TODAY - timedelta(days=9))) == "stop_bank_data_old"
    assert why(_account(replace(item, events=(_done("reminder", 20),)), credit)) == "dropped_level"
    assert why(replace(account, addressee=replace(WRITTEN, email=""))) == "dropped_unreachable"
