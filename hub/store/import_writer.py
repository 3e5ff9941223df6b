"""Planned transactions of an audit file to sealed entries, a batch at a time, each settling what earlier ones opened."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, case, func, select

from hub import __version__
from hub.accounting.migration_relations import relation_drafts
from hub.accounting.takeover import COLLECTIVE, PlannedLine, Takeover
from hub.model.audit_file import AuditBooks, AuditLine, AuditTransaction, ControlSide
from hub.model.finding import Finding
from hub.model.journal import JournalEntry, NewOpenItem, Posting
from hub.model.money import Money, from_minor
from hub.model.relation_card import RelationDraft
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.ids import Ids
from hub.store.ledger import EntryToSeal, KnownItem, seal
from hub.store.packing import packed
from hub.store.relation_cards import add_relations
from hub.store.relation_changes import Changing
from hub.store.years import ensure_years, take_numbers

BATCH = 500  # entries in one round
_VERSIONS = json.dumps({"code": __version__}, sort_keys=True)
Progress = Callable[[int], None]  # entries booked since the last call
Planned = tuple[AuditTransaction, list[PlannedLine]]


@dataclass(frozen=True, slots=True)
class Source:
    """The file that is taken over: its name and the sha256 of its bytes, kept with every entry."""

    name: str
    sha256: str


@dataclass(slots=True)
class Taken:
    """What was booked."""

    administration: str
    created: bool
    relations: int = 0
    entries: int = 0
    lines: int = 0
    open_items: int = 0
    findings: list[Finding] = field(default_factory=list)


class _Given(Ids):
    """Keys that were handed out already, in the order in which they are asked for."""

    def __init__(self, keys: Iterable[int]) -> None:
        self._keys = iter(keys)

    def take(self) -> int:
        """The next of them."""
        return next(self._keys)


class TransactionWriter:
    """Planned transactions to sealed entries."""

    def __init__(
        self, connection: Connection, ids: Ids, loaded: Books, books: AuditBooks, sides: Mapping[str, ControlSide],
        source: Source, actor_id: int, at: datetime, done: Taken,
    ) -> None:  # fmt: skip
        self.connection = connection
        self.ids = ids
        self.loaded = loaded
        self.books = books
        self.sides = sides
        self.source = source
        self.actor_id = actor_id
        self.at = at
        self.done = done
        self.change = Changing(connection, ids, loaded.id, actor_id, at)
        self._relations: dict[str, tuple[int, str]] = {}  # custSupID -> key, own code
        self._opening_journal = next((j.code for j in loaded.snapshot.journals if j.kind == "opening"), "")

    def add_relations(self) -> None:
        """Those of the file that are not there yet."""
        r = t.relation
        known = select(r.c.code, r.c.id).where(r.c.administration_id == self.loaded.id)
        self._relations = {row.code: (row.id, row.code) for row in self.connection.execute(known)}
        new = [relation for code, relation in self.books.relations.items() if code not in self._relations]
        drafts, findings = relation_drafts(new)
        self.done.findings += findings
        self._add([relation.code for relation in new], drafts)

    def _add(self, given: Sequence[str], drafts: Sequence[RelationDraft]) -> None:
        for start in range(0, len(drafts), BATCH):
            codes = add_relations(self.change, drafts[start : start + BATCH])
            r = t.relation
            query = select(r.c.code, r.c.id).where(r.c.administration_id == self.loaded.id, r.c.code.in_(codes))
            keys = {row.code: row.id for row in self.connection.execute(query)}
            for code, own in zip(given[start : start + BATCH], codes, strict=True):
                self._relations[code] = (keys[own], own)
            self.done.relations += len(codes)

    def _relation(self, code: str) -> tuple[int, str]:
        """Key and own code; the collective one of a control account is made when it is first needed."""
        if code not in self._relations:
            account = self.loaded.snapshot.accounts.get(code.removeprefix(COLLECTIVE))
            name = f"Verzamelrelatie {account.name if account else code}"
            self._add([code], [RelationDraft(name, self.loaded.snapshot.country, code)])
        return self._relations[code]

    def add_known_items(self, takeover: Takeover) -> None:
        """What earlier years left open, so that this year's payments find it."""
        o, p, r, a = t.open_item, t.posting, t.relation, t.account
        balance = func.sum(case((p.c.side == "debit", p.c.base_amount), else_=-p.c.base_amount))
        query = (
            select(
                o.c.id, o.c.number, r.c.code, o.c.relation_id, a.c.code.label("account"), balance.label("balance"),
                func.max(p.c.falls_due).label("falls_due"),
            )
            .join_from(o, p, (p.c.administration_id == o.c.administration_id) & (p.c.open_item_id == o.c.id))
            .join(r, (r.c.administration_id == o.c.administration_id) & (r.c.id == o.c.relation_id))
            .join(a, (a.c.administration_id == p.c.administration_id) & (a.c.id == p.c.account_id))
            .where(o.c.administration_id == self.loaded.id)
            .group_by(o.c.id, o.c.number, r.c.code, o.c.relation_id, a.c.code, o.c.due_date)
            .having(balance != 0)
            .order_by(o.c.due_date, o.c.id)
        )  # fmt: skip
        for row in self.connection.execute(query):
            stored = (row.id, KnownItem(row.relation_id, row.falls_due))
            takeover.items.add_known(row.account, row.code, (f"invoice:{row.number}",), int(row.balance), stored)

    def book_all(self, planned: Iterable[Planned], progress: Progress) -> None:
        """Everything, a batch at a time."""
        batch: list[Planned] = []
        for one in planned:
            batch.append(one)
            if len(batch) == BATCH:
                self._book(batch)
                progress(len(batch))
                batch = []
        if batch:
            self._book(batch)
            progress(len(batch))

    def _book(self, batch: Sequence[Planned]) -> None:
        years = ensure_years(self.connection, self.ids, ((self.loaded.id, one.day.year) for one, _ in batch))
        series = []
        for one, _ in batch:
            journal = self.loaded.journals[one.journal or self._opening_journal]
            series.append((self.loaded.id, journal, years[self.loaded.id, one.day.year][0]))
        following = take_numbers(self.connection, {key: series.count(key) for key in set(series)})
        sealed: list[EntryToSeal] = []
        keys: list[int] = []
        for (transaction, lines), key in zip(batch, series, strict=True):
            year_id, periods = years[self.loaded.id, transaction.day.year]
            made = self._entry(transaction, lines, keys)
            sealed.append(
                replace(made, fiscal_year_id=year_id, period_id=periods[transaction.day.month], number=following[key])
            )
            following[key] += 1
            self.done.lines += len(lines)
        seal(self.connection, _Given(keys), sealed)
        self.done.entries += len(batch)

    def _entry(self, transaction: AuditTransaction, lines: Sequence[PlannedLine], keys: list[int]) -> EntryToSeal:
        """One entry; keys of the items it opens are added to `keys`, in order."""
        items: list[NewOpenItem] = []
        index: dict[int, int] = {}  # id() of an item of this entry -> its place
        relation_ids: dict[str, int] = {}
        settled: dict[int, KnownItem] = {}
        opened = []
        for line in lines:
            if line.item is not None and line.new:
                relation_id, own = self._relation(line.item.relation)
                relation_ids[own] = relation_id
                index[id(line.item)] = len(items)
                items.append(self._new_item(line, transaction, own))
                line.item.stored = (self.ids.take(), None)
                keys.append(line.item.stored[0])
                opened.append((line.item, relation_id, items[-1]))
        postings = tuple(self._posting(line, index, settled) for line in lines)
        for item, relation_id, new in opened:
            total = sum(line.cents for line in lines if line.item is item)
            owed = total > 0 if new.side == "receivable" else total < 0
            item.stored = (item.stored[0], KnownItem(relation_id, new.due_date if owed else None))
        journal = transaction.journal or self._opening_journal
        entry = JournalEntry(journal, transaction.day, _description(transaction), postings, (), tuple(items))
        return EntryToSeal(
            entry_id=self.ids.take(), books=self.loaded, entry=entry, fiscal_year_id=0, period_id=0, number=0, posted_at=self.at,
            actor_id=self.actor_id, message_uid=None, document_id=None, relation_id=None, facts=packed(self._facts(transaction)),
            decisions=packed(()), versions=_VERSIONS, relation_ids=relation_ids, settled=settled,
        )  # fmt: skip

    def _new_item(self, line: PlannedLine, transaction: AuditTransaction, relation: str) -> NewOpenItem:
        told = line.line
        number = told.invoice or told.document or f"{transaction.journal} {transaction.number}".strip()
        issued = date.fromisoformat(told.invoice_date) if told.invoice_date else transaction.day
        due = date.fromisoformat(told.due_date) if told.due_date else issued
        return NewOpenItem(self.sides[line.account], number, issued, max(due, issued), relation=relation)

    def _posting(self, line: PlannedLine, index: Mapping[int, int], settled: dict[int, KnownItem]) -> Posting:
        currency = self.loaded.snapshot.currency
        money = Money(from_minor(abs(line.cents), currency), currency)
        place = settles = None
        if line.item is not None:
            place = index.get(id(line.item))
            if place is None:
                settles, known = line.item.stored
                settled[settles] = known
        return Posting(
            line.account, "debit" if line.cents >= 0 else "credit", money, money, "", line.line.cost_center[:40],
            line.line.project[:40], place, "", settles,
        )  # fmt: skip

    def _facts(self, transaction: AuditTransaction) -> dict[str, Any]:
        """Where the entry comes from, and what of its lines has no place in ours."""
        lines = transaction.lines
        told = {line.number: _extra(line) for line in lines if _extra(line)}
        found = {
            "file": self.source.name,
            "sha256": self.source.sha256,
            "journal": transaction.journal,
            "number": transaction.number,
        }
        return {"audit_file": {**found, "period": transaction.period, "user": transaction.user, "lines": told}}


def _extra(line: AuditLine) -> dict[str, Any]:
    told: dict[str, Any] = {"document": line.document, "description": line.description, "currency": line.currency}
    if line.vat:
        told["vat"] = [list(part) for part in line.vat]
    return {name: value for name, value in told.items() if value}


def _description(transaction: AuditTransaction) -> str:
    """Journal and number of the file, then its own words: `VRK 17: Jansen F1`."""
    origin = f"{transaction.journal} {transaction.number}".strip()
    return f"{origin}: {transaction.description}"[:500] if transaction.description else origin
