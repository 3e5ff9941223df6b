"""Checks of a bank statement: does it add up, is the account ours, does it follow on the one before? Pure.

A gap is told and booked all the same: what happened on the account did happen, and the missing statement still comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from hub.accounting.bank_accounts import bank_accounts
from hub.accounting.currency import choose_rate
from hub.accounting.desk import Desk
from hub.accounting.payment_differences import named_account
from hub.errors import Usage
from hub.model.administration import Administration
from hub.model.bank_statement import BankStatement
from hub.model.finding import Finding
from hub.model.journal import JournalEntry
from hub.model.keys import normalised
from hub.model.money import LARGEST_AMOUNT, is_exact, money_text
from hub.model.movement import KnownStatement
from hub.model.payment import BankAccount

_LAST_BUT_ONE = date.max - timedelta(days=1)  # a bank may write 9999 for "no end"
ZERO = Decimal(0)
_MOST_NUMBERS = 366  # more than a year of days: two formats count differently
_BBAN = 10  # digits of a Dutch account number; the last ten of its IBAN


def book_bank_statement(statement: BankStatement, desk: Desk) -> JournalEntry | None:
    """What can be said without other statements. There is no entry: each movement becomes its own."""
    administration = desk.facts.administration
    desk.note(*statement_findings(statement, administration, desk.facts.released), *_unusable(administration))
    if statement.currency != administration.currency:
        rate = choose_rate(statement.currency, administration.currency, statement.day, desk.facts.rates)
        if rate is None:
            details = (("currency", statement.currency), ("date", str(statement.day)))
            desk.note(
                Finding(
                    "HUB-RATE-01",
                    "fatal",
                    "hub",
                    "currency",
                    statement.currency,
                    administration.currency,
                    "us",
                    details,
                )
            )
    return None


def statement_findings(
    statement: BankStatement, administration: Administration, released: tuple[str, ...] = ()
) -> tuple[Finding, ...]:
    """What keeps a statement from being booked: figures that do not agree (refused), an account that is not ours (held).

    Nobody can accept that an account is not ours: released before the account was added, it is refused.
    """
    found = [_imbalance(statement), *_inexact(statement), _unknown(statement, administration, released)]
    if statement.opening is None:
        found.append(Finding("HUB-BANK-22", "fatal", "hub", "opening", None, statement.number, "us"))
    return tuple(finding for finding in found if finding is not None)


def own_account(administration: Administration, account: str) -> BankAccount | None:
    """Which of our accounts it is: by IBAN, by ledger account, or by the number that older formats give instead of the IBAN."""
    try:
        known = bank_accounts(administration)
    except Usage:
        return None
    wanted = normalised(account)
    for bank in known:
        if wanted and wanted in (bank.iban, bank.account):
            return bank
    digits = wanted.zfill(_BBAN)
    same = [b for b in known if b.iban.startswith("NL") and len(b.iban) == 18 and b.iban[-_BBAN:] == digits]
    return same[0] if len(same) == 1 else None


def _imbalance(statement: BankStatement) -> Finding | None:
    if not statement.imbalance:
        return None
    assert statement.closing is not None
    money = statement.currency
    expected = money_text(statement.closing - statement.imbalance, money)
    details = (("term", "closing"), ("difference", money_text(statement.imbalance, money)))
    return Finding(
        "HUB-FEED-01", "fatal", "hub", "closing", money_text(statement.closing, money), expected, "sender", details
    )


def _inexact(statement: BankStatement) -> list[Finding]:
    amounts = (statement.opening, statement.closing, *(entry.amount for entry in statement.entries))
    wrong = [a for a in amounts if a is not None and not is_exact(a, statement.currency)]
    large = [a for a in amounts if a is not None and abs(a) >= LARGEST_AMOUNT]
    return [
        *(Finding("HUB-FEED-02", "fatal", "hub", "entries", str(a), statement.currency, "sender") for a in wrong[:10]),
        *(
            Finding("HUB-FEED-08", "fatal", "hub", "entries", str(a), f"< {LARGEST_AMOUNT}", "sender")
            for a in large[:10]
        ),
    ]


def _unusable(administration: Administration) -> tuple[Finding, ...]:
    """Money that nobody claims must have an account to wait on."""
    try:
        named_account(administration, "suspense")
    except Usage:
        return (Finding("HUB-BANK-24", "fatal", "read", "accounts_named.suspense", None, "1990", "us"),)
    return ()


def _unknown(statement: BankStatement, administration: Administration, released: tuple[str, ...]) -> Finding | None:
    if own_account(administration, statement.account) is not None:
        return None
    line = f'{{iban = "{statement.account}", account = "…", journal = "…", part = "normal", bic = "{statement.bank}"}}'
    details = (("line", line),)
    layer = "read" if "HUB-BANK-21" in released else "hub"
    return Finding("HUB-BANK-21", "fatal", layer, "account", statement.account, None, "us", details)


@dataclass(frozen=True, slots=True)
class Chain:
    """How a statement stands to what is known of its account.

    `follows`: it begins where one ended, so that nothing in it was on a statement before. `gap` is what its opening differs
    from the closing of `previous`, when something is missing in between.
    """

    follows: bool = False
    previous: KnownStatement | None = None
    gap: Decimal = ZERO
    findings: tuple[Finding, ...] = ()


def chain(statement: BankStatement, known: Sequence[KnownStatement]) -> Chain:
    """`known` are the statements of the account that closed on or before the day on which this one does, latest first."""
    if not known or statement.opening is None:
        return Chain()
    latest = known[0]
    again = next((k for k in known if _is_same(statement, k)), None)
    if again is not None:
        return Chain(previous=again)
    if (
        _first_day(statement) < latest.closing_date
    ):  # it tells again of days that are closed; a page goes on within the day
        return Chain()
    of_that_day = [k for k in known if k.closing_date == latest.closing_date]
    before = next((k for k in of_that_day if k.closing.amount == statement.opening), None)
    if before is not None:
        return Chain(True, before)
    gap = statement.opening - latest.closing.amount
    return Chain(False, latest, gap, (_missing(statement, latest, gap),))


def _is_same(statement: BankStatement, known: KnownStatement) -> bool:
    """Whether it covers what is known already, in another format or under another number."""
    opening = known.opening.amount if known.opening else None
    figures = (statement.opening, statement.closing, statement.day, statement.lines or len(statement.entries))
    return figures == (opening, known.closing.amount, known.closing_date, known.lines)


def _first_day(statement: BankStatement) -> date:
    return min((entry.on for entry in statement.entries), default=statement.day)


def _missing(statement: BankStatement, previous: KnownStatement, gap: Decimal) -> Finding:
    money = statement.currency
    begins = statement.opening_date or _first_day(statement)
    first = min(previous.closing_date, _LAST_BUT_ONE) + timedelta(days=1)
    details = (
        ("from", str(min(first, begins))),
        ("to", str(begins)),
        ("numbers", _numbers(statement, previous)),
        ("difference", money_text(gap, money)),
        ("number", statement.number),
        ("earlier", previous.number),
    )
    found, expected = money_text(statement.opening or ZERO, money), money_text(previous.closing.amount, money)
    return Finding("HUB-BANK-20", "warning", "hub", "opening", found, expected, "us", details)


def _numbers(statement: BankStatement, previous: KnownStatement) -> str:
    """`336–338`: what lies between, where the bank counts its statements."""
    first, last = previous.sequence + 1, statement.sequence - 1
    if not previous.sequence or not statement.sequence or not 0 <= last - first < _MOST_NUMBERS:
        return "?"
    return str(first) if first == last else f"{first}–{last}"
