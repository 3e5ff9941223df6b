"""Books of debtors who pay late, on either engine: invoices, part payments, cards, addresses, and reminders of the past."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, text

from hub.bootstrap import Hub
from hub.store import tables as t
from hub.store.rows import insert_rows
from hub.store.years import ensure_years

TODAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FIRST = 10**9  # far above what the hub has given out
NAMES = ("reminder", "second_reminder", "fourteen_days")
PAID_IN_PART = 10  # every tenth invoice


def fill(hub: Hub, administration_id: int, actor_id: int, items: int, debtors: int) -> None:
    """So many overdue items, of consumers and businesses in turn, spread over all levels of the shipped policies."""
    hub.ids.reserve(100)
    with hub.database.transaction() as connection:
        year_id = ensure_years(connection, hub.ids, [(administration_id, 2026)])[administration_id, 2026][0]
        known = _known(connection, administration_id) | {"year": year_id, "actor": actor_id, "a": administration_id}
        _put(connection, t.relation, [_relation(known, n) for n in range(debtors)])
        _put(connection, t.relation_card, [_card(known, n) for n in range(debtors)])
        _put(connection, t.relation_address, [_address(known, n) for n in range(debtors)])
        _ledger(connection, known, items, debtors)
        _past(connection, known, items, debtors)
        _bank(connection, known)
    with hub.database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("ANALYZE"))


def _known(connection: Connection, administration_id: int) -> dict[str, Any]:
    named = {
        "journal": "SELECT id FROM journal WHERE administration_id = :a AND code = 'MEM'",
        "debtors": "SELECT id FROM account WHERE administration_id = :a AND code = '1300'",
        "revenue": "SELECT id FROM account WHERE administration_id = :a AND code = '8000'",
        "bank": "SELECT id FROM account WHERE administration_id = :a AND code = '1100'",
    }
    found = {name: int(connection.execute(text(q), {"a": administration_id}).scalar_one()) for name, q in named.items()}
    periods = connection.execute(
        text("SELECT id, first_day, last_day FROM period WHERE administration_id = :a"), {"a": administration_id}
    )
    return {**found, "periods": [(int(i), _date(first), _date(last)) for i, first, last in periods]}


def _date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _put(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Rows by name of column; what is not named is null."""
    names = [column.name for column in table.columns]
    insert_rows(connection, table, [tuple(row.get(name) for name in names) for row in rows])


def _relation(known: dict[str, Any], n: int) -> dict[str, Any]:
    return {
        "administration_id": known["a"], "id": FIRST + n, "code": f"B{n:06}", "key": f"bench:{n}", "name": f"Debiteur {n} B.V.",
        "name_key": f"debiteur{n}", "country": "NL", "settings": "{}", "created_at": AT, "created_by": known["actor"], "version": 0,
        "watched": False,
    }  # fmt: skip


def _card(known: dict[str, Any], n: int) -> dict[str, Any]:
    return {
        "administration_id": known["a"], "relation_id": FIRST + n, "debtor": True, "creditor": False, "prospect": False,
        "customer_type": "business" if n % 2 else "consumer", "body": json.dumps({"email": f"debiteur{n}@example.org"}),
    }  # fmt: skip


def _address(known: dict[str, Any], n: int) -> dict[str, Any]:
    return {
        "administration_id": known["a"], "id": FIRST + 10**7 + n, "relation_id": FIRST + n, "kind": "visit",
        "line_1": f"Dorpsstraat {n}", "line_2": "", "line_3": "", "postcode": "3511 AA", "city": "Utrecht", "subdivision": "",
        "country": "NL", "created_at": AT,
    }  # fmt: skip


def _due(n: int) -> date:
    return TODAY - timedelta(days=40 + n % 100)


def _amount(n: int) -> int:
    return 2_000 + n * 37 % 100_000


