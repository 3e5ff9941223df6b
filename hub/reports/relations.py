"""The relation card: everything that is known of one relation, in one place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from hub.accounting.contacts import email_for
from hub.accounting.credit_limit import limit_of
from hub.model.codec import plain
from hub.model.relation import Relation
from hub.model.relation_card import PURPOSES, ContactPerson, Reason, RelationAddress, RelationCard
from hub.reports.messages import instant_text
from hub.reports.relation_list import credit_json, list_relations, roles_of, sides_of
from hub.reports.selection import base_currency, text_of
from hub.store import tables as t
from hub.store.contacts import read_addresses, read_contacts
from hub.store.exposure import exposures
from hub.store.free_fields import read_values
from hub.store.notes import read_notes
from hub.store.reasons import active_reasons, all_reasons
from hub.store.relation_cards import read_card
from hub.store.relations import family, get_relation
from hub.store.vat_answers import read_answers

_DERIVED = ("on_hold", "credit_limit", "owed")  # shown as credit, with what they follow from

__all__ = [
    "address_json",
    "contact_json",
    "credit_card",
    "credit_of",
    "list_relations",
    "note_json",
    "reason_json",
    "rows_of",
    "show_relation",
]


def show_relation(connection: Connection, administration_id: int, code: str) -> dict[str, Any]:
    """Everything on the card, with IBANs that wait for confirmation. Raises `NotFound`."""
    relation_id, relation = get_relation(connection, administration_id, code)
    mine = family(connection, administration_id, relation_id)
    card = read_card(connection, administration_id, relation_id)
    contacts = read_contacts(connection, administration_id, [relation_id]).get(relation_id, [])
    addresses = read_addresses(connection, administration_id, [relation_id]).get(relation_id, [])
    sides = set().union(*sides_of(connection, administration_id, mine).values())
    return {
        **_head(connection, administration_id, relation_id, relation),
        **_ibans(connection, administration_id, mine, relation),
        "roles": roles_of(card, sides),
        "card": {name: value for name, value in plain(card).items() if name != "roles"},
        "settings": _settings(relation),
        "addresses": [address_json(address) for address in addresses],
        "contacts": [contact_json(contact) for contact in contacts],
        "emails": _emails(contacts, card),
        "fields": read_values(connection, administration_id, [relation_id]).get(relation_id, {}),
        "credit": credit_of(connection, administration_id, relation_id),
        "vat_answers": [_answer(answer) for answer in read_answers(connection, administration_id, relation_id)],
        "notes": [note_json(note) for note in read_notes(connection, administration_id, relation_id)],
    }


def _head(connection: Connection, administration_id: int, relation_id: int, relation: Relation) -> dict[str, Any]:
    r = t.relation
    where = (r.c.administration_id == administration_id, r.c.id == relation_id)
    row = connection.execute(select(r.c.version, r.c.changed_at).where(*where)).one()
    aliases = select(r.c.code).where(r.c.administration_id == administration_id, r.c.merged_into == relation_id)
    return {
        "code": relation.code,
        "name": relation.name,
        "country": relation.country,
        "key": relation.key,
        "version": row.version,
        "changed_at": row.changed_at and instant_text(row.changed_at),
        "aliases": list(connection.execute(aliases.order_by(r.c.code)).scalars()),
        "keys": [f"{i.scheme}:{i.value}" for i in relation.identifiers],
    }


def _settings(relation: Relation) -> dict[str, Any]:
    apart = ("code", "name", "country", "key", "identifiers", "ibans", *_DERIVED)
    return {name: value for name, value in plain(relation).items() if name not in apart}


def _ibans(connection: Connection, administration_id: int, mine: Sequence[int], relation: Relation) -> dict[str, Any]:
    """Accounts that are known, that wait for a person, and that a person said no to."""
    o, b, k = t.open_item, t.open_item_block, t.relation_key
    waiting = (
        select(o.c.iban)
        .join(b, (b.c.administration_id == o.c.administration_id) & (b.c.open_item_id == o.c.id))
        .where(o.c.administration_id == administration_id, o.c.relation_id.in_(mine))
        .where(b.c.reason == "new_iban", b.c.lifted_at.is_(None), o.c.iban != "")
        .distinct()
    )
    judged = select(k.c.key).where(k.c.administration_id == administration_id, k.c.relation_id.in_(mine))
    refused = connection.execute(judged.where(k.c.confirmed.is_(False), k.c.key.startswith("IBAN:"))).scalars()
    rejected = sorted(key.removeprefix("IBAN:") for key in refused)
    known = {*relation.ibans, *relation.factor_ibans, relation.g_iban, *rejected}
    unconfirmed = sorted(set(connection.execute(waiting).scalars()) - known)
    return {"ibans": list(relation.ibans), "unconfirmed_ibans": unconfirmed, "rejected_ibans": rejected}


def credit_of(connection: Connection, administration_id: int, relation_id: int) -> dict[str, Any]:
    """Limit, hold and exposure of one relation, and the reasons that they follow from."""
    currency = base_currency(connection, administration_id)
    reasons = active_reasons(connection, administration_id, [relation_id]).get(relation_id, [])
    exposure = exposures(connection, administration_id, [relation_id])[relation_id]
    limit = limit_of(reasons)
    return {
        **credit_json(reasons, exposure, currency),
        "owed": text_of(exposure.owed, currency),
        "ordered": text_of(exposure.ordered, currency),
        "room": None if limit is None else text_of(limit - exposure.total, currency),
        "reasons": [reason_json(reason, currency) for reason in reasons],
    }


def credit_card(connection: Connection, administration_id: int, code: str) -> dict[str, Any]:
    """Limit, hold and exposure, with every reason there ever was. Raises `NotFound`."""
    relation_id, relation = get_relation(connection, administration_id, code)
    currency = base_currency(connection, administration_id)
    history = [
        {
            **reason_json(dated.reason, currency), "by": dated.since_by, "lifted_by": dated.lifted_by,
            "lifted_at": dated.lifted_at and instant_text(dated.lifted_at), "lifted_why": dated.lifted_why,
        }
        for dated in all_reasons(connection, administration_id, relation_id)
    ]  # fmt: skip
    return {
        "code": relation.code, "name": relation.name, **credit_of(connection, administration_id, relation_id), "history": history,
    }  # fmt: skip


def reason_json(reason: Reason, currency: str) -> dict[str, Any]:
    """A reason with its amount as text."""
    amount = None if reason.amount is None else text_of(reason.amount, currency)
    shown = {"id": reason.id, "effect": reason.effect, "cause": reason.cause, "amount": amount}
    return {
        **shown,
        "reference": reason.reference,
        "why": reason.why,
        "since": reason.since and instant_text(reason.since),
    }


def address_json(given: RelationAddress) -> dict[str, Any]:
    """An address with its kind and id."""
    return {"id": given.id, "kind": given.kind, **plain(given.address)}


def contact_json(contact: ContactPerson) -> dict[str, Any]:
    """A contact, with empty fields too."""
    return {
        "id": contact.id, "kind": contact.kind, "name": contact.name, "role": contact.role,
        "department_id": contact.department_id, "email": contact.email, "telephone": contact.telephone,
        "purposes": list(contact.purposes),
    }  # fmt: skip


def _emails(contacts: Sequence[ContactPerson], card: RelationCard) -> dict[str, Any]:
    """Where each purpose goes, and why there."""
    found = {purpose: email_for(purpose, contacts, card) for purpose in PURPOSES}  # type: ignore[arg-type]
    return {purpose: plain(destination) if destination else None for purpose, destination in found.items()}


def note_json(note: Any) -> dict[str, Any]:
    """A note with its author."""
    return {
        "id": note.id,
        "at": instant_text(note.at),
        "author": note.author,
        "contact": note.contact,
        "text": note.text,
    }


def _answer(answer: Any) -> dict[str, Any]:
    return {
        "vat_id": answer.vat_id, "on": str(answer.on), "answer": answer.answer, "source": answer.source,
        "reference": answer.reference, "by": answer.by,
    }  # fmt: skip


def rows_of(card: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A card as lines of field and value, for people; lists and tables stand apart."""
    plain_fields = (
        "code",
        "name",
        "country",
        "key",
        "roles",
        "keys",
        "ibans",
        "unconfirmed_ibans",
        "rejected_ibans",
        "aliases",
    )
    for name in plain_fields:
        yield {"field": name, "value": card[name]}
    for part in ("card", "settings", "fields"):
        yield from ({"field": name, "value": value} for name, value in card[part].items())
    for name in ("credit_limit", "owed", "ordered", "room", "on_hold"):
        yield {"field": name, "value": card["credit"][name]}
    for purpose, destination in card["emails"].items():
        yield {"field": f"email_{purpose}", "value": destination["email"] if destination else ""}
