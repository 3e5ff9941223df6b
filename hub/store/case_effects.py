"""What a message of an agency changes: an event of its case, the state that it moves on to, and the entry where money moved.

Everything is decided on locked rows, within the transaction that records the message. A remittance is of many cases: one event and one
entry for each, so that each explains itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from hub.accounting.case_booking import accounts_for, case_of, names
from hub.accounting.case_entry import CaseEntry, case_entry
from hub.accounting.case_state import Moved, moved
from hub.model.case_known import CaseFacts, CasePosition, KnownCase, Told
from hub.model.case_message import CaseMessage
from hub.model.codec import plain
from hub.model.finding import Finding
from hub.model.mapping import Mapping
from hub.model.memo_claim import ClaimPart
from hub.model.money import money_text, to_minor
from hub.model.plan import PlannedEntry, PostedEntry
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.booking import first_open_day, post
from hub.store.case_ending import Ended, end_case, keep_standing
from hub.store.case_lookup import LockedCase, case_facts, lock_cases
from hub.store.direct_payments import is_in_bank
from hub.store.ids import Ids
from hub.store.memo_claims import claim_more, claimed_by_case, receive
from hub.store.rows import insert_rows

ZERO = Decimal("0.00")
KEYS_A_CASE = 60
_MONEY = ("payment", "cost", "remittance")


def case_keys(message: CaseMessage) -> int:
    """How many ids to reserve before the transaction."""
    return KEYS_A_CASE * max(len(message.lines), 1) + len(message.documents) + 30


@dataclass(frozen=True, slots=True)
class RecordedMessage:
    """What came of a message: entries, and what was noticed."""

    posted: tuple[PostedEntry, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseEffects:
    """Records one message of an agency."""

    connection: Connection
    ids: Ids
    books: Books
    message: CaseMessage
    mapping: Mapping
    message_uid: str
    actor_id: int
    at: datetime

    def record(self, known: Sequence[KnownCase]) -> RecordedMessage:
        """`known` are the cases that the message names; those that it names and that are not there were held before."""
        told = self._told(known)
        locked = lock_cases(self.connection, self.books.id, told)
        done = [self._case(locked[number], told[number]) for number in sorted(locked)]
        return RecordedMessage(
            tuple(entry for one in done for entry in one.posted), tuple(f for one in done for f in one.findings)
        )

    def _told(self, known: Sequence[KnownCase]) -> dict[str, list[Told]]:
        """What is said of the money of each case, by its number."""
        message = self.message
        if message.type != "remittance":
            return {case_of(names(message.agency, message), known): [one] if (one := _of_message(message)) else []}
        told: dict[str, list[Told]] = {}
        for position, line in enumerate(message.lines, 1):
            payment = line.payment or f"{message.message_id}#{position}"
            one = Told("line", payment, line.gross, line.principal, line.interest, line.costs, line.fee, line.fee_vat)
            told.setdefault(case_of(names(message.agency, line), known), []).append(one)
        return told

    def _case(self, case: LockedCase, told: Sequence[Told]) -> RecordedMessage:
        """Event, state, entry; and what follows from the end of a case."""
        change = moved(case.standing, self.message, self.mapping)
        if change.standing != case.standing:
            keep_standing(self.connection, self.books.id, case.id, change.standing)
        event_id = self.ids.take()
        claimed_by_case(self.connection, self.ids, self.books.id, case.id, self.message.day)
        facts = self._facts(case, told)
        made = case_entry(facts) if told else CaseEntry(None, CasePosition())
        posted = self._post(case, facts, made)
        self._event(case, change, told, event_id, posted, applied=change.applied or bool(posted))
        self._money(case, event_id, told, made, posted)
        findings = [*self._findings(case, facts, change, made)]
        more: tuple[PostedEntry, ...] = ()
        if change.ends and not case.ended:
            ended = self._end(case, change)
            findings += ended.findings
            more = ended.posted
        return RecordedMessage((*([posted] if posted else []), *more), tuple(findings))

    def _facts(self, case: LockedCase, told: Sequence[Told]) -> CaseFacts:
        message = self.message
        on = first_open_day(self.connection, self.books.id, message.day)
        accounts = accounts_for(message, self.mapping, self.books.snapshot)
        text = " ".join(filter(None, (message.agency, message.payment or message.text)))
        return case_facts(self.connection, self.books.id, case, told, accounts, message.agency, on, message.day, text)

    def _post(self, case: LockedCase, facts: CaseFacts, made: CaseEntry) -> PostedEntry | None:
        if made.entry is None:
            return None
        plan = PlannedEntry(made.entry, made.decisions, {"case": facts}, case.relation)
        (posted,) = post(self.connection, self.ids, self.books, [plan], self.actor_id, self.at)
        parts = [*made.parts]
        for kind, amount in made.more:
            args = (self.connection, self.ids, self.books.id, case.id, kind, amount, case.currency, self.message.day)
            parts.append(ClaimPart(claim_more(*args), kind, amount))
        receive(self.connection, self.books.id, posted.id, parts)
        return posted

    def _event(
        self, case: LockedCase, change: Moved, told: Sequence[Told], event_id: int, posted: PostedEntry | None, *, applied: bool
    ) -> None:  # fmt: skip
        message = self.message
        amount = _amount(told) if message.type == "remittance" else message.amount
        details: dict[str, Any] = {"told": [plain(one) for one in told]} if told else {}
        details |= {"documents": [d.name for d in message.documents]} if message.documents else {}
        details |= {"link": message.link} if message.link else {}
        row = (
            self.books.id, event_id, case.id, self.at, message.at.astimezone(UTC), "agency", message.type, change.standing.state,
            message.raw_status, applied or message.type in ("message", "document"), message.currency,
            None if amount is None else to_minor(amount, message.currency), self.message_uid, message.message_id,
            posted.id if posted else None, message.text, json.dumps(details, sort_keys=True, ensure_ascii=False), self.actor_id,
        )  # fmt: skip
        insert_rows(self.connection, t.case_event, [row])

    def _money(
        self, case: LockedCase, event_id: int, told: Sequence[Told], made: CaseEntry, posted: PostedEntry | None
    ) -> None:
        """What moved, component by component: what the agency has of the case is the sum of it."""
        change, rows = made.moved, []
        payment = told[0].payment if told else ""
        split = (change.principal, change.interest, change.costs)
        moves: list[tuple[str, Decimal, tuple[Decimal, Decimal, Decimal]]] = []
        if change.received or any(split) or change.on_account:
            moves.append(("payment", change.received, split))
        moves += [
            (what, -amount, (ZERO, ZERO, ZERO))
            for what, amount in (("fee", change.fee), ("fee_vat", change.fee_vat), ("remitted", change.remitted))
            if amount
        ]
        moves += [("direct", one.amount, (ZERO, ZERO, ZERO)) for one in told if one.what == "direct"]
        for position, (what, amount, parts) in enumerate(moves, 1):
            rows.append((
                self.books.id, self.ids.take(), case.id, event_id, what, payment, self.message.day, to_minor(amount, case.currency),
                *(to_minor(part, case.currency) for part in parts), posted.id if posted and what != "direct" else None, position,
            ))  # fmt: skip
        insert_rows(self.connection, t.case_money, rows)

    def _findings(self, case: LockedCase, facts: CaseFacts, change: Moved, made: CaseEntry) -> list[Finding]:
        message, found = self.message, []
        money, details = case.currency, (("agency", message.agency), ("case", case.number))
        if change.unknown:
            found.append(_told_of("HUB-CASE-07", "status", message.raw_status, None, details))
        if made.moved.on_account > 0:
            over = money_text(made.moved.on_account, money)
            found.append(_told_of("HUB-CASE-08", "amount", over, None, (*details, ("relation", case.relation))))
        if message.direct and not is_in_bank(self.connection, self.books.id, case, message.amount or ZERO, message.day):
            shown = money_text(message.amount or ZERO, money)
            found.append(_told_of("HUB-CASE-09", "amount", shown, None, (*details, ("date", str(message.day)))))
        return found

    def _end(self, case: LockedCase, change: Moved) -> Ended:
        """The end of a case ends what it held; what is left of it is shown, or written off where the mapping says so."""
        return end_case(
            self.connection, self.ids, self.books, case, change.standing, self.mapping, self.message, self.actor_id, self.at
        )  # fmt: skip


def _of_message(message: CaseMessage) -> Told | None:
    """What a payment or cost says; nothing for every other message."""
    amount = message.amount or ZERO
    if message.type == "cost":
        return Told("cost", message.payment, amount - message.vat, fee_vat=message.vat)
    if message.type != "payment":
        return None
    if message.reverses:
        return Told("taken_back", message.reverses, amount)
    what = "direct" if message.direct else "payment"
    return Told(
        what, message.payment or message.message_id, amount, message.principal, message.interest, message.costs,  # type: ignore[arg-type]
        invoice=message.invoice,
    )  # fmt: skip


def _amount(told: Sequence[Told]) -> Decimal:
    return sum((one.amount - one.fee - one.fee_vat for one in told), ZERO)


def _told_of(
    code: str, place: str, found: str | None, expected: str | None, details: tuple[tuple[str, str], ...]
) -> Finding:
    return Finding(code, "warning", "hub", place, found, expected, "us", details)
