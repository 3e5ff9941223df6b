"""Cases and payments fetched at Debitura: each change once, page by page, and the same again under the same id."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from connectors.debitura import fetcher
from connectors.debitura.fetcher import _SEEN, PAGE, DebituraFetcher, Session
from hub.errors import Permanent, Throttled, Transient, Usage
from hub.ports import Fetched
from tests.case_messages import message_of, readings
from tests.connectors.debitura.account import KEY, Account
from tests.far_side import RESET, FarSide, Reply, far_side


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def far(account: Account) -> Iterator[FarSide]:
    _SEEN.clear()
    with far_side() as made:
        made.trade = account
        yield made


def opened(far: FarSide, key: str = KEY) -> Session:
    session = DebituraFetcher().open({"url": far.url, "allow_loopback": True}, lambda: [key])
    assert isinstance(session, Session)
    return session


def case(number: int, updated: str, lifecycle: str = "Active") -> dict[str, object]:
    return {
        "id": f"c{number}", "reference": f"Q{number}", "creditorReference": f"I2026-{number:04}", "lifecycle": lifecycle,
        "currency": "EUR", "dateCreated": "2026-11-01T00:00:00Z", "dateUpdated": updated,
    }  # fmt: skip


def payment(number: int, of: int = 1) -> dict[str, object]:
    return {
        "id": f"p{number}", "dateCreated": "2026-11-20T00:00:00Z", "date": "2026-11-19T00:00:00", "grossAmount": Decimal("10.10"),
        "recipient": "Partner", "method": "Bank", "currency": "EUR",
        "invoice": {"status": "Active", "reference": "Q1", "invoiceId": f"c{of}"},
    }  # fmt: skip


def ids(found: list[Fetched]) -> list[str]:
    return [part.external_id for one in found for part in one.parts]


def test_what_is_fetched_is_read_as_messages_of_our_cases(account: Account, far: FarSide) -> None:
    account.cases, account.payments = [case(1, "2026-11-20T10:00:00Z")], [payment(1)]
    found = list(opened(far).new())
    messages = [message_of(readings("debitura", one.parts[0].body)[0]) for one in found]
    assert [(m.type, m.case, m.agency_reference, m.amount) for m in messages] == [
        ("status", "I2026-0001", "c1", None), ("payment", "", "c1", Decimal("10.10")),
    ]  # fmt: skip


def test_only_what_changed_comes_again(account: Account, far: FarSide) -> None:
    account.cases, account.payments = [case(n, "2026-11-20T10:00:00Z") for n in (1, 2)], [payment(1)]
    session = opened(far)
    for one in session.new():
        session.settle(one, refused=False)
    assert list(opened(far).new()) == []
    account.cases[0] |= {"dateUpdated": "2026-11-21T10:00:00Z", "lifecycle": "Closed", "closeCode": "Paid"}
    account.payments.append(payment(2))
    assert ids(list(opened(far).new())) == ["case:c1@2026-11-21T10:00:00Z", "payment:p2@2026-11-20T00:00:00Z"]


def test_what_was_not_settled_comes_again_under_the_same_id(account: Account, far: FarSide) -> None:
    account.cases = [case(1, "2026-11-20T10:00:00Z")]
    first = list(opened(far).new())
    _SEEN.clear()  # another process
    again = list(opened(far).new())
    assert ids(first) == ids(again)
    assert [one.parts[0].body for one in first] == [one.parts[0].body for one in again]


def test_every_page_is_read_and_no_more_than_needed(account: Account, far: FarSide) -> None:
    account.cases = [case(n, f"2026-11-{1 + n % 28:02}T10:00:00Z") for n in range(PAGE + 5)]
    session = opened(far)
    found = list(session.new())
    assert len(found) == PAGE + 5
    for one in found:
        session.settle(one, refused=False)
    asked = len(far.asked)
    assert list(opened(far).new()) == []
    assert len(far.asked) - asked == 2  # one page of cases that are all known, one of payments


@pytest.mark.parametrize(
    ("reply", "error"),
    [(RESET, Transient), (Reply(503, headers={"Retry-After": "60"}), Throttled), (Reply(400), Permanent)],
)
def test_far_side_that_is_away_ends_the_round(far: FarSide, reply: Reply, error: type[Exception]) -> None:
    far.script.extend([reply] * 3)
    with pytest.raises(error):
        list(opened(far).new())


def test_wrong_key_and_no_key_are_told(far: FarSide) -> None:
    with pytest.raises(Permanent, match="key"):
        list(opened(far, "wrong").new())
    with pytest.raises(Usage):
        DebituraFetcher().open({"url": far.url}, list)
    with pytest.raises(Usage):
        DebituraFetcher().open({"url": "nonsense"}, lambda: [KEY])
    assert fetcher.keys >= {"url"}
