"""How fast bank statements are read, booked and matched, on PostgreSQL, beside the floor.

    python -m tests.services run -- .venv/bin/python -m tests.bench.bank [--entries 1000,5000] [--open 20000] [--write] [--profile]

Books of `--open` open items (`tests/bench/ledgers.py`); a CAMT.053 statement of so many entries, of which six of ten name an
invoice, two pay one by IBAN and amount, one is booked by a rule and one waits. Booking is what a worker does within one
transaction: known movements, matching, entries, statement. The floor inserts the very same rows into bare copies of the
tables (primary keys only), one transaction.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import Column, MetaData, PrimaryKeyConstraint, Table, delete, select

from connectors.camt import source
from hub import logs
from hub.formats.content import Content
from hub.model.bank_statement import BankStatement
from hub.store import tables as t
from hub.store.administrations import load_books
from hub.store.rows import insert_rows
from hub.store.settling_items import open_index, settling_items
from hub.store.statements import record_statement, statement_keys
from hub.store.store import now
from tests import services
from tests.bench.ledgers import fill
from tests.books import Books, open_books
from tests.store.test_statements import mapping

RESULTS = Path(__file__).with_name("RESULTS_BANK.md")
TIMES = 3
DAY = date(2026, 11, 2)
GOAL = 1500  # entries a second, booked and matched
_TABLES = (
    t.payment,
    t.payment_entry,
    t.bank_statement,
    t.bank_statement_entry,
    t.entry,
    t.posting,
    t.open_item,
    t.entry_facts,
)


@dataclass(frozen=True, slots=True)
class Run:
    """One statement: seconds, and how many of its movements were settled."""

    entries: int
    reading: float
    booking: float
    processor: float  # of this process, while booking
    floor: float
    matched: int


def main() -> None:
    """Measure, print and perhaps keep."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bank", description=__doc__)
    parser.add_argument("--entries", default="1000,5000")
    parser.add_argument("--open", type=int, default=20_000)
    for flag in ("--write", "--profile"):
        parser.add_argument(flag, action="store_true")
    asked = parser.parse_args()
    logs.configure("warning")
    sizes = [int(size) for size in asked.entries.split(",")]
    text = page(measure(sizes, asked.open, profiled=asked.profile), asked.open)
    print(text)
    if asked.write:
        RESULTS.write_text(text, "utf-8")


def measure(sizes: list[int], open_items: int, *, profiled: bool = False) -> list[Run]:
    """Each size `TIMES` times, all in the same books; the medians."""
    made: list[Run] = []
    with tempfile.TemporaryDirectory() as home, services.fresh_database() as url, open_books(Path(home), url) as books:
        fill(books.hub, books.id, open_items)
        _give_ibans(books)
        day = DAY
        for size in sizes:
            runs = []
            for _ in range(TIMES):
                runs.append(_run(books, size, day, profiled=profiled))
                day += timedelta(days=1)
            middle = [
                median(getattr(run, name) for run in runs) for name in ("reading", "booking", "processor", "floor")
            ]
            made.append(Run(size, *middle, runs[0].matched))
    return made


def _give_ibans(books: Books) -> None:
    """Every relation has a confirmed IBAN."""
    with books.hub.database.transaction() as connection:
        r = t.relation
        rows = connection.execute(select(r.c.id, r.c.code).where(r.c.administration_id == books.id)).all()
        names = [column.name for column in t.relation_key.columns]
        keyed = []
        for row in rows:
            values = {
                "administration_id": books.id,
                "relation_id": row.id,
                "key": f"IBAN:{_iban(row.code)}",
                "confirmed": True,
            }
            keyed.append(tuple(values.get(name) for name in names))
        insert_rows(connection, t.relation_key, keyed, ignore=True)


def _iban(code: str) -> str:
    return f"NL02ABNA{int(''.join(c for c in code if c.isdigit()) or 0):010d}"


def _run(books: Books, size: int, day: date, *, profiled: bool) -> Run:
    data = _statement(books, size, day)
    began = perf_counter()
    statement = source.read(Content(data)).feed
    reading = perf_counter() - began
    assert isinstance(statement, BankStatement)
    books.hub.ids.reserve(statement_keys(statement))
    profile = cProfile.Profile()
    began, used = perf_counter(), process_time()
    if profiled:
        profile.enable()
    with books.hub.database.transaction() as connection:
        loaded = load_books(connection, ["demo"])["demo"]
        done = record_statement(
            connection, books.hub.ids, loaded, statement, mapping(), None, "bench", books.actor_id, now()
        )
    booking, processor = perf_counter() - began, process_time() - used
    if profiled:
        profile.disable()
        pstats.Stats(profile).sort_stats("cumtime").print_stats(45)
        pstats.Stats(profile).sort_stats("tottime").print_stats(30)
    matched = sum(b.outcome == "matched" for b in done.movements)
    return Run(size, reading, booking, processor, _floor(books, done.id), matched)


