"""Whether a mapping says what the books know: every account, journal and VAT code that it names must exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hub.model.administration import Administration
from hub.model.mapping import VOCABULARY, Mapping

LISTS = ("rule",)  # lists that a mapping may have


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
