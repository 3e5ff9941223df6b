"""Relations of an audit file as relations of our own: identifiers that prove something, and no number twice."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hub.model.audit_file import AuditRelation
from hub.model.finding import Finding
from hub.model.keys import LEGAL_SCHEMES, iban_key, identifier_key, scheme_of
from hub.model.party import Address, Identifier
from hub.model.relation_card import ContactPerson, RelationAddress, RelationCard, RelationDraft, Role

MAX_CODE = 20
_VAT = re.compile(r"(?:[A-Z]{2})?[0-9A-Z]{8,12}")
_ROLES: dict[str, tuple[Role, ...]] = {"C": ("debtor",), "S": ("creditor",), "B": ("debtor", "creditor")}


def relation_drafts(relations: Iterable[AuditRelation]) -> tuple[list[RelationDraft], list[Finding]]:
    """A draft per relation, in order. A chamber of commerce number that two of them bear stays with the first (HUB-XAF-38).

    A code that is too long for ours is left empty: it gets the next number.
    """
    drafts, findings = [], []
    legal: dict[str, str] = {}
    for found in relations:
        country = found.country[:2] or "NL"
        identifiers = []
        for identifier in _identifiers(found, country):
            key = identifier_key(identifier, country)
            if scheme_of(key) in LEGAL_SCHEMES and key in legal:
                findings.append(
                    Finding("HUB-XAF-38", "information", "xaf", found.code, identifier.value, legal[key], "us")
                )
                continue
            legal[key] = found.code
            identifiers.append(identifier)
        if len(found.code) > MAX_CODE:
            findings.append(Finding("HUB-XAF-23", "information", "xaf", "custSupID", found.code, str(MAX_CODE), "us"))
        drafts.append(_draft(found, country, tuple(identifiers)))
    return drafts, findings


def _identifiers(found: AuditRelation, country: str) -> Iterable[Identifier]:
    number = re.sub(r"\D", "", found.number)
    if country == "NL" and len(number) in (7, 8):
        yield Identifier(number.zfill(8), "0106")
    tax = re.sub(r"[\s.\-]", "", found.tax_number).upper()
    if _VAT.fullmatch(tax) and any(character.isdigit() for character in tax):
        yield Identifier(tax if tax[:2].isalpha() else f"{country}{tax}", "9944")


def _draft(found: AuditRelation, country: str, identifiers: tuple[Identifier, ...]) -> RelationDraft:
    address = Address(line_1=found.street, postcode=found.postcode[:20], city=found.city, country=country)
    addresses = (RelationAddress("visit", address),) if found.street or found.city or found.postcode else ()
    long_code = f"custSupID {found.code}" if len(found.code) > MAX_CODE else ""
    card = RelationCard(_ROLES.get(found.kind, ()), email=found.email, telephone=found.telephone, memo=long_code)
    return RelationDraft(
        name=found.name,
        country=country,
        code=found.code if len(found.code) <= MAX_CODE else "",
        identifiers=identifiers,
        ibans=tuple(dict.fromkeys(iban for iban in found.ibans if iban_key(iban))),
        card=card,
        addresses=addresses,
        contacts=(ContactPerson(found.contact),) if found.contact else (),
    )
