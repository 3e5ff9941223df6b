"""Facts and Booking: what `book` is given, and what it answers. Both are kept beside the entry for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hub.model.administration import Administration, Direction
from hub.model.approval import Approval
from hub.model.decision import Decision
from hub.model.feed_known import FeedKnown
from hub.model.finding import Finding
from hub.model.journal import JournalEntry
from hub.model.message import OutcomeKind
from hub.model.relation import Relation
from hub.model.suggestion import Suggestion


@dataclass(frozen=True, slots=True)
class EarlierDocument:
    """A document we already have that bears a number this one bears or names."""

    relation_key: str
    direction: str
    number_key: str  # `normalised_number` of BT-1
    kind: str
    type_code: str
    issue_date: date
    total: Decimal | None
    currency: str
    sha256: str
    fingerprint: str
    message_id: str
    outcome: str

    @property
    def identity(self) -> str:
        """As `Invoice.identity`."""
        return "|".join((self.direction, self.relation_key, self.number_key, self.kind, str(self.issue_date.year)))


@dataclass(frozen=True, slots=True)
class EarlierApproval:
    """A purchase invoice that was not approved, and what is left of it; only looked up for credit notes that name it.

    `rest` is what of it no credit note has taken away yet, `suspense` what it and its credit notes leave on
    the suspense `account`, debit positive; both in its own currency.
    """

    document: EarlierDocument
    method: str
    state: str  # rejected | credited
    ending: str  # returned | wait_for_credit
    rest: Decimal
    suspense: Decimal
    account: str
    credits: tuple[str, ...] = ()  # numbers of the credit notes that were registered for it without booking


@dataclass(frozen=True, slots=True)
class Rate:
    """`rate` units of `currency` for one euro, as the ECB publishes, on publication day `on`."""

    currency: str
    on: date
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a booking is decided on besides the document itself.

    `relations` are those that share a key or a name with the document's parties; `rates` holds per
    currency the last publication on or before the invoice date; `closed` the periods nobody may book
    in (first day, last day); `received_on` the day the message came in.
    """

    administration: Administration
    received_on: date
    relations: tuple[Relation, ...] = ()
    earlier: tuple[EarlierDocument, ...] = ()
    rates: tuple[Rate, ...] = ()
    closed: tuple[tuple[date, date], ...] = ()
    wished: Direction | None = None
    policy: str = ""  # of the channel; "" = hold
    sha256: str = ""
    suggestions: tuple[Suggestion, ...] = ()  # learned contra-accounts that are trusted, one for a line at most
    released: tuple[str, ...] = ()  # codes of findings that a person has accepted
    begun: str = ""  # the purchase method under which this very document waits already, whatever was changed since
    rejected: tuple[EarlierApproval, ...] = ()  # rejected invoices that this credit note names
    feed: FeedKnown | None = None  # of a document that is no invoice
    agreements: str = ""  # the policy for findings of Peppol, NLCIUS and the like; "" = `policy`


@dataclass(frozen=True, slots=True)
class Booking:
    """The outcome of one document, before it is recorded.

    `relation` is the one across the table; `new_relation` says it must be created; `new_keys` are
    strong keys the document adds to a known one. `identity` is claimed when the outcome is posted or held.
    """

    outcome: OutcomeKind
    direction: Direction | None = None
    relation: Relation | None = None
    new_relation: bool = False
    new_keys: tuple[str, ...] = ()
    identity: str = ""
    entry: JournalEntry | None = None
    decisions: tuple[Decision, ...] = ()
    findings: tuple[Finding, ...] = ()
    earlier: EarlierDocument | None = None
    approval: Approval | None = None  # what begins with this document, or what this credit note belongs to
    earlier_uid: str = ""  # of a feed's document: the message that brought it before
    waits: bool = False  # held for nothing but its turn: all that is recorded of it is that it waits
