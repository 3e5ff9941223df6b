"""A case as Debitura wants it: the body of `POST /cases`, with every field that it documents and that we know. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hub.errors import Permanent
from hub.formats.case_texts import full_name, letters_said, street_line
from hub.model.case_file import CaseClaim, CaseFile, CaseParty

ZERO = Decimal(0)
LONGEST_TEXT, LONGEST_REFERENCE, LONGEST_TAG = (
    4000,
    50,
    100,
)  # characters of comments and descriptions, of ours, of a tag
LONGEST_EMAIL, LONGEST_URL = 320, 2048
_SIX_MONTHS = timedelta(days=180)  # "more than 6 months" is 180 days there; a year and two are by the calendar


def create_body(case: CaseFile, options: Mapping[str, Any]) -> dict[str, Any]:
    """The body. Options as documented: division, partner, pending contracts, test, tag, who it is assigned to, where he returns.

    Raises `Permanent` that names every required field that is missing, before anything is sent.
    """
    first = case.debtors[0] if case.debtors else None
    missing = [*_missing_of_debtor(first), *_missing_of_claim(case)]
    if missing:
        raise Permanent(f"case {case.number} lacks what Debitura requires: {', '.join(missing)}; complete it and retry")
    assert first is not None
    body: dict[str, Any] = {
        "currencyCode": case.currency,
        "date": str(min(claim.invoice_date for claim in case.claims)),
        "dueDate": str(min(claim.due for claim in case.claims)),
        "amountToRecover": case.principal,
        **_older(case.claims, case.dated),
        "creditorReference": case.number,
        "claimDescription": _cut(_described(case)),
        "comments": _cut(_commented(case)),
        "debtor": _debtor(first),
        **_optional(options),
    }
    return {name: value for name, value in body.items() if value not in ("", None)}


def _missing_of_debtor(debtor: CaseParty | None) -> list[str]:
    if debtor is None:
        return ["debtor"]
    wanted = {
        "debtor.name": full_name(debtor), "debtor.address": street_line(debtor), "debtor.city": debtor.city,
        "debtor.countryAlpha2": debtor.country if len(debtor.country) == 2 else "",
    }  # fmt: skip
    return [field for field, value in wanted.items() if not value]


def _missing_of_claim(case: CaseFile) -> list[str]:
    missing = []
    if len(case.currency) != 3:
        missing.append("currencyCode")
    if not case.claims:
        missing += ["date", "dueDate"]
    elif max(claim.invoice_date for claim in case.claims) > case.dated:
        missing.append("date (it lies in the future)")
    if case.principal <= 0:
        missing.append("amountToRecover (more than 0)")
    if not 0 < len(case.number) <= LONGEST_REFERENCE:
        missing.append(f"creditorReference (1 to {LONGEST_REFERENCE} characters)")
    return missing


def _older(claims: tuple[CaseClaim, ...], on: date) -> dict[str, Decimal]:
    """Parts of the amount that are overdue for longer; what is older than a year is in that of six months too, and so on."""
    six_months = [c for c in claims if on - c.due > _SIX_MONTHS]
    parts = {
        "amountToRecoverOver6Months": six_months,
        "amountToRecoverOver12Months": [c for c in claims if _years_later(c.due, 1) < on],
        "amountToRecoverOver24Months": [c for c in claims if _years_later(c.due, 2) < on],
    }
    amounts = {name: sum((c.outstanding for c in older), ZERO) for name, older in parts.items()}
    return {name: amount for name, amount in amounts.items() if amount}


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)


def _debtor(party: CaseParty) -> dict[str, str]:
    is_company = party.kind == "company"
    said = {
        "type": "Company" if is_company else "Person", "name": full_name(party),
        "contactPerson": (party.contact or party.name) if is_company else "",
        "companyRegistrationNumber": (party.kvk or party.vat_id) if is_company else "",
        "address": street_line(party), "zipCode": party.postcode, "city": party.city, "countryAlpha2": party.country,
        "email": party.emails[0] if party.emails else "", "phone": party.telephones[0] if party.telephones else "",
    }  # fmt: skip
    return {name: value for name, value in said.items() if value}


def _described(case: CaseFile) -> str:
    rows = [
        f"{c.invoice}, {c.invoice_date}, due {c.due}: {c.original} {case.currency}, open {c.outstanding}"
        + (f" ({c.description})" if c.description else "")
        for c in case.claims
    ]
    return "\n".join(rows)


def _commented(case: CaseFile) -> str:
    """What has no field of its own: interest, costs, letters, who else is liable, and what a person wrote."""
    rows = [case.note] if case.note else []
    if case.interest or case.costs:
        per_day = sum((claim.per_day for claim in case.claims), ZERO)
        rows.append(
            f"On {case.dated}: interest {case.interest}, {per_day} a day; costs {case.costs}, VAT on costs {case.vat}"
        )
    rows += letters_said(case)
    others = [f"{full_name(p)}, {street_line(p)}, {p.postcode} {p.city}" for p in case.debtors[1:]]
    rows += [f"Also liable: {other}" for other in others]
    rows += [f"Mandate: {case.mandate}", f"Debtor {case.debtors[0].customer_number}".strip()]
    return "\n".join(rows)


def _optional(options: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "creditorDivisionId": options.get("division", ""), "collectionPartnerId": options.get("partner", ""),
        "allowPendingContracts": True if options.get("pending_contracts") else None,
        "isTest": True if options.get("test") else None, "tag": options.get("tag", ""),
        "assignedUserEmail": options.get("assigned_to", ""), "returnUrl": options.get("return_url", ""),
    }  # fmt: skip


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
