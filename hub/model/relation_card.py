"""The relation card: what we know of somebody beside what booking needs. Roles, e-invoicing, addresses, contacts, own fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from hub.model.party import Address, Identifier

Role = Literal["debtor", "creditor", "prospect"]
CustomerType = Literal["", "consumer", "business"]  # never derived from legal form (DOMAIN 10.6 no. 26)
Channel = Literal["", "email_pdf", "ubl_mail", "peppol"]
AddressKind = Literal["visit", "post", "invoice", "delivery"]
ContactKind = Literal["person", "department"]
Purpose = Literal["invoices", "reminders", "collection"]
FieldKind = Literal["text", "number", "date", "yes_no", "choice"]
Effect = Literal["hold", "limit"]
Cause = Literal["person", "case", "policy"]

ROLES: tuple[str, ...] = get_args(Role)
CUSTOMER_TYPES: tuple[str, ...] = tuple(kind for kind in get_args(CustomerType) if kind)
CHANNELS: tuple[str, ...] = tuple(channel for channel in get_args(Channel) if channel)
ADDRESS_KINDS: tuple[str, ...] = get_args(AddressKind)
CONTACT_KINDS: tuple[str, ...] = get_args(ContactKind)
PURPOSES: tuple[str, ...] = get_args(Purpose)
FIELD_KINDS: tuple[str, ...] = get_args(FieldKind)


@dataclass(frozen=True, slots=True)
class RelationCard:
    """What a person said of a relation. `sales_…` is for what we send him, `purchase_…` for what he sends us.

    `roles` are those that were given; a relation with open items has the role of their side as well.
    Endpoints are `scheme:value` (`0106:12345678`); e-mail addresses for e-invoicing stand apart from the company's.
    """

    roles: tuple[Role, ...] = ()
    customer_type: CustomerType = ""
    email: str = ""
    telephone: str = ""
    website: str = ""
    language: str = ""  # of letters to him; "" = the administration's
    memo: str = ""
    sales_channel: Channel = ""
    sales_email: str = ""
    sales_endpoint: str = ""
    purchase_channel: Channel = ""
    purchase_email: str = ""
    purchase_endpoint: str = ""


@dataclass(frozen=True, slots=True)
class RelationAddress:
    """An address by kind; `id` is 0 before it is stored."""

    kind: AddressKind
    address: Address
    id: int = 0


@dataclass(frozen=True, slots=True)
class ContactPerson:
    """Somebody we call or write to, or a whole department (S34); `purposes` says what is sent there."""

    name: str
    kind: ContactKind = "person"
    role: str = ""
    department_id: int | None = None
    email: str = ""
    telephone: str = ""
    purposes: tuple[Purpose, ...] = ()
    id: int = 0


@dataclass(frozen=True, slots=True)
class FreeField:
    """A field of the administration's own. `length` is the most characters of a value, as it is kept."""

    name: str
    label: str
    kind: FieldKind = "text"
    length: int = 100
    choices: tuple[str, ...] = ()
    id: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a debtor is on hold or limited, as long as it is not lifted.

    `amount` is a limit in minor units of the administration's currency: 0 is nothing on credit. No active
    reason with an effect means no hold, or no limit.
    """

    effect: Effect
    cause: Cause
    why: str
    amount: int | None = None
    reference: str = ""
    since: datetime | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class RelationDraft:
    """A relation as a person or a file gives it, before it is recorded. An empty code takes the next one."""

    name: str
    country: str = "NL"
    code: str = ""
    identifiers: tuple[Identifier, ...] = ()
    ibans: tuple[str, ...] = ()
    card: RelationCard = RelationCard()
    addresses: tuple[RelationAddress, ...] = ()
    contacts: tuple[ContactPerson, ...] = ()
    settings: tuple[tuple[str, object], ...] = ()  # fields of `Relation`: accounts, policies, terms, VAT indication
