"""Relations from a table: new, changed or the same; an empty cell leaves alone what is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, select

from hub.accounting.identifiers import Checked, check_identifier
from hub.accounting.relation_fields import check_draft
from hub.errors import Refused
from hub.model.finding import Finding
from hub.model.keys import LEGAL_SCHEMES, scheme_of
from hub.model.party import Address, Identifier
from hub.model.relation import Relation
from hub.model.relation_card import ContactPerson, RelationAddress, RelationCard, RelationDraft, Role
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.contacts import add_address, add_contact, read_addresses, read_contacts
from hub.store.driver import ask
from hub.store.master_rows import Judged
from hub.store.relation_cards import add_relations, change_card, key_owners, read_cards
from hub.store.relation_changes import Changing
from hub.store.relation_identifiers import add_identifier
from hub.store.relations import change_relation, found_relations, relations_question
from hub.store.sets import values

_SETTINGS = (
    "purchase_account", "purchase_policy", "sales_account", "sales_policy", "purchase_term", "sales_term", "purchase_vat",
    "sales_vat", "purchase_method", "g_iban", "g_percentage",
)  # fmt: skip
_CARD = (
    "email", "telephone", "website", "memo", "customer_type", "sales_channel", "sales_email", "sales_endpoint",
)  # fmt: skip
_BOTH: tuple[Role, ...] = ("debtor", "creditor")
ROLE_ORDER: tuple[Role, ...] = (*_BOTH, "prospect")
_SCHEMES = (("kvk", "KVK"), ("vat_id", "VAT"), ("oin", "OIN"), ("gln", "GLN"))


@dataclass(slots=True)
class Known:
    """A relation as it is now."""

    id: int
    relation: Relation
    keys: set[str] = field(default_factory=set)
    card: RelationCard = RelationCard()
    visit: Address = Address()
    contacts: tuple[str, ...] = ()


def judge_relations(connection: Connection, books: Books, rows: Sequence[Judged]) -> None:
    """Give every row its outcome: what is new, what would change and from what, or why it cannot be."""
    merged, named = _codes(connection, books, rows)
    known = _find(connection, books, named, ())
    for row in rows:
        before = known.get(row.values.get("code", ""))
        country = before.relation.country if before else "NL"
        row.draft, wrong = check_draft(_draft(row.values, country or "NL"), f"row {row.record.row}")
        row.identifiers = _checked(row.draft)
        row.findings += wrong
        row.findings += _unknown_codes(books, row)
        if row.draft.code in merged:
            row.findings.append(row.located("HUB-TAB-27", "code", row.draft.code, merged[row.draft.code]))
    legal = {c.key for row in rows for c in row.identifiers if scheme_of(c.key) in LEGAL_SCHEMES}
    owners = key_owners(connection, books.id, sorted(legal))
    known |= _find(connection, books, (), legal)
    for row in rows:
        _judge(row, known, owners)


def _judge(row: Judged, known: Mapping[str, Known], owners: dict[str, str]) -> None:
    legal = [c.key for c in row.identifiers if scheme_of(c.key) in LEGAL_SCHEMES]
    found = known.get(row.draft.code)
    if found is None and not row.draft.code:
        found = next((known[owners[key]] for key in legal if owners.get(key) in known), None)
    row.key = found.relation.code if found else row.draft.code
    for key in legal:
        if (owner := owners.get(key)) and (found is None or owner != found.relation.code):
            row.findings.append(row.located("HUB-TAB-24", "kvk", key.partition(":")[2], owner))
    if row.findings:
        row.outcome = "failed"
    elif found is None:
        row.outcome, row.changes = "new", {name: [None, value] for name, value in row.values.items()}
        owners |= dict.fromkeys(legal, row.draft.code or f"row {row.record.row}")
    else:
        row.known = found
        row.changes = dict(_changes(found, row))
        row.outcome = "changed" if row.changes else "same"


def _codes(connection: Connection, books: Books, rows: Sequence[Judged]) -> tuple[dict[str, str], list[str]]:
    """Codes of relations that went up in another, with that one's; and the name keys of all that the rows name."""
    r, s = t.relation, t.relation.alias("s")
    codes = sorted({str(row.values["code"]) for row in rows if row.values.get("code")})
    query = (
        select(r.c.code, r.c.name_key, s.c.code.label("survivor"))
        .join_from(r, s, (s.c.administration_id == r.c.administration_id) & (s.c.id == r.c.merged_into), isouter=True)
        .where(r.c.administration_id == books.id, r.c.code.in_(codes))
    )
    found = connection.execute(query).all()
    return {row.code: row.survivor for row in found if row.survivor}, [row.name_key for row in found]


