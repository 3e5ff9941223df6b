"""Taking over an audit file: an administration, its relations and every entry, in one transaction, in order of date.

Open items get their keys before they are booked, so that entries go in by the batch although later ones settle
what earlier ones opened. When all is in, the balance of every account is compared with the file, to the cent.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from sqlalchemy import Connection, case, func, insert, select

from hub.accounting.takeover import PlannedLine, Takeover
from hub.errors import Bug, Conflict
from hub.model.administration import Administration
from hub.model.audit_file import AuditBooks, AuditTransaction, ControlSide
from hub.model.money import from_minor, money_text
from hub.store import tables as t
from hub.store.administrations import Books, load_books, save_administration
from hub.store.ids import Ids
from hub.store.import_writer import Planned, Progress, Source, Taken, TransactionWriter


def keys_needed(books: AuditBooks, administration: Administration) -> int:
    """How many keys to reserve before the transaction: at most what everything in the file can need."""
    relations = len(books.relations) + len(administration.accounts)
    master = len(administration.accounts) + len(administration.vat_codes) + len(administration.journals)
    years = books.header.last.year - books.header.first.year + 2
    return (
        4 * relations + master + 13 * years + books.transactions + 2 * books.lines + 2 * len(books.opening_items) + 2000
    )


def open_year(connection: Connection, code: str, first: date) -> Books | None:
    """The administration when it exists and may take this year. Raises `Conflict` when something is booked in or after it."""
    known = load_books(connection, [code]).get(code)
    if known is None:
        return None
    e = t.entry
    later = select(e.c.id).where(e.c.administration_id == known.id, e.c.booking_date >= first).limit(1)
    if connection.execute(later).first() is not None:
        raise Conflict(
            f"administration {code} has bookings on or after {first}: import years in their order, or name another one"
        )
    return known


def take_over(
    connection: Connection,
    ids: Ids,
    administration: Administration,
    books: AuditBooks,
    sides: Mapping[str, ControlSide],
    transactions: Iterable[AuditTransaction],
    source: Source,
    actor_id: int,
    at: datetime,
    progress: Progress | None = None,
) -> Taken:
    """Book everything, within the caller's transaction, which is to be rolled back when a finding is fatal.

    Raises `Conflict` for a year that cannot be taken any more, and `Bug` when the balances are not those of the file.
    """
    known = open_year(connection, administration.code, books.header.first)
    save_administration(connection, ids, administration, actor_id, at)
    loaded = load_books(connection, [administration.code])[administration.code]
    done = Taken(administration.code, known is None)
    writer = TransactionWriter(connection, ids, loaded, books, sides, source, actor_id, at, done)
    writer.add_relations()
    derived = balances_before(connection, loaded, books.header.first) if known is not None else {}
    takeover = Takeover(books, sides, derived)
    if known is not None:
        writer.add_known_items(takeover)
    opening = takeover.opening()
    if any(finding.fatal for finding in takeover.findings()):
        done.findings += takeover.findings()
        return done
    writer.book_all(_planned(takeover, books, opening, transactions), progress or _silent)
    done.open_items = takeover.items.count
    done.findings += takeover.findings()
    _compare(connection, loaded, books, takeover)
    _note(connection, ids, loaded.id, source, done, actor_id, at)
    return done


def _silent(_entries: int) -> None:
    """Nobody is watching."""


def _planned(
    takeover: Takeover, books: AuditBooks, opening: list[PlannedLine], transactions: Iterable[AuditTransaction]
) -> Iterator[Planned]:
    """The opening balance on the first day, then everything in order of date."""
    if opening:
        header = books.header
        yield AuditTransaction("", header.fiscal_year, header.first, "0", "Beginbalans", "", ()), opening
    for transaction in transactions:
        if planned := takeover.entry(transaction):
            yield transaction, planned


def balances_before(connection: Connection, loaded: Books, first: date) -> dict[str, int]:
    """What earlier years give for the first morning, per account, in cents."""
    p, a = t.posting, t.account
    balance = func.sum(case((p.c.side == "debit", p.c.base_amount), else_=-p.c.base_amount))
    query = (
        select(a.c.code, a.c.kind, balance.label("balance"))
        .join(p, (p.c.administration_id == a.c.administration_id) & (p.c.account_id == a.c.id))
        .where(a.c.administration_id == loaded.id, p.c.booking_date < first)
        .group_by(a.c.code, a.c.kind)
    )
    found: dict[str, int] = {}
    retained = loaded.snapshot.accounts_named.get("retained_earnings", "")
    for row in connection.execute(query):
        code = row.code if row.kind == "balance" else retained
        found[code] = found.get(code, 0) + int(row.balance)
    return {code: balance for code, balance in found.items() if balance}


def control_balances(connection: Connection, code: str) -> dict[str, str]:
    """What debtors owe us and what we owe creditors, as amounts."""
    loaded = load_books(connection, [code])[code]
    p, a = t.posting, t.account
    balance = func.sum(case((p.c.side == "debit", p.c.base_amount), else_=-p.c.base_amount))
    query = (
        select(a.c.control, balance.label("balance"))
        .join(p, (p.c.administration_id == a.c.administration_id) & (p.c.account_id == a.c.id))
        .where(a.c.administration_id == loaded.id, a.c.control != "")
        .group_by(a.c.control)
    )
    found = {row.control: int(row.balance) for row in connection.execute(query)}
    currency = loaded.snapshot.currency
    signed = (("receivable", found.get("receivable", 0)), ("payable", -found.get("payable", 0)))
    return {side: money_text(from_minor(cents, currency), currency) for side, cents in signed}


def _compare(connection: Connection, loaded: Books, books: AuditBooks, takeover: Takeover) -> None:
    """Every account of the year must have what the file books on it."""
    header, p, a = books.header, t.posting, t.account
    expected = {code: use.cents for code, use in books.usage.items()}
    if books.opening_twice:
        for _, code, cents in books.opening:
            expected[code] = expected.get(code, 0) - cents
    for _, code, cents in books.opening:
        expected[code] = expected.get(code, 0) + cents
    for code, cents in takeover.derived.items():
        expected[code] = expected.get(code, 0) - cents
    balance = func.sum(case((p.c.side == "debit", p.c.base_amount), else_=-p.c.base_amount))
    query = (
        select(a.c.code, balance.label("balance"))
        .join(p, (p.c.administration_id == a.c.administration_id) & (p.c.account_id == a.c.id))
        .where(a.c.administration_id == loaded.id, p.c.booking_date >= header.first)
        .group_by(a.c.code)
    )
    found = {row.code: int(row.balance) for row in connection.execute(query)}
    wrong = sorted(code for code in {*expected, *found} if expected.get(code, 0) != found.get(code, 0))
    if wrong:
        raise Bug(
            f"account {wrong[0]} would be {found.get(wrong[0], 0)} cents, the file says {expected.get(wrong[0], 0)}"
        )


def _note(
    connection: Connection, ids: Ids, administration_id: int, source: Source, done: Taken, actor_id: int, at: datetime
) -> None:
    details = {"sha256": source.sha256, "entries": done.entries, "lines": done.lines, "relations": done.relations}
    connection.execute(
        insert(t.activity).values(
            administration_id=administration_id, id=ids.take(), at=at, actor_id=actor_id, what="audit_file.imported",
            subject=source.name, details=json.dumps(details),
        )
    )  # fmt: skip
