"""From a settlement to its balanced entry: bank, items, discount with its VAT, differences, exchange, and what is left.

Amounts are first signed, debit positive. An item that is closed whole takes all of its base amount with it, so that
base ends at zero exactly when the amount does; what payment and item differ in base is an exchange difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from hub.accounting.currency import Conversion
from hub.accounting.discount import Contra, base_of, discount_contra
from hub.accounting.payment_differences import check_difference, named_account
from hub.errors import Conflict, Usage
from hub.model.administration import Administration
from hub.model.finding import asked
from hub.model.journal import JournalEntry, NewOpenItem, Posting, VatLine
from hub.model.money import Money, money_text
from hub.model.payment import Payment
from hub.model.settlement import Allocation, OpenItem, Rest, Settlement

ZERO = Decimal(0)


@dataclass(slots=True)
class _Line:
    account: str
    amount: Decimal
    base: Decimal
    currency: str
    vat_code: str = ""
    settles: int | None = None
    open_item: int | None = None


@dataclass(slots=True)
class _Draft:
    """An entry under construction."""

    administration: Administration
    items: Mapping[int, OpenItem]
    on: date
    conversion: Conversion | None
    lines: list[_Line] = field(default_factory=list)
    vat_lines: list[VatLine] = field(default_factory=list)
    opened: list[NewOpenItem] = field(default_factory=list)

    @property
    def base(self) -> str:
        return self.administration.currency

    def to_base(self, amount: Decimal, currency: str) -> Decimal:
        if currency == self.base:
            return amount
        if self.conversion is None or self.conversion.currency != currency:
            raise Usage(asked("HUB-ASK-10", currency, str(self.on)))
        return self.conversion.to_base(amount)


def settlement_entry(
    settlement: Settlement,
    items: Mapping[int, OpenItem],
    administration: Administration,
    on: date,
    conversion: Conversion | None = None,
    description: str = "",
) -> JournalEntry:
    """The entry of a settlement, booked on `on`. `conversion` is needed for a payment in foreign currency.

    Raises `Conflict` when it takes more than is open and `Usage` when something is left of the payment and nothing
    says where it goes, or a difference is larger than allowed.
    """
    check_allocations(settlement, items)
    draft = _Draft(administration, items, on, conversion)
    left = _book_bank(draft, settlement)
    for allocation in settlement.allocations:
        _book_allocation(draft, settlement, allocation)
    _book_claims(draft, settlement)
    if left:
        _book_rest(draft, settlement, left)
    if settlement.payment is None:
        _bridge(draft)
    _book_exchange_difference(draft)
    payment = settlement.payment
    journal = payment.journal if payment else administration.journal("memorial").code
    return JournalEntry(
        journal, on, (description or _description(settlement, items))[:140], _postings(draft), tuple(draft.vat_lines),
        tuple(draft.opened), _rate(draft),
    )  # fmt: skip


def check_allocations(settlement: Settlement, items: Mapping[int, OpenItem]) -> None:
    """Raises `Conflict` where an item has less open than is to be settled, or is named twice."""
    seen: set[int] = set()
    for allocation in settlement.allocations:
        item = items[allocation.item]
        left = item.outstanding.amount - allocation.total
        if (
            item.id in seen
            or not allocation.total
            or left * item.outstanding.amount < 0
            or abs(left) > abs(item.outstanding.amount)
        ):
            currency = item.outstanding.currency
            wanted, open_now = money_text(allocation.total, currency), str(item.outstanding)
            words = {"invoice": item.number, "relation": item.relation, "currency": currency}
            raise Conflict(asked("HUB-ASK-09", wanted, open_now, **words))
        seen.add(item.id)


def left_of(settlement: Settlement, items: Mapping[int, OpenItem]) -> Decimal:
    """What of the payment settles nothing, with the payment's sign and in its currency."""
    whole = settlement.payment.amount.amount if settlement.payment else ZERO
    claims = sum((part.amount for part in settlement.claims), ZERO)
    return whole - claims - sum((_taken(items[a.item], a) for a in settlement.allocations), ZERO)


def _taken(item: OpenItem, allocation: Allocation) -> Decimal:
    """What an allocation takes of the payment, in the payment's currency."""
    return item.cash(allocation.amount) if allocation.paid is None else allocation.paid


def _book_bank(draft: _Draft, settlement: Settlement) -> Decimal:
    """The bank's line, in the currency of each item that it pays; what nothing was settled with comes back."""
    payment = settlement.payment
    left = left_of(settlement, draft.items)
    if payment is None:
        return left
    rest = payment.amount.amount
    currency = payment.amount.currency
    for allocation in settlement.allocations:
        item = draft.items[allocation.item]
        if allocation.paid is not None and item.outstanding.currency != currency:
            base = draft.to_base(allocation.paid, currency)
            draft.lines.append(
                _Line(payment.bank_account, item.cash(allocation.amount), base, item.outstanding.currency)
            )
            rest -= allocation.paid
    if rest or not draft.lines:
        draft.lines.insert(0, _Line(payment.bank_account, rest, draft.to_base(rest, currency), currency))
    return left


def _book_allocation(draft: _Draft, settlement: Settlement, allocation: Allocation) -> None:
    item = draft.items[allocation.item]
    currency = item.outstanding.currency
    total = allocation.total
    draft.lines.append(
        _Line(item.account, -item.cash(total), -item.cash(base_of(item, total)), currency, settles=item.id)
    )
    contra: list[Contra] = []
    if allocation.discount:
        contra, vat_lines = discount_contra(
            item,
            allocation.discount,
            draft.administration,
            _tax_date(draft, settlement),
            settlement.discount_within_vat,
        )
        draft.vat_lines += vat_lines
    if allocation.difference:
        check_difference(draft.administration, base_of(item, allocation.difference))
        contra.append(
            Contra(named_account(draft.administration, "payment_differences"), item.cash(allocation.difference))
        )
    if allocation.written_off:
        lost = item.cash(allocation.written_off) - allocation.vat_back
        contra.append(Contra(_write_off_account(draft, settlement, item), lost))
    if allocation.vat_back:
        contra.append(Contra(named_account(draft.administration, "vat_bad_debts"), allocation.vat_back))
    for line in contra:
        base = base_of(item, line.amount) if currency != draft.base else line.amount
        draft.lines.append(_Line(line.account, line.amount, base, currency, line.vat_code))


def _tax_date(draft: _Draft, settlement: Settlement) -> date:
    """The day of the payment, also where it is booked later because its period was closed."""
    return settlement.payment.on if settlement.payment else draft.on


def _write_off_account(draft: _Draft, settlement: Settlement, item: OpenItem) -> str:
    if settlement.write_off_account:
        return settlement.write_off_account
    return named_account(draft.administration, "bad_debts" if item.side == "receivable" else "payment_differences")


def _book_rest(draft: _Draft, settlement: Settlement, left: Decimal) -> None:
    payment, rest = settlement.payment, settlement.rest
    if payment is None or rest is None:
        raise Usage(asked("HUB-ASK-11", str(abs(left))))
    currency = payment.amount.currency
    line = _Line("", -left, -draft.to_base(left, currency), currency)
    if rest.kind == "on_account":
        line.account = draft.administration.accounts_named["debtors" if rest.side == "receivable" else "creditors"]
        line.open_item = 0
        draft.opened.append(_on_account(payment, rest, draft.on))
    elif rest.kind == "difference":
        check_difference(draft.administration, line.base)
        line.account = named_account(draft.administration, "payment_differences")
    elif rest.kind == "prepayment":
        role = "prepayments_received" if rest.side == "receivable" else "prepayments_made"
        line.account = named_account(draft.administration, role)
    else:
        line.account = rest.account or named_account(draft.administration, "suspense")
    draft.lines.append(line)


def _book_claims(draft: _Draft, settlement: Settlement) -> None:
    """Costs and interest that were claimed are income, outside VAT, when they are received (DOMAIN 10.6 no. 23)."""
    for part in settlement.claims:
        account = named_account(draft.administration, part.role)
        draft.lines.append(_Line(account, -part.amount, -draft.to_base(part.amount, draft.base), draft.base))


def _on_account(payment: Payment, rest: Rest, on: date) -> NewOpenItem:
    """Money of a relation that settles nothing yet: an item of its own, never overdue."""
    number = rest.number or payment.reference or payment.end_to_end_id or f"{on:%Y%m%d}"
    return NewOpenItem(
        rest.side, number[:60], payment.on, payment.on, payment.part, payment.iban, "", relation=rest.relation,
        currency=payment.amount.currency,
    )  # fmt: skip


def _bridge(draft: _Draft) -> None:
    """Items of two currencies settled against each other: each currency balances over exchange differences."""
    sums: dict[str, Decimal] = {}
    for line in draft.lines:
        sums[line.currency] = sums.get(line.currency, ZERO) + line.amount
    loose = {currency: amount for currency, amount in sums.items() if amount}
    if not loose:
        return
    own = loose.get(draft.base, ZERO)
    if set(loose) - {draft.base} and len(loose) == 2 and own:
        account = named_account(draft.administration, "exchange_differences")
        for currency, amount in loose.items():
            draft.lines.append(_Line(account, -amount, -own if currency == draft.base else own, currency))
        return
    shown = ", ".join(f"{amount} {currency}" for currency, amount in sorted(loose.items()))
    raise Usage(asked("HUB-ASK-12", shown))


def _book_exchange_difference(draft: _Draft) -> None:
    """What payment and items differ in base (DOMAIN 10.6 no. 19)."""
    left = -sum((line.base for line in draft.lines), ZERO)
    if left:
        currency = next((line.currency for line in draft.lines if line.currency != draft.base), draft.base)
        account = named_account(draft.administration, "exchange_differences")
        draft.lines.append(_Line(account, ZERO, left, currency))


def _postings(draft: _Draft) -> tuple[Posting, ...]:
    return tuple(
        Posting(
            line.account, "debit" if (line.amount or line.base) >= 0 else "credit", Money(abs(line.amount), line.currency),
            Money(abs(line.base), draft.base), line.vat_code, open_item=line.open_item, settles=line.settles,
        )
        for line in draft.lines if line.amount or line.base
    )  # fmt: skip


def _rate(draft: _Draft) -> str:
    """Foreign units for one base unit, where the whole entry is in one foreign currency."""
    currencies = {line.currency for line in draft.lines}
    if currencies == {draft.base} or len(currencies) > 1:
        return ""
    if draft.conversion is not None and draft.conversion.currency in currencies:
        return f"{draft.conversion.rate:f}"
    first = next(line for line in draft.lines if line.amount and line.base)
    return f"{first.amount / first.base:.6f}"


def _description(settlement: Settlement, items: Mapping[int, OpenItem]) -> str:
    """Whom it is about and which invoices, as a bookkeeper looks for it."""
    named = [items[a.item] for a in settlement.allocations]
    names = dict.fromkeys(item.relation_name or item.relation for item in named)
    payment = settlement.payment
    who = ", ".join(names) or (payment.name if payment else "")
    what = " ".join(item.number for item in named) or (payment.text if payment else "")
    return f"{who} {what}".strip() or "-"
