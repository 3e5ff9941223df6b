"""CIB Incasso for tests: the one request that it documents, checked as documented, in JSON or as the form that PHP sends."""

from __future__ import annotations

import json
import re
from collections import deque
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from tests.far_side import Asked, Reply

USER, KEY = "demo", "key-4711"
REQUIRED = (
    "request.username", "request.key", "debtor.type", "debtor.street", "debtor.house_number", "debtor.city", "debtor.country",
    "invoice.number", "invoice.amount",
)  # fmt: skip
DEBTOR = {
    "type", "company", "first_name", "last_name", "initials", "insertion", "birth_date", "gender", "street", "house_number",
    "house_extension", "post_code", "city", "country", "phone", "mobile", "email", "email2", "kvk_number",
}  # fmt: skip
TABLES = {"request": {"username", "key"}, "debtor": DEBTOR, "invoice": {"number", "amount"}}


class Office:
    """Keeps files; `after` as in the account of Debitura."""

    def __init__(self) -> None:
        self.files: list[dict[str, Any]] = []
        self.after: deque[Reply | None] = deque()

    def __call__(self, asked: Asked) -> Reply:
        if (asked.method, asked.path) != ("POST", "/api/v1/files"):
            return told(404, {"error": "not found"})
        body = parsed(asked)
        if (body.get("request", {}).get("username"), body.get("request", {}).get("key")) != (USER, KEY):
            return told(401, {"error": "unknown account"})
        if errors := faults(body):
            return told(422, {"errors": errors})
        self.files.append(body)
        reply = told(200, {"data": {"file_number": f"CIB-{len(self.files)}"}})
        return (self.after.popleft() if self.after else None) or reply


def parsed(asked: Asked) -> dict[str, Any]:
    """The three tables."""
    if asked.headers["content-type"] == "application/json":
        found: dict[str, Any] = json.loads(asked.body, parse_float=Decimal)
        return found
    made: dict[str, Any] = {}
    for name, value in parse_qsl(asked.body.decode(), strict_parsing=True):
        found_name = re.fullmatch(r"(\w+)\[(\w+)\]", name)
        assert found_name, name
        made.setdefault(found_name[1], {})[found_name[2]] = value
    return made


def faults(body: dict[str, Any]) -> list[str]:
    """What is missing, unknown or no value of its field."""
    wrong = [
        f"{name} is required"
        for name in REQUIRED
        if not body.get(name.partition(".")[0], {}).get(name.partition(".")[2])
    ]
    wrong += [
        f"{table}.{name} is unknown"
        for table, fields in body.items()
        for name in fields
        if name not in TABLES.get(table, ())
    ]
    debtor = body.get("debtor", {})
    if debtor.get("type") not in ("Private", "company"):
        wrong.append("debtor.type is Private or company")
    if (born := debtor.get("birth_date")) and not re.fullmatch(r"\d\d-\d\d-\d{4}", born):
        wrong.append("debtor.birth_date is dd-mm-year")
    if not re.fullmatch(r"\d+(\.\d\d?)?", str(body.get("invoice", {}).get("amount"))):
        wrong.append("invoice.amount is an amount")
    return wrong


def told(status: int, data: object) -> Reply:
    """A JSON answer."""
    return Reply(status, json.dumps(data).encode(), {"Content-Type": "application/json"})
