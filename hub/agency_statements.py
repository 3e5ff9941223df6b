"""Statements of agencies' own accounts among those of ours: told apart by the account, which `mappings/agency_accounts.toml` names.

Asked before the banks' sources; where no account is named it costs nothing, and else a look at the head of what is a statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from hub.accounting.agency_statement import messages_of
from hub.formats.content import Content
from hub.mapping_folder import MappingFolder
from hub.model.bank_statement import BankStatement
from hub.model.finding import Finding
from hub.ports import Reading, Source

NAME, MAPPING = "agency_accounts", "collection"
_HEAD = 16 * 1024  # bytes in which the account of the first statement stands
_STATEMENTS = ("camt", "mt940")  # sources whose statements are looked at
_ACCOUNTS = (
    re.compile(rb"[\r\n]:25P?:\s*([A-Za-z0-9]{10,34})"),
    re.compile(rb"<(?:[\w.-]+:)?Acct>\s*<(?:[\w.-]+:)?Id>\s*<(?:[\w.-]+:)?IBAN>\s*([A-Za-z0-9 ]{15,42})\s*<"),
)


class AgencyStatements:
    """Statements of the accounts on which collection agencies receive for us."""

    name = NAME
    kinds, forms = ("case_message",), ("XML", "MT940")

    def __init__(self, mappings: MappingFolder, sources: Iterable[Source]) -> None:
        self._mappings = mappings
        self._sources = [source for source in sources if source.name in _STATEMENTS]

    def recognise(self, content: Content) -> bool:
        """Whether the first statement is of an account that the table names."""
        named = self._named()
        if not named or content.head[:1] in ("{", "["):
            return False
        account = _account(content.data[:_HEAD])
        is_named = account in named or account[:-3] in named  # MT940 may write the currency behind it
        return is_named and self._source(content) is not None

    def read(self, content: Content) -> Reading:
        """A message per entry; a statement of another account in the same file, or one that does not add up, stays a statement."""
        source = self._source(content)
        assert source is not None
        reading = source.read(content)
        made = self._each((replace(reading, rest=()), *reading.rest))
        return replace(next(made), rest=made)

    def _each(self, readings: Sequence[Reading]) -> Iterator[Reading]:
        named = self._named()
        for reading in readings:
            statement = reading.feed
            agency = named.get(statement.account.upper(), "") if isinstance(statement, BankStatement) else ""
            unsound = any(finding.fatal for finding in reading.findings)
            if not isinstance(statement, BankStatement) or not agency or unsound or statement.imbalance:
                yield reading
            else:
                yield from _messages(reading, statement, agency)

    def _source(self, content: Content) -> Source | None:
        return next((source for source in self._sources if source.recognise(content)), None)

    def _named(self) -> Mapping[str, str]:
        """Agency by account. Of the whole installation: the account is the agency's, whoever's cases it collects."""
        rows = self._mappings.of(NAME, "")[0].tables.get("account", {})
        return {"".join(account.split()).upper(): agency for account, agency in rows.items() if agency}


def _messages(reading: Reading, statement: BankStatement, agency: str) -> Iterator[Reading]:
    """What was noticed about the statement is kept with its first message."""
    findings = reading.findings
    empty = True
    for message in messages_of(statement, agency):
        yield replace(reading, feed=message, findings=findings, source=MAPPING)
        findings, empty = (), False
    if empty:
        told = Finding("HUB-AGEN-02", "information", "read", "entries", statement.account, agency, "us")
        yield replace(reading, feed=None, findings=(*findings, told), source=MAPPING)


def _account(head: bytes) -> str:
    plain = head.replace(b"\0", b"")
    found = next((m for pattern in _ACCOUNTS if (m := pattern.search(plain))), None)
    return found[1].decode("ascii").replace(" ", "").upper() if found else ""
