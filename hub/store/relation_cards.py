"""Relation cards: what a person says of a relation, and relations that a person or a file makes by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select, text

from hub.errors import Refused
from hub.model.codec import plain, restore
from hub.model.finding import Finding
from hub.model.keys import LEGAL_SCHEMES, iban_key, identifier_key, name_key, scheme_of
from hub.model.relation import Relation
from hub.model.relation_card import ROLES, RelationCard, RelationDraft
from hub.store import tables as t
from hub.store.contacts import address_row, contact_row
from hub.store.events import announce, created_event
from hub.store.relation_changes import Changing
from hub.store.relations import NewRelation, relation_row, resolve
from hub.store.rows import insert_rows

_COLUMNS = ("roles", "customer_type")  # of their own; everything else is the JSON body
_OWN_CODE = re.compile(r"C(\d+)")
CHUNK = 500


def read_card(connection: Connection, administration_id: int, relation_id: int) -> RelationCard:
    """The card of one relation; an empty one when nobody said anything yet."""
    return read_cards(connection, administration_id, [relation_id]).get(relation_id, RelationCard())


def read_cards(connection: Connection, administration_id: int, relation_ids: Iterable[int]) -> dict[int, RelationCard]:
    """Cards by relation id, of those that have one."""
    c = t.relation_card
    wanted = sorted(set(relation_ids))
    found: dict[int, RelationCard] = {}
    for start in range(0, len(wanted), CHUNK):
        mine = (c.c.administration_id == administration_id) & c.c.relation_id.in_(wanted[start : start + CHUNK])
        for row in connection.execute(select(c).where(mine)):
            roles = tuple(role for role in ROLES if getattr(row, role))
            data = {**json.loads(row.body), "roles": roles, "customer_type": row.customer_type}
            found[row.relation_id] = restore(RelationCard, data)
    return found


def change_card(change: Changing, code: str, changes: Mapping[str, Any]) -> RelationCard:
    """Change fields of the card, and note who did it. Unknown fields raise TypeError; raises `NotFound`."""
    change.begin()
    relation_id, code = resolve(change.connection, change.administration_id, code)
    before = read_card(change.connection, change.administration_id, relation_id)
    card = replace(before, **changes)
    write_card(change, relation_id, card)
    details = {name: plain(value) for name, value in changes.items()}
    was = {name: plain(getattr(before, name)) for name in changes}
    change.done(relation_id, code, "relation.card_changed", {**details, "before": was})
    return card


def write_card(change: Changing, relation_id: int, card: RelationCard) -> None:
    """Put a card in place of the one before; the caller notes who did it."""
    c = t.relation_card
    mine = (c.c.administration_id == change.administration_id) & (c.c.relation_id == relation_id)
    change.connection.execute(c.delete().where(mine))
    insert_rows(change.connection, c, [_card_row(change.administration_id, relation_id, card)])


def _card_row(administration_id: int, relation_id: int, card: RelationCard) -> tuple[Any, ...]:
    body = {name: value for name, value in plain(card).items() if name not in _COLUMNS}
    given = [role in card.roles for role in ("debtor", "creditor", "prospect")]
    return (
        administration_id, relation_id, *given, card.customer_type, json.dumps(body, sort_keys=True, ensure_ascii=False),
    )  # fmt: skip


def add_relations(change: Changing, drafts: Sequence[RelationDraft]) -> list[str]:
    """Record relations by hand; their codes, in the order given. Nothing is recorded when one cannot be: raises `Refused`.

    Keys: `1 + addresses + contacts` for each, and one for its note in the activity; reserve them before the transaction.
    Values are those that the checks of `hub/accounting/identifiers.py` gave.
    """
    if not drafts:
        return []
    version = change.begin(len(drafts))
    codes = _take_codes(change, drafts)
    keys = [_keys_of(draft) for draft in drafts]
    _refuse_taken(change, drafts, codes, keys)
    rows, key_rows, cards, addresses, contacts = [], [], [], [], []
    for place, (draft, code) in enumerate(zip(drafts, codes, strict=True)):
        relation_id, relation = change.ids.take(), _relation(draft, code)
        new = NewRelation(relation, name_key(draft.name), keys[place])
        rows.append(
            relation_row(change.administration_id, relation_id, code, new, version + place, change.actor_id, change.at)
        )
        key_rows += [(change.administration_id, relation_id, key, True) for key in keys[place]]
        if draft.card != RelationCard():
            cards.append(_card_row(change.administration_id, relation_id, draft.card))
        addresses += [address_row(change, relation_id, address) for address in draft.addresses]
        contacts += [contact_row(change, relation_id, contact) for contact in draft.contacts]
    for table, made in (
        (t.relation, rows), (t.relation_key, key_rows), (t.relation_card, cards), (t.relation_address, addresses),
        (t.relation_contact, contacts),
    ):  # fmt: skip
        insert_rows(change.connection, table, made)
    change.note((code, "relation.added", plain(draft)) for code, draft in zip(codes, drafts, strict=True))
    created = [created_event(code, version + place) for place, code in enumerate(codes)]
    announce(change.connection, change.ids, change.administration_id, created, change.at)
    return codes


def _relation(draft: RelationDraft, code: str) -> Relation:
    """Its own key is its code: no document has fixed an identity yet, so each of its numbers may still be mended."""
    made = Relation("", draft.name, f"CODE:{code}", draft.country)
    return replace(made, **dict(draft.settings))  # type: ignore[arg-type]


def _keys_of(draft: RelationDraft) -> tuple[str, ...]:
    keys = [*(identifier_key(i, draft.country) for i in draft.identifiers), *map(iban_key, draft.ibans)]
    return tuple(sorted({key for key in keys if key}, key=lambda key: (_strength(key), key)))


def _strength(key: str) -> int:
    """Legal ids, VAT, GLN and other, IBAN (DOMAIN 10.6 no. 25)."""
    scheme = scheme_of(key)
    return 0 if scheme in LEGAL_SCHEMES else {"VAT": 1, "0088": 2, "IBAN": 9}.get(scheme, 3)


def _take_codes(change: Changing, drafts: Sequence[RelationDraft]) -> list[str]:
    """Codes as given; the next numbers for those without, past any own code that looks like one of the series."""
    given = [int(match[1]) for draft in drafts if (match := _OWN_CODE.fullmatch(draft.code))]
    missing = sum(1 for draft in drafts if not draft.code)
    highest = (
        "MAX(next_relation, :high)" if change.connection.dialect.name == "sqlite" else "GREATEST(next_relation, :high)"
    )
    query = f"UPDATE administration SET next_relation = {highest} + :n WHERE id = :id RETURNING next_relation"
    parameters = {"high": max(given, default=0) + 1, "n": missing, "id": change.administration_id}
    following = int(change.connection.execute(text(query), parameters).scalar_one()) - missing
    codes = []
    for draft in drafts:
        codes.append(draft.code or f"C{following:04d}")
        following += not draft.code
    return codes


def _refuse_taken(
    change: Changing, drafts: Sequence[RelationDraft], codes: Sequence[str], keys: Sequence[tuple[str, ...]]
) -> None:
    """A code or a legal id is one relation's only; twice in this very file is wrong too. Raises `Refused`."""
    legal = [key for mine in keys for key in mine if scheme_of(key) in LEGAL_SCHEMES]
    there = _codes_there(change.connection, change.administration_id, codes)
    owners = key_owners(change.connection, change.administration_id, legal)
    wrong: list[Finding] = []
    first = {code: place for place, code in reversed(list(enumerate(codes)))}
    for place, code in enumerate(codes):
        at = f"row {place + 1}" if len(codes) > 1 else ""
        if code in there or first[code] < place:
            wrong.append(Finding("HUB-REL-03", "fatal", "hub", at or "code", code, None, "us"))
        for key in keys[place]:
            if owner := owners.get(key):
                wrong.append(taken(key, owner, at))
            elif scheme_of(key) in LEGAL_SCHEMES:
                owners[key] = code
    if wrong:
        raise Refused(wrong)


def taken(key: str, owner: str, at: str = "") -> Finding:
    """A number that is another relation's already."""
    return Finding("HUB-REL-04", "fatal", "hub", at or "identifiers", key, owner, "us")


def _codes_there(connection: Connection, administration_id: int, codes: Sequence[str]) -> set[str]:
    r = t.relation
    found: set[str] = set()
    for start in range(0, len(codes), CHUNK):
        query = select(r.c.code).where(
            r.c.administration_id == administration_id, r.c.code.in_(codes[start : start + CHUNK])
        )
        found.update(connection.execute(query).scalars())
    return found


def key_owners(connection: Connection, administration_id: int, keys: Sequence[str]) -> dict[str, str]:
    """Codes of the relations that have these keys; of several that share one, the first."""
    r, k = t.relation, t.relation_key
    found: dict[str, str] = {}
    for start in range(0, len(keys), CHUNK):
        query = (
            select(k.c.key, r.c.code)
            .join(r, (r.c.administration_id == k.c.administration_id) & (r.c.id == k.c.relation_id))
            .where(k.c.administration_id == administration_id, k.c.key.in_(keys[start : start + CHUNK]))
        )
        for row in connection.execute(query.order_by(r.c.code.desc())):
            found[row.key] = row.code
    return found
