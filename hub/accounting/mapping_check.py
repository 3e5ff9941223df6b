"""Whether a mapping says what the books know: every account, journal and VAT code that it names must exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hub.model.administration import Administration
from hub.model.column_mapping import SETTINGS as READER_SETTINGS
from hub.model.mapping import VOCABULARY, Mapping

LISTS = ("rule",)  # lists that a mapping may have
SETTINGS: dict[str, tuple[str, ...]] = {
    "commit": ("each", "whole"),
    "detail": ("account", "line", "day", "receipt"),
    "cost_centers": ("keep", "drop"),
    "employee_names": ("drop", "keep"),
    "gift_cards": ("multi", "single"),
    "distance_sales": ("destination", "home"),
    "fee_vat": ("included", "invoice", "reverse_charge", "none"),
    "fee_origin": ("domestic", "eu", "non_eu"),
    "fee_rate": (),
    "fee_booking": ("remittance", "invoice"),
    "told_costs": ("kept", "billed"),
    "write_off": ("person", "automatic"),
    "journal": (),
    "term": (),
    "guest_relation": (),
    "time_zone": (),
    "day_ends": (),
    **dict.fromkeys(READER_SETTINGS, ()),
}
"""Every setting, and the values that it may have where it has a choice. One that nobody knows would be silently without effect."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one row: its table and word, the value found, and `what` is expected (a key of the texts)."""

    table: str
    word: str
    found: str
    expected: str
    what: str  # table | account | journal | vat_code


def faults(mapping: Mapping, administration: Administration) -> list[Fault]:
    """Every fault, in order of table and word; none = the mapping can be used."""
    return [*_tables(mapping, administration), *_rules(mapping, administration)]


def _tables(mapping: Mapping, administration: Administration) -> Iterator[Fault]:
    for table, rows in mapping.tables.items():
        meaning = VOCABULARY.get(table)
        if meaning is None:
            yield Fault(table, "", table, ", ".join(VOCABULARY), "table")
            continue
        for word, value in rows.items():
            if value and not _known(meaning, value, administration):
                yield Fault(table, word, value, "", meaning)
    for name, value in mapping.tables.get("settings", {}).items():
        known = name.rpartition(".")[2]  # of one agency alone: `incasso.fee_booking`
        if known not in SETTINGS:
            yield Fault("settings", name, name, ", ".join(SETTINGS), "setting_unknown")
        elif SETTINGS[known] and value not in SETTINGS[known]:
            yield Fault("settings", name, value, ", ".join(SETTINGS[known]), "setting")
    term = mapping.setting("term")
    if term and term not in administration.payment_terms:
        yield Fault("settings", "term", term, ", ".join(administration.payment_terms), "term")
    journal = mapping.setting("journal")
    if journal and journal not in {j.code for j in administration.journals}:
        yield Fault("settings", "journal", journal, ", ".join(j.code for j in administration.journals), "journal")


def _rules(mapping: Mapping, administration: Administration) -> Iterator[Fault]:
    for name, rows in mapping.lists.items():
        if name not in LISTS:
            yield Fault(name, "", name, ", ".join(LISTS), "table")
        for number, row in enumerate(rows, 1):
            account = row.get("account", "")
            if account and account not in administration.accounts:
                yield Fault(name, str(number), account, "", "account")


def _known(meaning: str, value: str, administration: Administration) -> bool:
    if meaning == "account":
        return value in administration.accounts
    if meaning == "vat_code":
        return any(code.code == value for code in administration.vat_codes)
    if meaning == "journal":
        return any(journal.code == value for journal in administration.journals)
    return True
