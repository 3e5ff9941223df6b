"""One cash transaction: its revenue per group and rate, its payments, and whether it adds up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from lxml import etree

from connectors.saft_till.values import ZERO, Unreadable, amount, is_true, moment, signed
from hub.formats.xml_stream import child_text
from hub.model.sales_day import Revenue, Tender

# Coins to which cash is rounded by law; the half of one is the most that a receipt can be off.
_COIN = {"EUR": Decimal("0.05"), "NOK": Decimal(1), "SEK": Decimal(1), "DKK": Decimal("0.50")}
_CASH = ("12001", "cash", "kontant", "contant", "kas")


@dataclass(frozen=True, slots=True)
class Names:
    """What the codes of the file stand for: `basics` by (type, code), and the file's currency."""

    basics: dict[tuple[str, str], tuple[str, str]]
    currency: str

    def payment(self, code: str) -> str:
        """The till's word for a way to pay; its code where it has none."""
        return self.basics.get(("12", code), ("", ""))[1] or code

    def group(self, code: str) -> str:
        """The name of an article group."""
        return self.basics.get(("04", code), ("", ""))[1] or code

    def transaction(self, code: str) -> str:
        """The till's word for a kind of transaction."""
        return self.basics.get(("11", code), ("", ""))[1] or code or "pay-in"

    def is_cash(self, code: str) -> bool:
        """Whether a way to pay is cash in the file's currency."""
        predefined, name = self.basics.get(("12", code), ("", ""))
        return any(word.casefold() in _CASH for word in (code, predefined, name))


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt that counts. `implied` = rounding that the file does not state but cash rounding explains."""

    number: str
    at: datetime
    booked: str  # the till's own day of business, ISO, or ""
    revenue: tuple[Revenue, ...]
    tenders: tuple[Tender, ...]
    rounding: Decimal
    implied: bool
    moved: tuple[Tender, ...]  # into the drawer for no sale
    fault: tuple[str, Decimal, Decimal] | None = None  # term, found, expected

    @property
    def gross(self) -> Decimal:
        """Revenue with VAT."""
        return sum((r.net + r.tax for r in self.revenue), ZERO)


def left_out(element: etree._Element) -> str:
    """Why a transaction does not count: `training` or `void`; "" when it does."""
    if is_true(element, "trainingID"):
        return "training"
    return "void" if is_true(element, "voidTransaction") else ""


def read_receipt(element: etree._Element, names: Names) -> Receipt:
    """The receipt. Raises `Unreadable`."""
    number = child_text(element, "receiptNum") or child_text(element, "transID") or child_text(element, "nr")
    side = child_text(element, "amntTp")
    total = signed(amount(element, "transAmntIn"), side)
    revenue, fault = _revenue(element, side, total, names, number)
    moved = () if revenue or not total else (Tender(names.transaction(child_text(element, "transType")), total),)
    tenders = _tenders(element, side, total, names, number)
    rounding, implied = _rounding(element, sum((t.amount for t in tenders), ZERO) - total, names)
    return Receipt(
        number,
        moment(element, "transDate", "transTime"),
        child_text(element, "bookDate")[:10],
        tuple(revenue),
        tenders,
        rounding,
        implied,
        moved,
        fault,
    )


def _revenue(
    element: etree._Element, side: str, total: Decimal, names: Names, number: str
) -> tuple[list[Revenue], tuple[str, Decimal, Decimal] | None]:
    """Lines where they explain the total and the VAT of the receipt, for they know the groups; else the receipt's VAT table."""
    lines = [_line(line, side, names, number) for line in element.iterfind("{*}ctLine")]
    table = [_vat(vat, side, None, "", number) for vat in element.iterfind("{*}vat")]
    if lines and _gross(lines) == total and (not table or _taxes(lines) == _taxes(table)):
        return lines, None
    if table and _gross(table) == total:
        return table, None
    if not lines and not table:
        return [], None
    return lines or table, ("transAmntIn", total, _gross(lines or table))


def _gross(groups: list[Revenue]) -> Decimal:
    return sum((r.net + r.tax for r in groups), ZERO)


def _taxes(groups: list[Revenue]) -> dict[Decimal | None, Decimal]:
    sums: dict[Decimal | None, Decimal] = {}
    for r in groups:
        sums[r.rate] = sums.get(r.rate, ZERO) + r.tax
    return {rate: tax for rate, tax in sums.items() if tax}


def _line(line: etree._Element, side: str, names: Names, number: str) -> Revenue:
    own = child_text(line, "amntTp") or side
    gross, net = signed(amount(line, "lineAmntIn"), own), signed(amount(line, "lineAmntEx"), own)
    group = names.group(child_text(line, "artGroupID"))
    vat = line.find("{*}vat")
    if vat is not None:
        return _vat(vat, own, (net, gross - net), group, number)
    if gross != net:
        raise Unreadable("ctLine/vat", "", "vatPerc")
    return Revenue(net, ZERO, None, "O", group, number)


def _vat(vat: etree._Element, side: str, of_line: tuple[Decimal, Decimal] | None, group: str, number: str) -> Revenue:
    """VAT of a line (whose own net and tax lead) or of the receipt. At 0 % only the mapping knows why (category "")."""
    own = child_text(vat, "vatAmntTp") or side
    tax = signed(amount(vat, "vatAmnt"), own)
    said = child_text(vat, "vatPerc")
    if not said and tax:
        raise Unreadable("vatPerc", "", "21")
    rate = amount(vat, "vatPerc") if said else ZERO
    net, tax = of_line or (signed(amount(vat, "vatBasAmnt"), own), tax)
    return Revenue(net, tax, rate, "S" if rate else "", group, number)


def _tenders(element: etree._Element, side: str, due: Decimal, names: Names, number: str) -> tuple[Tender, ...]:
    """Payments have no side: of a return they are turned where only that makes them what was to be paid."""
    found = []
    for payment in element.iterfind("{*}payment"):
        currency = child_text(payment, "curCode") or names.currency
        if currency != names.currency:
            raise Unreadable("payment/curCode", currency, names.currency)
        found.append(Tender(names.payment(child_text(payment, "paymentType")), amount(payment, "paidAmnt"), number))
    paid = sum((t.amount for t in found), ZERO)
    if side == "D" and paid > 0 and due < 0:
        found = [Tender(t.kind, -t.amount, t.receipt) for t in found]
    return tuple(found)


def _rounding(element: etree._Element, over: Decimal, names: Names) -> tuple[Decimal, bool]:
    """Paid less due, as far as rounding of cash explains it: as the file states it (with either sign), or as the law has it."""
    rounding = element.find("{*}rounding")
    stated = amount(rounding, "roundingAmnt", empty=True) if rounding is not None else ZERO
    if stated:
        return (over if abs(over) == abs(stated) else ZERO), False
    codes = [child_text(payment, "paymentType") for payment in element.iterfind("{*}payment")]
    coin = _COIN.get(names.currency)
    if not over or coin is None or not codes or not all(names.is_cash(code) for code in codes):
        return ZERO, False
    paid = sum((amount(payment, "paidAmnt") for payment in element.iterfind("{*}payment")), ZERO)
    explained = abs(over) <= coin / 2 and paid % coin == 0
    return (over, True) if explained else (ZERO, False)
