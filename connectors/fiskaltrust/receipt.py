"""One receipt request as a sale: items to revenue per group and rate, payments to tenders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from connectors.fiskaltrust import cases
from connectors.fiskaltrust.cents import ZERO, exact_sum, is_noise, spread
from hub.model.business_day import business_day
from hub.model.finding import Finding, Who
from hub.model.money import is_exact, money_text, round_half_up
from hub.model.sales_day import Revenue, SalesDay, Tender

_MOST = 10**13
_Key = tuple[Decimal, str, str]  # rate, category, group


@dataclass(slots=True)
class Draft:
    """A receipt on its way to its document."""

    place: str
    currency: str
    gross: dict[_Key, list[Decimal]] = field(default_factory=dict)
    taxes: dict[_Key, list[Decimal]] = field(default_factory=dict)
    derived: bool = False
    tenders: list[Tender] = field(default_factory=list)
    pay_ins: list[Tender] = field(default_factory=list)
    sums: dict[str, Decimal] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def add(self, name: str, amount: Decimal) -> None:
        """One more tip, voucher or cash difference."""
        self.sums[name] = exact_sum([self.sums.get(name, ZERO), amount])

    def wrong(self, code: str, place: str, found: str, expected: str = "", who: Who = "sender") -> None:
        """What keeps the receipt from being read."""
        self.findings.append(Finding(code, "fatal", "read", place, found[:200], expected or None, who))


def read_sale(receipt: dict[str, Any], place: str) -> tuple[SalesDay | None, list[Finding]]:
    """The document, and what is wrong with it (then None)."""
    draft = Draft(place, text(receipt, "cbCurrency") or text(receipt, "Currency") or "EUR")
    for index, item in _rows(receipt, "cbChargeItems", draft):
        _take_item(draft, item, f"{place}.cbChargeItems[{index}]")
    for index, item in _rows(receipt, "cbPayItems", draft):
        _take_payment(draft, item, f"{place}.cbPayItems[{index}]")
    at = moment(receipt)
    if at is None:
        draft.wrong("HUB-TILL-27", f"{place}.cbReceiptMoment", text(receipt, "cbReceiptMoment"), "2026-03-02T18:30:00Z")
    if draft.findings or at is None:
        return None, draft.findings
    revenue = _in_cents(draft)
    _check_total(draft, receipt, revenue)
    if any(f.fatal and f.code == "HUB-TILL-24" for f in draft.findings):
        return None, draft.findings
    return _document(draft, receipt, at, revenue), draft.findings


def text(row: dict[str, Any], name: str) -> str:
    """A text of a row; "" for none."""
    value = row.get(name)
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()


def moment(receipt: dict[str, Any]) -> datetime | None:
    """When it was issued; None when that cannot be read."""
    try:
        return datetime.fromisoformat(text(receipt, "cbReceiptMoment"))
    except ValueError:
        return None


def outlet(receipt: dict[str, Any]) -> str:
    """Terminal and cash box: terminals are numbered from 1 in every shop."""
    return " ".join(filter(None, (text(receipt, "cbTerminalID"), text(receipt, "ftCashBoxID")[:8]))) or "fiskaltrust"


def _rows(receipt: dict[str, Any], name: str, draft: Draft) -> Iterable[tuple[int, dict[str, Any]]]:
    rows = receipt.get(name) or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        draft.wrong("HUB-TILL-27", f"{draft.place}.{name}", str(rows), "list of objects")
        return []
    return enumerate(rows)


def _number(draft: Draft, row: dict[str, Any], name: str, place: str) -> Decimal:
    value = row.get(name)
    amount = Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
    if amount is None or abs(amount) >= _MOST:
        draft.wrong("HUB-TILL-27", f"{place}.{name}", text(row, name), "1234.56")
        return ZERO
    return amount


def _case(draft: Draft, row: dict[str, Any], name: str, place: str) -> int:
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or cases.country(value) != cases.GERMANY:
        draft.wrong("HUB-TILL-28", f"{place}.{name}", text(row, name), who="us")
        return 0
    return value


def _take_item(draft: Draft, item: dict[str, Any], place: str) -> None:
    case, amount = _case(draft, item, "ftChargeItemCase", place), _number(draft, item, "Amount", place)
    role = cases.charge_role(case)
    if role == "revenue":
        _sell(draft, item, case, amount, place)
    elif role == "receivable" and item.get("VATAmount"):  # a receivable that bears VAT: nobody can say whose
        draft.wrong("HUB-TILL-28", f"{place}.ftChargeItemCase", hex(case), who="us")
    elif role in ("voucher", "receivable"):
        draft.tenders.append(Tender(role, -amount))
    elif role in ("tip", "voucher_sold", "difference"):
        draft.add(role, amount)
    elif role == "pay_in":
        draft.pay_ins.append(Tender(cases.moved(case), amount))
    else:
        draft.wrong("HUB-TILL-28", f"{place}.ftChargeItemCase", hex(case), who="us")


def _sell(draft: Draft, item: dict[str, Any], case: int, amount: Decimal, place: str) -> None:
    rate = _number(draft, item, "VATRate", place)
    if cases.contradicts(case, bool(rate)):
        draft.wrong("HUB-TILL-30", f"{place}.VATRate", f"{rate.normalize():f}", hex(case))
    key = rate, cases.category(case, bool(rate)), text(item, "ProductGroup")
    draft.gross.setdefault(key, []).append(amount)
    if item.get("VATAmount") is None:
        draft.derived = True
        tax = amount * rate / (100 + rate)
    else:
        tax = _number(draft, item, "VATAmount", place)
    draft.taxes.setdefault(key, []).append(tax)


def _take_payment(draft: Draft, item: dict[str, Any], place: str) -> None:
    case, amount = _case(draft, item, "ftPayItemCase", place), _number(draft, item, "Amount", place)
    role = cases.pay_role(case)
    if role == "tip":
        draft.add("tip", -amount)
    elif role == "difference":
        draft.add("difference", -amount)
    elif role == "voucher" and amount < 0:
        draft.add("voucher_sold", -amount)
    elif role == "pay_in":
        draft.pay_ins.append(Tender(cases.moved(case, payment=True), -amount))
    elif role in ("tender", "voucher"):
        draft.tenders.append(Tender(text(item, "Description") or hex(case & 0xFFFF), amount))
    else:
        draft.wrong("HUB-TILL-28", f"{place}.ftPayItemCase", hex(case), who="us")


def _in_cents(draft: Draft) -> list[Revenue]:
    """Revenue per group in cents. What was written with more decimals has to be proved (`cents.py`)."""
    keys, money = list(draft.gross), draft.currency
    parts = [exact_sum(draft.gross[key]) for key in keys]
    whole = exact_sum(parts)
    if not all(is_exact(part, money) for part in parts):
        _prove(draft, whole)
    grosses = spread(round_half_up(whole, money), parts, money)
    taxes = _taxes(draft, keys)
    return [
        Revenue(gross - tax, tax, rate, category, group)
        for (rate, category, group), gross, tax in zip(keys, grosses, taxes, strict=True)
    ]


def _prove(draft: Draft, whole: Decimal) -> None:
    money = draft.currency
    others = [draft.sums.get(name, ZERO) for name in ("tip", "voucher_sold", "difference")]
    paid = exact_sum([*(t.amount for t in draft.tenders), *(-p.amount for p in draft.pay_ins), *(-o for o in others)])
    rounded = round_half_up(whole, money)
    if is_noise(whole, money) and paid == rounded:
        shown = f"{whole:f}", money_text(rounded, money)
        draft.findings.append(Finding("HUB-TILL-23", "information", "read", draft.place, *shown, "us"))
    else:
        draft.wrong("HUB-TILL-24", f"{draft.place}.cbChargeItems", f"{whole:f}", money_text(paid, money))


def _taxes(draft: Draft, keys: list[_Key]) -> list[Decimal]:
    """VAT is rounded once per rate, as on the receipt, and spread over the groups of that rate."""
    found: dict[_Key, Decimal] = {}
    for rate in {key[0] for key in keys}:
        own = [key for key in keys if key[0] == rate]
        parts = [exact_sum(draft.taxes[key]) for key in own]
        found.update(
            zip(own, spread(round_half_up(exact_sum(parts), draft.currency), parts, draft.currency), strict=True)
        )
    return [found[key] for key in keys]


def _check_total(draft: Draft, receipt: dict[str, Any], revenue: list[Revenue]) -> None:
    """The receipt's own amount, where it names one, against its items."""
    said = receipt.get("cbReceiptAmount")
    if said is None:
        return
    amount, money = _number(draft, receipt, "cbReceiptAmount", draft.place), draft.currency
    moves = exact_sum([p.amount for p in draft.pay_ins])
    extra = exact_sum([draft.sums.get(name, ZERO) for name in ("tip", "voucher_sold", "difference")])
    sold = exact_sum([r.net + r.tax for r in revenue])
    if amount in (sold, sold + extra, sold + extra + moves):
        return
    details = (("term", "cbReceiptAmount"), ("difference", money_text(amount - sold, money)))
    shown = money_text(amount, money), money_text(sold, money)
    draft.findings.append(
        Finding("HUB-FEED-01", "fatal", "read", f"{draft.place}.cbReceiptAmount", *shown, "sender", details)
    )


def _document(draft: Draft, receipt: dict[str, Any], at: datetime, revenue: list[Revenue]) -> SalesDay:
    """References are used again for a receipt that is taken back or paid later, so the instant is part of the number."""
    said = text(receipt, "cbReceiptMoment")
    if draft.derived:
        draft.findings.append(Finding("HUB-TILL-31", "information", "read", draft.place, None, None, "us"))
    return SalesDay(
        outlet=outlet(receipt),
        on=business_day(at),
        currency=draft.currency,
        revenue=tuple(revenue),
        tenders=tuple(draft.tenders),
        report=" ".join(filter(None, (text(receipt, "cbReceiptReference"), said))),
        tips=draft.sums.get("tip", ZERO),
        vouchers_sold=draft.sums.get("voucher_sold", ZERO),
        pay_ins=tuple(draft.pay_ins),
        difference=draft.sums.get("difference", ZERO),
        receipt=True,
        transactions=1,
        closed_at=said,
    )
