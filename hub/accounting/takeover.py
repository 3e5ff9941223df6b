"""The transactions of an audit file as entries of our own: every line where it was, control lines on open items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from hub.accounting.open_item_matching import Item, OpenItems
from hub.model.audit_file import AuditBooks, AuditLine, AuditTransaction, ControlSide
from hub.model.finding import Finding

COLLECTIVE = "VERZ"  # before the account: the relation of control lines that name none


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """One posting to be: cents, debit positive; on a control account with its item, `new` when it opens it."""

    account: str
    cents: int
    line: AuditLine
    item: Item | None = None
    new: bool = False


class Takeover:
    """Takes transactions in order of date. What it noticed is in `findings()` at the end."""

    def __init__(
        self, books: AuditBooks, sides: Mapping[str, ControlSide], derived: Mapping[str, int] | None = None
    ) -> None:
        self.books = books
        self.sides = sides
        self.items = OpenItems()
        self.derived = derived or {}  # balances that earlier years give already
        self.collective: Counter[str] = Counter()  # lines without relation per control account
        self.skipped = 0
        self._entry = 0
        self._found: list[Finding] = []

    def opening(self) -> list[PlannedLine]:
        """The opening balance, less what earlier years give; empty when nothing is left of it."""
        self._entry += 1
        wanted: dict[str, int] = {}
        for _, account, cents in self.books.opening:
            wanted[account] = wanted.get(account, 0) + cents
        planned = []
        for account in sorted({*wanted, *self.derived}):
            cents = wanted.get(account, 0) - self.derived.get(account, 0)
            if account not in self.sides:
                planned += [PlannedLine(account, cents, AuditLine("", account, cents))] if cents else []
            elif self.derived:
                if cents:
                    self._note("HUB-XAF-32", "fatal", account, wanted.get(account, 0), self.derived.get(account, 0))
            else:
                planned += self._opening_items(account, cents)
        if self.derived and planned:
            self._found.append(Finding("HUB-XAF-34", "warning", "xaf", planned[0].account, str(len(planned)), who="us"))
        return planned

    def _opening_items(self, account: str, cents: int) -> list[PlannedLine]:
        """The open items of a control account; what they leave of its balance is the collective relation's."""
        numbers = {number for number, code, _ in self.books.opening if code == account}
        found = [
            item.line
            for item in self.books.opening_items
            if self._belongs(item.opening_line, item.kind, account, numbers)
        ]
        if not found:
            found = list(self._relation_balances(account))
        planned = []
        for line in found:
            planned += self._on_items(account, line, line.relation or self._collective(account))
        if rest := cents - sum(line.cents for line in found):
            if found:
                self._note("HUB-XAF-26", "warning", account, cents - rest, cents)
            number = AuditLine("", account, rest, invoice="Beginbalans")
            planned += self._on_items(account, number, self._collective(account))
        return planned

    def _relation_balances(self, account: str) -> Iterable[AuditLine]:
        """Where no open items are told: what each relation began with, when there is one account it can stand on."""
        side = self.sides[account]
        if sum(1 for other in self.sides.values() if other == side) > 1:
            return
        letter = "C" if side == "receivable" else "S"
        for code, relation in self.books.relations.items():
            both = relation.kind == "B" and (relation.opening > 0) == (side == "receivable")
            if relation.opening and (relation.kind == letter or both):
                yield AuditLine("", account, relation.opening, relation=code, invoice="Beginbalans")

    def _belongs(self, opening_line: str, kind: str, account: str, numbers: Collection[str]) -> bool:
        if opening_line:
            return opening_line in numbers
        side = {"CU": "receivable", "SU": "payable"}.get(kind)
        return account == min((code for code in self.sides if self.sides[code] == side), default="")

    def entry(self, transaction: AuditTransaction) -> list[PlannedLine]:
        """The lines of one transaction; fewer than two when nothing of it can be booked (only zeros)."""
        self._entry += 1
        planned: list[PlannedLine] = []
        for line in transaction.lines:
            if line.account not in self.sides:
                planned.append(PlannedLine(line.account, line.cents, line))
            elif line.cents:  # an open item of nothing says nothing
                planned += self._on_items(line.account, line, self._relation(line, transaction.lines))
        if len(planned) < 2:
            self.skipped += 1
            return []
        return planned

    def _relation(self, line: AuditLine, lines: Sequence[AuditLine]) -> str:
        """Of the line; else the only one that the transaction names; else the collective one."""
        if line.relation:
            return line.relation
        named = {other.relation for other in lines if other.relation}
        return named.pop() if len(named) == 1 else self._collective(line.account)

    def _collective(self, account: str) -> str:
        self.collective[account] += 1
        return f"{COLLECTIVE}{account}"[:20]

    def _on_items(self, account: str, line: AuditLine, relation: str) -> list[PlannedLine]:
        references = _references(line)
        shares = self.items.place(account, relation, references, line.cents, self._entry)
        return [PlannedLine(account, share.cents, line, share.item, share.new) for share in shares]

    def _note(self, code: str, severity: str, account: str, found: int, expected: int) -> None:
        name = self.books.accounts[account].name if account in self.books.accounts else account
        finding = Finding(code, severity, "xaf", account, _text(found), _text(expected), "us", (("text", name),))  # type: ignore[arg-type]
        self._found.append(finding)

    def findings(self) -> Iterable[Finding]:
        """What was noticed: differences, collective relations, lines matched by age, transactions that hold nothing."""
        yield from self._found
        for account, lines in sorted(self.collective.items()):
            yield Finding("HUB-XAF-25", "warning", "xaf", account, str(lines), f"{COLLECTIVE}{account}"[:20], "us")
        if self.items.without_reference:
            yield Finding("HUB-XAF-29", "information", "xaf", found=str(self.items.without_reference), who="us")
        if self.skipped:
            yield Finding("HUB-XAF-31", "information", "xaf", found=str(self.skipped), who="us")
        if self.books.foreign_lines:
            yield Finding("HUB-XAF-27", "information", "xaf", found=str(self.books.foreign_lines), who="us")
        if self.books.vat_lines:
            yield Finding("HUB-XAF-28", "information", "xaf", found=str(self.books.vat_lines), who="us")


def _references(line: AuditLine) -> tuple[str, ...]:
    given = (("match", line.match), ("invoice", line.invoice))
    return tuple(f"{kind}:{value}" for kind, value in given if value)


def _text(cents: int) -> str:
    digits = str(abs(cents)).rjust(3, "0")
    return f"{'-' if cents < 0 else ''}{digits[:-2]}.{digits[-2:]}"
