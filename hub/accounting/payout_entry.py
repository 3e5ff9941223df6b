"""A pay-out of a payment provider becomes an entry: what it brings to our bank, what it took for itself, and the clearing accounts of
the gateways, which orders had debited, emptied by the gross. The bank line that follows clears the account for money on its way.
"""

from __future__ import annotations

from decimal import Decimal

from hub.accounting.desk import Desk
from hub.model.administration import VatCode
from hub.model.finding import Finding
from hub.model.journal import JournalEntry
from hub.model.money import money_text, round_half_up
from hub.model.payout import Payout

ZERO = Decimal(0)
_CLEARED = ("payments", "refunds", "chargebacks")


def book_payout(payout: Payout, desk: Desk) -> JournalEntry | None:
    """The entry of a pay-out; None with a finding when its parts do not come to its amount, or a word has no account."""
    if payout.imbalance:
        desk.differs("amount", payout.amount, payout.amount - payout.imbalance)
    desk.post(desk.named("in_transit"), payout.amount, description=payout.reference)
    for part in payout.parts:
        if part.what in _CLEARED:
            desk.post(desk.account("gateway", part.gateway or part.what), -part.amount)
        elif part.what == "adjustment":
            desk.post(desk.account("adjustment", part.gateway or part.what), -part.amount)
    _book_fees(payout, desk)
    if not payout.amount and not payout.parts:
        return None
    return desk.entry(desk.journal("memorial"), payout.on, f"{payout.provider} {payout.reference}")


def _book_fees(payout: Payout, desk: Desk) -> None:
    """Fees and the VAT on them, as the mapping says the provider charges it."""
    net = -sum((p.amount for p in payout.parts if p.what == "fees"), ZERO)
    tax = -sum((p.amount for p in payout.parts if p.what == "fee_tax"), ZERO)
    if not net and not tax:
        return
    how = desk.facts.mapping.setting("fee_vat")
    desk.decide("vat", how or "-", "payout_fee_vat", provider=payout.provider)
    if how == "invoice":
        desk.post(desk.named("fees_to_be_invoiced"), net + tax)
    elif how == "included":
        _included(payout, net, tax, desk)
    elif how == "reverse_charge" and not tax:
        _reverse_charged(payout, net, desk)
    elif how == "none" and not tax:
        desk.post(desk.named("fees"), net)
    else:
        shown = money_text(tax, payout.currency)
        details = (("file", desk.facts.mapping.file), ("setting", how or "-"))
        desk.note(Finding("HUB-SHOP-21", "fatal", "hub", "settings.fee_vat", shown, None, "us", details))


def _included(payout: Payout, net: Decimal, tax: Decimal, desk: Desk) -> None:
    """Dutch VAT on the fees; where the file tells only their sum, it is taken out of it at the rate of the mapping."""
    rate = _rate(desk)
    if not tax:
        gross = net
        net = round_half_up(gross / (1 + rate / 100), payout.currency)
        tax = gross - net
        desk.decide("vat", money_text(tax, payout.currency), "payout_fee_vat_taken_out", rate=f"{rate:f}")
    code = desk.vat_code("S", rate, payout.on, direction="purchase")
    if code is not None and _deductible(desk):
        _post_fees(net, desk, code)
        desk.post(code.input_account, tax, vat_code=code.code)
        desk.vat(code, net, tax, payout.on, kind="services")


def _reverse_charged(payout: Payout, net: Decimal, desk: Desk) -> None:
    """Services of a provider elsewhere in the EU: we owe the VAT and deduct it (art. 12 lid 2 Wet OB)."""
    rate = _rate(desk)
    code = desk.vat_code(
        "AE", rate, payout.on, direction="purchase", origin=desk.facts.mapping.setting("fee_origin", "eu")
    )
    if code is not None and _deductible(desk):
        tax = round_half_up(net * rate / 100, payout.currency)
        _post_fees(net, desk, code)
        desk.post(code.input_account, tax, vat_code=code.code)
        desk.post(code.due_account, -tax, vat_code=code.code)
        desk.vat(code, net, tax, payout.on, kind="services")


def _post_fees(net: Decimal, desk: Desk, code: VatCode) -> None:
    desk.post(desk.named("fees"), net, vat_code=code.code)


def _rate(desk: Desk) -> Decimal:
    text = desk.facts.mapping.setting("fee_rate", "21")
    return Decimal(text) if text.replace(".", "", 1).isdecimal() else ZERO


def _deductible(desk: Desk) -> bool:
    """Whether all VAT on the fees may be deducted; where a part may not, the provider's invoice is what is booked."""
    books = desk.facts.administration
    account = books.accounts.get(desk.named("fees"))
    whole = books.deduction_percentage == 100 and (account is None or account.deduction_percentage == 100)
    if not whole:
        desk.note(
            Finding("HUB-SHOP-22", "fatal", "hub", "settings.fee_vat", str(books.deduction_percentage), None, "us")
        )
    return whole
