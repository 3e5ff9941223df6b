"""Early-payment discount: how much is allowed, and what of it is net and what is VAT (DOMAIN 10.6 no. 17)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from hub.accounting.allocation import allocate
from hub.accounting.payment_differences import named_account
from hub.model.administration import Administration, VatCode
from hub.model.journal import VatLine
from hub.model.money import Money, round_half_up
from hub.model.relation import Relation
from hub.model.settlement import OpenItem

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Contra:
    """One line opposite an item that is closed without money: debit positive, in the item's currency."""

    account: str
    amount: Decimal
    vat_code: str = ""


def allowed_discount(item: OpenItem, on: date) -> Decimal:
    """What may be kept when the item is paid on that day: of its original amount, once, while nothing else was settled."""
    if item.discount_until is None or not item.discount_percentage or on > item.discount_until:
        return ZERO
    if item.outstanding != item.original:
        return ZERO
    return round_half_up(item.original.amount * item.discount_percentage / 100, item.original.currency)


def lowers_vat(item: OpenItem, relation: Relation, administration: Administration) -> bool:
    """False where the agreed term is a credit surcharge (kredietbeperking), which is outside VAT."""
    code = relation.sales_term if item.side == "receivable" else relation.purchase_term
    term = administration.payment_terms.get(code)
    if term is None or term.discount_percentage != item.discount_percentage:
        return True
    return term.kind != "credit_surcharge"


def base_of(item: OpenItem, amount: Decimal) -> Decimal:
    """An amount of the item in base currency, at the rate the item stands at; all that is left for all that is open."""
    if amount == item.outstanding.amount or not item.outstanding.amount:
        return item.outstanding_base.amount
    if item.outstanding.currency == item.outstanding_base.currency:
        return amount
    share = amount * item.outstanding_base.amount / item.outstanding.amount
    return round_half_up(share, item.outstanding_base.currency)


def discount_contra(
    item: OpenItem, discount: Decimal, administration: Administration, on: date, within_vat: bool
) -> tuple[list[Contra], list[VatLine]]:
    """The lines opposite a discount, and the VAT lines that it lowers in the period of `on`.

    Divided over the VAT groups of the invoice by what each comes to with VAT; without VAT lines, or under a credit
    surcharge, all of it is net.
    """
    account = named_account(administration, "discount_given" if item.side == "receivable" else "discount_received")
    sign = 1 if item.side == "receivable" else -1
    groups = [line for line in item.vat_lines if _gross(line)] if within_vat else []
    if not groups:
        return [Contra(account, sign * discount)], []
    contra: list[Contra] = []
    vat_lines: list[VatLine] = []
    shares = allocate(discount, [_gross(line) for line in groups], item.outstanding.currency)
    for line, share in zip(groups, shares, strict=True):
        if share:
            net, tax, lost = _split(line, share)
            contra += _lines(line, net, tax, lost, sign, account, administration)
            vat_lines.append(_lowered(item, line, net, tax, lost, on))
    return _merged(contra), vat_lines


def _gross(line: VatLine) -> Decimal:
    """What the group added to the invoice's total: reverse-charged tax was not part of it."""
    return line.base.amount + (ZERO if line.reverse_charge else line.tax.amount)


def _split(line: VatLine, share: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """Net, tax and the part of the tax that was not deducted, of a discount of `share` on this group."""
    currency = line.base.currency
    tax = round_half_up(share * line.tax.amount / _gross(line), currency)
    lost = round_half_up(tax * line.non_deductible.amount / line.tax.amount, currency) if line.tax.amount else ZERO
    return (share if line.reverse_charge else share - tax), tax, lost


def _lines(
    line: VatLine, net: Decimal, tax: Decimal, lost: Decimal, sign: int, account: str, administration: Administration
) -> list[Contra]:
    """The discount's own account takes net and what was never deducted; the VAT accounts the rest, as they were booked."""
    code = _code_of(line, administration)
    due, input_account = (code.due_account, code.input_account) if code else ("", "")
    if sign > 0:
        return [Contra(account, net if due else net + tax, line.code), *([Contra(due, tax, line.code)] if due else [])]
    lost = lost if input_account else tax
    made = [Contra(account, -(net + lost), line.code)]
    if input_account:
        made.append(Contra(input_account, -(tax - lost), line.code))
    if line.reverse_charge:
        made.append(Contra(due, tax, line.code))
    return made


def _code_of(line: VatLine, administration: Administration) -> VatCode | None:
    rows = [code for code in administration.vat_codes if code.code == line.code]
    valid = [code for code in rows if code.valid_from <= line.supply_date <= code.valid_to]
    return next(iter(valid or rows), None)


def _merged(lines: Sequence[Contra]) -> list[Contra]:
    """One line per account and VAT code."""
    sums: dict[tuple[str, str], Decimal] = {}
    for line in lines:
        key = (line.account, line.vat_code)
        sums[key] = sums.get(key, ZERO) + line.amount
    return [Contra(account, amount, code) for (account, code), amount in sums.items() if amount]


def _lowered(item: OpenItem, line: VatLine, net: Decimal, tax: Decimal, lost: Decimal, on: date) -> VatLine:
    currency, base = line.base.currency, line.base_in_base.currency

    def own(amount: Decimal) -> Money:
        return Money(-(amount if currency == base else base_of(item, amount)), base)

    return replace(
        line, base=Money(-net, currency), tax=Money(-tax, currency), non_deductible=Money(-lost, currency),
        base_in_base=own(net), tax_in_base=own(tax), non_deductible_in_base=own(lost), tax_date=on,
    )  # fmt: skip