def _ledger(connection: Connection, known: dict[str, Any], items: int, debtors: int) -> None:
    postings, opened, entries = [], [], []
    for n in range(items):
        due, key = _due(n), FIRST + 10**8 + n
        day = due - timedelta(days=14)
        opened.append({
            "administration_id": known["a"], "id": key, "entry_id": key, "relation_id": FIRST + n % debtors, "side": "receivable",
            "part": "normal", "number": f"F{n}", "invoice_date": day, "due_date": due, "currency": "EUR", "iban": "",
            "payment_reference": "",
        })  # fmt: skip
        postings += _postings(known, key, key, n % debtors, day, due, _amount(n), "debit", "revenue")
        entries.append(_entry(known, key, n + 1, day))
        if n % PAID_IN_PART == 0:
            paid = key + 10**7
            postings += _postings(known, paid, key, n % debtors, due, due, _amount(n) // 2, "credit", "bank")
            entries.append(_entry(known, paid, items + n + 1, due))
    _put(connection, t.open_item, opened)
    _put(connection, t.posting, postings)
    _put(connection, t.entry, entries)


def _postings(
    known: dict[str, Any], entry: int, item: int, debtor: int, day: date, due: date, amount: int, side: str, other: str
) -> list[dict[str, Any]]:  # fmt: skip
    same = {
        "administration_id": known["a"], "entry_id": entry, "amount": amount, "currency": "EUR", "base_amount": amount, "vat_code": "",
        "cost_center": "", "project": "", "booking_date": day,
    }  # fmt: skip
    mine = {
        "line": 0,
        "account_id": known["debtors"],
        "side": side,
        "relation_id": FIRST + debtor,
        "open_item_id": item,
    }
    opposite = "credit" if side == "debit" else "debit"
    return [
        {**same, **mine, "posted_at": AT, "falls_due": due},
        {**same, "line": 1, "account_id": known[other], "side": opposite},
    ]


def _entry(known: dict[str, Any], key: int, number: int, day: date) -> dict[str, Any]:
    period = next(i for i, first, last in known["periods"] if first <= day <= last)
    return {
        "administration_id": known["a"], "id": key, "journal_id": known["journal"], "fiscal_year_id": known["year"],
        "period_id": period, "number": number, "booking_date": day, "posted_at": AT, "actor_id": known["actor"], "description": "",
        "posting_count": 2, "digest": "0" * 64,
    }  # fmt: skip


def _past(connection: Connection, known: dict[str, Any], items: int, debtors: int) -> None:
    """Of a quarter of the debtors nothing was sent, of the others one, two or three levels, twenty-five days apart."""
    runs, reminders, parts = [], [], []
    for level, name in enumerate(NAMES):
        run, on = FIRST + 2 * 10**8 + level, TODAY - timedelta(days=80 - 25 * level)
        runs.append({
            "administration_id": known["a"], "id": run, "number": level + 1, "as_of": on, "state": "sent", "rules_version": "",
            "rested": "{}", "created_at": AT, "created_by": known["actor"],
        })  # fmt: skip
        for debtor in (d for d in range(debtors) if d // 2 % 4 > level):
            key = run + (level + 1) * 10**7 + debtor
            mine = range(debtor, items, debtors)
            level_name = "call" if debtor % 2 and name == "fourteen_days" else name
            kind = {"call": "call", "fourteen_days": "fourteen_days"}.get(level_name, "reminder")
            total = sum(_amount(n) for n in mine)
            reminders.append({
                "administration_id": known["a"], "id": key, "run_id": run, "position": debtor + 1, "relation_id": FIRST + debtor,
                "reference": f"H-{level + 1}-{debtor + 1}", "level": level_name, "kind": kind, "channel": "letter", "language": "nl",
                "recipient": "", "currency": "EUR", "principal": total, "interest": 0, "costs": max(total * 15 // 100, 4000), "vat": 0,
                "state": "called" if kind == "call" else "printed", "reason": "", "body": b"", "dispatch_uid": "", "sent_on": on,
                "proof": "", "changed_at": AT, "changed_by": known["actor"],
            })  # fmt: skip
            parts += [
                {"administration_id": known["a"], "reminder_id": key, "open_item_id": FIRST + 10**8 + n, "level": level_name,
                 "kind": kind, "outstanding": _amount(n), "interest": 0, "claim": f"{FIRST + 10**8 + n}:{level_name}"}
                for n in mine
            ]  # fmt: skip
    _put(connection, t.dunning_run, runs)
    _put(connection, t.reminder, reminders)
    _put(connection, t.reminder_item, parts)


def _bank(connection: Connection, known: dict[str, Any]) -> None:
    _put(connection, t.bank_statement, [{
        "administration_id": known["a"], "id": FIRST + 5 * 10**8, "account_id": known["bank"], "number": "1", "sequence": 0,
        "format": "camt.053", "currency": "EUR", "closing": 0, "closing_date": TODAY, "page": False, "lines": 0, "gap": 0,
        "message_uid": "", "at": AT, "actor_id": known["actor"],
    }])  # fmt: skip
