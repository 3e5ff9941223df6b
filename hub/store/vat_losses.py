"""VAT taken back of bad debts that stands with the loss, and no longer on the account beside the debtors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, case, func, select

from hub.accounting.vat_due import loss_account
from hub.accounting.vat_return import share
from hub.store import tables as t
from hub.store.administrations import Books

_DEBIT = case((t.posting.c.side == "debit", t.posting.c.base_amount), else_=-t.posting.c.base_amount)


def lost_vat(connection: Connection, books: Books, ids: Sequence[int]) -> dict[int, int]:
    """Per item the VAT taken back that stands with the loss: booked there, or brought there by a write-off."""
    loss = books.accounts.get(loss_account(books.snapshot))
    if loss is None:
        return {}
    beside = books.accounts[books.snapshot.accounts_named["vat_bad_debts"]]
    found: dict[int, int] = defaultdict(int)
    for item, amount in _lost_by_due(connection, books.id, loss, ids):
        found[item] += amount
    for item, amount in _lost_by_write_off(connection, books.id, beside, ids):
        found[item] += amount
    return found


def _lost_by_due(
    connection: Connection, administration_id: int, account: int, ids: Sequence[int]
) -> Iterable[tuple[int, int]]:
    """What entries of this list booked on the account of bad debts; an entry is of one item."""
    x, p, e = t.vat_adjusted.c, t.posting.c, t.entry.c
    reversed_ = select(e.reversal_of).where(e.administration_id == administration_id, e.reversal_of.is_not(None))
    mine = select(x.entry_id, x.open_item_id).where(x.administration_id == administration_id, x.open_item_id.in_(ids))
    of = mine.distinct().subquery().c
    query = (
        select(of.open_item_id, func.sum(-_DEBIT))
        .join(t.posting, (p.administration_id == administration_id) & (p.entry_id == of.entry_id))
        .where(p.account_id == account, p.entry_id.not_in(reversed_))
        .group_by(of.open_item_id)
    )
    return [(item, int(amount)) for item, amount in connection.execute(query)]


def _lost_by_write_off(
    connection: Connection, administration_id: int, account: int, ids: Sequence[int]
) -> Iterable[tuple[int, int]]:
    """What entries that settle an item took from the account of VAT taken back: its share of what they settled."""
    p = t.posting.c
    on_account = select(p.entry_id).where(p.administration_id == administration_id, p.account_id == account)
    query = (
        select(p.entry_id, p.open_item_id, p.account_id, _DEBIT.label("debit"))
        .where(p.administration_id == administration_id, p.entry_id.in_(on_account))
        .where(
            p.entry_id.in_(select(p.entry_id).where(p.administration_id == administration_id, p.open_item_id.in_(ids)))
        )
    )
    released: dict[int, int] = defaultdict(int)
    settled: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in connection.execute(query):
        if row.account_id == account:
            released[row.entry_id] += int(row.debit)
        elif row.open_item_id is not None:
            settled[row.entry_id].append((row.open_item_id, -int(row.debit)))
    return [
        (item, share(released[entry], amount, sum(part for _, part in parts)))
        for entry, parts in settled.items()
        for item, amount in parts
        if item in set(ids)
    ]
