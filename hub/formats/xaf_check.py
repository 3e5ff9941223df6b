"""One audit file, or the parts of one, read whole: master data in memory, transactions in the spool, every fault named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from hub.errors import UnreadableInput
from hub.formats.findings import Findings
from hub.formats.xaf import part_of, read_audit_file
from hub.formats.xaf_spool import Spool
from hub.model.audit_file import (
    AccountUse,
    AuditAccount,
    AuditBooks,
    AuditCompany,
    AuditHeader,
    AuditJournal,
    AuditPeriod,
    AuditRelation,
    AuditTransaction,
    OpeningItem,
)
from hub.model.finding import Finding

MAX_ACCOUNT, MAX_RELATION, MAX_JOURNAL = 20, 20, 20  # characters of our codes
Progress = Callable[[int], None]  # bytes read since the last call


def read_books(
    paths: Sequence[Path], spool: Spool, findings: Findings, progress: Progress | None = None
) -> AuditBooks | None:
    """Everything the file says; None when it cannot be read at all. The first path is the file, others continue it.

    Faults are findings, all of them; `findings.fatal` says whether the books are sound enough to be taken over.
    """
    checker = _Checker(spool, findings)
    try:
        ordered = _in_order(paths, findings)
        for path in ordered:
            taken, before = [0], 0
            for event in read_audit_file(path, findings, taken):
                checker.take(event)
                if progress and taken[0] != before:
                    progress(taken[0] - before)
                    before = taken[0]
    except UnreadableInput as error:
        findings.add(Finding(error.code, "fatal", "xaf", error.location, error.found, error.expected))
        return None
    spool.finish()
    checker.finish()
    return checker.books


def _in_order(paths: Sequence[Path], findings: Findings) -> list[Path]:
    """The file and its continuations by number. HUB-XAF-13 when parts are missing."""
    parts = [(part_of(path), path) for path in paths]
    first = [path for part, path in parts if part is None]
    rest = sorted((part, path) for part, path in parts if part is not None)
    numbers = {part[0] for part, _ in rest}
    wanted = max((part[1] for part, _ in rest), default=0)
    lowest = min(numbers, default=1)
    complete = not rest or (
        numbers == set(range(lowest, wanted + 1)) and lowest in (1, 2) and bool(first or lowest == 1)
    )
    if not complete or len(first) > 1:
        names = ", ".join(path.name for path in paths)
        findings.add(Finding("HUB-XAF-13", "fatal", "xaf", names, str(len(paths)), str(wanted or 1)))
    return [*first, *(path for _, path in rest)]


class _Checker:
    """Takes events, builds the books, and judges them when everything is known."""

    def __init__(self, spool: Spool, findings: Findings) -> None:
        self.spool = spool
        self.findings = findings
        self.books = AuditBooks(AuditHeader("", "", date.min, date.max, "EUR"))
        self._seen_header = False
        self._unknown_relations: dict[str, str] = {}  # code -> first place
        self._opening_journal: dict[str, int] = {}  # what a journal of type O books, per account
        self._debit = self._credit = 0
        self._stated: dict[str, tuple[str, int | None, int | None]] = {}

    def take(self, event: object) -> None:
        """One event of the reader."""
        books = self.books
        if isinstance(event, AuditTransaction):
            self._transaction(event)
        elif isinstance(event, AuditHeader):
            self._header(event)
        elif isinstance(event, AuditAccount):
            self._account(event)
        elif isinstance(event, AuditRelation):
            if event.code in books.relations:
                self._add("HUB-XAF-21", "warning", event.code, event.name, "custSupID")
            books.relations.setdefault(event.code, event)
        elif isinstance(event, AuditJournal):
            books.journals.setdefault(event.code, event)
        elif isinstance(event, AuditPeriod):
            books.periods.setdefault(event.number.lstrip("0") or "0", event)
        elif isinstance(event, AuditCompany):
            books.company = event if event.name else books.company
        elif isinstance(event, OpeningItem):
            books.opening_items.append(event)
        elif isinstance(event, tuple):
            self._pair(*event)

    def _pair(self, kind: str, found: Any) -> None:
        if kind == "opening":
            self.books.opening.append(found)
        elif kind == "vat account":
            self.books.vat_accounts.add(str(found))
        elif kind == "subledger":
            self.spool.add_subledger(*found)
        elif kind == "totals" and found[0] not in self._stated:
            section, *stated = found
            self._stated[str(section)] = (stated[0], stated[1], stated[2])

    def _header(self, header: AuditHeader) -> None:
        if self._seen_header and (header.first, header.currency) != (
            self.books.header.first,
            self.books.header.currency,
        ):
            self._add("HUB-XAF-13", "fatal", "header", str(header.first), str(self.books.header.first))
        if not self._seen_header:
            self.books.header = header
            if (header.first.month, header.first.day) != (1, 1) or header.last != date(header.first.year, 12, 31):
                self._add("HUB-XAF-30", "warning", "header", f"{header.first} / {header.last}")
        self._seen_header = True

    def _account(self, account: AuditAccount) -> None:
        known = self.books.accounts.get(account.code)
        if known is not None and known != account:
            self._add("HUB-XAF-21", "fatal", account.code, account.name, "accID")
        if not account.code or len(account.code) > MAX_ACCOUNT:
            self._add("HUB-XAF-23", "fatal", "accID", account.code, str(MAX_ACCOUNT))
        self.books.accounts.setdefault(account.code, account)

    def _transaction(self, found: AuditTransaction) -> None:
        books, journal = self.books, self.books.journals[found.journal]
        books.transactions += 1
        books.lines += len(found.lines)
        total = 0
        for line in found.lines:
            use = books.usage.get(line.account)
            if use is None:
                use = books.usage[line.account] = AccountUse(found.place)
            use.lines += 1
            use.related += bool(line.relation)
            use.sales += journal.kind == "S"
            use.purchase += journal.kind == "P"
            use.cents += line.cents
            if line.cents >= 0:
                use.debit += line.cents
            else:
                use.credit -= line.cents
            total += line.cents
            books.foreign_lines += bool(line.currency and line.currency != books.header.currency)
            books.vat_lines += bool(line.vat)
            if line.relation and line.relation not in books.relations:
                self._unknown_relations.setdefault(line.relation, found.place)
            if journal.kind == "O":
                self._opening_journal[line.account] = self._opening_journal.get(line.account, 0) + line.cents
        self._judge(found, total)
        self.spool.add(found, journal.kind)

    def _judge(self, found: AuditTransaction, total: int) -> None:
        books, header = self.books, self.books.header
        if total:
            self._add("HUB-XAF-15", "fatal", found.place, _amount(total), "0.00")
        if not found.lines:
            self._add("HUB-XAF-31", "information", found.place, "0")
        if not header.first <= found.day <= header.last:
            self._add("HUB-XAF-17", "fatal", found.place, str(found.day), f"{header.first} … {header.last}")
            return
        period = books.periods.get(found.period.lstrip("0") or "0")
        if period is not None and not period.first <= found.day <= period.last:
            self._add(
                "HUB-XAF-18", "fatal", found.place, str(found.day), f"{period.first} … {period.last}", found.period
            )

    def finish(self) -> None:
        """What can be judged only when everything was read."""
        books = self.books
        for code, use in books.usage.items():
            if code not in books.accounts:
                self._add("HUB-XAF-16", "fatal", use.first_place, code)
        for number, code, _ in books.opening:
            if code not in books.accounts:
                self._add("HUB-XAF-16", "fatal", f"obLine {number}", code)
        if total := sum(cents for *_, cents in books.opening):
            self._add("HUB-XAF-19", "fatal", "openingBalance", _amount(total), "0.00")
        for code, place in self._unknown_relations.items():
            if code not in books.relations:  # master data may come after the transactions
                self._add("HUB-XAF-22", "warning", place, code)
                books.relations[code] = AuditRelation(code, code)
        for code in books.journals:
            if not code or len(code) > MAX_JOURNAL:
                self._add("HUB-XAF-23", "fatal", "jrnID", code, str(MAX_JOURNAL))
        for journal, number, times in self.spool.duplicates():
            self._add("HUB-XAF-33", "warning", f"{journal} {number}", str(times), "1")
        self._totals()
        self._double_opening()

    def _totals(self) -> None:
        """What the file says it holds, against what it holds: a file that was cut off shows here."""
        uses = self.books.usage.values()
        counted = {
            "transactions": (self.books.lines, sum(u.debit for u in uses), sum(u.credit for u in uses)),
            "openingBalance": (
                len(self.books.opening),
                sum(c for *_, c in self.books.opening if c > 0),
                -sum(c for *_, c in self.books.opening if c < 0),
            ),
        }
        for section, (lines, debit, credit) in self._stated.items():
            found = counted[section]
            if lines and lines.lstrip("0") != (str(found[0]).lstrip("0")):
                self._add("HUB-XAF-20", "fatal", f"{section} linesCount", lines, str(found[0]))
            if debit is not None and credit is not None and debit - credit != found[1] - found[2]:
                self._add("HUB-XAF-20", "fatal", f"{section} totalDebit, totalCredit", _amount(debit - credit), "0.00")
            elif debit is not None and debit != found[1] and (debit, credit) != (found[1], found[2]):
                self._add("HUB-XAF-20", "warning", f"{section} totalDebit", _amount(debit), _amount(found[1]))

    def _double_opening(self) -> None:
        """The opening balance as element and as journal: once when they agree, refused when they do not."""
        told: dict[str, int] = {}
        for _, code, cents in self.books.opening:
            told[code] = told.get(code, 0) + cents
        booked = {code: cents for code, cents in self._opening_journal.items() if cents}
        told = {code: cents for code, cents in told.items() if cents}
        if not told or not self._opening_journal:
            return
        if told != booked:
            first = min(code for code in {*told, *booked} if told.get(code) != booked.get(code))
            self._add("HUB-XAF-36", "fatal", first, _amount(booked.get(first, 0)), _amount(told.get(first, 0)))
            return
        self.books.opening_twice = True
        self._add("HUB-XAF-37", "information", "openingBalance", str(len(booked)))

    def _add(self, code: str, severity: str, location: str, found: str, expected: str = "", text: str = "") -> None:
        details = (("text", text),)
        self.findings.add(Finding(code, severity, "xaf", location, found, expected or None, details=details))  # type: ignore[arg-type]


def _amount(cents: int) -> str:
    digits = str(abs(cents)).rjust(3, "0")
    return f"{'-' if cents < 0 else ''}{digits[:-2]}.{digits[-2:]}"
