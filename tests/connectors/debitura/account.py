"""Debitura for tests: an account that checks what its customer API documents, keeps cases, and answers as it is told.

Written from the documentation and not from our code: fields, lengths, required ones, types, idempotency, errors by field.
"""

from __future__ import annotations

import json
import re
import uuid
from collections import deque
from datetime import date
from decimal import Decimal
from email import message_from_bytes
from email.policy import default
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.far_side import Asked, Reply

KEY = "key-4711"
TEXT, NUMBER, FLAG = "text", "number", "flag"
FIELDS = {
    "currencyCode": (TEXT, 3), "date": (TEXT, 10), "dueDate": (TEXT, 10), "comments": (TEXT, 4000), "claimDescription": (TEXT, 4000),
    "creditorReference": (TEXT, 50), "creditorDivisionId": (TEXT, 36), "amountToRecover": (NUMBER, 0),
    "amountToRecoverOver6Months": (NUMBER, 0), "amountToRecoverOver12Months": (NUMBER, 0), "amountToRecoverOver24Months": (NUMBER, 0),
    "allowPendingContracts": (FLAG, 0), "isTest": (FLAG, 0), "tag": (TEXT, 100), "collectionPartnerId": (TEXT, 36),
    "assignedUserEmail": (TEXT, 320), "returnUrl": (TEXT, 2048),
}  # fmt: skip
DEBTOR = {
    "type", "name", "contactPerson", "companyRegistrationNumber", "address", "zipCode", "city", "state", "stateAlpha2",
    "countryAlpha2", "country", "email", "phone",
}  # fmt: skip
REQUIRED, DEBTOR_REQUIRED = (
    ("currencyCode", "date", "amountToRecover", "debtor"),
    ("type", "name", "address", "city", "countryAlpha2"),
)
PARTS = ("amountToRecover", "amountToRecoverOver6Months", "amountToRecoverOver12Months", "amountToRecoverOver24Months")
KINDS = {"OriginalInvoice", "CreditorDocuments", "DebtorDocuments", "DemandLetter", "Miscellaneous"}
ENDINGS = (".pdf", ".doc", ".docx", ".xls", ".xlsx", ".jpg", ".jpeg", ".png", ".txt", ".zip", ".csv", ".eml")
TODAY = date(2026, 11, 30)


