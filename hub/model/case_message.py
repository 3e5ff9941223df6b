"""CaseMessage: what a collection agency says of a case, in our words, whatever its own system calls it."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, get_args

from hub.model.case_file import CaseState, CloseReason
from hub.model.money import money_text
from hub.model.party import Party

CaseMessageType = Literal[
    "accepted", "rejected", "status", "cost", "payment", "remittance", "message", "document", "closed"
]
CASE_MESSAGE_TYPES: tuple[str, ...] = get_args(CaseMessageType)
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class RemittanceLine:
    """What of a remittance is of one case: gross as the debtor paid, and what the agency kept of it."""

    case: str
    gross: Decimal
    agency_reference: str = ""
    principal: Decimal | None = None  # None = not told; then the law allocates (art. 6:44 BW)
    interest: Decimal | None = None
    costs: Decimal | None = None
    fee: Decimal = ZERO
    fee_vat: Decimal = ZERO
    payment: str = ""  # the agency's id of the payment that it passes on; "" = none was told before


@dataclass(frozen=True, slots=True)
class ReceivedDocument:
    """A document that the agency sends along; its bytes as base64, as they travel."""

    name: str
    media_type: str
    base64: str

    @property
    def content(self) -> bytes | None:
        """Its bytes; None where they are no base64."""
        try:
            return b64decode(self.base64, validate=True)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class CaseMessage:
    """One message. `case` is our reference, `agency_reference` theirs; at least one of them is there, but in a remittance.

    `message_id` is the agency's own and makes it the same one again; an agency without ids gets a hash of what it says.
    `status` is ours, None where `raw_status` is a word that nobody has mapped: it is kept and shown, and changes nothing.
    `amount` is what a payment, cost or remittance is of; `direct`: paid to us, not to the agency.
    """

    agency: str  # the name of its sink, and so of its settings
    message_id: str
    type: CaseMessageType
    at: datetime  # UTC, when it happened there
    case: str = ""
    agency_reference: str = ""
    currency: str = "EUR"
    status: CaseState | None = None
    raw_status: str = ""
    close_reason: CloseReason | None = None
    text: str = ""
    link: str = ""  # where the case can be followed online
    amount: Decimal | None = None
    principal: Decimal | None = None
    interest: Decimal | None = None
    costs: Decimal | None = None
    vat: Decimal = ZERO  # of a cost
    direct: bool = False
    invoice: str = ""
    payment: str = ""  # the agency's id of the payment
    reverses: str = ""  # the payment that this one takes back
    lines: tuple[RemittanceLine, ...] = ()
    documents: tuple[ReceivedDocument, ...] = ()

    @property
    def kind(self) -> str:
        """See `FeedDocument`."""
        return "case_message"

    @property
    def number(self) -> str:
        """See `FeedDocument`."""
        return self.case or self.agency_reference or self.message_id

    @property
    def day(self) -> date:
        """See `FeedDocument`."""
        return self.at.date()

    @property
    def identity(self) -> str:
        """Agency and its message id."""
        return f"case_message|{self.agency.casefold()}|{self.message_id}"

    @property
    def essence(self) -> Any:
        """What makes it the same again: a payment that is told twice, by a webhook and by a list, is worded otherwise."""
        if self.type != "payment" or not self.payment:
            return self
        return (self.type, self.payment, self.amount, self.currency, self.direct, self.reverses)

    @property
    def total(self) -> Decimal | None:
        """See `FeedDocument`."""
        return self.amount

    @property
    def party(self) -> Party | None:
        """Nobody: the case says whose it is."""
        return None

    def summary(self) -> dict[str, Any]:
        """See `FeedDocument`."""
        return {
            "number": self.number, "date": str(self.day), "agency": self.agency, "type": self.type, "case": self.case or None,
            "agency_reference": self.agency_reference or None, "status": self.status, "raw_status": self.raw_status or None,
            "total": None if self.amount is None else money_text(self.amount, self.currency), "text": self.text or None,
        }  # fmt: skip
