"""CAMT.053 statements over a ledger of open items: of ten entries six name an invoice, two pay one by IBAN and amount,
one is booked by a rule and one waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from hub.model.settlement import OpenItem
from hub.store import tables as t
from hub.store.rows import insert_rows
from hub.store.settling_items import settling_items
from tests.books import Books

FIRST_DAY = date(2026, 11, 2)
PAYING, NAMING = 8, 6  # of ten entries, how many pay an invoice and how many of those name it


def give_ibans(books: Books) -> None:
    """Every relation has a confirmed IBAN."""
    with books.hub.database.transaction() as connection:
        r = t.relation
        rows = connection.execute(select(r.c.id, r.c.code).where(r.c.administration_id == books.id)).all()
        keyed = [(books.id, row.id, f"IBAN:{_iban(row.code)}", True) for row in rows]
        insert_rows(connection, t.relation_key, keyed, ignore=True)


def statements(books: Books, sizes: Sequence[int]) -> list[bytes]:
    """A statement of each size, on days that follow each other; no invoice is paid twice."""
    wanted = sum(size * PAYING // 10 for size in sizes)
    with books.hub.database.reading() as connection:
        o = t.open_item
        query = select(o.c.id).where(o.c.administration_id == books.id).order_by(o.c.id).limit(wanted)
        items = settling_items(connection, books.id, connection.execute(query).scalars())
    if len(items) < wanted:
        raise SystemExit(f"{wanted} open items are wanted, the books have {len(items)}")
    following = (items[key] for key in sorted(items))
    made, opening = [], Decimal(0)
    for number, size in enumerate(sizes):
        body, opening = _statement(following, size, FIRST_DAY + timedelta(days=number), opening)
        made.append(body)
    return made


def _iban(code: str) -> str:
    return f"NL02ABNA{int(''.join(c for c in code if c.isdigit()) or 0):010d}"


def _statement(following: Iterator[OpenItem], size: int, day: date, opening: Decimal) -> tuple[bytes, Decimal]:
    """Its bytes, and what the account stands at after it."""
    made, closing = [], opening
    for number in range(size):
        kind = number % 10
        item = next(following) if kind < PAYING else None
        amount = item.expected if item else Decimal("-1.25")
        text = "Kosten betalingsverkeer" if kind == PAYING else "?"
        if item and kind < NAMING:
            text = f"Betreft factuur {item.number}, met dank"
        made.append(_entry(number, day, amount, _iban(item.relation) if item else "", text))
        closing += amount
    return _document(day, opening, closing, "".join(made)), closing


def _entry(number: int, day: date, amount: Decimal, iban: str, text: str) -> str:
    sign, party = ("CRDT", "Dbtr") if amount > 0 else ("DBIT", "Cdtr")
    return (
        f'<Ntry><Amt Ccy="EUR">{abs(amount)}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>'
        f"<ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{day:%y%j}{number:08d}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd>"
        f"<SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>"
        f"<RltdPties><{party}><Pty><Nm>Relatie {number} B.V.</Nm></Pty></{party}><{party}Acct><Id><IBAN>{iban}</IBAN></Id></{party}Acct>"
        f"</RltdPties><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )


def _document(day: date, opening: Decimal, closing: Decimal, entries: str) -> bytes:
    def balance(kind: str, amount: Decimal) -> str:
        sign = "CRDT" if amount >= 0 else "DBIT"
        return (
            f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{abs(amount)}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
            f"<Dt><Dt>{day}</Dt></Dt></Bal>"
        )

    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>'
        f"<Id>{day:%y%j}</Id><Acct><Id><IBAN>NL92RABO0000104711</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        f"{balance('OPBD', opening)}{balance('CLBD', closing)}{entries}</Stmt></BkToCstmrStmt></Document>"
    ).encode()
