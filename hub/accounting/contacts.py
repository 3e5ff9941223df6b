"""Which e-mail address something is sent to: the contact for that purpose, else the next best, else the company."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hub.model.relation_card import ContactPerson, Purpose, RelationCard

# What is sent for collection may go to who gets reminders; a reminder to who gets invoices; never the other way.
_FALLBACKS: dict[str, tuple[Purpose, ...]] = {
    "collection": ("collection", "reminders", "invoices"),
    "reminders": ("reminders", "invoices"),
    "invoices": ("invoices",),
}
Why = Literal["contact", "e_invoicing", "company"]


@dataclass(frozen=True, slots=True)
class Destination:
    """An e-mail address, whose it is, and why it was chosen."""

    email: str
    name: str
    why: Why
    purpose: str = ""  # of the contact that was found, where that differs from what was asked
    contact_id: int | None = None


def email_for(purpose: Purpose, contacts: Sequence[ContactPerson], card: RelationCard) -> Destination | None:
    """Where to send it: contacts with that purpose in order of id, those of the next best, e-invoicing, the company; or None."""
    for wanted in _FALLBACKS[purpose]:
        for contact in sorted(contacts, key=lambda contact: contact.id):
            if wanted in contact.purposes and contact.email:
                return Destination(contact.email, contact.name, "contact", wanted, contact.id)
    if card.sales_email:
        return Destination(card.sales_email, "", "e_invoicing")
    return Destination(card.email, "", "company") if card.email else None
