"""The rulebook of an administration: its policies, the tables of law, and who writes, from files and books."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.cli.collection_files import files_of

if TYPE_CHECKING:
    from hub.credit.account import Rulebook
    from hub.model.administration import Administration
    from hub.model.payment import Part
    from hub.model.reminder import Creditor
    from hub.settings import Settings


def rulebook_of(settings: Settings, administration: Administration) -> Rulebook:
    """What holds for all debtors. Raises `Usage` with everything that is wrong in the files."""
    from hub.credit.account import Rulebook
    from hub.formats.collection_tables import read_cost_tables, read_interest_tables
    from hub.formats.dunning_file import read_dunning

    return Rulebook(
        administration.code,
        read_dunning(files_of(settings, "dunning", administration.code)),
        read_cost_tables(files_of(settings, "collection_costs")),
        read_interest_tables(files_of(settings, "interest")),
        {part: _creditor(settings, administration, part) for part in ("normal", "g_account")},
        administration.language,
        administration.deduction_percentage == 0,
    )


def _creditor(settings: Settings, administration: Administration, part: Part) -> Creditor:
    """We, with the account on which this part is paid."""
    from email.utils import parseaddr

    from hub.accounting.bank_accounts import bank_accounts
    from hub.model.reminder import Creditor

    known = {one.scheme: one.value for one in administration.identifiers}
    mine = next((bank for bank in bank_accounts(administration) if bank.part == part and bank.iban), None)
    town = administration.payments.town
    return Creditor(
        administration.name, (town,) if town else (), mine.iban if mine else "", mine.bic if mine else "",
        known.get("0106", ""), known.get("9944", ""), parseaddr(settings.smtp_sender)[1],
    )  # fmt: skip
