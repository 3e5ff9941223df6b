"""Open items as settling and matching see them: with their VAT lines, names, and the invoices that a credit note names."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, func, select

from hub.model.journal import VatLine
from hub.model.keys import iban_key, normalised
from hub.model.settlement import OpenItem
from hub.store import tables as t
from hub.store.driver import fetch
from hub.store.ledger import KnownItem
from hub.store.open_items import OpenBalance, lock_items, read_items
from hub.store.posted import vat_lines_of
from hub.store.sets import among, chunk, values, within


def settling_items(
    connection: Connection, administration_id: int, ids: Iterable[int], *, lock: bool = False
) -> dict[int, OpenItem]:
    """These items with their VAT lines and, for credit notes, the invoices they name; locked on demand. Raises `NotFound`."""
    wanted = sorted(set(ids))
    return _settling(
        connection, administration_id, (lock_items if lock else read_items)(connection, administration_id, wanted)
    )


def locked_items(
    connection: Connection, administration_id: int, ids: Iterable[int]
) -> tuple[dict[int, OpenItem], dict[int, KnownItem]]:
    """As `settling_items`, locked; and as `post` wants to know them, so that it need not lock them again."""
    balances = lock_items(connection, administration_id, sorted(set(ids)))
    known = {key: balance.known() for key, balance in balances.items()}
    return _settling(connection, administration_id, balances), known


def _settling(connection: Connection, administration_id: int, balances: dict[int, OpenBalance]) -> dict[int, OpenItem]:
    entries = {balance.entry_id for balance in balances.values()}
    names = _names(connection, administration_id, {balance.relation_id for balance in balances.values()})
    vat_lines = vat_lines_of(connection, administration_id, entries)
    credits = {b.entry_id for b in balances.values() if b.original.amount < 0}
    credited = _credited(connection, administration_id, credits)
    of_payments = _of_payments(connection, administration_id, credits)
    return {
        key: _item(b, names, vat_lines.get(b.entry_id, ()), credited.get(b.entry_id, ()), b.entry_id in of_payments)
        for key, b in balances.items()
    }


def relations_of_ibans(
    connection: Connection, administration_id: int, ibans: Iterable[str]
) -> dict[str, frozenset[str]]:
    """Codes of relations by confirmed IBAN, as written in `ibans`; an account of two (a factor's) names both."""
    keys = {iban_key(iban): normalised(iban) for iban in ibans if iban}
    keys.pop("", None)
    found: dict[str, set[str]] = {}
    if keys:
        query = _OF_KEYS.format(among=within(connection, "key", "keys"))
        for key, code in fetch(connection, query, {"a": administration_id, "keys": values(connection, keys)}):
            found.setdefault(keys[key], set()).add(code)
    return {iban: frozenset(codes) for iban, codes in found.items()}


# The keys first, whatever the planner thinks of them: without statistics it walks all relations (240 ms instead of 3 for 500 keys).
_OF_KEYS = """
    WITH k AS MATERIALIZED (SELECT key, relation_id FROM relation_key WHERE {among} AND administration_id = :a AND confirmed)
    SELECT k.key, s.code FROM k JOIN relation r ON r.id = k.relation_id AND r.administration_id = :a
    JOIN relation s ON s.id = COALESCE(r.merged_into, r.id) AND s.administration_id = r.administration_id"""


def _item(
    b: OpenBalance,
    names: dict[int, tuple[str, str]],
    vat_lines: Iterable[VatLine],
    credited: tuple[str, ...],
    on_account: bool,
) -> OpenItem:
    return OpenItem(
        b.id, names[b.relation_id][0], b.account, b.side, b.part, b.number, b.invoice_date, b.due_date, b.original, b.outstanding,  # type: ignore[arg-type]
        b.outstanding_base, b.iban, b.payment_reference, b.discount_until, b.discount_percentage, b.blocks, tuple(vat_lines),
        credited, names[b.relation_id][1], on_account,
    )  # fmt: skip


def _chunks(connection: Connection, ids: Iterable[int]) -> Iterable[list[int]]:
    wanted, most = sorted(ids), chunk(connection)
    return (wanted[start : start + most] for start in range(0, len(wanted), most))


def _names(connection: Connection, administration_id: int, ids: set[int]) -> dict[int, tuple[str, str]]:
    """Code and name by relation id; those of the survivor for one that was merged."""
    r, s = t.relation, t.relation.alias("s")
    query = (
        select(r.c.id, s.c.code, s.c.name)
        .join_from(r, s, (s.c.administration_id == r.c.administration_id) & (s.c.id == _survivor(r)))
        .where(r.c.administration_id == administration_id)
    )
    return {
        row.id: (row.code, row.name)
        for part in _chunks(connection, ids)
        for row in connection.execute(query.where(among(connection, r.c.id, part)))
    }


def _survivor(r: Any) -> Any:
    return func.coalesce(r.c.merged_into, r.c.id)


def _credited(connection: Connection, administration_id: int, entries: set[int]) -> dict[int, tuple[str, ...]]:
    """Normalised numbers of the booked invoices that a credit note names (BT-25), from the facts it was booked on."""
    f, e, d = t.entry_facts, t.entry, t.document
    found: dict[int, tuple[str, ...]] = {}
    for part in _chunks(connection, entries):
        query = (
            select(f.c.entry_id, f.c.facts, d.c.number_key, d.c.direction)
            .join(e, (e.c.administration_id == f.c.administration_id) & (e.c.id == f.c.entry_id))
            .join(d, (d.c.administration_id == e.c.administration_id) & (d.c.id == e.c.document_id))
            .where(f.c.administration_id == administration_id, among(connection, f.c.entry_id, part))
        )
        for row in connection.execute(query):
            earlier = json.loads(zlib.decompress(row.facts)).get("earlier", ())
            numbers = (one.get("number_key", "") for one in earlier if one.get("direction") == row.direction)
            found[row.entry_id] = tuple(dict.fromkeys(number for number in numbers if number != row.number_key))
    return found


def _of_payments(connection: Connection, administration_id: int, entries: set[int]) -> set[int]:
    """The entries that booked a payment: what they opened is money without invoice."""
    p = t.payment_entry
    return {
        entry
        for part in _chunks(connection, entries)
        for entry in connection.execute(
            select(p.c.entry_id).where(
                p.c.administration_id == administration_id, among(connection, p.c.entry_id, part)
            )
        ).scalars()
    }
