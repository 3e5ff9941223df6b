"""What comes up while one message is read: findings with their segment, values, and the segments that no term took."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hub.formats.edifact import Message
from hub.formats.edifact_segments import Segment
from hub.formats.edifact_values import day_of, decimal_of
from hub.model.finding import Finding, Severity, Who
from hub.model.invoice import Unmapped

MOST_UNMAPPED, LONGEST_UNMAPPED = 2_000, 10_000
_SERVICE = ("UNH", "UNT", "UNS")


class Log:
    """Collects while the segments of one message are read."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.findings: list[Finding] = list(message.findings)
        self.mapped = True  # false once an amount could not be read
        self.currencies: dict[str, Segment] = {}  # codes beside amounts, and the first amount in each
        self._used: set[int] = set()

    def add(
        self, code: str, severity: Severity, segment: Segment | None, found: str, expected: str, *, layer: str = "read",
        who: Who = "sender", **details: str,
    ) -> None:  # fmt: skip
        """A finding at a segment; at the message as a whole (its UNH) when None."""
        where = self.message.place(segment or self.message.segments[0])
        words = tuple(details.items())
        self.findings.append(Finding(code, severity, layer, where, found[:200], expected, who, words))

    def use(self, segment: Segment) -> Segment:
        """This segment has a term."""
        self._used.add(segment.number)
        return segment

    def number(self, segment: Segment, element: int, component: int) -> Decimal | None:
        """A number; None where it is not stated, and with a fatal finding where it is none."""
        text = segment.value(element, component)
        if not text:
            return None
        value = decimal_of(text, self.message.marks.decimal)
        if value is None:
            self.mapped = False
            self.add("HUB-EDI-09", "fatal", segment, text, "1234.56")
        return value

    def amount(self, moa: Segment) -> Decimal | None:
        """The amount of a MOA; its currency, where it names one, is judged at the end."""
        value = self.number(self.use(moa), 1, 1)
        if value is None and not moa.value(1, 1):
            self.mapped = False
            self.add("HUB-EDI-09", "fatal", moa, "", "1234.56")
        if currency := moa.value(1, 2).upper():
            self.currencies.setdefault(currency, moa)
        return value

    def day(self, dtm: Segment) -> date | None:
        """The day of a DTM; None with a fatal finding where there is no such day."""
        self.use(dtm)
        text, form = dtm.value(1, 1), dtm.value(1, 2)
        found = day_of(text, form)
        if found is None:
            self.add("HUB-EDI-09", "fatal", dtm, f"{text}:{form}", "CCYYMMDD:102")
        return found

    def unmapped(self) -> tuple[Unmapped, ...]:
        """Every segment without a term, with its place; past `MOST_UNMAPPED` an ellipsis stands for the rest."""
        left = [s for s in self.message.segments if s.number not in self._used and s.tag not in _SERVICE]
        shown = tuple(Unmapped(self.message.place(s), s.raw[:LONGEST_UNMAPPED]) for s in left[:MOST_UNMAPPED])
        return (*shown, Unmapped("*", "…")) if len(left) > MOST_UNMAPPED else shown
