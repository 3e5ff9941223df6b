"""From a file of bank lines to movements: on which of our accounts, and how each is known when it comes again."""

from __future__ import annotations

import hashlib

from hub.accounting.bank_accounts import bank_account
from hub.accounting.open_items import is_g_iban
from hub.errors import NotFound
from hub.formats.payments_csv import PaymentRow, read_payments
from hub.model.administration import Administration
from hub.model.finding import Finding
from hub.model.movement import Movement
from hub.model.payment import BankAccount, Payment


def movements_of(
    data: bytes, file_name: str, administration: Administration, bank: str = ""
) -> tuple[list[Movement], list[Finding]]:
    """The movements of a neutral CSV; any finding means that nothing of it may be booked.

    A line is the same again by the bank's own id on that account, or by its contents and the how manieth of them it is.
    """
    rows, findings = read_payments(data, administration.currency)
    made: list[Movement] = []
    times: dict[str, int] = {}
    for row in rows:
        try:
            own = bank_account(administration, row.bank_account or bank)
        except NotFound as error:
            details = (("row", str(row.line)), ("column", "bank_account"))
            found = row.bank_account or bank
            findings.append(
                Finding(
                    "HUB-PAY-11", "fatal", "import", f"row {row.line}, bank_account", found, str(error), "us", details
                )
            )
            continue
        content = _content(row, own)
        times[content] = times.get(content, 0) + 1
        identity = (
            f"{own.account}|{row.transaction_id}" if row.transaction_id else
            f"{hashlib.sha256(content.encode()).hexdigest()}|{times[content]}"
        )  # fmt: skip
        made.append(Movement(_payment(row, own), identity, "csv", file_name, row.line))
    return made, findings


def _content(row: PaymentRow, own: BankAccount) -> str:
    parts = (str(row.on), str(row.amount), row.amount.currency, own.account, row.iban, row.name, row.reference,
             row.end_to_end_id, row.description)  # fmt: skip
    return "\x1f".join(parts)


def _payment(row: PaymentRow, own: BankAccount) -> Payment:
    """On our G-account, or to somebody else's: a payment of a G-part (DOMAIN 10.6 no. 16)."""
    part = "g_account" if own.part == "g_account" or is_g_iban(row.iban) else "normal"
    return Payment(
        row.on, row.amount, own.account, own.journal, part, row.iban, row.name, row.reference, row.end_to_end_id,  # type: ignore[arg-type]
        row.description, row.transaction_id,
    )  # fmt: skip
