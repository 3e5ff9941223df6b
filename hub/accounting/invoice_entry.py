"""From an invoice with its decisions to the balanced entry: the one place that knows which side what goes on.

Amounts are first signed, debit positive, in document currency; postings are aggregated per account, VAT
code and open item, so that an invoice of ten thousand lines is a handful of postings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from hub.accounting.allocation import allocate
from hub.accounting.buckets import Bucket
from hub.accounting.currency import Conversion
from hub.accounting.groups import GroupKey
from hub.accounting.open_items import Parts
from hub.accounting.totals import Posted
from hub.accounting.vat import Treatment
from hub.accounting.vat_codes import taxed_abroad
from hub.model.administration import Administration, Direction
from hub.model.finding import Finding
from hub.model.invoice import Invoice, VatGroup
from hub.model.journal import JournalEntry, Posting, VatLine
from hub.model.money import Money, is_exact, round_half_up

ZERO = Decimal(0)
LARGEST_DEVIATION = Decimal("0.05")  # of BT-111 from the ECB rate: senders may use a monthly or a customs rate
PostingKey = tuple[str, str, int | None, str]  # account, VAT code, open item, part


@dataclass(slots=True)
class _Draft:
    """Signed sums under construction: debit positive, for an invoice on the purchase side."""

    amounts: dict[PostingKey, Decimal] = field(default_factory=dict)
    base: dict[PostingKey, Decimal] = field(default_factory=dict)  # where the document itself states the base amount

    def debit(
        self, account: str, amount: Decimal, vat_code: str = "", open_item: int | None = None, part: str = ""
    ) -> None:
        key = (account, vat_code, open_item, part)
        self.amounts[key] = self.amounts.get(key, ZERO) + amount

    def credit(
        self, account: str, amount: Decimal, vat_code: str = "", open_item: int | None = None, part: str = ""
    ) -> None:
        self.debit(account, -amount, vat_code, open_item, part)


@dataclass(frozen=True, slots=True)
class EntryPlan:
    """Everything that was decided, ready to be written as an entry."""

    invoice: Invoice
    direction: Direction
    administration: Administration
    relation_name: str
    buckets: Sequence[Bucket]
    groups: dict[GroupKey, VatGroup]
    treatments: dict[GroupKey, Treatment]
    posted: Posted
    parts: Parts
    conversion: Conversion
    booking_date: date
    tax_in_base: dict[GroupKey, Decimal] = field(default_factory=dict)
    suspense: str = ""  # the account that stands in for every cost account until the invoice is approved


def stated_tax_in_base(
    invoice: Invoice, groups: dict[GroupKey, VatGroup], conversion: Conversion
) -> tuple[dict[GroupKey, Decimal], Finding | None]:
    """BT-111 divided over the groups, when the document is in another currency and BT-6 is ours; else empty.

    A BT-111 far from BT-110 at the ECB rate is a finding; with another sign it is not used at all.
    """
    stated, base = invoice.totals.vat_accounting, conversion.base_currency
    if stated is None or invoice.currency == base or invoice.vat_currency != base or not is_exact(stated, base):
        return {}, None
    expected = conversion.to_base(sum((group.tax_amount for group in groups.values()), ZERO))
    finding = None
    if abs(stated - expected) > max(abs(expected) * LARGEST_DEVIATION, Decimal(1)):
        finding = Finding("HUB-VAT-13", "warning", "hub", "BT-111", str(stated), str(expected))
    if stated * expected <= 0:
        return {}, finding
    shares = allocate(stated, [group.tax_amount for group in groups.values()], base)
    shared = zip(groups.items(), shares, strict=True)
    return {key: share for (key, group), share in shared if group.tax_amount}, finding


def invoice_entry(plan: EntryPlan) -> JournalEntry:
    """The entry of an invoice or credit note. Raises ValueError when it would not balance (then a rule is missing)."""
    draft = _Draft()
    vat_lines = []
    for key, group in plan.groups.items():
        vat_lines.append(_book_group(draft, plan, key, group))
    _book_control(draft, plan)
    journal = plan.administration.journal(plan.direction)
    return JournalEntry(
        journal=journal.code,
        booking_date=plan.booking_date,
        description=f"{plan.relation_name} {plan.invoice.number}"[:140],
        postings=_postings(draft, plan),
        vat_lines=tuple(vat_lines),
        open_items=plan.parts.items,
        rate="" if plan.conversion.currency == plan.conversion.base_currency else f"{plan.conversion.rate:f}",
    )


def _book_group(draft: _Draft, plan: EntryPlan, key: GroupKey, group: VatGroup) -> VatLine:
    """Net amounts, the tax that may be deducted, the rest into the cost, and both reverse-charge legs."""
    treatment = plan.treatments[key]
    code = treatment.code
    mine = [bucket for bucket in plan.buckets if bucket.group == key] or _bearer(plan, key)
    tax = treatment.charged if treatment.charged is not None else group.tax_amount
    lost = _non_deductible(mine, tax, treatment, plan)
    for bucket, share in zip(mine, lost, strict=True):
        draft.debit(plan.suspense or bucket.account.code, bucket.net + share, code.code)
    not_deducted = sum(lost, ZERO)
    deducted = tax - not_deducted
    if deducted:
        _book_tax(draft, plan, key, deducted, tax)
    if treatment.charged is not None:
        draft.credit(code.due_account, treatment.charged, code.code)
    return _vat_line(plan, key, tax, not_deducted)


def _bearer(plan: EntryPlan, key: GroupKey) -> list[Bucket]:
    """A group of rounding only has no line whose cost its lost tax could join: the largest bucket bears it."""
    largest = max(plan.buckets, key=lambda bucket: abs(bucket.net), default=None)
    return [Bucket(largest.account, key, ZERO)] if largest else []


def _book_tax(draft: _Draft, plan: EntryPlan, key: GroupKey, deducted: Decimal, tax: Decimal) -> None:
    """The tax itself; in base at BT-111 where the document states it in our currency (DOMAIN 10.6 no. 19)."""
    code = plan.treatments[key].code
    account = code.input_account if plan.direction == "purchase" else code.due_account
    stated = plan.tax_in_base.get(key) if tax else None
    foreign = (
        plan.conversion.currency != plan.conversion.base_currency
    )  # each group is converted by itself, as its VAT line is
    part = f"tax {key[0]} {key[1]}" if foreign else ""
    draft.debit(account, deducted, code.code, part=part)
    if stated is not None:
        draft.base[account, code.code, None, part] = _deducted_in_base(plan, stated, deducted, tax)


def _deducted_in_base(plan: EntryPlan, stated: Decimal | None, deducted: Decimal, tax: Decimal) -> Decimal:
    """What of a group's tax is posted as tax, in base: its share of what the document states, else at the rate."""
    if stated is None or not tax:
        return plan.conversion.to_base(deducted)
    return round_half_up(stated * deducted / tax, plan.conversion.base_currency)


