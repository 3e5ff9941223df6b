"""Texts, codes and amounts as an audit file may hold them; what had to be changed is a finding, never silent."""

from __future__ import annotations

import re

from lxml import etree

from hub.formats.findings import Findings
from hub.model.finding import Finding

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2
_SHOWN = 60  # characters of a text in a finding

Element = etree._Element


class Writer:
    """Adds children to elements; every text passes here."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings

    def text(self, parent: Element, tag: str, value: str | None, limit: int, where: str) -> None:
        """A child with this text; nothing for an empty one. Cut off at `limit` characters, where 0 is none.

        HUB-XAF-01: a character that XML cannot hold became a blank; HUB-XAF-02: the text was cut off.
        """
        if not value:
            return
        if not value.isprintable() and (bad := _ILLEGAL.search(value)):
            found = f"U+{ord(bad[0]):04X}"
            self._found("HUB-XAF-01", "warning", f"{where} {tag}", found, value)
            value = _ILLEGAL.sub(" ", value)
        if limit and len(value) > limit:
            self._found("HUB-XAF-02", "information", f"{where} {tag}", f"{len(value)}", value, str(limit))
            value = value[:limit]
        etree.SubElement(parent, tag).text = value

    def code(self, parent: Element, tag: str, value: str, allowed: frozenset[str], where: str) -> None:
        """A child with a code of a closed list; HUB-XAF-03 and no child when the list does not have it."""
        if value in allowed:
            etree.SubElement(parent, tag).text = value
        elif value:
            self._found("HUB-XAF-03", "warning", f"{where} {tag}", value, value)

    def _found(self, code: str, severity: str, where: str, found: str, text: str, expected: str = "") -> None:
        details = (("text", _ILLEGAL.sub("�", text)[:_SHOWN]),)
        finding = Finding(code, severity, "xaf", where, found, expected or None, "us", details)  # type: ignore[arg-type]
        self.findings.add(finding)


def plain(parent: Element, tag: str, value: str) -> None:
    """A child whose text is ours: a number, a date, a letter. Always written, also when it is empty."""
    etree.SubElement(parent, tag).text = value


def amount(minor: int) -> str:
    """Cents as an audit file has them: `-1234.56`."""
    digits = str(abs(minor)).rjust(3, "0")
    return f"{'-' if minor < 0 else ''}{digits[:-2]}.{digits[-2:]}"


def sided(parent: Element, minor: int, tag: str = "amnt", side_tag: str = "amntTp") -> None:
    """A signed amount (debit positive) as a positive one with its side."""
    plain(parent, tag, amount(abs(minor)))
    plain(parent, side_tag, "D" if minor >= 0 else "C")
