"""The bank of the company: a statement for each day on which money moved, as CAMT.053."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

OURS = "NL92RABO0000104711"


@dataclass(frozen=True, slots=True)
class Line:
    """Money that came in."""

    id: str
    cents: int
    name: str
    iban: str
    text: str
    on: date


def statement(number: int, on: date, opening: int, lines: Sequence[Line]) -> bytes:
    """The statement of a day; `opening` in cents."""
    closing = opening + sum(line.cents for line in lines)
    entries = "".join(map(_entry, lines))
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>'
        f"<Id>S{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><Acct><Id><IBAN>{OURS}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        f"{_balance('OPBD', opening, on)}{_balance('CLBD', closing, on)}{entries}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _balance(kind: str, cents: int, on: date) -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{cents // 100}.{cents % 100:02d}</Amt>'
        f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>"
    )


def _entry(line: Line) -> str:
    amount = f'<Amt Ccy="EUR">{line.cents // 100}.{line.cents % 100:02d}</Amt>'
    return (
        f"<Ntry>{amount}<CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{line.on}</Dt></BookgDt>"
        f"<ValDt><Dt>{line.on}</Dt></ValDt><AcctSvcrRef>{line.id}</AcctSvcrRef><NtryDtls><TxDtls>{amount}"
        f"<CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>{escape(line.name)}</Nm></Pty></Dbtr>"
        f"<DbtrAcct><Id><IBAN>{line.iban}</IBAN></Id></DbtrAcct></RltdPties>"
        f"<RmtInf><Ustrd>{escape(line.text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )
