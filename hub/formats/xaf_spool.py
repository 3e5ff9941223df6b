"""Transactions of an audit file set aside on disk, so that they can be taken again in order of date, however many there are."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from hub.model.audit_file import AuditLine, AuditTransaction

_RANK = {"O": 0, "P": 1, "S": 1}  # invoices before what pays them, on the same day
_FIELDS = (
    "number", "account", "cents", "document", "description", "relation", "invoice", "match", "invoice_date", "due_date",
    "cost_center", "project", "currency", "vat",
)  # fmt: skip


class Spool:
    """A temporary file of transactions and of sub-ledger lines that point at them; gone when it is closed."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="hub-xaf-", dir=folder)
        self._db = sqlite3.connect(str(Path(self._folder.name) / "spool"), isolation_level=None)
        for statement in (
            "PRAGMA journal_mode=OFF",
            "PRAGMA synchronous=OFF",
            "CREATE TABLE entry (seq INTEGER PRIMARY KEY, day TEXT, rank INTEGER, kind TEXT, journal TEXT, nr TEXT, head TEXT, lines TEXT)",
            "CREATE TABLE sub (journal TEXT, nr TEXT, line TEXT, kind TEXT, found TEXT)",
            "BEGIN",
        ):
            self._db.execute(statement)
        self._has_subs = False

    def add(self, transaction: AuditTransaction, kind: str) -> None:
        """Set one aside; `kind` is the letter of its journal."""
        head = [transaction.period, transaction.description, transaction.user, transaction.place]
        lines = [[getattr(line, name) for name in _FIELDS] for line in transaction.lines]
        self._db.execute(
            "INSERT INTO entry (day, rank, kind, journal, nr, head, lines) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                str(transaction.day),
                _RANK.get(kind, 2),
                kind,
                transaction.journal,
                transaction.number,
                json.dumps(head),
                json.dumps(lines),
            ),
        )

    def add_subledger(self, kind: str, journal: str, number: str, line: str, found: AuditLine) -> None:
        """What a sub-ledger says of a line: relation, invoice, dates."""
        self._has_subs = True
        kept = [found.relation, found.invoice or found.document, found.match, found.invoice_date, found.due_date]
        self._db.execute("INSERT INTO sub VALUES (?, ?, ?, ?, ?)", (journal, number, line, kind, json.dumps(kept)))

    def finish(self) -> None:
        """Nothing more comes; from now on it can be read."""
        self._db.execute("COMMIT")
        if self._has_subs:
            self._db.execute("CREATE INDEX sub_of ON sub (journal, nr)")

    def duplicates(self) -> Iterator[tuple[str, str, int]]:
        """(journal, number, times) of numbers that come more than once in a journal."""
        query = "SELECT journal, nr, COUNT(*) FROM entry GROUP BY journal, nr HAVING COUNT(*) > 1"
        yield from ((str(row[0]), str(row[1]), int(row[2])) for row in self._db.execute(query))

    def subledger_accounts(self) -> Iterator[tuple[str, str]]:
        """(account, CU or SU) of the lines that sub-ledgers point at."""
        for transaction, _ in self._read(""):
            subs = self._subs(transaction.journal, transaction.number)
            for line in transaction.lines:
                if line.number in subs:
                    yield line.account, subs[line.number][0]

    @property
    def has_subledgers(self) -> bool:
        """Whether a sub-ledger points at any line."""
        return self._has_subs

    def in_order(self, *, without: str = "") -> Iterator[AuditTransaction]:
        """Every transaction by date, invoices first, lines completed from the sub-ledgers; those of kind `without` left out."""
        for transaction, kind in self._read(" ORDER BY day, rank, seq"):
            if without and kind == without:
                continue
            subs = self._subs(transaction.journal, transaction.number) if self._has_subs else {}
            yield (
                replace(transaction, lines=tuple(_completed(line, subs) for line in transaction.lines))
                if subs
                else transaction
            )

    def _read(self, order: str) -> Iterator[tuple[AuditTransaction, str]]:
        for day, kind, journal, number, head, lines in self._db.execute(
            f"SELECT day, kind, journal, nr, head, lines FROM entry{order}"
        ):
            period, description, user, place = json.loads(head)
            found = tuple(_line(*values) for values in json.loads(lines))
            yield (
                AuditTransaction(journal, number, date.fromisoformat(day), period, description, user, found, place),
                kind,
            )

    def _subs(self, journal: str, number: str) -> dict[str, tuple[str, list[str]]]:
        query = "SELECT line, kind, found FROM sub WHERE journal = ? AND nr = ?"
        return {row[0]: (row[1], json.loads(row[2])) for row in self._db.execute(query, (journal, number))}

    def close(self) -> None:
        """Throw it away."""
        self._db.close()
        self._folder.cleanup()

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def _line(*values: Any) -> AuditLine:
    return AuditLine(**{**dict(zip(_FIELDS, values, strict=True)), "vat": tuple(map(tuple, values[-1]))})


def _completed(line: AuditLine, subs: dict[str, tuple[str, list[str]]]) -> AuditLine:
    """The line with what the sub-ledger knows and it does not say itself."""
    if line.number not in subs:
        return line
    relation, invoice, match, invoice_date, due_date = subs[line.number][1]
    return replace(
        line,
        relation=line.relation or relation,
        invoice=line.invoice or invoice,
        match=line.match or match,
        invoice_date=line.invoice_date or invoice_date,
        due_date=line.due_date or due_date,
    )
