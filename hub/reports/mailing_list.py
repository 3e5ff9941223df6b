"""Who gets a mailing: relations of a selection with their e-mail addresses, and why somebody gets none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from hub.accounting.contacts import email_for
from hub.model.mail_address import is_address
from hub.model.relation_card import ContactPerson, RelationCard
from hub.reports.addresses import Addressed, addressed, country_name
from hub.reports.audience import parse_selection, relations_chosen
from hub.store import tables as t
from hub.store.contacts import read_contacts
from hub.store.relation_cards import read_cards


@dataclass(frozen=True, slots=True)
class Recipient:
    """One mail: to whom, what its merge fields say, and why it is skipped ("" = it is sent)."""

    relation_id: int
    code: str
    email: str
    fields: dict[str, str]
    skipped: str = ""  # opted_out | no_address | double


def recipients(
    connection: Connection, administration_id: int, selection: str, *, contacts: bool = False, language: str = "nl"
) -> list[Recipient]:
    """In order of relation code. With `purpose=` in the selection the contact for that; `contacts`: every contact with an address.

    An address gets one mail, however many relations share it. Raises `Usage` for a wrong selection.
    """
    chosen = relations_chosen(connection, administration_id, selection)
    purpose = next(iter(parse_selection(selection).get("purpose", ())), "")
    cards, people = (
        read_cards(connection, administration_id, chosen),
        read_contacts(connection, administration_id, chosen),
    )
    a = t.administration
    ours = str(connection.execute(select(a.c.name).where(a.c.id == administration_id)).scalar_one())
    stopped = OptOuts(connection, administration_id)
    made: list[Recipient] = []
    seen: set[str] = set()
    for relation in addressed(connection, administration_id, chosen, language):
        card = cards.get(relation.id, RelationCard())
        for email, contact in _destinations(card, people.get(relation.id, []), purpose, contacts):
            why = _why_not(email, relation.id, stopped, seen)
            seen.add(email.lower())
            made.append(
                Recipient(relation.id, relation.code, email, _fields(relation, contact, email, ours, language), why)
            )
    return made


def _destinations(
    card: RelationCard, people: Iterable[ContactPerson], purpose: str, contacts: bool
) -> Iterator[tuple[str, str]]:
    """Address and name of the contact; the address is "" when there is none."""
    people = [one for one in people if one.email]
    if contacts:
        mine = [one for one in people if not purpose or purpose in one.purposes]
        yield from ({one.email.lower(): (one.email.strip(), one.name) for one in mine}.values() or [("", "")])
        return
    if purpose:
        found = email_for(purpose, people, card)  # type: ignore[arg-type]
        yield (found.email.strip(), found.name) if found else ("", "")
        return
    first = next(iter(people), None)
    yield (card.email.strip(), "") if card.email else (first.email.strip(), first.name) if first else ("", "")


def _why_not(email: str, relation_id: int, stopped: OptOuts, seen: set[str]) -> str:
    if not is_address(email):
        return "no_address"
    if stopped.covers(relation_id, email):
        return "opted_out"
    return "double" if email.lower() in seen else ""


def _fields(relation: Addressed, contact: str, email: str, ours: str, language: str) -> dict[str, str]:
    return {"name": relation.name, "contact": contact or relation.name, "code": relation.code, "city": relation.city,
            "country": country_name(relation.country, language), "email": email, "administration": ours}  # fmt: skip


class OptOuts:
    """Who wants no mailings, as it stands now."""

    def __init__(self, connection: Connection, administration_id: int) -> None:
        o = t.mail_opt_out
        query = select(o.c.relation_id, o.c.email).where(
            o.c.administration_id == administration_id, o.c.ended_at.is_(None)
        )
        self._stopped = {(row.relation_id, row.email) for row in connection.execute(query)}

    def covers(self, relation_id: int, email: str) -> bool:
        """The relation as a whole, this address of it, or this address whoever has it."""
        small = email.lower()
        return not self._stopped.isdisjoint({(relation_id, ""), (relation_id, small), (None, small)})
