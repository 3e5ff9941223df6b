"""Books of any size, filled by the database itself: invoices, part payments and payments over 20,000 relations."""

from __future__ import annotations

from sqlalchemy import Connection, text

from hub.bootstrap import Hub
from hub.store import tables as t
from hub.store.years import ensure_years

RELATIONS = 20_000
FIRST_KEY = 10**9  # far above what the hub has given out
_STEP = 10**8  # between relations, invoices and payments
SETTLED, PARTLY = 5, 10  # every fifth invoice more is paid in full, every tenth open one in part


def fill(hub: Hub, administration_id: int, open_items: int) -> dict[str, int]:
    """Books with this many open items, half of them debtors', and invoices beside them that are paid; counts of rows.

    The structure is the product's own, guards and all; only the filling goes past them, as what it adds up to is known.
    """
    hub.ids.reserve(100)
    with hub.database.transaction() as connection:
        years = ensure_years(connection, hub.ids, [(administration_id, 2026)])
        year_id = years[administration_id, 2026][0]
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # no triggers, no foreign keys
        known = _known(connection, administration_id, year_id)
        invoices = open_items * (SETTLED + 1) // SETTLED
        known |= {"relations": RELATIONS, "open": open_items, "invoices": invoices, "partly": open_items // PARTLY}
        for statement in (_RELATIONS, _INVOICES, _ITEMS, _POSTINGS, _PAYMENTS, _PAID):
            connection.execute(text(statement), known)
        counted = {
            table.name: int(connection.execute(text(f"SELECT COUNT(*) FROM {table.name}")).scalar_one())
            for table in (t.relation, t.open_item, t.entry, t.posting)
        }
    with hub.database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))
    return counted


def _known(connection: Connection, administration_id: int, year_id: int) -> dict[str, int]:
    """Everything that the rows refer to."""
    named = {
        "journal": "SELECT id FROM journal WHERE administration_id = :a AND code = 'INK'",
        "bank_journal": "SELECT id FROM journal WHERE administration_id = :a AND code = 'MEM'",
        "period": "SELECT MIN(id) FROM period WHERE administration_id = :a",
        "actor": "SELECT MIN(id) FROM app_user",
        "cost": "SELECT id FROM account WHERE administration_id = :a AND code = '4990'",
        "vat": "SELECT id FROM account WHERE administration_id = :a AND code = '1520'",
        "bank": "SELECT id FROM account WHERE administration_id = :a AND code = '1100'",
        "payable": "SELECT id FROM account WHERE administration_id = :a AND code = '1600'",
        "receivable": "SELECT id FROM account WHERE administration_id = :a AND code = '1300'",
    }
    found = {name: connection.execute(text(query), {"a": administration_id}).scalar() for name, query in named.items()}
    missing = [name for name, value in found.items() if value is None]
    if missing:
        raise SystemExit(f"the starter has no {missing}")
    return {name: int(str(value)) for name, value in found.items()} | {
        "a": administration_id, "year": year_id, "r0": FIRST_KEY, "i0": FIRST_KEY + _STEP, "p0": FIRST_KEY + 2 * _STEP,
    }  # fmt: skip


_RELATIONS = """
    INSERT INTO relation (administration_id, id, code, key, name, name_key, country, settings, created_at, created_by)
    SELECT :a, :r0 + n, 'B' || lpad(n::text, 6, '0'), 'bench:' || n, 'Relation ' || n, 'relation' || n, 'NL', '{}', now(), :actor
    FROM generate_series(0, :relations - 1) n"""
# Invoice n: booked on day n mod 300 of 2026, due after 14 to 90 days, of 10.00 to 1,009.99; the last ones are paid in full.
_DAY = "DATE '2026-01-01' + (n * 7 % 300)::int"
_DUE = f"({_DAY} + 14 + (n % 77)::int)"
_NET = "(1000 + n * 37 % 100000)"
_INVOICES = f"""
    INSERT INTO entry (administration_id, id, journal_id, fiscal_year_id, period_id, number, booking_date, posted_at, actor_id,
      description, posting_count, digest)
    SELECT :a, :i0 + n, :journal, :year, :period, n + 1, {_DAY}, ({_DAY})::timestamptz + interval '26 hours', :actor,
      'invoice ' || n, 3, repeat('0', 64) FROM generate_series(0, :invoices - 1) n"""
