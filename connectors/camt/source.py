"""The source itself: recognises CAMT by its body, whatever namespace it bears, and reads CAMT.053 statement by statement."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.camt.statement import statements
from hub.errors import UnreadableInput
from hub.formats.content import Content
from hub.model.finding import Finding
from hub.ports import Reading

SOURCE = "bank"  # the mapping that is shared with MT940
_HEAD = 16 * 1024  # bytes in which the body's name stands
_BODIES = {
    b"BkToCstmrStmt": "camt.053",
    b"BkToCstmrAcctRpt": "camt.052",
    b"BkToCstmrDbtCdtNtfctn": "camt.054",
}
_BODY = re.compile(rb"<(?:[\w.-]+:)?(BkToCstmrStmt|BkToCstmrAcctRpt|BkToCstmrDbtCdtNtfctn)[\s/>]")
_NAMESPACE = re.compile(rb"urn:iso:std:iso:20022:tech:xsd:(camt\.05\d\.001\.\d\d)")
_LOOK_ALIKES = {"camt.052": "HUB-BANK-06", "camt.054": "HUB-BANK-07"}


class CamtSource:
    """CAMT.053 (bank to customer statement) 02 to 13 and later; .052 and .054 are refused with what they are."""

    name = "camt"
    kinds, forms = ("bank_statement",), ("XML",)

    def recognise(self, content: Content) -> bool:
        """Whether the body of a CAMT message begins in the first 16 KiB."""
        return _BODY.search(_plain(content.data)) is not None

    def read(self, content: Content) -> Reading:
        """The first statement, and the others in `rest`, read as they are asked for."""
        head = _plain(content.data)
        body = _BODY.search(head)
        kind = _BODIES[body[1]] if body else "camt.053"
        if kind in _LOOK_ALIKES:
            finding = Finding(_LOOK_ALIKES[kind], "fatal", "read", "/", kind, "camt.053", "us")
            return Reading(kind, findings=(finding,), mapped=False, source=SOURCE)
        read = _readings(content.data, _namespace(head))
        first = next(read)
        return Reading(first.format, first.profile, None, first.findings, first.mapped, None, read, SOURCE, first.feed)


def _plain(data: bytes) -> bytes:
    """The beginning without the zero bytes of UTF-16."""
    return data[:_HEAD].replace(b"\0", b"")


def _namespace(head: bytes) -> tuple[str, tuple[Finding, ...]]:
    """The version it claims, and a finding where that is none of CAMT.053: the body is what counts."""
    found = _NAMESPACE.search(head)
    version = found[1].decode() if found else ""
    if version.startswith("camt.053"):
        return version, ()
    return version, (Finding("HUB-BANK-05", "warning", "read", "/Document", version or None, "camt.053.001.NN"),)


def _readings(data: bytes, namespace: tuple[str, tuple[Finding, ...]]) -> Iterator[Reading]:
    """A reading per statement; where the file breaks off, what broke it is the last one."""
    version, findings = namespace
    count = 0
    try:
        for statement, found in statements(data):
            count += 1
            yield Reading(
                "camt.053", version, None, (*findings, *found), statement is not None, None, (), SOURCE, statement
            )
    except UnreadableInput as error:
        broken = Finding(error.code, "fatal", "read", error.location, error.found[:500], error.expected[:500])
        yield Reading("camt.053", version, None, (*findings, broken), False, source=SOURCE)
        return
    if not count:
        empty = Finding("HUB-BANK-13", "fatal", "read", "/Document/BkToCstmrStmt", "0", "1")
        yield Reading("camt.053", version, None, (*findings, empty), False, source=SOURCE)


source = CamtSource()
