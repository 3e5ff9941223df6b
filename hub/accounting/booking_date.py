"""On which day an entry is booked: the document's date when that period is open, else the first open day after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from hub.model.administration import Administration
from hub.model.decision import Decision
from hub.model.finding import Finding


@dataclass(frozen=True, slots=True)
class BookingDate:
    """The day, and what there is to say about it. `on` None = there is no open day; a fatal finding asks a person."""

    on: date | None
    decision: Decision | None = None
    finding: Finding | None = None


def choose_booking_date(
    issued: date, administration: Administration, closed: tuple[tuple[date, date], ...], received_on: date
) -> BookingDate:
    """`issued` within the first year … next year and open: that day; else by the administration's choice.

    Before the first year counts as closed. A date after the end of next year is booked on the day it came in.
    """
    first, last = date(administration.first_year, 1, 1), date(received_on.year + 1, 12, 31)
    too_far = issued > last
    on = _first_open(min(max(received_on, first), last) if too_far else max(issued, first), closed)
    if on is None or on > max(first, last):
        finding = Finding("HUB-DATE-03", "fatal", "hub", "BT-2", str(issued), f"{first} … {last}", "us")
        return BookingDate(None, finding=finding)
    words = (("date", str(issued)),)
    if too_far:
        finding = Finding("HUB-DATE-02", "warning", "hub", "BT-2", str(issued), f"≤ {last}", "sender")
        return BookingDate(on, Decision("booking_date", str(on), "date_too_far_ahead", words=words), finding)
    if on == issued:
        return BookingDate(on, Decision("booking_date", str(on), "document_date"))
    hold = administration.closed_period == "hold"
    finding = Finding("HUB-DATE-01", "fatal" if hold else "information", "hub", "BT-2", str(issued), str(on), "us")
    return BookingDate(on, Decision("booking_date", str(on), "first_open_day", words=words), finding)


def _first_open(day: date, closed: tuple[tuple[date, date], ...]) -> date | None:
    for start, end in sorted(closed):
        if start <= day <= end:
            if end == date.max:
                return None
            day = end + timedelta(days=1)
    return day
