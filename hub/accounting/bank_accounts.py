"""Which of our own accounts a payment is on."""

from __future__ import annotations

from dataclasses import replace

from hub.accounting.payment_differences import named_account
from hub.errors import NotFound, Usage
from hub.model.administration import Administration
from hub.model.finding import asked
from hub.model.keys import normalised
from hub.model.payment import BankAccount, Part


def bank_accounts(administration: Administration) -> tuple[BankAccount, ...]:
    """Our accounts, each with its journal; an administration that lists none has its first IBAN on the bank's account."""
    try:
        journal = administration.journal("bank").code
    except LookupError as error:
        raise Usage(str(error)) from error
    listed = administration.payments.bank_accounts
    if not listed:
        iban = administration.ibans[0] if administration.ibans else ""
        listed = (BankAccount(normalised(iban), named_account(administration, "bank")),)
    return tuple(replace(bank, iban=normalised(bank.iban), journal=bank.journal or journal) for bank in listed)


def bank_account(administration: Administration, wanted: str = "", part: Part = "normal") -> BankAccount:
    """The account with this IBAN or ledger code; without one the first of its part. Raises `NotFound`."""
    known = bank_accounts(administration)
    key = normalised(wanted)
    for bank in known:
        if (key and key in (bank.iban, bank.account)) or (not key and bank.part == part):
            return bank
    listed = ", ".join(f"{bank.iban or '-'} ({bank.account})" for bank in known)
    raise NotFound(asked("HUB-ASK-23", wanted or part, listed))