def _non_deductible(buckets: Sequence[Bucket], tax: Decimal, treatment: Treatment, plan: EntryPlan) -> list[Decimal]:
    """Per bucket the part of the group's tax that joins its cost (DOMAIN 10.6 no. 1). Sales deduct nothing."""
    if plan.direction == "sales" or not buckets:
        return [ZERO] * len(buckets)
    currency = plan.invoice.currency
    whole = plan.administration.deduction_percentage / 100 if treatment.deductible else ZERO
    shares = [1 - whole * bucket.account.deduction_percentage / 100 for bucket in buckets]
    weights = [bucket.net for bucket in buckets]
    if len(set(shares)) > 1 and (rate := _rate(treatment, tax, sum(weights, ZERO))) is not None:
        return [round_half_up(net * rate * share, currency) for net, share in zip(weights, shares, strict=True)]
    if not sum(weights, ZERO):  # nothing but corrections that cancel out: each bears by its size
        weights = [abs(weight) for weight in weights]
    return allocate(round_half_up(tax * max(shares), currency), weights, currency)


def _rate(treatment: Treatment, tax: Decimal, net: Decimal) -> Decimal | None:
    """The share of net that is tax: the group's rate where the tax follows from it, else what was stated.

    The rate goes first, because lines that nearly cancel out leave a rounded tax that says little of each of them.
    """
    if treatment.rate is not None and abs(tax - net * treatment.rate / 100) < 1:
        return treatment.rate / 100
    return tax / net if net else None


