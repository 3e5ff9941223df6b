"""What is written off takes along the VAT that was had back of it before: the loss is net of VAT, to the cent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection

from hub.accounting.vat_due import loss_account, with_write_off
from hub.model.money import from_minor, to_minor
from hub.model.settlement import OpenItem, Settlement
from hub.store.administrations import Books
from hub.store.vat_due import unpaid_items
from hub.store.vat_lines import dated_codes


def with_vat_back(
    connection: Connection, books: Books, settlement: Settlement, items: Mapping[int, OpenItem]
) -> Settlement:
    """The settlement with `vat_back` of each receivable that is written off.

    Only of items in the administration's own currency: VAT of a foreign one stays on its own account.
    """
    own = books.snapshot.currency
    lost = {
        a.item: to_minor(a.written_off, own)
        for a in settlement.allocations
        if a.written_off > 0 and items[a.item].side == "receivable" and items[a.item].original.currency == own
    }
    if not lost or not loss_account(books.snapshot):
        return settlement
    codes = dated_codes(connection, books)
    found = unpaid_items(connection, books, codes, "receivable", sorted(lost))
    back = {item.id: with_write_off(item, lost[item.id]) for item in found if item.booked}
    made = (replace(a, vat_back=from_minor(back.get(a.item, 0), own)) for a in settlement.allocations)
    return replace(settlement, allocations=tuple(made))
