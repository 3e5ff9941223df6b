"""What travels between us and a collection agency: cases and notices to JSON, answers from JSON, by the schemas `collection-…`.

One message set for every agency, versioned by `hub_collection`. What leaves is checked by the same schemas that an agency has.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

from hub.formats.case_answer import answer_json, read_answer
from hub.formats.json_schema import Difference, differences, schema
from hub.model.case_file import ZERO, CaseClaim, CaseDocument, CaseFile, CaseLetter, CaseParty
from hub.model.money import money_text

VERSION = 1
MEDIA_TYPE = "application/json"
NoticeType = Literal["payment", "withdraw", "message"]
WithdrawReason = Literal["paid", "dispute", "arrangement", "mistake", "other"]


@dataclass(frozen=True, slots=True)
class Heading:
    """What every message of ours begins with. `message_id` is that of its dispatch; `agency_reference` "" = not known yet."""

    message_id: str
    at: datetime
    case: str
    agency_reference: str = ""


def case_json(case: CaseFile, message_id: str, at: datetime) -> bytes:
    """The message `case`. Documents are named by their hash; their bytes are added when it leaves (`with_documents`)."""
    body: dict[str, Any] = {
        **_head("case", Heading(message_id, at, case.number)), "administration": case.administration, "dated": str(case.dated),
        "treated": case.treated, "currency": case.currency, "language": case.language, "mandate": case.mandate,
        "stage": case.stage, "interest_kind": case.interest_kind, "agency": case.agency,
        "agency_register_number": case.agency_register_number, "note": case.note, "creditor": _party(case.creditor),
        "debtors": [_party(one) for one in case.debtors], "claims": [_claim(one, case.currency) for one in case.claims],
        "totals": _totals(case), "letters": [_letter(one) for one in case.letters],
        "documents": [_document(one) for one in case.documents],
    }  # fmt: skip
    return _bytes(_said(body))


def payment_json(
    head: Heading, *, currency: str, invoice: str, on: date, amount: Decimal, outstanding: Decimal, kind: str = "payment",
    payment: str = "",
) -> bytes:  # fmt: skip
    """The message `payment`: the debtor paid with us, so that the agency asks for less. `outstanding` is left of that claim."""
    more = {
        "currency": currency, "invoice": invoice, "on": str(on), "amount": money_text(amount, currency),
        "outstanding": money_text(outstanding, currency), "kind": kind, "payment": payment,
    }  # fmt: skip
    return _bytes(_said({**_head("payment", head), **more}))


def withdraw_json(head: Heading, reason: WithdrawReason, text: str = "") -> bytes:
    """The message `withdraw`: the case is taken back."""
    return _bytes(_said({**_head("withdraw", head), "reason": reason, "text": text}))


def message_json(head: Heading, text: str) -> bytes:
    """The message `message`."""
    return _bytes(_said({**_head("message", head), "text": text}))


def with_documents(body: bytes, bytes_of: dict[str, str]) -> bytes:
    """A case with the bytes of its documents, as base64 by sha256; one that is not given stays named by its hash."""
    value: dict[str, Any] = json.loads(body)
    for document in value.get("documents", ()):
        if document["sha256"] in bytes_of:
            document["base64"] = bytes_of[document["sha256"]]
    return _bytes(value)


def faults(body: bytes) -> list[Difference]:
    """Where a message of ours is not as the schemas say; nothing leaves that has any."""
    value = json.loads(body)
    kind = value.get("type") if isinstance(value, dict) else None
    return differences(value, schema("collection-case" if kind == "case" else "collection-notice"))


def _head(kind: str, head: Heading) -> dict[str, Any]:
    at = head.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {
        "hub_collection": VERSION, "type": kind, "message_id": head.message_id, "at": at, "case": head.case,
        "agency_reference": head.agency_reference,
    }  # fmt: skip


def _totals(case: CaseFile) -> dict[str, str]:
    amounts = {
        "principal": case.principal, "interest": case.interest, "costs": case.costs, "vat": case.vat, "total": case.total,
        "per_day": sum((claim.per_day for claim in case.claims), ZERO),
    }  # fmt: skip
    return {name: money_text(amount, case.currency) for name, amount in amounts.items()}


def _party(party: CaseParty) -> dict[str, Any]:
    return _said(
        {
            "kind": party.kind, "name": party.name, "customer_number": party.customer_number, "contact": party.contact,
            "initials": party.initials, "first_name": party.first_name, "insertion": party.insertion,
            "last_name": party.last_name, "birth_date": _day(party.birth_date), "legal_form": party.legal_form,
            "kvk": party.kvk, "vat_id": party.vat_id, "street": party.street, "house_number": party.house_number,
            "house_number_addition": party.house_number_addition, "postcode": party.postcode, "city": party.city,
            "country": party.country, "emails": list(party.emails), "telephones": list(party.telephones), "iban": party.iban,
            "joint": party.joint or None,
        }
    )  # fmt: skip


def _claim(claim: CaseClaim, currency: str) -> dict[str, Any]:
    paid = [{"on": str(p.on), "amount": money_text(p.amount, currency), "kind": p.kind} for p in claim.paid]
    said = {
        "invoice": claim.invoice, "invoice_date": str(claim.invoice_date), "due": str(claim.due),
        "original": money_text(claim.original, currency), "outstanding": money_text(claim.outstanding, currency),
        "description": claim.description, "interest": money_text(claim.interest, currency),
        "interest_from": _day(claim.interest_from), "per_day": money_text(claim.per_day, currency),
    }  # fmt: skip
    return {**_said(said), "paid": paid}


def _letter(letter: CaseLetter) -> dict[str, Any]:
    required = {
        "kind": letter.kind, "level": letter.level, "on": str(letter.on), "channel": letter.channel, "to": letter.to,
        "presumed": letter.presumed,
    }  # fmt: skip
    more = {"delivered_on": _day(letter.delivered_on), "proof": letter.proof, "document": letter.document}
    return {**required, **_said(more)}


def _document(one: CaseDocument) -> dict[str, Any]:
    return {"name": one.name, "media_type": one.media_type, "sha256": one.sha256, "size": one.size, "about": one.about}


def _day(day: date | None) -> str:
    return "" if day is None else str(day)


_ALWAYS = frozenset(("letters", "documents", "claims", "debtors"))


def _said(values: dict[str, Any]) -> dict[str, Any]:
    """Without what says nothing."""
    return {name: value for name, value in values.items() if name in _ALWAYS or value not in (None, "", [])}


def _bytes(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


__all__ = [
    "MEDIA_TYPE",
    "VERSION",
    "Heading",
    "answer_json",
    "case_json",
    "faults",
    "message_json",
    "payment_json",
    "read_answer",
    "with_documents",
    "withdraw_json",
]