def apply_relations(change: Changing, rows: Sequence[Judged]) -> None:
    """Record what was judged new or changed. A row that the store refuses after all becomes failed."""
    new = [row for row in rows if row.outcome == "new"]
    for row, code in zip(new, add_relations(change, [row.draft for row in new]), strict=True):
        row.key = code
    for row in rows:
        if row.outcome == "changed":
            try:
                _change(change, row)
            except Refused as refused:
                row.outcome, row.findings = "failed", [*row.findings, *refused.findings]


def _draft(given: Mapping[str, Any], country: str) -> RelationDraft:
    roles = [role for role in ROLE_ORDER if _told(given).get(role)]
    country = given.get("country") or country
    card = RelationCard(tuple(roles), given.get("customer_type", ""))
    card = replace(card, **{name: given[name] for name in _CARD if name in given})
    address = Address(
        line_1=given.get("street", ""), line_2=given.get("street_2", ""), city=given.get("city", ""),
        postcode=given.get("postcode", ""), country=country,
    )  # fmt: skip
    has_address = any(given.get(name) for name in ("street", "city", "postcode"))
    return RelationDraft(
        name=given.get("name", ""),
        country=country,
        code=given.get("code", ""),
        identifiers=tuple(Identifier(given[name], scheme) for name, scheme in _SCHEMES if given.get(name)),
        ibans=(given["iban"],) if given.get("iban") else (),
        card=card,
        addresses=(RelationAddress("visit", address),) if has_address else (),
        contacts=(ContactPerson(given["contact"]),) if given.get("contact") else (),
        settings=tuple((name, given[name]) for name in _SETTINGS if given.get(name)),
    )


def _unknown_codes(books: Books, row: Judged) -> Iterable[Finding]:
    """Accounts and payment terms must exist; what might have been meant is said."""
    for name in ("purchase_account", "sales_account"):
        code = row.values.get(name)
        if code and code not in books.accounts:
            zeros = next((known for known in books.accounts if known.lstrip("0") == code.lstrip("0")), "")
            yield row.located("HUB-TAB-14" if zeros else "HUB-TAB-25", name, code, zeros)
    share = row.values.get("g_percentage")
    if share is not None and not 0 <= share <= 100:
        yield row.located("HUB-TAB-15", "g_percentage", str(share), "0 - 100")
    for name in ("purchase_term", "sales_term"):
        code = row.values.get(name)
        if code and code not in books.snapshot.payment_terms:
            yield row.located("HUB-TAB-15", name, code, ", ".join(sorted(books.snapshot.payment_terms)))


def _checked(draft: RelationDraft) -> list[Checked]:
    """The identifiers of a draft that was checked, with their keys."""
    given = [(i.scheme, i.value) for i in draft.identifiers] + [("IBAN", iban) for iban in draft.ibans]
    found = (check_identifier(scheme, value, draft.country) for scheme, value in given)
    return [checked for checked in found if isinstance(checked, Checked)]


def _find(connection: Connection, books: Books, names: Iterable[str], keys: Iterable[str]) -> dict[str, Known]:
    """Relations with these name keys or legal numbers, by code."""
    parameters = {
        "administrations": values(connection, [books.id]),
        "keys": values(connection, keys),
        "names": values(connection, names),
    }
    answer = ask(connection, [relations_question(connection)], parameters)[0]
    found = {relation.code: Known(key, relation) for _, key, _, relation in found_relations(answer)}
    _complete(connection, books.id, {known.id: known for known in found.values()})
    return found


