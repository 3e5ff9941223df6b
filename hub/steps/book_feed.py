"""Step: from a feed's document and the facts to a booking. Pure: the same document and facts give the same booking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hub.accounting.bank_statement import book_bank_statement
from hub.accounting.case_booking import book_case_message
from hub.accounting.desk import Desk
from hub.accounting.mutation_entry import book_mutation
from hub.accounting.payout_entry import book_payout
from hub.accounting.payroll_entry import book_payroll
from hub.accounting.relations import Match, match_relation
from hub.accounting.sales_day_entry import book_sales_day
from hub.accounting.shop_entry import book_shop_order
from hub.model.booking import Booking, Facts
from hub.model.feed import FeedDocument, feed_facts
from hub.model.feed_known import EarlierFeed
from hub.model.finding import Finding
from hub.model.journal import JournalEntry
from hub.model.keys import party_keys
from hub.ports import Reading
from hub.steps.judge import judge

Booker = Callable[[Any, Desk], "JournalEntry | None"]


def _no_entry(document: FeedDocument, desk: Desk) -> None:
    """Master data: its rows are judged against the books when they are recorded (`hub/store/master_files.py`)."""


BOOKERS: dict[str, Booker] = {
    "sales_day": book_sales_day,
    "shop_order": book_shop_order,
    "payout": book_payout,
    "payroll_journal": book_payroll,
    "bank_statement": book_bank_statement,
    "mutation": book_mutation,
    "case_message": book_case_message,
    "relations_file": _no_entry,
    "orders_file": _no_entry,
}
"""How each kind of document becomes an entry."""


def book_feed(reading: Reading, facts: Facts, fingerprint: str) -> Booking:
    """Decide what becomes of one document: the same again ▸ whose it is ▸ its entry ▸ its outcome."""
    document = reading.feed
    if document is None or document.kind not in BOOKERS:
        return Booking("refused", findings=reading.findings)
    desk = Desk(document, feed_facts(facts))
    desk.note(*reading.findings)
    if desk.facts.earlier is not None:
        return _again(desk, desk.facts.earlier, fingerprint)
    if judge(reading.findings, policy=facts.policy, agreements=facts.agreements, released=facts.released) == "refused":
        return Booking("refused", findings=tuple(desk.findings))
    match = _relation(desk)
    entry = BOOKERS[document.kind](document, desk)
    if entry is not None and entry.open_items and match.relation is None:
        desk.note(match.finding)
    return _outcome(desk, match, entry, facts)


def _again(desk: Desk, earlier: EarlierFeed, fingerprint: str) -> Booking:
    """The same contents are a duplicate, others a conflict; a person compares them."""
    same = earlier.fingerprint == fingerprint
    code, severity = ("HUB-FEED-05", "information") if same else ("HUB-FEED-04", "fatal")
    details = (("number", desk.document.number), ("earlier", earlier.message_id))
    desk.note(Finding(code, severity, "hub", "identity", desk.document.identity, None, "us", details))  # type: ignore[arg-type]
    return Booking("duplicate" if same else "conflict", findings=tuple(desk.findings), earlier_uid=earlier.message_id)


def _relation(desk: Desk) -> Match:
    """Who stands across the table, by strong keys; nobody where the document names nobody."""
    party = desk.document.party
    if party is None:
        return Match()
    match = match_relation(party, party_keys(party), desk.facts.relations)
    if match.decision is not None:
        desk.decisions.append(match.decision)
    return match


def _outcome(desk: Desk, match: Match, entry: JournalEntry | None, facts: Facts) -> Booking:
    outcome = (
        judge(desk.findings, policy=facts.policy, agreements=facts.agreements, released=facts.released) or "posted"
    )
    claimed = desk.document.identity if outcome in ("posted", "held") else ""
    return Booking(
        outcome, None, match.relation, match.new, match.new_keys, claimed, entry if outcome == "posted" else None,
        tuple(desk.decisions), tuple(desk.findings),
    )  # fmt: skip
