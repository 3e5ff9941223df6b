"""Ledger accounts from a table: the chart with what is new and changed, as one new snapshot."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, select

from hub.model.administration import Account
from hub.model.finding import Finding
from hub.store import tables as t
from hub.store.administrations import Books, save_administration
from hub.store.ids import Ids
from hub.store.master_rows import Judged

FIELDS = ("name", "name_en", "rgs", "kind", "side", "control", "open_to_documents", "deduction_percentage")
_RGS = re.compile(r"[BW]([A-Z][a-z0-9]{2}){2,4}")
_FIXED = ("kind", "control")  # of an account that something is booked on


def judge_accounts(connection: Connection, books: Books, rows: Sequence[Judged]) -> None:
    """Give every row its outcome."""
    used = _used(connection, books)
    for row in rows:
        row.key = str(row.values.get("code", ""))
        before = books.snapshot.accounts.get(row.key)
        if row.findings:
            row.outcome = "failed"
            continue
        made = _made(row.values, before)
        row.draft = made
        row.findings += _wrong(row, made, before, used, books)
        row.changes = _changes(before, made)
        row.outcome = "failed" if row.findings else "new" if before is None else "changed" if row.changes else "same"


def apply_accounts(
    connection: Connection, ids: Ids, books: Books, rows: Iterable[Judged], actor_id: int, at: datetime
) -> None:
    """Put the chart with the new and changed accounts in force."""
    made = {row.key: row for row in rows if row.outcome in ("new", "changed")}
    if not made:
        return
    accounts = {**books.snapshot.accounts, **{code: row.draft for code, row in made.items()}}
    save_administration(connection, ids, replace(books.snapshot, accounts=dict(sorted(accounts.items()))), actor_id, at)
    values = [
        {
            "administration_id": books.id, "id": ids.take(), "at": at, "actor_id": actor_id, "what": f"account.{row.outcome}",
            "subject": code, "details": json.dumps(row.changes, default=str, ensure_ascii=False),
        }
        for code, row in made.items()
    ]  # fmt: skip
    connection.execute(insert(t.activity), values)


def _used(connection: Connection, books: Books) -> set[str]:
    a, p = t.account, t.posting
    booked = select(p.c.account_id).where(p.c.administration_id == books.id, p.c.account_id == a.c.id).exists()
    query = select(a.c.code).where(a.c.administration_id == books.id, booked)
    return set(connection.execute(query).scalars())


def _made(given: Mapping[str, Any], before: Account | None) -> Account:
    values = {name: given[name] for name in FIELDS if name in given}
    if before is not None:
        return replace(before, **values)
    rgs = values.get("rgs", "")
    kind = values.get("kind") or ("profit_loss" if rgs.startswith("W") else "balance" if rgs else "")
    values["kind"] = kind
    values.setdefault("side", "debit")
    return Account(code=given["code"], **values)


def _wrong(row: Judged, made: Account, before: Account | None, used: set[str], books: Books) -> Iterable[Finding]:
    if made.rgs and not _RGS.fullmatch(made.rgs):
        yield row.located("HUB-TAB-15", "rgs", made.rgs, "BLimBanRba, WOmzNohOlh …")
    if not made.kind:
        yield row.located("HUB-TAB-10", "kind", "", "balance, profit_loss")
    elif made.rgs and (made.rgs[0] == "B") != (made.kind == "balance"):
        yield row.located("HUB-TAB-15", "rgs", made.rgs, "B… (balance), W… (profit_loss)")
    if made.control and made.kind != "balance":
        yield row.located("HUB-TAB-15", "control", made.control, "balance")
    if not Decimal(0) <= made.deduction_percentage <= 100:
        yield row.located("HUB-TAB-09", "deduction_percentage", str(made.deduction_percentage), "0 … 100")
    if before is not None and made.code in used:
        for name in _FIXED:
            if getattr(made, name) != getattr(before, name):
                yield row.located("HUB-TAB-26", name, str(getattr(made, name)), str(getattr(before, name)) or "-")
    lost = made.code.isdigit() and before is None
    longer = next(
        (code for code in books.accounts if lost and code != made.code and code.lstrip("0") == made.code.lstrip("0")),
        "",
    )
    if longer:
        yield row.located("HUB-TAB-14", "code", made.code, longer)


def _changes(before: Account | None, made: Account) -> dict[str, list[Any]]:
    found = {}
    for name in FIELDS:
        was, now = None if before is None else getattr(before, name), getattr(made, name)
        if was != now and not (before is None and now in ("", False)):
            found[name] = [None if was is None else str(was), str(now)]
    return found
