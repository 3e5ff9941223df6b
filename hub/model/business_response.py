"""BusinessResponse: what we answer on an invoice that came in (Peppol Invoice Response, T111)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from hub.model.finding import Finding
from hub.model.party import Party

Status = Literal["AB", "IP", "UQ", "CA", "RE", "AP", "PD", "PPD"]  # UNCL4343 subset; PPD = PD for a part of it
# A document only goes up: nobody is told that it was received after he was told that it is approved.
RANK: dict[Status, int] = {"AB": 0, "IP": 1, "UQ": 2, "CA": 3, "RE": 4, "AP": 4, "PPD": 5, "PD": 6}
NEEDS_REASON = ("UQ", "CA", "RE")


@dataclass(frozen=True, slots=True)
class Clarification:
    """One reason or action: its code and list (`OPStatusReason`, `OPStatusAction`), words, and where in the document."""

    code: str
    action: bool = False
    text: str = ""
    attribute: str = ""  # the business term (BT-48), or the XPath, that it is about
    detail: str = ""


@dataclass(frozen=True, slots=True)
class DocumentState:
    """What became of one document, as far as its sender is to know.

    `event` is `received`, `waiting` (for approval), `held`, `on_hold` (a person asks), `posted`, `approved`, `rejected`,
    `approved_conditionally` (booked though the sender must mend something: a person accepted the findings), `refused`,
    `conflict`, `partly_paid` or `paid`; `comment` what a person wrote with it.
    """

    event: str
    findings: tuple[Finding, ...] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status with its clarifications."""

    status: Status
    clarifications: tuple[Clarification, ...] = ()


@dataclass(frozen=True, slots=True)
class BusinessResponse:
    """An answer with everything the message needs. `sender` is us, `receiver` who sent the invoice."""

    id: str
    issued_at: datetime
    answer: Answer
    sender: Party
    receiver: Party
    document: str  # number of the invoice
    document_type: str  # UNCL1001
    document_date: date | None = None
