"""The invariants that look inside: originals, chart snapshots, seals, and the reports themselves on past dates."""

from __future__ import annotations

import hashlib
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, func, select

from hub.model.administration import Administration
from hub.reports.ageing import ageing
from hub.reports.open_items import Which
from hub.reports.sealed import sealed_pages
from hub.reports.verify_result import Tally
from hub.store import tables as t
from hub.store.administrations import snapshot_of, snapshot_text

Progress = Callable[[int], None]
_ORIGINALS = 50  # bodies that are held at a time
_REPORT_DATES = 5


def unpacked(body: bytes, sha256: str) -> bytes | None:
    """The bytes of an original, or None when they are not what was received."""
    try:
        data = zlib.decompress(body)
    except zlib.error:
        return None
    return data if hashlib.sha256(data).hexdigest() == sha256 else None


def check_originals(
    connection: Connection, administration_id: int, tally: Tally, where: str, progress: Progress
) -> None:
    """Every byte that was received is still what it was."""
    o = t.original
    after = ""
    query = (
        select(o.c.sha256, o.c.body, o.c.size).where(o.c.administration_id == administration_id).order_by(o.c.sha256)
    )
    while page := connection.execute(query.where(o.c.sha256 > after).limit(_ORIGINALS)).all():
        for row in page:
            data = unpacked(row.body, row.sha256)
            wrong = data is None or len(data) != row.size
            tally.add([f"original {row.sha256[:16]}… was changed"] if wrong else (), where=where)
        after = page[-1].sha256
        progress(len(page))


def check_seals(connection: Connection, administration_id: int, tally: Tally, where: str, progress: Progress) -> None:
    """Every entry, with its postings, VAT lines, open items, facts and decisions, is as it was sealed."""
    for page in sealed_pages(connection, administration_id):
        for entry in page:
            broken = entry.digest() != entry.header.digest
            tally.add([f"{entry.name}: something of it was changed after it was sealed"] if broken else (), where=where)
        progress(len(page))


def check_charts(connection: Connection, administration_id: int, tally: Tally, where: str, _progress: Progress) -> None:
    """Every snapshot is as it was kept, and the one in force is what the tables of accounts and codes say."""
    for table in (t.chart, t.source_mapping):
        mine = select(table.c.hash).where(table.c.administration_id == administration_id).order_by(table.c.hash)
        for hash_ in connection.execute(mine).scalars().all():
            tally.add(_snapshot_failures(connection, administration_id, hash_, table), where=where)
    head = connection.execute(select(t.administration).where(t.administration.c.id == administration_id)).one()
    try:
        snapshot = snapshot_of(connection, administration_id, head.chart_hash)
    except Exception:
        tally.add(["the chart in force cannot be read"], where=where)
        return
    if (head.code, head.name, head.currency) != (snapshot.code, snapshot.name, snapshot.currency):
        tally.add(["code, name or currency differ from the chart in force"], where=where)
    tally.add(_table_failures(connection, administration_id, snapshot), where=where)


def _snapshot_failures(connection: Connection, administration_id: int, hash_: str, table: Table) -> list[str]:
    try:
        snapshot_text(connection, administration_id, hash_, table)
    except Exception as error:  # whatever a changed body makes of itself
        return [f"{table.name} {hash_[:12]}: {error}"]
    return []


def _table_failures(connection: Connection, administration_id: int, snapshot: Administration) -> Iterator[str]:
    """Rows that entries point at must mean what the snapshot says."""
    accounts = {
        a.code: (a.name, a.name_en, a.rgs, a.kind, a.side, a.control) for a in snapshot.accounts.values()
    }  # fmt: skip
    codes = {
        (c.code, c.valid_from): (c.direction, c.category, None if c.rate is None else str(c.rate), c.valid_to,
                                 c.box_base, c.box_due, c.box_input)
        for c in snapshot.vat_codes
    }  # fmt: skip
    journals = {j.code: (j.name, j.kind) for j in snapshot.journals}
    a, v, j = t.account.c, t.vat_code.c, t.journal.c
    yield from _differing(connection, administration_id, "account", (a.code,),
                          (a.name, a.name_en, a.rgs, a.kind, a.side, a.control), accounts)  # fmt: skip
    yield from _differing(connection, administration_id, "VAT code", (v.code, v.valid_from),
                          (v.direction, v.category, v.rate, v.valid_to, v.box_base, v.box_due, v.box_input), codes)  # fmt: skip
    yield from _differing(connection, administration_id, "journal", (j.code,), (j.name, j.kind), journals)


def _differing(
    connection: Connection, administration_id: int, what: str, key: tuple[Any, ...], columns: tuple[Any, ...],
    wanted: dict[Any, tuple[Any, ...]],
) -> Iterator[str]:  # fmt: skip
    table = key[0].table
    found = {}
    for row in connection.execute(select(*key, *columns).where(table.c.administration_id == administration_id)):
        found[row[0] if len(key) == 1 else tuple(row[: len(key)])] = tuple(row[len(key) :])
    for name, expected in wanted.items():
        if found.get(name) != expected:
            shown = name[0] if isinstance(name, tuple) else name
            yield f"{what} {shown} differs from the chart in force"


def check_ageing(connection: Connection, administration_id: int, tally: Tally, where: str, progress: Progress) -> None:
    """The ageing report itself, run on past dates: its total must be the control account's balance."""
    sides: tuple[Which, ...] = ("receivable", "payable", "both")
    for day in _report_dates(connection, administration_id):
        for side in sides:
            (last,) = deque(ageing(connection, administration_id, side=side, as_of=day), maxlen=1)
            tied = last["total"] == last["control_account"]
            tally.add([] if tied else [f"{side} on {day}: out by {last['difference']}"], where=where)
        progress(1)


def _report_dates(connection: Connection, administration_id: int) -> list[date]:
    """The first and the last booking date, and days spread evenly between."""
    query = select(func.min(t.entry.c.booking_date), func.max(t.entry.c.booking_date))
    first, last = connection.execute(query.where(t.entry.c.administration_id == administration_id)).one()
    if first is None:
        return []
    step = (last - first) / (_REPORT_DATES - 1)
    return sorted({first + step * i for i in range(_REPORT_DATES - 1)} | {last})