def _complete(connection: Connection, administration_id: int, known: dict[int, Known]) -> None:
    k = t.relation_key
    ids = sorted(known)
    for start in range(0, len(ids), 500):
        mine = (k.c.administration_id == administration_id) & k.c.relation_id.in_(ids[start : start + 500])
        for relation_id, key in connection.execute(select(k.c.relation_id, k.c.key).where(mine)):
            known[relation_id].keys.add(key)
    for relation_id, card in read_cards(connection, administration_id, ids).items():
        known[relation_id].card = card
    for relation_id, addresses in read_addresses(connection, administration_id, ids).items():
        visits = [one.address for one in addresses if one.kind == "visit"]
        known[relation_id].visit = visits[0] if visits else Address()
    for relation_id, contacts in read_contacts(connection, administration_id, ids).items():
        known[relation_id].contacts = tuple(contact.name for contact in contacts)


def _changes(known: Known, row: Judged) -> Iterable[tuple[str, list[Any]]]:
    """Field by field what was and what would be; only of fields that are filled."""
    given, draft = row.values, row.draft
    if draft.name != known.relation.name:
        yield "name", [known.relation.name, draft.name]
    for name, value in draft.settings:
        if getattr(known.relation, name) != value:
            yield name, [getattr(known.relation, name), value]
    for name in _CARD:
        if given.get(name) and getattr(known.card, name) != getattr(draft.card, name):
            yield name, [getattr(known.card, name), getattr(draft.card, name)]
    roles = _roles(known.card, given)
    if roles != known.card.roles:
        yield "roles", [list(known.card.roles), list(roles)]
    for checked in row.identifiers:
        if checked.key not in known.keys:
            yield scheme_of(checked.key), [None, checked.value]
    visit = _merged(known.visit, draft.addresses[0].address, given) if draft.addresses else known.visit
    if visit != known.visit:
        yield "address", [_shown(known.visit), _shown(visit)]
    if draft.contacts and draft.contacts[0].name not in known.contacts:
        yield "contact", [None, draft.contacts[0].name]


def _roles(card: RelationCard, given: Mapping[str, Any]) -> tuple[Role, ...]:
    """Roles after the row: yes gives one, no takes it away, nothing leaves it."""
    told = _told(given)
    return tuple(role for role in ROLE_ORDER if told.get(role, role in card.roles))


def _told(given: Mapping[str, Any]) -> dict[Role, bool]:
    """What a row says of roles: in a column for each, or in one column `role`, which takes none away."""
    told: dict[Role, bool] = {role: given[role] for role in ROLE_ORDER if given.get(role) is not None}
    role = given.get("role")
    if role == "both":
        return told | dict.fromkeys(_BOTH, True)
    return told | {role: True} if role else told


def _merged(before: Address, given: Address, filled: Mapping[str, Any]) -> Address:
    """The address with the parts that are filled in the row; its country too where there was no address yet."""
    parts = {name: getattr(given, name) for name in ("line_1", "line_2", "city", "postcode")}
    parts = {name: value for name, value in parts.items() if value}
    if filled.get("country") or before == Address():
        parts["country"] = given.country
    return replace(before, **parts)


def _shown(address: Address) -> str:
    parts = (address.line_1, address.line_2, f"{address.postcode} {address.city}".strip(), address.country)
    return ", ".join(part for part in parts if part)


def _change(change: Changing, row: Judged) -> None:
    """Everything that differs, each by its own store function, so that each leaves its trace."""
    known, draft, code = row.known, row.draft, row.key
    direct = {name: new for name, (_, new) in row.changes.items() if name in (*_SETTINGS, "name")}
    if direct:
        change_relation(
            change.connection, change.ids, change.administration_id, code, direct, change.actor_id, change.at
        )
    card = {name: new for name, (_, new) in row.changes.items() if name in _CARD}
    if "roles" in row.changes:
        card["roles"] = _roles(known.card, row.values)
    if card:
        change_card(change, code, card)
    for checked in row.identifiers:
        if checked.key not in known.keys:
            add_identifier(change, code, checked)
    if "address" in row.changes:
        add_address(
            change, code, RelationAddress("visit", _merged(known.visit, draft.addresses[0].address, row.values))
        )
    if "contact" in row.changes:
        add_contact(change, code, draft.contacts[0])
