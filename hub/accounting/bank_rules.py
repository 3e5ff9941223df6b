"""Rules of a mapping that give a bank line its account: charges, interest, tax, transfers between our own accounts. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hub.accounting.bank_accounts import bank_accounts
from hub.model.administration import Administration
from hub.model.bank_statement import BankEntry
from hub.model.finding import Finding
from hub.model.keys import normalised
from hub.model.mapping import Mapping

OWN_TRANSFERS = "own_transfers"
KNOWN = frozenset(("name", "party", "words", "code", "iban", "direction", "account"))
_PLAIN = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class BankRule:
    """A rule: every condition that is given must hold, the first rule that holds wins."""

    name: str
    account: str
    words: tuple[str, ...] = ()  # any of these, as whole words of name and text
    codes: tuple[str, ...] = ()  # any of these, from the front of the bank's transaction code
    iban: str = ""
    direction: str = ""  # in | out
    party: tuple[str, ...] = ()  # any of these, as whole words of the name alone

    def holds(self, entry: BankEntry) -> bool:
        """Whether it is about this entry."""
        if self.direction and (self.direction == "in") != (entry.amount > 0):
            return False
        if self.iban and self.iban != normalised(entry.iban):
            return False
        if self.codes and not any(
            code.startswith(self.codes) for code in (entry.code.upper(), *entry.code.upper().split())
        ):
            return False
        if self.party and not _says(self.party, entry.name):
            return False
        return not self.words or _says(self.words, f"{entry.name} {entry.description}")


@dataclass(frozen=True, slots=True)
class BankRules:
    """The rules of a mapping, and our own accounts, money between which is nobody's invoice."""

    rules: tuple[BankRule, ...] = ()
    own: tuple[str, ...] = ()
    transfers: str = ""

    def choose(self, entry: BankEntry) -> tuple[str, str]:
        """(account, name of the rule); two empty texts where no rule holds."""
        if self.transfers and entry.iban and normalised(entry.iban) in self.own:
            return self.transfers, OWN_TRANSFERS
        found = next((rule for rule in self.rules if rule.holds(entry)), None)
        return (found.account, found.name) if found else ("", "")


def bank_rules(mapping: Mapping, administration: Administration) -> tuple[BankRules, tuple[Finding, ...]]:
    """The rules as the mapping writes them, and what is wrong with those that are left out."""
    findings: list[Finding] = []
    rules: list[BankRule] = []
    for number, row in enumerate(mapping.lists.get("rule", ()), 1):
        rule = _rule(row, number)
        faults = _faults(rule, row, mapping, administration)
        findings += faults
        if not faults:
            rules.append(rule)
    transfers = mapping.tables.get("accounts", {}).get(OWN_TRANSFERS, "")
    if transfers and transfers not in administration.accounts:
        findings.append(_unknown(mapping, OWN_TRANSFERS, transfers))
        transfers = ""
    own = tuple(bank.iban for bank in bank_accounts(administration) if bank.iban)
    return BankRules(tuple(rules), own, transfers), tuple(findings)


def _rule(row: dict[str, str], number: int) -> BankRule:
    words, party = (tuple(_plain(word) for word in row.get(name, "").split("|")) for name in ("words", "party"))
    codes = tuple(code.strip().upper() for code in row.get("code", "").split("|"))
    return BankRule(
        row.get("name") or str(number), row.get("account", ""), tuple(filter(None, words)), tuple(filter(None, codes)),
        normalised(row.get("iban", "")), row.get("direction", ""), tuple(filter(None, party)),
    )  # fmt: skip


def _faults(rule: BankRule, row: dict[str, str], mapping: Mapping, administration: Administration) -> list[Finding]:
    """A rule without conditions would take every line; one with a word that is not known would not do what it says."""
    found = [] if rule.account in administration.accounts else [_unknown(mapping, rule.name, rule.account)]
    strange = sorted(row.keys() - KNOWN)
    empty = not (rule.words or rule.party or rule.codes or rule.iban)
    if strange or empty or rule.direction not in ("", "in", "out"):
        details = (("file", mapping.file), ("rule", rule.name))
        said = ", ".join(strange) or rule.direction or None
        found.append(
            Finding("HUB-BANK-23", "warning", "hub", f"rule.{rule.name}", said, ", ".join(sorted(KNOWN)), "us", details)
        )
    return found


def _unknown(mapping: Mapping, word: str, account: str) -> Finding:
    details = (("file", mapping.file), ("table", "rule"), ("word", word))
    return Finding("HUB-MAP-02", "warning", "hub", f"rule.{word}", account, None, "us", details)


def _plain(text: str) -> str:
    return _PLAIN.sub(" ", text.casefold()).strip()


def _says(words: tuple[str, ...], text: str) -> bool:
    """Whether one of these stands in a text as a whole word."""
    plain = f" {_plain(text)} "
    return any(f" {word} " in plain for word in words)
