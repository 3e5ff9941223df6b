"""What the cases of fiskaltrust mean: of receipts, of what was sold, and of how it was paid. Tables as documented for Germany (0x4445)."""

from __future__ import annotations

from typing import Literal

GERMANY = 0x4445
TRAINING, VOID = 0x20000, 0x40000
Kind = Literal["sale", "order", "info", "technical", "unfinished", "training"]
Role = Literal[
    "revenue", "tip", "voucher_sold", "voucher", "receivable", "pay_in", "difference", "tender", "foreign", "unknown"
]

_SALES = (0x00, 0x01, 0x0C, 0x0D, 0x11)  # receipt, invoices, money in and out of the drawer
_UNFINISHED = (0x08, 0x09, 0x0A, 0x0B)
_INFO = (0x0E, 0x0F, 0x12, 0x15)  # invoice, delivery note, consumption, sales of others: told, not sold here
_ORDER, _INTERNAL = 0x10, 0x13
_MOVES = {
    0x90: "change money", 0x91: "to owner", 0x92: "from owner", 0x93: "between tills", 0x94: "to employee", 0x95: "to cash book",
    0x96: "from cash book", 0xA2: "sales for others",
}  # fmt: skip
_PAY_MOVES = {0x12: "change money", 0x13: "owner", 0x14: "between tills", 0x15: "to employee", 0x16: "cash book"}
_NOT_TAXABLE, _ZERO_RATE = 5, 6


def country(case: int) -> int:
    """The country in the first two bytes of every case."""
    return case >> 48


def kind_of(case: int, has_items: bool, has_payments: bool) -> Kind:
    """What a receipt case is."""
    code = case & 0xFFFF
    if case & TRAINING:
        return "training"
    if code in _SALES:
        return "sale"
    if code == _ORDER:
        return "info" if has_payments else "order"
    if code in _UNFINISHED:
        return "unfinished"
    return "info" if code in _INFO or (code == _INTERNAL and has_items) else "technical"


def charge_role(case: int) -> Role:
    """What an item on a receipt is. Revenue is also single-purpose vouchers, deposits and down payments: they bear VAT."""
    code = case & 0xFFFF
    exact: dict[int, Role] = {0x59: "tip", 0x60: "voucher_sold", 0x68: "voucher", 0x97: "difference", 0xA1: "revenue"}
    if code in exact:
        return exact[code]
    if code in _MOVES:
        return "pay_in"
    if 0x71 <= code <= 0x7F:
        return "receivable"
    return "revenue" if code <= 0x57 or 0x61 <= code <= 0x6F or 0x81 <= code <= 0x8F else "unknown"


def pay_role(case: int) -> Role:
    """What a payment is: money, or one of the items that are written as a negative payment."""
    code = case & 0xFFFF
    if code in _PAY_MOVES:
        return "pay_in"
    exact: dict[int, Role] = {0x0D: "voucher", 0x10: "tip", 0x17: "difference", 0x02: "foreign", 0x0C: "foreign"}
    return exact.get(code, "tender" if code <= 0x17 else "unknown")


def moved(case: int, *, payment: bool = False) -> str:
    """Why money came into or left the drawer."""
    return (_PAY_MOVES if payment else _MOVES)[case & 0xFFFF]


def category(case: int, taxed: bool) -> str:
    """UNCL5305: what the rate says, else what the case says; "" where neither does (unknown at 0 %)."""
    code = case & 0xFFFF
    if code == 0xA1:
        return "AE"
    if taxed:
        return "S"
    if code == 0x49:
        return "O"
    return {_NOT_TAXABLE: "O", _ZERO_RATE: "Z"}.get(code & 7, "") if code <= 0x8F else ""


def contradicts(case: int, taxed: bool) -> bool:
    """Whether the case says that there is no VAT, and the item has some."""
    code = case & 0xFFFF
    return taxed and code <= 0x8F and code & 7 in (_NOT_TAXABLE, _ZERO_RATE)
