"""Net amounts per account and VAT group: the lines by their contra-accounts, then document allowances and charges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from hub.accounting.contra_account import choose_account, default_account
from hub.accounting.groups import Breakdown, GroupKey, net_of
from hub.model.administration import Account, Administration, Direction
from hub.model.decision import Decision
from hub.model.finding import Finding
from hub.model.invoice import AllowanceCharge, Invoice
from hub.model.relation import Relation
from hub.model.suggestion import Suggestion

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Bucket:
    """Net amount of the lines of one account in one VAT group."""

    account: Account
    group: GroupKey
    net: Decimal


@dataclass(slots=True)
class Buckets:
    """The sums, and what was decided and found on the way. Not `complete` = some amount has no account yet."""

    decisions: list[Decision] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    complete: bool = True
    _sums: dict[tuple[str, GroupKey], Decimal] = field(default_factory=dict)
    _accounts: dict[str, Account] = field(default_factory=dict)
    _largest: dict[GroupKey, tuple[Decimal, str]] = field(default_factory=dict)

    @property
    def all(self) -> list[Bucket]:
        """The buckets in the order in which the document first fills them."""
        return [Bucket(self._accounts[code], key, net) for (code, key), net in self._sums.items()]

    def add(self, account: Account, key: GroupKey, net: Decimal) -> None:
        """Add an amount to its account and group."""
        self._accounts[account.code] = account
        self._sums[account.code, key] = self._sums.get((account.code, key), ZERO) + net

    def add_line(self, account: Account, key: GroupKey, net: Decimal) -> None:
        """As `add`, and remember the account of the largest line of each group."""
        self.add(account, key, net)
        if key not in self._largest or abs(net) > self._largest[key][0]:
            self._largest[key] = (abs(net), account.code)

    def largest_account(self, key: GroupKey) -> Account | None:
        """The account of the largest line in a group, else of the largest line of all."""
        found = self._largest.get(key) or max(self._largest.values(), key=lambda pair: pair[0], default=None)
        return self._accounts[found[1]] if found else None


def collect_buckets(
    invoice: Invoice,
    broken: Breakdown,
    relation: Relation,
    administration: Administration,
    direction: Direction,
    suggestions: Sequence[Suggestion] = (),
) -> Buckets:
    """Choose an account for every line, allowance and charge of a document whose breakdown is known."""
    made = Buckets()
    learned = {suggestion.line: suggestion for suggestion in suggestions}
    for position, (line, key) in enumerate(zip(invoice.lines, broken.of_lines, strict=True)):
        choice = choose_account(line, invoice, relation, administration, direction, learned.get(position))
        if choice.decision:
            made.decisions.append(choice.decision)
        if choice.finding:
            made.findings.append(choice.finding)
        if choice.account is None:
            made.complete = False
        else:
            made.add_line(choice.account, key, line.net_amount)
    _add_allowances(made, invoice.allowances_charges, broken.of_allowances, administration, direction)
    return made


def _add_allowances(
    made: Buckets, items: Sequence[AllowanceCharge], keys: Sequence[GroupKey], administration: Administration, direction: Direction
) -> None:  # fmt: skip
    """A document allowance or charge joins the account of the largest line in its VAT group, unless a role names one."""
    for item, key in zip(items, keys, strict=True):
        place, role = ("BG-21", "document_charges") if item.is_charge else ("BG-20", "document_allowances")
        named = administration.accounts_named.get(role, "")
        fallback = administration.accounts.get(default_account(administration, direction))
        account = administration.accounts.get(named) if named else made.largest_account(key) or fallback
        if account is None or account.control:
            made.findings.append(
                Finding("HUB-ACC-01", "fatal", "hub", place, who="us", details=(("line", place), ("item", item.reason)))
            )
            made.complete = False
            continue
        made.add(account, key, net_of(item))
        why = "named_allowance_account" if named else "largest_line_in_group"
        made.decisions.append(Decision("contra_account", account.code, why, place))
