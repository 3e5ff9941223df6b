"""Where differences of a payment go, and how large they may be."""

from __future__ import annotations

from decimal import Decimal

from hub.errors import Usage
from hub.model.administration import Administration
from hub.model.finding import asked

# Role → RGS code by which an older administration file's account is found, and the part it plays in words.
_ROLES = {
    "bank": ("BLimBanRba", "the bank"),
    "bank_g_account": ("BLimBanGrb", "the G-account"),
    "discount_given": ("WKprBtkBed", "early-payment discounts given"),
    "discount_received": ("WKprBtkBec", "early-payment discounts received"),
    "bad_debts": ("WBedVkkAdd", "bad debts written off"),
    "payment_differences": ("WBedAdlBet", "payment differences"),
    "payments_in_transit": ("BSchCreTus", "payments in transit"),
    "agency_clearing": ("BVorOvrOvk", "what collection agencies have of ours"),
    "agency_in_transit": ("BLimKruSto", "money that an agency has sent and the bank has not got yet"),
    "agency_fees": ("WBedVkkInc", "fees of collection agencies"),
    "fees_to_be_invoiced": ("BSchOpaNto", "fees that will be invoiced"),
    "collection_costs_received": ("WBedVkkInc", "collection costs received"),
    "interest_received": ("WFbeRlmInc", "interest received from collection"),
    "suspense": ("BVorTusTov", "payments of which nobody knows what they are"),
    "exchange_differences": ("WFbeWisWis", "exchange differences"),
    "prepayments_made": ("BVorOvrVrb", "prepayments to suppliers"),
    "prepayments_received": ("BSchVobVob", "prepayments from customers"),
}


def named_account(administration: Administration, role: str) -> str:
    """The account that plays a part in settling: as named, else the first with its RGS code. Raises `Usage`."""
    if code := administration.accounts_named.get(role):
        return code
    rgs, words = _ROLES[role]
    found = next((account.code for account in administration.accounts.values() if account.rgs == rgs), "")
    if not found:
        raise Usage(f"administration {administration.code} names no account for {words}: set accounts_named.{role}")
    return found


def check_difference(administration: Administration, amount: Decimal) -> None:
    """Raises `Usage` when a payment difference is larger than the administration allows."""
    most = administration.payments.difference_maximum
    if abs(amount) > most:
        raise Usage(asked("HUB-ASK-22", str(abs(amount)), str(most)))