def _book_control(draft: _Draft, plan: EntryPlan) -> None:
    """Gross and rounding on the control account, split over the open items; prepaid against its own account."""
    named = plan.administration.accounts_named
    purchase = plan.direction == "purchase"
    control = named["creditors" if purchase else "debtors"]
    posted = plan.posted
    for index, amount in enumerate(plan.parts.amounts):
        owed = amount + posted.prepaid if index == 0 else amount
        draft.credit(control, owed, open_item=index, part="gross")
    if posted.rounding:
        draft.debit(named["rounding"], posted.rounding)
    if posted.difference:
        draft.debit(plan.administration.difference_account, posted.difference)
    if posted.prepaid:  # DOMAIN 10.6 no. 11
        draft.debit(control, posted.prepaid, open_item=0, part="prepaid")
        draft.credit(named["prepayments_made" if purchase else "prepayments_received"], posted.prepaid)


def _sign(plan: EntryPlan) -> int:
    """+1 when debit-positive amounts stand as drafted: a purchase invoice or a sales credit note."""
    return 1 if (plan.direction == "purchase") == (plan.invoice.kind == "invoice") else -1


def _postings(draft: _Draft, plan: EntryPlan) -> tuple[Posting, ...]:
    """Signed sums to positive amounts with a side; zero sums vanish, unless nothing else is left."""
    sign = _sign(plan)
    rows = [(key, amount) for key, amount in draft.amounts.items() if amount]
    if not rows:  # a document of zero still gets its voucher
        rows = [(key, amount) for key, amount in draft.amounts.items() if key[3] != "prepaid"][:1]
        rows += [(key, amount) for key, amount in draft.amounts.items() if key[2] is not None][:1]
    conversion = plan.conversion
    made = [_posting(key, sign * amount, conversion, draft.base.get(key)) for key, amount in rows]
    left = sum((p.base.amount if p.side == "debit" else -p.base.amount for p in made), ZERO)
    if left:
        made.append(_exchange_difference(plan, -left))
    return tuple(made)


def _posting(key: PostingKey, amount: Decimal, conversion: Conversion, stated: Decimal | None) -> Posting:
    account, vat_code, open_item, _ = key
    positive = abs(amount)
    money = Money(positive, conversion.currency)
    same = conversion.currency == conversion.base_currency
    base = (
        money
        if same
        else Money(conversion.to_base(positive) if stated is None else abs(stated), conversion.base_currency)
    )
    return Posting(account, "debit" if amount >= 0 else "credit", money, base, vat_code, open_item=open_item)


def _exchange_difference(plan: EntryPlan, amount: Decimal) -> Posting:
    """Cents that converting posting by posting leaves go to exchange differences (DOMAIN 10.6 no. 19)."""
    conversion = plan.conversion
    account = plan.administration.accounts_named["exchange_differences"]
    side = "debit" if amount > 0 else "credit"
    return Posting(account, side, Money(ZERO, conversion.currency), Money(abs(amount), conversion.base_currency))  # type: ignore[arg-type]


def _vat_line(plan: EntryPlan, key: GroupKey, tax: Decimal, lost: Decimal) -> VatLine:
    """The line that returns and statements sum; a credit note lowers them."""
    invoice, conversion, treatment = plan.invoice, plan.conversion, plan.treatments[key]
    sign = 1 if invoice.kind == "invoice" else -1
    stated = plan.tax_in_base.get(key)

    amounts = (plan.groups[key].taxable_amount, tax, lost)
    base, tax_, non_deductible = own = tuple(Money(sign * amount, invoice.currency) for amount in amounts)
    if conversion.currency != conversion.base_currency:
        in_base = conversion.to_base(tax) if stated is None else stated
        kept = in_base - _deducted_in_base(plan, stated, tax - lost, tax) if lost else ZERO
        converted = (conversion.to_base(amounts[0]), in_base, kept)
        own = tuple(Money(sign * amount, conversion.base_currency) for amount in converted)
    return VatLine(
        code=treatment.code.code,
        base=base,
        tax=tax_,
        non_deductible=non_deductible,
        base_in_base=own[0],
        tax_in_base=own[1],
        non_deductible_in_base=own[2],
        supply_date=invoice.supply_date,
        tax_date=invoice.issue_date,
        kind=treatment.code.kind,
        reverse_charge=treatment.charged is not None,
        country=taxed_abroad(invoice, treatment.code, plan.direction)[:2],
        rate=plan.groups[key].rate if treatment.code.rate is None and plan.groups[key].tax_amount else None,
    )
