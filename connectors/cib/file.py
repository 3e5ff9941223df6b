"""A case as CIB Incasso wants it: `request`, `debtor` and `invoice` of `POST /v1/files`. Pure.

One file per case, in one request: the interface has no key of ours and nothing to ask, so of two requests the second could not be
told from a repetition of the first. A case of one invoice bears its number, a case of several our case number.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hub.errors import Permanent
from hub.formats.case_texts import full_name
from hub.model.case_file import CaseFile, CaseParty

REQUIRED = (
    "debtor.type", "debtor.street", "debtor.house_number", "debtor.city", "debtor.country", "invoice.number", "invoice.amount",
)  # fmt: skip


def file_body(case: CaseFile, username: str, key: str) -> dict[str, dict[str, Any]]:
    """The request. Raises `Permanent` that names every required field that is missing, before anything is sent."""
    body: dict[str, dict[str, Any]] = {
        "request": {"username": username, "key": key},
        "debtor": _debtor(case.debtors[0]) if case.debtors else {},
        "invoice": {"number": reference_of(case), "amount": case.principal},
    }
    missing = [name for name in REQUIRED if not _filled(body, name)]
    if case.currency != "EUR":
        missing.append(f"an amount in EUR (this one is in {case.currency})")
    if missing:
        raise Permanent(f"case {case.number} lacks what CIB requires: {', '.join(missing)}; complete it and retry")
    return body


def reference_of(case: CaseFile) -> str:
    """What the file is known by there, and so what its payments name: the invoice's number, or our case number."""
    numbers = {claim.invoice for claim in case.claims}
    return numbers.pop() if len(numbers) == 1 else case.number


def _filled(body: dict[str, dict[str, Any]], name: str) -> bool:
    table, field = name.split(".")
    value = body[table].get(field)
    return value > 0 if isinstance(value, Decimal) else bool(value)


def _debtor(party: CaseParty) -> dict[str, str]:
    """Every documented field that we know; what is of persons only is left out of companies."""
    is_person = party.kind == "person"
    mobiles = [number for number in party.telephones if _is_mobile(number)]
    others = [number for number in party.telephones if number not in mobiles]
    said = {
        "type": "Private" if is_person else "company", "company": "" if is_person else full_name(party),
        "first_name": party.first_name, "last_name": party.last_name or (full_name(party) if is_person else party.contact),
        "initials": party.initials, "insertion": party.insertion,
        "birth_date": f"{party.birth_date:%d-%m-%Y}" if is_person and party.birth_date else "",
        "street": party.street, "house_number": party.house_number, "house_extension": party.house_number_addition,
        "post_code": party.postcode, "city": party.city, "country": party.country,
        "phone": others[0] if others else "", "mobile": mobiles[0] if mobiles else "",
        "email": party.emails[0] if party.emails else "", "email2": party.emails[1] if len(party.emails) > 1 else "",
        "kvk_number": "" if is_person else party.kvk,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value}


def _is_mobile(number: str) -> bool:
    digits = "".join(c for c in number if c.isdigit()).removeprefix("00")
    return digits.startswith(("06", "316"))