_ITEMS = f"""
    INSERT INTO open_item (administration_id, id, entry_id, relation_id, side, part, number, invoice_date, due_date, currency,
      iban, payment_reference)
    SELECT :a, :i0 + n, :i0 + n, :r0 + n % :relations, CASE WHEN n % 2 = 0 THEN 'receivable' ELSE 'payable' END, 'normal',
      'F' || n, {_DAY}, {_DUE}, 'EUR', '', '' FROM generate_series(0, :invoices - 1) n"""
_POSTINGS = f"""
    INSERT INTO posting (administration_id, entry_id, line, account_id, side, amount, currency, base_amount, vat_code, cost_center,
      project, relation_id, open_item_id, booking_date, posted_at, falls_due)
    SELECT :a, :i0 + n, line,
      CASE line WHEN 0 THEN :cost WHEN 1 THEN :vat ELSE CASE WHEN n % 2 = 0 THEN :receivable ELSE :payable END END,
      CASE WHEN (line = 2) = (n % 2 = 0) THEN 'debit' ELSE 'credit' END,
      x.amount, 'EUR', x.amount, '', '', '', CASE line WHEN 2 THEN :r0 + n % :relations END, CASE line WHEN 2 THEN :i0 + n END,
      {_DAY}, CASE line WHEN 2 THEN ({_DAY})::timestamptz + interval '26 hours' END, CASE line WHEN 2 THEN {_DUE} END
    FROM generate_series(0, :invoices - 1) n, generate_series(0, 2) line,
      LATERAL (SELECT CASE line WHEN 0 THEN {_NET} WHEN 1 THEN {_NET} * 21 / 100 ELSE {_NET} + {_NET} * 21 / 100 END AS amount) x"""
# Payments: of the invoices above `open` the whole amount, of the first `partly` ones half of it; thirty days after the booking.
_WHICH = "(n < :partly OR n >= :open)"
_PAYMENTS = f"""
    INSERT INTO entry (administration_id, id, journal_id, fiscal_year_id, period_id, number, booking_date, posted_at, actor_id,
      description, posting_count, digest)
    SELECT :a, :p0 + n, :bank_journal, :year, :period, n + 1, {_DAY} + 30, ({_DAY} + 31)::timestamptz, :actor,
      'payment ' || n, 2, repeat('0', 64) FROM generate_series(0, :invoices - 1) n WHERE {_WHICH}"""
_PAID = f"""
    INSERT INTO posting (administration_id, entry_id, line, account_id, side, amount, currency, base_amount, vat_code, cost_center,
      project, relation_id, open_item_id, booking_date, posted_at, falls_due)
    SELECT :a, :p0 + n, line, CASE line WHEN 0 THEN :bank WHEN 1 THEN CASE WHEN n % 2 = 0 THEN :receivable ELSE :payable END END,
      CASE WHEN (line = 0) = (n % 2 = 0) THEN 'debit' ELSE 'credit' END,
      x.amount, 'EUR', x.amount, '', '', '', CASE line WHEN 1 THEN :r0 + n % :relations END, CASE line WHEN 1 THEN :i0 + n END,
      {_DAY} + 30, CASE line WHEN 1 THEN ({_DAY} + 31)::timestamptz END, CASE line WHEN 1 THEN {_DUE} END
    FROM generate_series(0, :invoices - 1) n, generate_series(0, 1) line,
      LATERAL (SELECT CASE WHEN n >= :open THEN {_NET} + {_NET} * 21 / 100 ELSE {_NET} / 2 END AS amount) x WHERE {_WHICH}"""
