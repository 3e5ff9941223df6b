"""Open items as settling and matching see them, and the index by which candidates for a payment are found."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, case, func, select

from hub.model.invoice import normalised_number
from hub.model.journal import VatLine
from hub.model.keys import iban_key, normalised
from hub.model.money import Money
from hub.model.settlement import OpenItem
from hub.store import tables as t
from hub.store.ledger import KnownItem
from hub.store.open_items import CHUNK, OpenBalance, lock_items, read_items
from hub.store.posted import vat_lines_of
from hub.store.sets import among, chunk


@dataclass(slots=True)
class OpenIndex:
    """Ids of items with something left, by relation code, by normalised number or reference, and by amount."""

    by_relation: dict[str, list[int]] = field(default_factory=dict)
    by_key: dict[str, list[int]] = field(default_factory=dict)
    by_amount: dict[tuple[int, str], list[int]] = field(default_factory=dict)
    negative: dict[str, list[int]] = field(default_factory=dict)  # by relation code
    relation_of: dict[int, str] = field(default_factory=dict)

    def named(self, keys: Iterable[str]) -> set[int]:
        """Items that these words name, and the negative ones of their relations: credit notes, money on account."""
        found = {item for key in keys for item in self.by_key.get(key, ())}
        for code in {self.relation_of[item] for item in found}:
            found.update(self.negative.get(code, ()))
        return found

    def candidates(
        self, keys: Iterable[str], relations: Iterable[str], amount: Money, most: int | None = None
    ) -> set[int]:
        """Items that a payment with these words, of one of these relations, or of this amount may settle.

        `most` is how many are looked at that only the amount speaks for: those are proposed, never certain.
        """
        found = {item for key in keys for item in self.by_key.get(key, ())}
        found.update(item for code in relations for item in self.by_relation.get(code, ()))
        found.update(self.by_amount.get((amount.minor, amount.currency), ())[:most])
        return found


def open_index(connection: Connection, administration_id: int) -> OpenIndex:
    """Every item with something left; one query, linear in what is open."""
    o, r, s, p = t.open_item, t.relation, t.relation.alias("s"), t.posting
    rest = func.sum(case((p.c.side == "debit", p.c.amount), else_=-p.c.amount))
    query = (
        select(o.c.id, o.c.side, o.c.number, o.c.payment_reference, o.c.currency, s.c.code, rest.label("rest"))
        .join(r, (r.c.administration_id == o.c.administration_id) & (r.c.id == o.c.relation_id))
        .join(s, (s.c.administration_id == r.c.administration_id) & (s.c.id == _survivor(r)))
        .join(p, (p.c.administration_id == o.c.administration_id) & (p.c.open_item_id == o.c.id))
        .where(o.c.administration_id == administration_id)
        .group_by(o.c.id, o.c.side, o.c.number, o.c.payment_reference, o.c.currency, s.c.code)
        .having(rest != 0)
        .order_by(o.c.id)
    )
    index = OpenIndex()
    for row in connection.execute(query):
        index.by_relation.setdefault(row.code, []).append(row.id)
        index.relation_of[row.id] = row.code
        for key in {normalised_number(row.number), normalised(row.payment_reference)} - {""}:
            index.by_key.setdefault(key, []).append(row.id)
        index.by_amount.setdefault((int(row.rest), row.currency), []).append(row.id)
        if (row.rest < 0) == (row.side == "receivable"):
            index.negative.setdefault(row.code, []).append(row.id)
    return index


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
    k, r, s = t.relation_key, t.relation, t.relation.alias("s")
    found: dict[str, set[str]] = {}
    wanted = sorted(keys)
    for start in range(0, len(wanted), CHUNK):
        query = (
            select(k.c.key, s.c.code)
            .join(r, (r.c.administration_id == k.c.administration_id) & (r.c.id == k.c.relation_id))
            .join(s, (s.c.administration_id == r.c.administration_id) & (s.c.id == _survivor(r)))
            .where(k.c.administration_id == administration_id, k.c.confirmed.is_(True))
            .where(k.c.key.in_(wanted[start : start + CHUNK]))
        )
        for row in connection.execute(query):
            found.setdefault(keys[row.key], set()).add(row.code)
    return {iban: frozenset(codes) for iban, codes in found.items()}


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
