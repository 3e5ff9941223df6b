"""Fields of a relation as a person or a file gives them: normalised, or everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from hub.accounting.identifiers import (
    check_country,
    check_email,
    check_endpoint,
    check_g_iban,
    check_identifier,
    check_postcode,
)
from hub.model.administration import Administration
from hub.model.finding import Finding, asked
from hub.model.party import Address, Identifier
from hub.model.relation_card import (
    ADDRESS_KINDS,
    CHANNELS,
    CONTACT_KINDS,
    CUSTOMER_TYPES,
    PURPOSES,
    ROLES,
    ContactPerson,
    RelationAddress,
    RelationDraft,
)

_CHOICES = {
    "roles": ROLES, "customer_type": CUSTOMER_TYPES, "sales_channel": CHANNELS, "purchase_channel": CHANNELS,
    "language": ("nl", "en"),
}  # fmt: skip
_EMAILS = ("email", "sales_email", "purchase_email")
_ENDPOINTS = ("sales_endpoint", "purchase_endpoint")


class _Sieve:
    """Keeps what is right and collects findings of the rest."""

    def __init__(self, place: str = "") -> None:
        self._place = place
        self.wrong: list[Finding] = []

    def take(self, checked: Any) -> Any:
        """The value, or nothing and one finding more; a finding in a file gets its row before its field."""
        if isinstance(checked, Finding):
            at = f"{self._place}, {checked.location}" if self._place else checked.location
            self.wrong.append(replace(checked, location=at))
            return ""
        return checked

    def choice(self, field: str, value: str, allowed: tuple[str, ...]) -> str:
        """One of the allowed words; empty stays empty."""
        if value and value not in allowed:
            self.take(Finding("HUB-REL-07", "fatal", "hub", field, value, ", ".join(allowed), "us"))
        return value


def check_card(given: Mapping[str, Any], country: str = "", place: str = "") -> tuple[dict[str, Any], list[Finding]]:
    """Fields of `RelationCard`, normalised, with what is wrong with them."""
    sieve, clean = _Sieve(place), dict(given)
    for name, allowed in _CHOICES.items():
        values = given.get(name, ())
        for value in values if isinstance(values, tuple) else (values,):
            sieve.choice(name, value, allowed)
    for name in _EMAILS:
        if name in given:
            clean[name] = sieve.take(check_email(given[name], field=name))
    for name in _ENDPOINTS:
        if name in given:
            clean[name] = sieve.take(check_endpoint(given[name], country, field=name))
    return clean, sieve.wrong


def check_settings(given: Mapping[str, Any], place: str = "") -> tuple[dict[str, Any], list[Finding]]:
    """Fields of `Relation` that can be judged by themselves: the G-account and factors' accounts."""
    sieve, clean = _Sieve(place), dict(given)
    if given.get("g_iban"):
        clean["g_iban"] = sieve.take(check_g_iban(given["g_iban"]))
    if given.get("factor_ibans"):
        found = (check_identifier("IBAN", iban, field="factor_ibans") for iban in given["factor_ibans"])
        clean["factor_ibans"] = tuple(checked.value for one in found if (checked := sieve.take(one)))
    return clean, sieve.wrong


def check_chart(given: Mapping[str, Any], books: Administration) -> list[Finding]:
    """Accounts, payment terms and approval flow that a relation is given must exist; nobody books on a control account."""
    found = []
    for name in ("purchase_account", "sales_account"):
        code = given.get(name) or ""
        if code and code not in books.accounts:
            found.append(asked("HUB-ASK-02", code, books.accounts_like(code), name))
        elif code and books.accounts[code].control:
            found.append(asked("HUB-ASK-03", code, location=name))
    for name in ("purchase_term", "sales_term"):
        term = given.get(name) or ""
        if term and term not in books.payment_terms:
            found.append(asked("HUB-ASK-49", term, ", ".join(books.payment_terms), name))
    flow, flows = given.get("approval_flow") or "", [flow.code for flow in books.approval_flows]
    if flow and flow not in flows:
        found.append(asked("HUB-ASK-50", flow, ", ".join(flows), "approval_flow"))
    if given.get("name", "-") == "":
        found.append(Finding("HUB-REL-08", "fatal", "hub", "name", None, None, "us"))
    return found


def check_address(given: RelationAddress, place: str = "") -> tuple[RelationAddress, list[Finding]]:
    """An address with kind, country and postcode as they are written."""
    sieve, a = _Sieve(place), given.address
    sieve.choice("kind", given.kind, ADDRESS_KINDS)
    country = sieve.take(check_country(a.country or "NL"))
    postcode = sieve.take(check_postcode(a.postcode, country))
    stripped = {field.name: getattr(a, field.name).strip() for field in fields(Address)}
    return replace(given, address=Address(**{**stripped, "country": country, "postcode": postcode})), sieve.wrong


def check_contact(given: ContactPerson, place: str = "") -> tuple[ContactPerson, list[Finding]]:
    """A contact that has a name, and an e-mail address where something is sent to it."""
    sieve = _Sieve(place)
    sieve.choice("kind", given.kind, CONTACT_KINDS)
    for purpose in given.purposes:
        sieve.choice("purposes", purpose, PURPOSES)
    email = sieve.take(check_email(given.email))
    if not given.name.strip():
        sieve.take(Finding("HUB-REL-08", "fatal", "hub", "name", None, None, "us"))
    if given.purposes and not given.email.strip():
        sieve.take(Finding("HUB-REL-09", "fatal", "hub", "email", None, ", ".join(given.purposes), "us"))
    return replace(given, email=email, name=given.name.strip()), sieve.wrong


def check_draft(given: RelationDraft, place: str = "") -> tuple[RelationDraft, list[Finding]]:
    """A whole relation, normalised, with everything that is wrong with it. `place` names its row in a file."""
    sieve = _Sieve(place)
    country = sieve.take(check_country(given.country))
    if not given.name.strip():
        sieve.take(Finding("HUB-REL-08", "fatal", "hub", "name", None, None, "us"))
    identifiers = []
    for one in given.identifiers:
        if checked := sieve.take(check_identifier(one.scheme, one.value, country)):
            identifiers.append(Identifier(checked.value, checked.scheme))
    ibans = [checked.value for iban in given.ibans if (checked := sieve.take(check_identifier("IBAN", iban)))]
    card, wrong = check_card(
        {field.name: getattr(given.card, field.name) for field in fields(given.card)}, country, place
    )
    settings, more = check_settings(dict(given.settings), place)
    addresses = [check_address(address, place) for address in given.addresses]
    contacts = [check_contact(contact, place) for contact in given.contacts]
    made = replace(
        given, name=given.name.strip(), country=country, code=given.code.strip(), identifiers=tuple(identifiers),
        ibans=tuple(ibans), card=type(given.card)(**card), settings=tuple(settings.items()),
        addresses=tuple(address for address, _ in addresses), contacts=tuple(contact for contact, _ in contacts),
    )  # fmt: skip
    others = [finding for _, findings in (*addresses, *contacts) for finding in findings]
    return made, [*sieve.wrong, *wrong, *more, *others]
