"""The floor: parse, and insert the very same rows into bare copies of the tables, one transaction per batch.

Bare is: primary keys only, no guards, foreign keys or other indexes. Whoever keeps these rows does at least this. It is
measured twice: with the hub's own insert helper (COPY on PostgreSQL), and with plain multi-row INSERT … VALUES.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from time import perf_counter
from typing import Any

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, Select, Table, select

from hub.formats.content import Content
from hub.ports import Source
from hub.store import tables as t
from hub.store.database import Database
from hub.store.rows import insert_rows

Rows = list[tuple[Table, list[tuple[Any, ...]]]]
_BY_MESSAGE = (t.inbox, t.message, t.document, t.finding, t.bank_statement)
_BY_ENTRY = (t.open_item, t.posting, t.vat_line, t.entry_facts)
_OF_BANK = (t.bank_statement_entry, t.payment, t.payment_entry)
_MOST = 60_000  # parameters of one statement; PostgreSQL takes 65,535
_bare = MetaData()


def _copy(table: Table, prefix: str) -> Table:
    columns = [Column(c.name, c.type, nullable=c.nullable) for c in table.columns]
    return Table(f"{prefix}_{table.name}", _bare, *columns, PrimaryKeyConstraint(*(c.name for c in table.primary_key)))


_COPIED = (*_BY_MESSAGE, *_BY_ENTRY, *_OF_BANK, t.entry, t.original, t.attachment, t.open_item_block)
_BARE = {table.name: _copy(table, "bare") for table in _COPIED}
_PLAIN = {f"bare_{table.name}": _copy(table, "plain") for table in _COPIED}


def make_tables(database: Database) -> None:
    """Create the bare copies, unless they are there."""
    _bare.create_all(database.engine)


def rows_of(connection: Connection, uids: Sequence[str], *, arrived: bool = True) -> Rows:
    """Everything that was recorded for these messages, per bare table; without `arrived` not what was stored as they came in."""
    found = [_rows(connection, table, select(table).where(_uid(table).in_(uids))) for table in _BY_MESSAGE]
    documents = select(t.document.c.id).where(t.document.c.message_uid.in_(uids))
    statements = select(t.bank_statement.c.id).where(t.bank_statement.c.message_uid.in_(uids))
    told = select(t.bank_statement_entry).where(t.bank_statement_entry.c.statement_id.in_(statements))
    payments = told.with_only_columns(t.bank_statement_entry.c.payment_id)
    booked = select(t.payment_entry).where(t.payment_entry.c.payment_id.in_(payments))
    theirs = booked.with_only_columns(t.payment_entry.c.entry_id)
    entries = select(t.entry.c.id).where(t.entry.c.message_uid.in_(uids) | t.entry.c.id.in_(theirs))
    items = select(t.open_item.c.id).where(t.open_item.c.entry_id.in_(entries))
    hashes = select(t.message.c.sha256).where(t.message.c.uid.in_(uids))
    of_bank = (told, select(t.payment).where(t.payment.c.id.in_(payments)), booked)
    found += [_rows(connection, table, query) for table, query in zip(_OF_BANK, of_bank, strict=True)]
    found.append(_rows(connection, t.entry, select(t.entry).where(t.entry.c.id.in_(entries))))
    found += [_rows(connection, table, select(table).where(table.c.entry_id.in_(entries))) for table in _BY_ENTRY]
    blocks = select(t.open_item_block).where(t.open_item_block.c.open_item_id.in_(items))
    found.append(_rows(connection, t.open_item_block, blocks))
    found.append(_rows(connection, t.attachment, select(t.attachment).where(t.attachment.c.document_id.in_(documents))))
    found.append(_rows(connection, t.original, select(t.original).where(t.original.c.sha256.in_(hashes))))
    before = () if arrived else (_BARE["message"], _BARE["original"])
    return [(table, rows) for table, rows in found if rows and table not in before]


def _uid(table: Table) -> Column[Any]:
    return table.c.uid if table is t.message else table.c.message_uid


def _rows(connection: Connection, table: Table, query: Select[Any]) -> tuple[Table, list[tuple[Any, ...]]]:
    return _BARE[table.name], [tuple(row) for row in connection.execute(query)]


def parse(bodies: Sequence[bytes], source: Source) -> float:
    """Seconds to parse these and to read them into the model."""
    begin = perf_counter()
    for body in bodies:
        source.read(Content(body))
    return perf_counter() - begin


def insert(database: Database, rows: Rows) -> float:
    """Seconds to insert these in one transaction, with the hub's helper."""
    begin = perf_counter()
    with database.transaction() as connection:
        for table, of_table in rows:
            insert_rows(connection, table, of_table)
    return perf_counter() - begin


def insert_plainly(database: Database, rows: Rows) -> float:
    """Seconds to insert these in one transaction, one INSERT … VALUES (…), (…) for each table, or a few where it is full."""
    begin = perf_counter()
    with database.transaction() as connection:
        mark = "?" if database.is_sqlite else "%s"
        for table, of_table in rows:
            most = _MOST // len(table.columns)
            for part in (of_table[start : start + most] for start in range(0, len(of_table), most)):
                values = ", ".join([f"({', '.join([mark] * len(table.columns))})"] * len(part))
                given = tuple(_plain(value) if database.is_sqlite else value for row in part for value in row)
                connection.exec_driver_sql(f"INSERT INTO {_PLAIN[table.name].name} VALUES {values}", given)
    return perf_counter() - begin


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, date) else value
