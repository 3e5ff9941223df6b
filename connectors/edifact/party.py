"""Parties: NAD with the references, accounts and contacts that belong to it."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.edifact.codes import GLN, KVK
from connectors.edifact.groups import Group, Section
from connectors.edifact.log import Log
from hub.formats.edifact_segments import Segment
from hub.model.party import Address, Contact, Identifier, Party

SELLERS, BUYERS = ("SE", "SU", "II"), ("IV", "BY", "BT")
DELIVERED, PAYEES = ("DP", "ST"), ("PE",)
_VAT, _TAX_NUMBERS, _REGISTERS = "VA", ("FC", "AHP"), ("XA", "GN")  # RFF 1153
_CHANNELS = {"TE": "telephone", "EM": "email"}  # COM 3155


def party_of(section: Section, roles: Sequence[str]) -> Group | None:
    """The NAD of the first of these roles that is there."""
    for role in roles:
        for group in section.all("NAD"):
            if group.head.value(1).upper() == role:
                return group
    return None


def read_party(group: Group | None, log: Log) -> Party:
    """BG-4, BG-7 or BG-10. Empty where there is no such NAD."""
    if group is None:
        return Party()
    nad = log.use(group.head)
    name = " ".join(nad.every(4)) or " ".join(nad.every(3)[:1])
    told: dict[str, str] = {}
    for rff in group.all("RFF"):
        _reference(rff, told, log)
    vat_id, country = told.get("vat_id", ""), nad.value(9).upper()
    dutch = (country or vat_id[:2]) == "NL"
    return Party(
        name, identifiers=_identifiers(nad), legal_id=_legal(told.get("register", ""), dutch=dutch), vat_id=vat_id,
        tax_registration_id=told.get("tax", ""), address=read_address(nad), contact=_contact(group, log),
    )  # fmt: skip


def _reference(rff: Segment, told: dict[str, str], log: Log) -> None:
    kind, value = rff.value(1), rff.value(1, 1)
    is_tax = "tax" if kind in _TAX_NUMBERS else ""
    field = "vat_id" if kind == _VAT else "register" if kind in _REGISTERS else is_tax
    if not field or field in told or not value:
        return  # stays among what has no term
    told[field] = "".join(c for c in value if c not in " .-").upper() if field == "vat_id" else value
    log.use(rff)


def _legal(number: str, *, dutch: bool) -> Identifier | None:
    """BT-30: in the Netherlands the register is that of the chamber of commerce, and its numbers have eight digits."""
    if not number:
        return None
    return Identifier(number, KVK if dutch and number.isdecimal() and len(number) == 8 else "")


def _identifiers(nad: Segment) -> tuple[Identifier, ...]:
    """C082: agency 9 is GS1, whose numbers are GLNs; a list of four digits is an ICD itself (EN 16931 in EDIFACT)."""
    value, listed, agency = nad.value(2), nad.value(2, 1), nad.value(2, 2)
    if not value:
        return ()
    if len(listed) == 4 and listed.isdecimal():
        return (Identifier(value, listed),)
    return (Identifier(value, GLN if agency == "9" else ""),)


def read_address(nad: Segment) -> Address:
    """C058 holds whole lines where nothing is told apart; C059 and what follows it the parts of an address."""
    street = nad.every(5) or (nad.every(3) if nad.every(4) else nad.every(3)[1:])
    region = nad.every(7)
    first, second, third, *_ = [*street, "", "", ""]
    return Address(first, second, third, nad.value(6), nad.value(8), region[-1] if region else "", nad.value(9).upper())


def _contact(group: Group, log: Log) -> Contact:
    told: dict[str, str] = {}
    for member in group.members:
        if member.tag == "CTA" and "name" not in told:
            told["name"] = log.use(member).value(2, 1) or member.value(2)
        field = _CHANNELS.get(member.value(1, 1)) if member.tag == "COM" else None
        if field and field not in told:
            told[field] = log.use(member).value(1)
    return Contact(**told)


def accounts_of(group: Group | None, log: Log) -> list[tuple[str, str, str]]:
    """Account, its holder and BIC of each FII of a party, each account once."""
    found: dict[str, tuple[str, str, str]] = {}
    for fii in group.all("FII") if group else ():
        account = "".join(fii.value(2).split())
        log.use(fii)
        known = found.get(account, ("", "", ""))
        found[account] = account, known[1] or fii.value(2, 1), known[2] or fii.value(3)
    return [one for one in found.values() if one[0]]
