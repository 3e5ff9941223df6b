"""Step 3: schema and rules over what was read. The document's own promise (CustomizationID) chooses the layers."""

from __future__ import annotations

import re

from hub.formats.content import Content
from hub.formats.xsd import check as check_schema
from hub.model.finding import Finding
from hub.ports import Reading
from hub.rules import en16931
from hub.steps.layers import CII_FORMATS

EN_16931 = "urn:cen.eu:en16931:2017"
_UBL = ("ubl-invoice", "ubl-creditnote")


def validate(reading: Reading, content: Content) -> Reading:
    """The reading with the findings of every layer that applies; layers do not stop each other."""
    if reading.format not in (*_UBL, *CII_FORMATS):
        return reading
    # Who cannot even be read is told so already: the slow explanation (seconds, once a process) is for the others.
    explain = None if reading.document is not None else False
    findings = (*reading.findings, *check_schema(content.payload, explain=explain), *_rules(reading, content))
    return Reading(reading.format, reading.profile, reading.document, findings, reading.mapped, reading.envelope)


def _rules(reading: Reading, content: Content) -> tuple[Finding, ...]:
    """EN 16931 whole where the document promises it; else its arithmetic alone, unless the reader met other totals.

    A CII document is left to the totals contract, which judges every amount term when it is booked.
    """
    if reading.format in CII_FORMATS:
        return ()
    invoice = reading.document
    if invoice is not None and EN_16931 in invoice.specification:
        return en16931.check_fatal(content.payload)
    if any(f.code in _DIALECT for f in reading.findings):
        return ()  # a dialect's totals mean other things: the totals contract judges them when booking
    found = en16931.check_arithmetic(content.payload)
    if invoice is not None and not any(line.vat_category for line in invoice.lines):
        # UBL 2.0 and BII put no category on lines, so no base follows from them: the totals contract compares what it can.
        return tuple(finding for finding in found if not _BASE_OF_LINES.fullmatch(finding.code))
    return found


_BASE_OF_LINES = re.compile(r"BR-[A-Z]+-08")
_DIALECT = frozenset(("HUB-UBL-12", "HUB-UBL-13", "HUB-UBL-14"))
