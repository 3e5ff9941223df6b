"""A statement of a collection agency's own account (its derdengeldenrekening): what it received and passed on, as messages about our cases.

It is no account of ours: nothing is booked on a bank. What came in is a payment on the case whose number its text bears; what
went out is a remittance. What bears no number of ours keeps its reference and waits for a person. Pure.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from decimal import Decimal

from hub.model.bank_statement import BankEntry, BankStatement
from hub.model.case_message import CaseMessage, RemittanceLine

ZERO = Decimal(0)
# `I2026-0001`; banks break lines anywhere, and payers write what they like.
_CASE = re.compile(r"(?<![A-Za-z0-9])I\s?(20\d\d)\s?[-/ ]\s?(\d{4,6})(?!\d)", re.IGNORECASE)
_LONGEST_TEXT, _LONGEST_REFERENCE = 2000, 100


def messages_of(statement: BankStatement, agency: str) -> Iterator[CaseMessage]:
    """A message per entry, in the order in which they stand. The same entry is the same message, in whatever file it comes again."""
    known: Counter[str] = Counter()
    payments: list[CaseMessage] = []
    for entry in statement.entries:
        if entry.amount == ZERO:
            continue
        key = _key(statement, entry)
        known[key] += 1
        message = _message(statement, entry, agency, key if known[key] == 1 else f"{key}#{known[key]}", payments)
        if message.type == "payment" and not message.reverses:
            payments.append(message)
        yield message


def case_numbers(text: str) -> list[str]:
    """Our case numbers in a text, each once, as they are written here."""
    return list(dict.fromkeys(f"I{year}-{number}" for year, number in _CASE.findall(text)))


def _message(
    statement: BankStatement, entry: BankEntry, agency: str, message_id: str, payments: Sequence[CaseMessage]
) -> CaseMessage:
    """What is passed on, or taken back, names the payment where it stands in the same statement; it is not guessed elsewhere."""
    cases = case_numbers(" ".join((entry.reference, entry.end_to_end_id, entry.description)))
    case = cases[0] if len(cases) == 1 else ""
    is_back = entry.reversal or bool(entry.return_reason)
    went_out = entry.amount < ZERO and not is_back
    payment = _payment_of(case, abs(entry.amount), payments) if went_out or is_back else message_id
    if is_back and not payment:
        case = ""  # of which payment is not known: a person decides
    reference = entry.end_to_end_id or entry.reference or entry.bank_reference or entry.description or message_id
    return CaseMessage(
        agency=agency, message_id=message_id, type="remittance" if went_out else "payment",
        at=datetime.combine(entry.on, time(), UTC), case=case, currency=statement.currency, amount=abs(entry.amount),
        agency_reference="" if case or went_out else reference[:_LONGEST_REFERENCE],
        lines=(RemittanceLine(case, abs(entry.amount), payment=payment),) if went_out and payment else (),
        text=" ".join(filter(None, (entry.name, entry.description)))[:_LONGEST_TEXT],
        payment="" if went_out else message_id, reverses=(payment or reference) if is_back else "",
    )  # fmt: skip


def _payment_of(case: str, amount: Decimal, payments: Sequence[CaseMessage]) -> str:
    """The only payment of that case and amount; "" where there is none, or several."""
    same = [one.payment for one in payments if case and one.case == case and one.amount == amount]
    return same[0] if len(same) == 1 else ""


def _key(statement: BankStatement, entry: BankEntry) -> str:
    """The bank's own reference, else everything that the entry says."""
    if entry.bank_reference:
        return f"{statement.account}:{entry.on}:{entry.bank_reference}"[:_LONGEST_REFERENCE]
    said = (
        statement.account,
        entry.on,
        entry.amount,
        entry.iban,
        entry.name,
        entry.reference,
        entry.end_to_end_id,
        entry.description,
    )
    return hashlib.sha256("|".join(map(str, said)).encode()).hexdigest()[:32]
