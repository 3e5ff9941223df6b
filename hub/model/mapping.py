"""Mapping: how the words of one source are said in our books. Data that a bookkeeper writes (`mappings/<source>.toml`).

There is no arithmetic in it: tables of words, each with the account, journal, VAT code or cost centre it stands for.
"""

from __future__ import annotations

from dataclasses import dataclass, field

OTHERS = "*"  # the row for every word that has none of its own

VOCABULARY = {
    "accounts": "account",  # parts in a booking: tips, rounding, cash_differences …
    "tender": "account",  # ways to pay at a till
    "revenue": "account",  # revenue groups, product groups or rates
    "gateway": "account",  # payment providers of shops, their clearing accounts
    "fee": "account",  # what providers charge
    "adjustment": "account",  # other movements of a balance at a provider: top-ups, reserves, corrections
    "account": "account",  # ledger numbers of another package
    "pay_in": "account",  # reasons of money put in a drawer or taken out
    "cost_center": "text",
    "cost_unit": "text",
    "vat": "vat_code",
    "journal": "journal",  # journals of another package
    "payment": "text",  # ways to pay: on_account
    "untaxed": "text",  # what is sold without VAT, and its category
    "group": "text",  # revenue groups that are none: voucher, tips
    "category": "text",  # VAT category of a group or rate that the figures do not tell
    "columns": "text",
    "values": "text",
    "constant": "text",
    "status": "text",  # an agency's words for the state of a case
    "close_reason": "text",  # and for why it was closed
    "settings": "text",
}
"""Every table that a mapping may have, and what its values are; lists (`[[rule]]`) name accounts under `account`."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """The tables of one source: `tables["tender"]["pin"]` is the account that card payments go to.

    Keys are compared without case and outer blanks. `file` is where a bookkeeper adds a line, as it is shown to him.
    """

    source: str
    version: str = ""
    tables: dict[str, dict[str, str]] = field(default_factory=dict)
    file: str = ""
    lists: dict[str, tuple[dict[str, str], ...]] = field(default_factory=dict)  # rows in order, as `[[rule]]`

    def look(self, table: str, key: str) -> str | None:
        """What stands for `key`: its own row, else the row `*`, else None. An empty value is a value."""
        rows = self.tables.get(table, {})
        return rows.get(key.strip().casefold(), rows.get(OTHERS))

    def setting(self, name: str, otherwise: str = "") -> str:
        """A row of table `settings`."""
        return self.tables.get("settings", {}).get(name, otherwise)

    def line_for(self, table: str, key: str) -> str:
        """The line to add: `tender."pin" = "…"`."""
        quoted = key.strip().casefold().replace("\\", "\\\\").replace('"', '\\"')
        return f'{table}."{quoted}" = "…"'
