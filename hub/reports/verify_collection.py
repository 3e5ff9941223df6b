"""Invariants of collecting: what agencies told is what is booked, what was claimed is income only once received, an end is an end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, func, select

from hub.accounting.case_entry import CaseEntry, case_entry
from hub.model.case_known import CaseFacts
from hub.model.codec import restore
from hub.model.journal import JournalEntry
from hub.model.money import from_minor
from hub.reports.verify_checks import Check
from hub.reports.verify_result import Tally, guarded
from hub.store import tables as t
from hub.store.packing import unpacked
from hub.store.posted import BookedEntry, load_entries

_PAGE = 500
_OF_CASES = "SELECT entry_id FROM case_money WHERE administration_id = :a AND entry_id IS NOT NULL"
_RESULT = (
    "SUM(CASE WHEN c.kind <> 'profit_loss' THEN 0 WHEN p.side = 'credit' THEN p.base_amount ELSE -p.base_amount END)"
)

RECEIVED = Check(
    "claims-received",
    "what was received on claimed costs and interest is income of the same entry, to the cent",
    "SELECT COUNT(*) FROM memo_receipt WHERE administration_id = :a",
    f"""SELECT 'entry ' || r.entry_id || ': received ' || r.amount || ', income ' || x.income FROM (
          SELECT entry_id, SUM(amount) AS amount FROM memo_receipt WHERE administration_id = :a GROUP BY entry_id) r
        JOIN (SELECT p.entry_id, {_RESULT} AS income FROM posting p
            JOIN account c ON c.administration_id = p.administration_id AND c.id = p.account_id
            WHERE p.administration_id = :a AND p.entry_id IN (SELECT entry_id FROM memo_receipt WHERE administration_id = :a)
            GROUP BY p.entry_id) x ON x.entry_id = r.entry_id
        JOIN entry e ON e.administration_id = :a AND e.id = r.entry_id
        WHERE r.amount <> x.income AND r.entry_id NOT IN ({_OF_CASES}) AND COALESCE(e.reversal_of, 0) NOT IN ({_OF_CASES})
        UNION ALL SELECT 'entry ' || m.entry_id || ': told ' || m.amount || ' of costs and interest, received on claims '
          || COALESCE(r.amount, 0) FROM (
          SELECT entry_id, SUM(interest + costs) AS amount FROM case_money
          WHERE administration_id = :a AND entry_id IS NOT NULL GROUP BY entry_id) m
        LEFT JOIN (SELECT entry_id, SUM(amount) AS amount FROM memo_receipt WHERE administration_id = :a GROUP BY entry_id) r
          ON r.entry_id = m.entry_id
        WHERE m.amount <> COALESCE(r.amount, 0)""",
)
CLAIMED = Check(
    "claims-once",
    "no claim is received above its amount or below nothing, and interest on an invoice is claimed once at a time",
    "SELECT COUNT(*) FROM memo_claim WHERE administration_id = :a",
    """SELECT 'claim ' || m.id || ' of ' || m.amount || ': received ' || SUM(r.amount) FROM memo_claim m
        JOIN memo_receipt r ON r.administration_id = m.administration_id AND r.claim_id = m.id
        WHERE m.administration_id = :a GROUP BY m.administration_id, m.id, m.amount
        HAVING SUM(r.amount) > m.amount OR SUM(r.amount) < 0
        UNION ALL SELECT 'open item ' || open_item_id || ': interest is claimed ' || COUNT(*) || ' times' FROM memo_claim
        WHERE administration_id = :a AND kind = 'interest' AND ended_on IS NULL AND open_item_id IS NOT NULL
        GROUP BY open_item_id HAVING COUNT(*) > 1""",
)
ENDED = Check(
    "cases-ended",
    "a case that has ended keeps nobody on hold and no invoice to itself; an invoice is in one open case",
    "SELECT COUNT(*) FROM collection_case WHERE administration_id = :a",
    """SELECT 'case ' || c.number || ' has ended and still holds open item ' || i.open_item_id FROM collection_case c
        JOIN case_item i ON i.administration_id = c.administration_id AND i.case_id = c.id
        WHERE c.administration_id = :a AND c.ended_at IS NOT NULL AND i.claim IS NOT NULL
        UNION ALL SELECT 'case ' || c.number || ' has ended and its ' || s.effect || ' is still on' FROM collection_case c
        JOIN relation_reason s ON s.administration_id = c.administration_id AND s.relation_id = c.relation_id
        WHERE c.administration_id = :a AND c.ended_at IS NOT NULL AND s.cause = 'case' AND s.reference = c.number
          AND s.lifted_at IS NULL
        UNION ALL SELECT 'case ' || c.number || ' has ended and still stops reminders' FROM collection_case c
        JOIN dunning_stop s ON s.administration_id = c.administration_id AND s.relation_id = c.relation_id
        WHERE c.administration_id = :a AND c.ended_at IS NOT NULL AND s.kind = 'case' AND s.reference = c.number
          AND s.outcome = 'open'
        UNION ALL SELECT 'case ' || c.number || ' is ' || c.state || ' and has no end' FROM collection_case c
        WHERE c.administration_id = :a AND c.state IN ('rejected','closed') AND c.ended_at IS NULL""",
)
CHECKS = (RECEIVED, CLAIMED, ENDED)


def check_case_entries(
    connection: Connection, administration_id: int, tally: Tally, where: str, progress: Callable[[int], None]
) -> None:
    """Every entry of a case follows again from what its agency had told, and moves what the case says it moved."""
    m = t.case_money
    after = 0
    query = select(m.c.entry_id).where(m.c.administration_id == administration_id, m.c.entry_id.is_not(None)).distinct()
    while (
        page := connection.execute(query.where(m.c.entry_id > after).order_by(m.c.entry_id).limit(_PAGE))
        .scalars()
        .all()
    ):
        booked = load_entries(connection, administration_id, page)
        facts = _facts(connection, administration_id, list(page))
        moved = _moved(connection, administration_id, list(page))
        for key in page:
            tally.add(guarded(_differences(booked[key], facts.get(key), moved[key])), where=where)
        after = page[-1]
        progress(len(page))


def _differences(booked: BookedEntry, data: Any, moved: int) -> Iterator[str]:
    name = f"{booked.entry.journal} {booked.year}/{booked.number}"
    if data is None or "case" not in data:
        yield f"{name}: has no facts of its case"
        return
    facts: CaseFacts = restore(CaseFacts, data["case"])
    derived: CaseEntry = case_entry(facts)
    if derived.entry is None or _lines(derived.entry, facts) != _lines(booked.entry, facts):
        yield f"{name}: what was told of case {facts.number} gives another entry"
    clearing = _on(booked.entry, facts.accounts.clearing)
    if clearing != from_minor(moved, facts.currency):
        yield f"{name}: moves {clearing} of what the agency has, case {facts.number} says {from_minor(moved, facts.currency)}"


def _lines(entry: JournalEntry, facts: CaseFacts) -> list[tuple[str, str, Decimal, int]]:
    """Items that the entry itself opened have no key before it is booked."""
    known = {item.id for item in facts.items} | {one.id for one in facts.on_account}
    return sorted(
        (p.account, p.side, p.amount.amount, p.settles if p.settles is not None and p.settles in known else 0)
        for p in entry.postings
    )


def _on(entry: JournalEntry, account: str) -> Decimal:
    mine = [p for p in entry.postings if p.account == account]
    return sum((p.amount.amount if p.side == "debit" else -p.amount.amount for p in mine), Decimal("0.00"))


def _facts(connection: Connection, administration_id: int, entries: list[int]) -> dict[int, Any]:
    f = t.entry_facts
    query = select(f.c.entry_id, f.c.facts).where(f.c.administration_id == administration_id, f.c.entry_id.in_(entries))
    return {row.entry_id: unpacked(row.facts) for row in connection.execute(query)}


def _moved(connection: Connection, administration_id: int, entries: list[int]) -> dict[int, int]:
    m = t.case_money
    query = (
        select(m.c.entry_id, func.sum(m.c.amount).label("amount"))
        .where(m.c.administration_id == administration_id, m.c.entry_id.in_(entries))
        .group_by(m.c.entry_id)
    )
    return {row.entry_id: int(row.amount) for row in connection.execute(query)}
