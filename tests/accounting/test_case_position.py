"""Money of a case: whatever order an agency's messages come in, and however often, it ends in the same place, to the cent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.accounting.case_entry import case_entry
from hub.model.case_known import CaseAccounts, CaseFacts, CaseItem, CasePosition, OnAccount, Told
from hub.model.journal import JournalEntry
from hub.model.memo_claim import MemoClaim

D = Decimal
DAY = date(2026, 4, 1)
ACCOUNTS = CaseAccounts(
    "MEM", "1360", "1190", "4385", "9010", "1300", "4380", "1630", vat_code="H", input_vat="1520", deduction=D(100)
)
_CENTS = st.integers(1, 40000).map(lambda cents: D(cents).scaleb(-2))


@st.composite
def _stories(draw: st.DrawFn) -> list[Told]:
    """Payments, some divided by the agency, some taken back, some passed on with a fee; each thing said once."""
    told: list[Told] = []
    divided = draw(st.booleans())
    for number in range(draw(st.integers(1, 4))):
        amount, payment = draw(_CENTS), f"P{number}"
        split = {}
        if divided:
            principal = draw(st.integers(0, int(amount * 100)).map(lambda cents: D(cents).scaleb(-2)))
            split = {"principal": principal, "interest": amount - principal}
        paid = Told("payment", payment, amount, **split)  # type: ignore[arg-type]
        if draw(st.booleans()):
            told.append(paid)
            if draw(st.booleans()):
                told.append(Told("taken_back", payment, amount))
        if draw(st.booleans()):
            fee = draw(st.integers(0, 500))
            told.append(Told("line", payment, amount, fee=D(fee).scaleb(-2), fee_vat=D(fee // 5).scaleb(-2), **split))  # type: ignore[arg-type]
        if draw(st.booleans()):
            told.append(Told("cost", "", D("1.25"), fee_vat=D("0.26")))
    return told


class _Ledger:
    """A case in memory: tells one thing at a time and books what comes of it."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.booked = CasePosition()
        self.open = {1: D("300.00"), 2: D("150.00")}
        self.settled = {1: D("0.00"), 2: D("0.00")}
        self.received = {7: D("0.00"), 8: D("0.00")}
        self.own: dict[int, Decimal] = {}
        self.on_account = D("0.00")
        self.balances: dict[str, Decimal] = {}

    def facts(self, fresh: list[Told]) -> CaseFacts:
        """As the store would look them up."""
        claims = (
            MemoClaim(7, "C1", "costs", "EUR", D("62.50"), self.received[7], DAY, (1, 2)),
            MemoClaim(8, "C1", "interest", "EUR", D("3.30"), self.received[8], DAY, (1,)),
        )
        kinds = {7: "costs", 8: "interest"}
        items = tuple(CaseItem(n, f"S{n}", DAY, "1300", self.open[n], self.settled[n]) for n in (1, 2))
        own = tuple((key, kinds.get(key, "interest"), amount) for key, amount in sorted(self.own.items()) if amount)
        left = (OnAccount(99, self.on_account),) if self.on_account > 0 else ()
        return CaseFacts(
            "I1", "C1", "incasso", "EUR", DAY, DAY, ACCOUNTS, (*self.told, *fresh), len(fresh), self.booked, items, claims, own, left
        )  # fmt: skip

    def tell(self, *fresh: Told) -> None:
        """One message."""
        made = case_entry(self.facts(list(fresh)))
        self.told += fresh
        moved, now = made.moved, self.booked
        items = dict(now.items)
        for key, amount in moved.items:
            items[key] = items.get(key, D("0.00")) + amount
            self.open[key] -= amount
            self.settled[key] += amount
            assert 0 <= self.open[key] <= (300 if key == 1 else 150)
        self.on_account += moved.on_account
        for part in made.parts:
            self.received[part.claim] = self.received.get(part.claim, D("0.00")) + part.amount
            self.own[part.claim] = self.own.get(part.claim, D("0.00")) + part.amount
        for number, (_, amount) in enumerate(made.more):
            self.own[1000 + 10 * len(self.told) + number] = amount
        summed = {
            name: getattr(now, name) + getattr(moved, name)
            for name in ("received", "costs", "interest", "on_account", "fee", "fee_vat", "remitted")
        }
        self.booked = replace(now, items=tuple(sorted((k, v) for k, v in items.items() if v)), **summed)
        self._post(made.entry)

    def _post(self, entry: JournalEntry | None) -> None:
        for p in entry.postings if entry else ():
            sign = 1 if p.side == "debit" else -1
            self.balances[p.account] = self.balances.get(p.account, D("0.00")) + sign * p.amount.amount

    def result(self) -> tuple[dict[str, Decimal], CasePosition]:
        """Accounts that moved, and where the money is."""
        return {account: amount for account, amount in self.balances.items() if amount}, self.booked


def _told(story: list[Told]) -> _Ledger:
    ledger = _Ledger()
    for one in story:
        ledger.tell(one)
    return ledger


@settings(max_examples=300, deadline=None)
@given(story=_stories(), chance=st.randoms(use_true_random=False))
def test_any_order_gives_the_same_ledger(story: list[Told], chance: Random) -> None:
    mixed = list(story)
    chance.shuffle(mixed)
    assert _told(mixed).result() == _told(story).result()


@settings(max_examples=200, deadline=None)
@given(story=_stories(), chance=st.randoms(use_true_random=False))
def test_every_cent_of_the_agency_is_booked(story: list[Told], chance: Random) -> None:
    ledger = _told(story)
    where = ledger.booked
    assert where.received == where.costs + where.interest + where.principal + where.on_account
    clearing = ledger.balances.get("1360", D("0.00"))
    assert clearing == where.received - where.fee - where.fee_vat - where.remitted
    repeated = [one for one in story if one.what == "payment"]
    for one in chance.sample(repeated, len(repeated)):
        ledger.tell(one)
    assert ledger.booked == where
