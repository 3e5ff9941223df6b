"""The source itself: knows the two tables by their headings. Their rows are judged against the books, when they are recorded."""

from __future__ import annotations

import csv
import hashlib

from hub.formats.content import Content
from hub.formats.csv_text import delimiter_of
from hub.formats.csv_text import heading as order_heading
from hub.formats.master_fields import TABLES
from hub.formats.orders_file import NAMES
from hub.formats.table_fields import heading, known_headings
from hub.model.master_file import MasterFile, Table
from hub.ports import Reading

NAME = "master_data"
_ORDER = {alias: name for name, aliases in NAMES.items() for alias in aliases}
_ORDER_NEEDED = {"number", "relation", "date", "amount"}
_RELATION = known_headings(TABLES["relations"])
_TELLING = {"code", "kvk", "vat_id", "iban", "email", "city", "debtor", "creditor"}  # beside the name, two of these
_OTHER_TABLES = {
    heading(word)
    for word in ("bedrag", "amount", "debet", "debit", "credit", "netto", "net", "rekening", "account", "saldo")
}
"""Headings that no table of relations has: it is an opening balance, an invoice, a statement."""


class MasterDataSource:
    """Relations and announced orders, as tables."""

    name = NAME
    kinds, forms = ("relations_file", "orders_file"), ("CSV", "JSON")

    def recognise(self, content: Content) -> bool:
        """Whether the headings are those of one of the two tables."""
        return _table_of(content) is not None

    def read(self, content: Content) -> Reading:
        """The table, unread: a row is right or wrong by what the books know."""
        table = _table_of(content) or "relations"
        data = content.data
        rows = max(data.count(b'"number"'), 1) if content.head[:1] == "[" else max(data.count(b"\n") - 1, 0)
        name = content.file_name[:100]
        document = MasterFile(table, name, rows, hashlib.sha256(data).hexdigest(), data)
        return Reading(f"{table}-table", source=NAME, feed=document)


def _table_of(content: Content) -> Table | None:
    head = content.head
    if head[:1] == "[":
        first = content.json[0] if content.is_json and content.json and isinstance(content.json[0], dict) else {}
        cells = [str(key) for key in first]
        return "orders" if _is_orders(cells) else None
    line = head.split("\n", 1)[0].rstrip("\r")
    if head[:1] in ("<", "{", "") or "\x00" in line:
        return None
    try:
        cells = next(csv.reader([line], delimiter=delimiter_of(head)[0]), [])
    except csv.Error:
        return None
    if _is_orders(cells):
        return "orders"
    found = {_RELATION.get(heading(cell)) for cell in cells}
    foreign = any(heading(cell) in _OTHER_TABLES for cell in cells)
    return "relations" if "name" in found and len(found & _TELLING) >= 2 and not foreign else None


def _is_orders(cells: list[str]) -> bool:
    known = [_ORDER.get(order_heading(cell)) for cell in cells]
    return set(known) >= _ORDER_NEEDED and all(known)


source = MasterDataSource()