def _statement(books: Books, size: int, day: date) -> bytes:
    """A CAMT.053 of that many entries over invoices that are open."""
    with books.hub.database.reading() as connection:
        index = open_index(connection, books.id)
        wanted = [key for keys in index.by_relation.values() for key in keys if len(keys) == 1][:size]
        items = list(settling_items(connection, books.id, wanted).values())
    assert len(items) >= size * 8 // 10, "too few open items: raise --open"
    following = iter(items)
    total, made = Decimal(0), []
    for number in range(size):
        kind = number % 10
        item = next(following) if kind < 8 else None
        amount = item.expected if item else Decimal("-1.25")
        text = (
            f"Betreft factuur {item.number}, met dank"
            if item and kind < 6
            else "Kosten betalingsverkeer"
            if kind == 8
            else "?"
        )
        made.append(_entry(number, day, amount, _iban(item.relation) if item else "", text))
        total += amount
    return _document(day, total, "".join(made))


def _entry(number: int, day: date, amount: Decimal, iban: str, text: str) -> str:
    sign, party = ("CRDT", "Dbtr") if amount > 0 else ("DBIT", "Cdtr")
    return (
        f'<Ntry><Amt Ccy="EUR">{abs(amount)}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>'
        f"<ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{day:%y%j}{number:08d}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd>"
        f"<SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>"
        f"<RltdPties><{party}><Pty><Nm>Relatie {number} B.V.</Nm></Pty></{party}><{party}Acct><Id><IBAN>{iban}</IBAN></Id></{party}Acct>"
        f"</RltdPties><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )


def _document(day: date, total: Decimal, entries: str) -> bytes:
    def balance(kind: str, amount: Decimal) -> str:
        sign = "CRDT" if amount >= 0 else "DBIT"
        return (
            f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{abs(amount)}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
            f"<Dt><Dt>{day}</Dt></Dt></Bal>"
        )

    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id>'
        f"<IBAN>NL92RABO0000104711</IBAN></Id><Ccy>EUR</Ccy></Acct>{balance('OPBD', Decimal(0))}{balance('CLBD', total)}{entries}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _floor(books: Books, statement_id: int) -> float:
    """Seconds to insert the rows of this statement into bare tables."""
    bare = MetaData()
    copies = {
        table.name: Table(
            f"bare_{table.name}", bare, *(Column(c.name, c.type, nullable=c.nullable) for c in table.columns),
            PrimaryKeyConstraint(*(c.name for c in table.primary_key)),
        )
        for table in _TABLES
    }  # fmt: skip
    bare.create_all(books.hub.database.engine)
    with books.hub.database.reading() as connection:
        rows: list[tuple[Table, list[tuple[Any, ...]]]] = []
        payments = select(t.bank_statement_entry.c.payment_id).where(
            t.bank_statement_entry.c.statement_id == statement_id
        )
        entries = select(t.payment_entry.c.entry_id).where(t.payment_entry.c.payment_id.in_(payments))
        for table in _TABLES:
            key = {
                t.payment: t.payment.c.id.in_(payments), t.payment_entry: t.payment_entry.c.payment_id.in_(payments),
                t.bank_statement: t.bank_statement.c.id == statement_id,
                t.bank_statement_entry: t.bank_statement_entry.c.statement_id == statement_id, t.entry: t.entry.c.id.in_(entries),
            }.get(table)  # fmt: skip
            where = table.c.entry_id.in_(entries) if key is None else key
            rows.append((copies[table.name], [tuple(row) for row in connection.execute(select(table).where(where))]))
    with books.hub.database.transaction() as connection:
        for table, _ in rows:
            connection.execute(delete(table))
    began = perf_counter()
    with books.hub.database.transaction() as connection:
        for table, given in rows:
            insert_rows(connection, table, given)
    return perf_counter() - began


def page(runs: list[Run], open_items: int) -> str:
    """The figures as Markdown."""
    columns = (
        "entries", "settled", "read", "booked and matched", "our processor", "entries/s", "with reading: entries/s", "floor",
        "entries/s",
    )  # fmt: skip
    lines = [
        "# How fast bank statements are",
        "",
        f"Measured on {date.today()} by `python -m tests.bench.bank`, on {os.cpu_count()} cores that server and worker share, at a",
        f"load of {os.getloadavg()[0]:.1f}, in books with {open_items:,} open items; medians of {TIMES}. The goal is {GOAL:,} entries a",
        "second, booked and matched. *Our processor* is the time this process computed while booking; the *floor* inserts the same",
        "rows into bare tables.",
        "",
        f"| {' | '.join(columns)} |",
        f"|{'---:|' * len(columns)}",
    ]
    for run in runs:
        cells = (
            f"{run.entries:,}", f"{run.matched:,}", f"{run.reading:.2f} s", f"{run.booking:.2f} s", f"{run.processor:.2f} s",
            f"{run.entries / run.booking:,.0f}", f"{run.entries / (run.reading + run.booking):,.0f}", f"{run.floor:.2f} s",
            f"{run.entries / run.floor:,.0f}",
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
