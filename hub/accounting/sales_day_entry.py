"""A day of a till, or a receipt, becomes an entry: ways to pay at the debit, revenue and VAT at the credit.

The report leads: its VAT is booked as it stands, and compared with net × rate within what rounding per receipt explains
(DOMAIN 3.2). What the tenders do not explain refuses the day, naming the difference; nothing is made to fit.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from hub.accounting.desk import Desk
from hub.model.business_day import ENDS, ZONE, business_day
from hub.model.finding import Finding
from hub.model.journal import JournalEntry
from hub.model.money import money_text, round_half_up
from hub.model.sales_day import Revenue, SalesDay, Tender

ZERO, CENT = Decimal(0), Decimal("0.01")
TAXED = "S"
_UNKNOWN_COUNT = 5  # cents that VAT may be off where the report does not say how many receipts it sums


def book_sales_day(day: SalesDay, desk: Desk) -> JournalEntry | None:
    """The entry of a day or receipt; None with a finding when it may not be booked, or has nothing to book."""
    if day.imbalance:
        paid = sum((t.amount for t in day.tenders), ZERO)
        desk.differs("tenders", paid, paid - day.imbalance)
    on = _day(day, desk)
    revenue, tenders = _in_detail(day, desk)
    for tender in tenders:
        desk.post(_usable(desk, "tender", tender), tender.amount, description=tender.receipt)
    for group in revenue:
        _sell(desk, group, on, day.transactions)
    for paid_in in day.pay_ins:
        desk.post(_usable(desk, "pay_in", paid_in), -paid_in.amount)
    _rest(day, desk)
    journal = desk.journal("sales")
    entry = desk.entry(journal, on, day.number)
    if entry is None and not desk.blocked:
        desk.note(Finding("HUB-TILL-08", "information", "hub", day.number, None, None, "us"))
    return entry


def _in_detail(day: SalesDay, desk: Desk) -> tuple[list[Revenue], list[Tender]]:
    """Whole days, or each receipt for itself where the mapping asks for it (`settings.detail = "receipt"`)."""
    if desk.facts.mapping.setting("detail", "day") == "receipt":
        return list(day.revenue), list(day.tenders)
    return day.groups(), day.paid()


def _day(day: SalesDay, desk: Desk) -> date:
    """The day of business: the till's own, or that of the clock in the zone and with the closing time of the mapping."""
    if not day.closed_at:
        return day.on
    zone, ends = desk.facts.mapping.setting("time_zone", ZONE), desk.facts.mapping.setting("day_ends", ENDS)
    try:
        on = business_day(datetime.fromisoformat(day.closed_at), zone, ends)
    except ValueError as error:
        details = (("file", desk.facts.mapping.file),)
        desk.note(Finding("HUB-TILL-07", "fatal", "hub", "settings", str(error), f"{ZONE}, {ENDS}", "us", details))
        return day.on
    desk.decide("business_day", str(on), "till_clock", moment=day.closed_at, zone=zone, ends=ends)
    return on


def _usable(desk: Desk, table: str, tender: Tender) -> str:
    """The account of a word. A control account takes no sum of a day: nobody would know whose it is."""
    account = desk.account(table, tender.kind)
    if account and desk.facts.administration.accounts[account].control:
        details = (("account", account), ("file", desk.facts.mapping.file))
        desk.note(Finding("HUB-TILL-06", "fatal", "hub", table, tender.kind, None, "us", details))
        return ""
    return account


def _sell(desk: Desk, group: Revenue, on: date, transactions: int | None) -> None:
    kind = desk.facts.mapping.tables.get("group", {}).get(group.group.strip().casefold(), "")
    if kind in ("voucher", "tips"):  # DOMAIN 10.6 no. 20: multi-purpose vouchers and voluntary tips are outside VAT
        _outside(desk, group, "vouchers" if kind == "voucher" else "tips")
        return
    category = group.category or _mapped_category(desk, group)
    if not category:
        return
    code = desk.vat_code(category, group.rate if category == TAXED else None, on)
    desk.post(_revenue_account(desk, group), -group.net, vat_code=code.code if code else "", description=group.receipt)
    if code is None:
        return
    _check_rate(desk, group, category, transactions)
    desk.vat(code, group.net, group.tax, on, rate=group.rate)
    if group.tax and not code.due_account:
        details = (("code", code.code),)
        desk.note(Finding("HUB-TILL-05", "fatal", "hub", _place(group), str(group.tax), "0.00", "sender", details))
    desk.post(code.due_account, -group.tax, vat_code=code.code, description=group.receipt)


def _outside(desk: Desk, group: Revenue, role: str) -> None:
    """What is no revenue although the till lists it so: `[group]` says that it is a voucher or a tip."""
    if group.tax:
        money = desk.document.currency
        found = money_text(group.tax, money)
        desk.note(Finding("HUB-TILL-09", "fatal", "hub", _place(group), found, money_text(ZERO, money), "us"))
        return
    desk.decide("account", desk.named(role), "till_group", word=group.group, role=role)
    desk.post(desk.named(role), -group.net, description=group.receipt)


def _mapped_category(desk: Desk, group: Revenue) -> str:
    """At 0 % the figures do not say whether it is zero-rated, exempt or outside VAT; the mapping does, or it is held."""
    word = group.group or _rate_text(group)
    for key in (group.group, _rate_text(group)):
        if key and (found := desk.facts.mapping.look("category", key)):
            return found
    return desk.word("category", word)


def _revenue_account(desk: Desk, group: Revenue) -> str:
    """By the group's own row, else that of its rate (or category, where it has no rate), else `*`."""
    rows = desk.facts.mapping.tables.get("revenue", {})
    for word in (group.group, _rate_text(group)):
        if word and word.strip().casefold() in rows:
            return desk.account("revenue", word)
    return desk.account("revenue", group.group or _rate_text(group))


def _check_rate(desk: Desk, group: Revenue, category: str, transactions: int | None) -> None:
    """Each receipt is rounded for itself: a cent per receipt is explained, more is worth a look."""
    rate = (group.rate or ZERO) if category == TAXED else ZERO
    expected = round_half_up(group.net * rate / 100, desk.document.currency)
    allowed = CENT * (max(transactions, 1) + 1 if transactions is not None else _UNKNOWN_COUNT)
    if abs(group.tax - expected) > allowed:
        money = desk.document.currency
        details = (("difference", money_text(group.tax - expected, money)),)
        shown = money_text(group.tax, money), money_text(expected, money)
        desk.note(Finding("HUB-TILL-10", "warning", "hub", _place(group), *shown, "sender", details))


def _rest(day: SalesDay, desk: Desk) -> None:
    """What is neither revenue nor a tender, each on the account of its role."""
    parts: tuple[tuple[str, Decimal], ...] = (
        ("tips", day.tips),
        ("vouchers", day.vouchers_sold),
        ("rounding", day.rounding),
        ("cash_differences", day.difference),
    )
    for role, amount in parts:
        if amount:
            desk.post(desk.named(role), -amount)


def _rate_text(group: Revenue) -> str:
    return f"{group.rate.normalize():f}" if group.rate is not None else group.category


def _place(group: Revenue) -> str:
    return " ".join(filter(None, (group.group, f"{group.rate.normalize():f} %" if group.rate is not None else "")))
