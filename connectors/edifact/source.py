"""The source itself: recognises an EDIFACT file by its first characters and hands on its invoices one by one."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.edifact.codes import LOOK_ALIKES
from connectors.edifact.invoice import read_invoice
from connectors.edifact.log import Log
from hub.formats.content import Content
from hub.formats.edifact import Message, findings_of_file, looks_like, messages
from hub.model.finding import Finding
from hub.ports import Reading

NAME, FORMAT, INVOIC = "edifact", "edifact-invoic", "INVOIC"
_TEST = 11  # element of UNB: 1 = only a test
_EANCOM = "EAN"  # how the association code of a GS1 message begins


class EdifactSource:
    """Invoices and credit notes as EDIFACT INVOIC, EANCOM D.96A, D.01B and later, several in a file."""

    name = NAME
    kinds, forms = ("invoice",), ("EDIFACT",)

    def recognise(self, content: Content) -> bool:
        """Whether the file begins with UNA, UNB or UNH."""
        return looks_like(content.head)

    def read(self, content: Content) -> Reading:
        """The first message, the others behind it as they are asked for."""
        readings = map(_reading, messages(content.data))
        first = next(readings, None)
        if first is None:
            return Reading("edifact", findings=findings_of_file(content.data), mapped=False, source=NAME)
        return _with_rest(first, readings)


def _with_rest(first: Reading, rest: Iterator[Reading]) -> Reading:
    return Reading(first.format, first.profile, first.document, first.findings, first.mapped, rest=rest, source=NAME)


def _reading(message: Message) -> Reading:
    if message.type != INVOIC:
        return _refused(message)
    log = Log(message)
    if message.interchange is not None and message.interchange.value(_TEST) == "1":
        log.add("HUB-EDI-13", "fatal", None, message.interchange.raw, "", layer="hub")
    invoice = read_invoice(log) if message.whole else None
    release = message.segments[0].value(2, 4).upper()
    profile = "eancom" if release.startswith(_EANCOM) else ""
    return Reading(FORMAT, profile, invoice, tuple(log.findings), log.mapped and invoice is not None, source=NAME)


def _refused(message: Message) -> Reading:
    """A message of another kind: it is said what it is, not what is wrong with it as an invoice."""
    kind = message.type
    words = (("variant", kind),) if kind in LOOK_ALIKES else ()
    finding = Finding(
        "HUB-EDI-07", "fatal", "read", message.place(message.segments[0]), message.name[:60], INVOIC, "sender", words
    )
    broken = tuple(f for f in message.findings if f.fatal and f.layer == "read")
    return Reading(f"edifact-{kind.lower()[:20]}", findings=(finding, *broken), mapped=False, source=NAME)


source = EdifactSource()
