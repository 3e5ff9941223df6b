"""One statement of MT940: account, numbers, balances, and its entries with what `:61:` and `:86:` say together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from connectors.mt940.details import NOT_GIVEN, Details, read_details
from connectors.mt940.tags import BALANCE, LINE, Block, Tag
from connectors.mt940.values import IBAN, account_of, amount, day_of, entry_day
from hub.formats.findings import Findings
from hub.model.bank_statement import BankEntry, BankStatement
from hub.model.finding import Finding

_KIND = re.compile(r"([NSF][A-Z0-9 ]{3})(.*)", re.DOTALL)
_OLD_ACCOUNT = re.compile(r"\d{7,10}|P\d{7,9}")
_UNREADABLE = frozenset(("HUB-BANK-01", "HUB-BANK-02", "HUB-BANK-10"))
_REVERSALS = ("RC", "RD")


@dataclass(frozen=True, slots=True)
class _Balance:
    amount: Decimal
    currency: str
    on: date | None


@dataclass(slots=True)
class _Entry:
    """A `:61:` with the texts that belong to it."""

    tag: Tag
    texts: list[str]


def read_statement(block: Block) -> tuple[BankStatement | None, tuple[Finding, ...]]:
    """The statement with its findings; None where it cannot be read to the cent."""
    findings = Findings()
    opening = _balance(block.first("60F", "60M"), findings)
    closing = _balance(block.last("62F", "62M"), findings)
    currency = opening.currency if opening else closing.currency if closing else ""
    account = _account(block, currency, findings)
    for balance in (opening, closing):
        if balance is not None and balance.currency != currency:
            place = _row(block.last("62F", "62M") or block.tags[0])
            findings.add(Finding("HUB-BANK-04", "fatal", "read", place, balance.currency, currency))
    if closing is None:
        findings.add(Finding("HUB-BANK-03", "fatal", "read", f"row {block.row}", None, ":62F:"))
    entries, lines = _entries(block, closing.on if closing else None, findings)
    if closing is None or not account or any(f.code in _UNREADABLE for f in findings):
        return None, tuple(findings)
    number = block.first("28C", "28")
    named = block.first("20")
    shown = number.text if number else ""
    counted = re.match(r"\d{1,18}", shown)
    statement = BankStatement(
        account, currency, shown, opening.amount if opening else None, closing.amount, tuple(entries),
        opening.on if opening else None, closing.on, named.text if named else "", int(counted[0]) if counted else 0,
        block.first("60M", "62M") is not None, "", "", "mt940", lines,
    )  # fmt: skip
    return statement, tuple(findings)


def _row(tag: Tag) -> str:
    return f"row {tag.row}, :{tag.name}:"


def _account(block: Block, currency: str, findings: Findings) -> str:
    tag = block.first("25", "25P")
    account = account_of(tag.text, currency) if tag else ""
    if not account:
        findings.add(Finding("HUB-BANK-11", "fatal", "read", f"row {block.row}, :25:", None, "IBAN"))
    return account


def _balance(tag: Tag | None, findings: Findings) -> _Balance | None:
    if tag is None:
        return None
    found = BALANCE.match(tag.text)
    value = amount(found["amount"]) if found else None
    if found is None or value is None:
        findings.add(Finding("HUB-BANK-01", "fatal", "read", _row(tag), tag.text, "C261121EUR1234,56"))
        return None
    on, _ = day_of(found["day"] or "")
    owed = found["mark"] in ("D", "RC")
    return _Balance(-value if owed else value, found["currency"], on)


def _entries(block: Block, closing: date | None, findings: Findings) -> tuple[list[BankEntry], int]:
    made: list[BankEntry] = []
    pending = 0
    for found in _grouped(block):
        line = LINE.fullmatch("\n".join(found.tag.lines))
        if line is not None and line["mark"].startswith("E"):  # expected: not booked yet
            pending += 1
            continue
        entry = _entry(found, line, len(made) + 1, closing, findings)
        if entry is not None:
            made.append(entry)
    if pending:
        total = str(pending + len(made))
        findings.add(Finding("HUB-BANK-12", "information", "read", f"row {block.row}", str(pending), total, "us"))
    return made, len(made)


def _grouped(block: Block) -> list[_Entry]:
    """Each `:61:` with its `:86:` and `:NS:`; those after a balance speak of the statement."""
    groups: list[_Entry] = []
    current: _Entry | None = None
    for tag in block.tags:
        if tag.name == "61":
            current = _Entry(tag, [])
            groups.append(current)
        elif tag.name in ("86", "NS") and current is not None:
            current.texts += tag.lines
        else:
            current = None
    return groups


def _entry(
    found: _Entry, line: re.Match[str] | None, number: int, closing: date | None, findings: Findings
) -> BankEntry | None:
    value = amount(line["amount"]) if line else None
    if line is None or value is None:
        code = "HUB-BANK-10" if line is None else "HUB-BANK-01"
        findings.add(
            Finding(code, "fatal", "read", _row(found.tag), found.tag.text[:80], "2611211121D1234,56NTRFNONREF")
        )
        return None
    valued, on = _days(found.tag, line, closing, findings)
    if on is None:
        findings.add(Finding("HUB-BANK-02", "fatal", "read", _row(found.tag), line["value"], "261121"))
        return None
    owed = line["mark"] in ("D", "RC")  # the reversal of a credit takes it away again
    kind, own, bank, beside = _references(line["rest"])
    details = read_details(found.texts)
    _add_beside(details, own, beside)
    return BankEntry(
        on, -value if owed else value, bank, valued, details.iban, details.name, details.bic, details.reference,
        details.end_to_end_id, details.mandate, details.creditor_id, details.description or _said_beside(details, beside),
        " ".join(filter(None, (kind, details.code))), details.batch, details.batch_count,
        line["mark"] in _REVERSALS, details.return_reason, line=number,
    )  # fmt: skip


def _days(
    tag: Tag, line: re.Match[str], closing: date | None, findings: Findings
) -> tuple[date | None, date | None]:  # fmt: skip
    """(value date, booking date); a day that does not exist is told, and read as the last of its month."""
    valued, exists = day_of(line["value"])
    on = entry_day(line["entry"], valued) if line["entry"] and valued else valued
    on = on or valued or closing
    if on is not None and not exists:
        findings.add(Finding("HUB-BANK-09", "information", "read", _row(tag), line["value"], str(valued or on), "us"))
    return valued, on


def _references(rest: str) -> tuple[str, str, str, list[str]]:
    """(transaction type, our reference, the bank's, the lines below) of what follows the amount."""
    first, *beside = rest.split("\n")
    kind = _KIND.match(first)
    code, text = (kind[1].strip(), kind[2]) if kind and not first.startswith("//") else ("", first)
    own, _, bank = text.partition("//")
    bank = "" if bank.strip().upper() in NOT_GIVEN else bank.strip()
    return code, own, bank, [line.strip() for line in beside if line.strip()]


def _add_beside(details: Details, own: str, beside: list[str]) -> None:
    """What `:61:` itself tells: an account or a name in the reference, the other account on the line below it."""
    reference, name = own[:16].strip(), own[16:].strip()
    compact = "".join(own.split())
    if IBAN.fullmatch(compact):  # ASN: the reference is the other account, longer than a reference may be
        reference, name = compact, ""
    below = next(("".join(line.split()) for line in beside if not line.startswith("/")), "")
    for candidate in (below, reference):
        if not details.iban and (IBAN.fullmatch(candidate) or _OLD_ACCOUNT.fullmatch(candidate)):
            details.iban = candidate
    if not details.name:
        details.name = name or ("" if IBAN.fullmatch(below) else _name_below(beside))
    usable = reference.upper() not in NOT_GIVEN and reference != details.iban
    if usable and not details.end_to_end_id:
        details.end_to_end_id = reference


def _said_beside(details: Details, beside: list[str]) -> str:
    """The lines below `:61:`, where nothing else is said; without the account, which has its own place."""
    return " ".join(line for line in beside if "".join(line.split()) != details.iban and not line.startswith("/TRCD/"))


def _name_below(beside: list[str]) -> str:
    """A name on the line below: what is no key, no account and no number."""
    text = next((line for line in beside if not line.startswith(("/", ":"))), "")
    return text if re.search(r"[A-Za-z]{3}", text) and not _OLD_ACCOUNT.fullmatch(text) else ""
