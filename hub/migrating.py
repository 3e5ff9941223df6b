"""Taking over an audit file from beginning to end: read ▸ judge ▸ choose the control accounts ▸ book, or only show."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.accounting.migration import Wishes, control_accounts, extended_administration, imported_administration
from hub.accounting.migration_relations import relation_drafts
from hub.accounting.takeover import Takeover
from hub.formats.administration_file import read_administration
from hub.formats.findings import Findings
from hub.formats.xaf_check import read_books
from hub.formats.xaf_spool import Spool
from hub.model.administration import Administration
from hub.model.audit_file import AuditBooks, AuditHeader, ControlSide
from hub.reports.xaf_text import amount
from hub.store.import_writer import Source, Taken
from hub.store.imports import balances_before, control_balances, keys_needed, open_year, take_over
from hub.store.store import actor_of, now

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hub.store.database import Database
    from hub.store.ids import Ids

Progress = Callable[[int], None]
ACCEPTABLE = ("HUB-XAF-18", "HUB-XAF-20")  # faults that a person may decide to live with


def migrate(
    database: Database,
    ids: Ids,
    actor: str,
    paths: Sequence[Path],
    wishes: Wishes,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """What was found and booked, as the command shows it. Nothing is booked under `dry_run`, or when the file is not sound.

    Raises `Conflict` for an administration that has bookings in this year.
    """
    findings = Findings(wishes.accepted & set(ACCEPTABLE))
    with Spool() as spool:
        books = read_books(paths, spool, findings, progress)
        if books is None:
            return _shown(AuditBooks(AuditHeader("", "", date.min, date.max, "")), findings, wishes.code, dry_run)
        plan = _plan(database, books, wishes, spool, findings)
        if findings.fatal:
            return _shown(books, findings, plan.administration.code, dry_run)
        if dry_run:
            return _tried(plan, spool, findings)
        source = Source(", ".join(path.name for path in paths), _sha256(paths))
        actor_id = actor_of(database, ids, actor, now())
        ids.reserve(keys_needed(books, plan.administration))
        try:
            with database.transaction() as connection:
                done = _booked(connection, ids, plan, spool, source, actor_id, findings)
                totals = control_balances(connection, plan.administration.code)
        except _Refused:
            return _shown(books, findings, plan.administration.code, dry_run)
    shown = _shown(books, findings, plan.administration.code, dry_run)
    counts = {
        "created": done.created,
        "relations": done.relations,
        "entries": done.entries,
        "open_items": done.open_items,
    }
    return shown | counts | totals


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to become of the file."""

    books: AuditBooks
    administration: Administration
    sides: Mapping[str, ControlSide]
    derived: Mapping[str, int]

    @property
    def without(self) -> str:
        """The kind of journal that is left out: its opening balance stands in the element already."""
        return "O" if self.books.opening_twice else ""


def _plan(database: Database, books: AuditBooks, wishes: Wishes, spool: Spool, findings: Findings) -> _Plan:
    code = wishes.code or code_of(books)
    derived: Mapping[str, int] = {}
    with database.reading() as connection:
        known = open_year(connection, code, books.header.first)
        if known is not None:
            derived = balances_before(connection, known, books.header.first)
    wishes = replace(wishes, code=code)
    if known is not None:
        accounts = known.snapshot.accounts.values()
        wishes.receivable = tuple(a.code for a in accounts if a.control == "receivable" and a.code in books.accounts)
        wishes.payable = tuple(a.code for a in accounts if a.control == "payable" and a.code in books.accounts)
    chosen = control_accounts(books, wishes, _pointed(spool))
    noticed = list(chosen.findings)
    if known is not None:
        administration = extended_administration(known.snapshot, books, chosen.sides)
    else:
        administration, more = imported_administration(_starter(), books, chosen.sides, wishes)
        noticed += more
    for finding in noticed:
        findings.add(finding)
    return _Plan(books, administration, chosen.sides, derived)


def _booked(
    connection: Connection, ids: Ids, plan: _Plan, spool: Spool, source: Source, actor_id: int, findings: Findings
) -> Taken:
    transactions = spool.in_order(without=plan.without)
    done = take_over(
        connection, ids, plan.administration, plan.books, plan.sides, transactions, source, actor_id, now()
    )
    for finding in done.findings:
        findings.add(finding)
    if findings.fatal:
        raise _Refused
    return done


class _Refused(Exception):
    """The transaction rolls back."""


def code_of(books: AuditBooks) -> str:
    """A code after the company's name: `voorbeeld-handel-b-v`; `xaf` when there is none."""
    return re.sub(r"[^a-z0-9]+", "-", books.company.name.casefold()).strip("-")[:40] or "xaf"


def _pointed(spool: Spool) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    if spool.has_subledgers:
        for account, kind in spool.subledger_accounts():
            found.setdefault(account, set()).add(kind)
    return found


def _starter() -> Administration:
    from hub.bootstrap import data_folder

    return read_administration((data_folder("mappings") / "starter.toml").read_bytes())


def _tried(plan: _Plan, spool: Spool, findings: Findings) -> dict[str, Any]:
    """What would be booked, worked out without the database."""
    takeover = Takeover(plan.books, plan.sides, plan.derived)
    balances = {side: 0 for side in ("receivable", "payable")}
    entries = 0
    transactions = (takeover.entry(transaction) for transaction in spool.in_order(without=plan.without))
    for planned in chain([takeover.opening()], transactions):
        entries += bool(planned)
        for line in planned:
            if line.item is not None:
                balances[plan.sides[line.account]] += line.cents
    for code, cents in plan.derived.items():
        if code in plan.sides:
            balances[plan.sides[code]] += cents
    _, noticed = relation_drafts(plan.books.relations.values())
    for finding in (*noticed, *takeover.findings()):
        findings.add(finding)
    shown = _shown(plan.books, findings, plan.administration.code, True)
    totals = {"receivable": amount(balances["receivable"]), "payable": amount(-balances["payable"])}
    return shown | {"entries": entries, "open_items": takeover.items.count} | totals


def _shown(books: AuditBooks, findings: Findings, code: str, dry_run: bool) -> dict[str, Any]:
    uses = books.usage.values()
    return {
        "administration": code, "year": books.header.fiscal_year, "version": books.header.version, "dry_run": dry_run,
        "refused": findings.fatal, "created": False, "accounts": len(books.accounts), "relations": len(books.relations),
        "journals": len(books.journals), "entries": 0, "lines": books.lines, "debit": amount(sum(use.debit for use in uses)),
        "credit": amount(sum(use.credit for use in uses)), "open_items": 0, "receivable": "0.00", "payable": "0.00",
        "findings": list(findings), "findings_left_out": findings.left_out,
    }  # fmt: skip


def _sha256(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as handle:
            while chunk := handle.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()
