"""The entry of what an agency tells about the money of a case: the difference between where it should be and where it is. Pure.

The agency's account holds what it received and has not passed on (a receivable); principal settles open items, costs and interest are
income outside VAT when they are received (DOMAIN 10.6 no. 23), what is beyond the claim stays the debtor's, on account. Fees are a
purchase with VAT, at the gross, though the agency pays the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from hub.accounting.case_position import position
from hub.accounting.claim_steps import law_decisions
from hub.model.case_known import CaseFacts, CasePosition
from hub.model.decision import Decision
from hub.model.journal import JournalEntry, NewOpenItem, Posting, VatLine
from hub.model.memo_claim import ClaimKind, ClaimPart
from hub.model.money import Money, money_text, round_half_up

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """What a message does to the books. `entry` None = nothing moves. `parts` are receipts on claims; `more` is what was
    received above all that was claimed, by kind. `moved` is what changes, component by component.
    """

    entry: JournalEntry | None
    moved: CasePosition
    decisions: tuple[Decision, ...] = ()
    parts: tuple[ClaimPart, ...] = ()
    more: tuple[tuple[ClaimKind, Decimal], ...] = ()


def case_entry(facts: CaseFacts) -> CaseEntry:
    """Book what is new of what an agency told. The same facts give the same entry."""
    wanted = position(facts)
    moved = _difference(wanted.position, facts.booked)
    draft = _Draft(facts)
    accounts = facts.accounts
    draft.post(accounts.clearing, moved.received)
    for item, amount in moved.items:
        draft.post(_account_of(facts, item), -amount, settles=item)
    draft.post(accounts.interest, -moved.interest)
    draft.post(accounts.costs, -moved.costs)
    draft.on_account(-moved.on_account)
    draft.fees(moved)
    draft.post(accounts.in_transit, moved.remitted)
    draft.post(accounts.clearing, -moved.remitted)
    parts, more = _received(facts, moved)
    decisions = (
        *_decisions(facts, moved),
        *law_decisions(wanted.steps, {str(i.id): i.number for i in facts.items}, facts.currency),
    )
    return CaseEntry(draft.entry(), moved, decisions, parts, more)


def _difference(wanted: CasePosition, booked: CasePosition) -> CasePosition:
    before = dict(booked.items)
    items = dict(wanted.items)
    changes = {key: items.get(key, ZERO) - before.get(key, ZERO) for key in items.keys() | before.keys()}
    return CasePosition(
        wanted.received - booked.received, wanted.costs - booked.costs, wanted.interest - booked.interest,
        tuple(sorted((key, amount) for key, amount in changes.items() if amount)), wanted.on_account - booked.on_account,
        wanted.fee - booked.fee, wanted.fee_vat - booked.fee_vat, wanted.remitted - booked.remitted,
    )  # fmt: skip


def _account_of(facts: CaseFacts, item: int) -> str:
    return next((i.account for i in facts.items if i.id == item), facts.accounts.debtors)


class _Draft:
    """Lines of an entry, debit positive."""

    def __init__(self, facts: CaseFacts) -> None:
        self._facts = facts
        self._postings: list[Posting] = []
        self._items: list[NewOpenItem] = []
        self._vat: list[VatLine] = []

    def post(
        self, account: str, amount: Decimal, *, settles: int | None = None, opens: int | None = None, vat: str = ""
    ) -> None:
        """Nothing where it comes to nothing."""
        if amount:
            money = Money(abs(amount), self._facts.currency)
            side = "debit" if amount > 0 else "credit"
            self._postings.append(Posting(account, side, money, money, vat, open_item=opens, settles=settles))  # type: ignore[arg-type]

    def on_account(self, amount: Decimal) -> None:
        """Money beyond the claim: an item of its own; taken back from those that were opened, and what is gone of them is owed again."""
        facts = self._facts
        for one in reversed(facts.on_account):
            back = min(max(amount, ZERO), one.left)
            self.post(facts.accounts.debtors, back, settles=one.id)
            amount -= back
        if amount:
            item = NewOpenItem("receivable", facts.number, facts.happened, facts.happened, relation=facts.relation)
            self._items.append(item)
            self.post(facts.accounts.debtors, amount, opens=len(self._items) - 1)

    def fees(self, moved: CasePosition) -> None:
        """Fee and VAT against what the agency has of ours; what of the VAT may not be deducted joins the fee (DOMAIN 10.6 no. 1)."""
        accounts, currency = self._facts.accounts, self._facts.currency
        gross = moved.fee + moved.fee_vat
        if accounts.fee_booking == "invoice":
            self.post(accounts.fees_to_be_invoiced, gross)
        elif not moved.fee_vat:
            self.post(accounts.fees, moved.fee)
        else:
            lost = round_half_up(moved.fee_vat * (100 - accounts.deduction) / 100, currency)
            self.post(accounts.fees, moved.fee + lost, vat=accounts.vat_code)
            self.post(accounts.input_vat, moved.fee_vat - lost, vat=accounts.vat_code)
            self._vat.append(self._vat_line(moved.fee, moved.fee_vat, lost))
        self.post(accounts.clearing, -gross)

    def _vat_line(self, base: Decimal, tax: Decimal, lost: Decimal) -> VatLine:
        facts = self._facts
        net, vat, kept = (Money(amount, facts.currency) for amount in (base, tax, lost))
        day = facts.happened
        return VatLine(facts.accounts.vat_code, net, vat, kept, net, vat, kept, day, day, "services")

    def entry(self) -> JournalEntry | None:
        """None where nothing moves."""
        facts = self._facts
        if not self._postings:
            return None
        text = f"{facts.number} {facts.text or facts.agency}"[:140]
        return JournalEntry(
            facts.accounts.journal, facts.on, text, tuple(self._postings), tuple(self._vat), tuple(self._items)
        )


def _decisions(facts: CaseFacts, moved: CasePosition) -> list[Decision]:
    """What moved, and by whose division."""
    told = facts.told[-1] if facts.fresh else None
    words = (("agency", facts.agency), ("case", facts.number))
    made: list[Decision] = []
    if moved.received:
        why = "case_told" if told is not None and told.split is not None else "case_by_law"
        made.append(Decision("case", money_text(moved.received, facts.currency), why, words=words))
    for reason, amount in (
        ("case_principal", moved.principal), ("case_interest", moved.interest), ("case_costs", moved.costs),
        ("case_on_account", moved.on_account), ("case_fee", moved.fee + moved.fee_vat), ("case_passed_on", moved.remitted),
    ):  # fmt: skip
        if amount:
            made.append(Decision("case", money_text(amount, facts.currency), reason, words=words))
    return made


def _received(
    facts: CaseFacts, moved: CasePosition
) -> tuple[tuple[ClaimPart, ...], tuple[tuple[ClaimKind, Decimal], ...]]:
    """On which claims costs and interest were received, or of which they are taken back."""
    parts: list[ClaimPart] = []
    more: list[tuple[ClaimKind, Decimal]] = []
    kinds: tuple[tuple[Decimal, tuple[ClaimKind, ...]], ...] = (
        (moved.costs, ("costs", "vat")),
        (moved.interest, ("interest",)),
    )
    for amount, which in kinds:
        if amount > 0:
            for claim in facts.claims:
                taken = min(claim.unpaid, amount) if claim.kind in which else ZERO
                if taken:
                    parts.append(ClaimPart(claim.id, claim.kind, taken))
                    amount -= taken
            if amount:
                more.append((which[0], amount))
        for key, kind, had in reversed(facts.own):
            back = min(had, -amount) if kind in which and amount < 0 else ZERO
            if back > 0:
                parts.append(ClaimPart(key, kind, -back))  # type: ignore[arg-type]
                amount += back
    return tuple(parts), tuple(more)
