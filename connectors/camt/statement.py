"""Statements of a CAMT.053 file, one after the other, however large it is: what is read is forgotten before the next is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from lxml import etree

from connectors.camt.entry import Place, is_booked, read_entry
from connectors.camt.values import Texts, amount, code, day, flat
from hub.formats.findings import Findings
from hub.formats.xml import local_name
from hub.formats.xml_stream import pieces
from hub.model.bank_statement import BankEntry, BankStatement
from hub.model.finding import Finding

_OPENING = ("OPBD", "PRCD")  # opening booked; else the closing of the statement before
_CLOSING = "CLBD"
_INTERIM = "ITBD"  # of a page: the first is its opening, the last its closing


@dataclass(frozen=True, slots=True)
class _Balance:
    kind: str
    amount: Decimal
    currency: str
    on: date | None
    interim: bool


@dataclass(slots=True)
class _Draft:
    """A statement under construction."""

    number: int
    head: Texts = field(default_factory=dict)
    balances: list[_Balance] = field(default_factory=list)
    entries: list[BankEntry] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    details: list[Texts] = field(default_factory=list)
    seen: int = 0
    lines: int = 0
    pending: int = 0

    @property
    def path(self) -> str:
        return f"/Document/BkToCstmrStmt/Stmt[{self.number}]"

    @property
    def account(self) -> str:
        return "".join((self.head.get("Acct/Id/IBAN") or self.head.get("Acct/Id/Othr/Id", "")).split()).upper()

    @property
    def currency(self) -> str:
        return self.head.get("Acct/Ccy", "").upper() or next((b.currency for b in self.balances if b.currency), "")

    @property
    def closed_on(self) -> date | None:
        return next((b.on for b in reversed(self.balances) if b.kind in (_CLOSING, _INTERIM)), None)


def statements(data: bytes) -> Iterator[tuple[BankStatement | None, tuple[Finding, ...]]]:
    """Each statement with its findings; None where it cannot be read to the cent. Raises UnreadableInput where the file breaks off."""
    draft = _Draft(1)
    for element in pieces(data, ("TxDtls", "Btch", "Ntry", "Stmt")):
        name = local_name(element.tag)
        if name == "TxDtls":
            draft.details.append(flat(element))
        elif name == "Btch":
            batch = flat(element)
            draft.head.update({f"NtryDtls/Btch/{key}": value for key, value in batch.items()})
        elif name == "Ntry":
            _read_head(draft, element)
            _read_entry(draft, element)
        else:
            _read_head(draft, element, whole=True)
            yield _finished(draft)
            draft = _Draft(draft.number + 1)


def _read_head(draft: _Draft, element: etree._Element, *, whole: bool = False) -> None:
    """What stands before an entry (or in all of the statement) and was not read yet: account, numbers, balances."""
    children = list(element) if whole else list(element.itersiblings(preceding=True))[::-1]
    for child in children:
        name = local_name(child.tag)
        if name == "Bal":
            _read_balance(draft, flat(child))
        elif name not in ("Ntry", ""):
            texts = flat(child) if len(child) else {"": (child.text or "").strip()}
            for path, text in texts.items():
                draft.head.setdefault(f"{name}/{path}" if path else name, text)


def _read_balance(draft: _Draft, texts: Texts) -> None:
    kind = code(texts, "Tp/CdOrPrtry")
    value, on = amount(texts.get("Amt", "")), day(texts, "Dt")
    place = f"{draft.path}/Bal[{kind}]"
    if value is None:
        draft.findings.add(Finding("HUB-BANK-01", "fatal", "read", f"{place}/Amt", texts.get("Amt"), "1234.56"))
        return
    sign = -1 if texts.get("CdtDbtInd") == "DBIT" else 1
    interim = kind == _INTERIM or code(texts, "Tp/SubTp") == "INTM"
    draft.balances.append(_Balance(kind, sign * value, texts.get("Amt@Ccy", ""), on, interim))


def _read_entry(draft: _Draft, element: etree._Element) -> None:
    texts = flat(element)
    batch = [key for key in draft.head if key.startswith("NtryDtls/")]
    texts.update({key: draft.head.pop(key) for key in batch})
    details, draft.details = draft.details, []
    draft.seen += 1
    if not is_booked(texts):
        draft.pending += 1
        return
    draft.lines += 1
    place = Place(f"{draft.path}/Ntry[{draft.seen}]", draft.lines, draft.account, draft.currency, draft.closed_on)
    entries, findings = read_entry(texts, details, place)
    draft.entries += entries
    for finding in findings:
        draft.findings.add(finding)


def _finished(draft: _Draft) -> tuple[BankStatement | None, tuple[Finding, ...]]:
    opening, closing = _opening(draft), _closing(draft)
    _look_at(draft, opening, closing)
    if any(f.code in _UNREADABLE for f in draft.findings) or closing is None or not draft.account:
        return None, tuple(draft.findings)
    head = draft.head
    sequence = head.get("ElctrncSeqNb", "")
    number = sequence or head.get("LglSeqNb", "") or head.get("Id", "")
    statement = BankStatement(
        draft.account, draft.currency, number, opening.amount if opening else None, closing.amount, tuple(draft.entries),
        opening.on if opening else None, closing.on, head.get("Id", ""), int(sequence) if _is_number(sequence) else 0,
        closing.interim or bool(opening and opening.interim), head.get("Acct/Svcr/FinInstnId/BIC", ""),
        head.get("Acct/Ownr/Nm", ""), "camt.053", draft.lines,
    )  # fmt: skip
    return statement, tuple(draft.findings)


_UNREADABLE = frozenset(("HUB-BANK-01", "HUB-BANK-02", "HUB-BANK-10"))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _opening(draft: _Draft) -> _Balance | None:
    for kind in _OPENING:
        for balance in draft.balances:
            if balance.kind == kind:
                return balance
    return next((b for b in draft.balances if b.kind == _INTERIM), None)


def _closing(draft: _Draft) -> _Balance | None:
    closing = next((b for b in draft.balances if b.kind == _CLOSING), None)
    interim = [b for b in draft.balances if b.kind == _INTERIM]
    if closing is None and interim and (len(interim) > 1 or interim[0] is not _opening(draft)):
        return interim[-1]
    return closing


def _look_at(draft: _Draft, opening: _Balance | None, closing: _Balance | None) -> None:
    """What a statement must have to be one, and what was left out of it."""
    if not draft.account:
        draft.findings.add(Finding("HUB-BANK-11", "fatal", "read", f"{draft.path}/Acct/Id", None, "IBAN"))
    if closing is None:
        found = ", ".join(b.kind for b in draft.balances) or None
        draft.findings.add(Finding("HUB-BANK-03", "fatal", "read", f"{draft.path}/Bal", found, "CLBD"))
    for balance in (opening, closing):
        if balance is not None and balance.currency and balance.currency != draft.currency:
            place = f"{draft.path}/Bal[{balance.kind}]/Amt/@Ccy"
            draft.findings.add(Finding("HUB-BANK-04", "fatal", "read", place, balance.currency, draft.currency))
    if draft.pending:
        draft.findings.add(
            Finding("HUB-BANK-12", "information", "read", draft.path, str(draft.pending), str(draft.seen), "us")
        )