class Account:
    """`after` holds what becomes of the answer to a POST that was done: `Reply(act="reset")`, or None for the answer itself."""

    def __init__(self) -> None:
        self.cases: list[dict[str, Any]] = []
        self.payments: list[dict[str, Any]] = []
        self.files: dict[str, list[tuple[str, str, bytes]]] = {}
        self.chats: list[tuple[str, str, str]] = []
        self.kept: dict[str, tuple[bytes, Reply]] = {}
        self.after: deque[Reply | None] = deque()
        self.business_errors: list[dict[str, str]] = []
        self.honours_keys = True

    def __call__(self, asked: Asked) -> Reply:
        if asked.headers.get("xapikey") != KEY:
            return told(401, {"error": "Unauthorized"})
        parts = urlsplit(asked.path)
        path = [unquote(p) for p in parts.path.strip("/").split("/")]
        if asked.method == "POST":
            reply = self._post(path, asked)
            return (self.after.popleft() if self.after else None) or reply
        return self._get(path, parse_qs(parts.query))

    def _post(self, path: list[str], asked: Asked) -> Reply:
        key = asked.headers.get("idempotency-key", "") if self.honours_keys else ""
        if len(key) > 255:
            return told(400, {"Idempotency-Key": ["at most 255 characters"]})
        if key in self.kept:
            body, reply = self.kept[key]
            conflict = {"type": "IdempotencyConflict", "message": "key was used with another body"}
            return reply if body == asked.body else told(422, {"businessErrors": [conflict]})
        reply = self._create(asked) if path == ["cases"] else self._attached(path, asked)
        if key and reply.status != 400:
            self.kept[key] = (asked.body, reply)
        return reply

    def _create(self, asked: Asked) -> Reply:
        assert asked.headers["content-type"] == "application/json"
        body = json.loads(asked.body, parse_float=Decimal)
        if errors := faults(body):
            return told(400, errors)
        if self.business_errors:
            return told(422, {"businessErrors": self.business_errors})
        if any(case["creditorReference"] == body["creditorReference"] for case in self.cases):
            same = {"type": "DuplicateCreditorReference", "message": "a case with this reference exists"}
            return told(422, {"businessErrors": [same]})
        case = {
            **body, "id": str(uuid.uuid4()), "reference": f"Q8OAXF{len(self.cases)}", "lifecycle": "Pending Verification",
            "closeCode": None, "disputeStatus": None, "currency": body["currencyCode"], "grossAmount": body["amountToRecover"],
            "dateCreated": "2026-11-30T09:30:00Z", "dateUpdated": "2026-11-30T09:30:00Z",
        }  # fmt: skip
        self.cases.append(case)
        return told(200, case)

    def _attached(self, path: list[str], asked: Asked) -> Reply:
        if not any(case["id"] == path[1] for case in self.cases):
            return told(404, {"error": "NotFound", "message": "no such case"})
        if path[2] == "chats":
            said = json.loads(asked.body)
            if not said.get("userEmail") or not 0 < len(said.get("message", "")) <= 10_000:
                return told(400, {"message": ["required"]})
            self.chats.append((path[1], said["message"], said["userEmail"]))
            return told(200, {"id": str(uuid.uuid4())})
        form = message_from_bytes(
            b"content-type: " + asked.headers["content-type"].encode() + b"\r\n\r\n" + asked.body, policy=default
        )
        fields = {p.get_param("name", header="content-disposition"): p for p in form.iter_parts()}
        kind, file = fields["DocumentType"].get_payload(decode=True).decode().strip(), fields["File"]
        name, data = file.get_filename() or "", file.get_payload(decode=True)
        if kind not in KINDS or not data:
            return told(400, {"DocumentType": [kind]})
        if not name.lower().endswith(ENDINGS):
            return told(415, {"error": "Unsupported", "message": f"{name} is of a type that is not allowed"})
        self.files.setdefault(path[1], []).append((name, kind, data))
        return told(200, {"id": str(uuid.uuid4()), "caseId": path[1], "fileName": name, "documentType": kind})

    def _get(self, path: list[str], query: dict[str, list[str]]) -> Reply:
        if path[:2] == ["cases", "by-creditor-reference"]:
            found = [case for case in self.cases if case["creditorReference"] == path[2]]
            return told(200, found[0]) if found else told(404, {"error": "NotFound"})
        if len(path) == 3 and path[2] == "files":
            return told(
                200, [{"fileName": name, "documentType": kind} for name, kind, _ in self.files.get(path[1], [])]
            )
        size, number = int(query["pageSize"][0]), int(query["page"][0])
        assert 1 <= size <= 100
        rows = (
            self.payments
            if path == ["Payments"]
            else sorted(self.cases, key=lambda c: str(c["dateUpdated"]), reverse=True)
        )
        page = {"totalResults": len(rows), "currentPage": number, "pageSize": size}
        return told(200, {"page": page, path[0].lower(): rows[(number - 1) * size : number * size]})


def faults(body: dict[str, Any]) -> dict[str, list[str]]:
    """Errors by field, as it answers them with 400."""
    wrong: dict[str, list[str]] = {name: ["is required"] for name in REQUIRED if not body.get(name)}
    for name, value in body.items():
        if name != "debtor" and (fault := fault_of(name, value)):
            wrong[name] = [fault]
    debtor = body.get("debtor") or {}
    wrong |= {f"debtor.{name}": ["is required"] for name in DEBTOR_REQUIRED if not debtor.get(name)}
    wrong |= {
        f"debtor.{name}": ["is unknown, or no text"]
        for name, v in debtor.items()
        if name not in DEBTOR or not isinstance(v, str)
    }
    if debtor.get("type") not in ("Company", "Person"):
        wrong["debtor.type"] = ["Company or Person"]
    if debtor.get("type") == "Company" and not debtor.get("contactPerson"):
        wrong["debtor.contactPerson"] = ["is required for companies"]
    amounts = [body.get(name, 0) for name in PARTS]
    if not wrong and (amounts != sorted(amounts, reverse=True) or amounts[0] <= 0):
        wrong["amountToRecover"] = ["an older part is larger than the younger one"]
    if not wrong and date.fromisoformat(body["date"]) > TODAY:
        wrong["date"] = ["in the future"]
    return wrong


def fault_of(name: str, value: object) -> str:
    """What is wrong with a field; "" = nothing."""
    if name not in FIELDS:
        return "is unknown"
    kind, longest = FIELDS[name]
    if kind == FLAG:
        return "" if isinstance(value, bool) else "true or false"
    if kind == NUMBER:
        is_one = isinstance(value, int | Decimal) and not isinstance(value, bool)
        return "" if is_one else "a number"
    if not isinstance(value, str) or not value or len(value) > longest:
        return f"1 to {longest} characters"
    return "" if name not in ("date", "dueDate") or re.fullmatch(r"\d{4}-\d\d-\d\d", value) else "a date"


def told(status: int, data: object) -> Reply:
    """A JSON answer, amounts as numbers."""
    text = json.dumps(data, default=lambda value: float(value))
    return Reply(status, text.encode(), {"Content-Type": "application/json"})
