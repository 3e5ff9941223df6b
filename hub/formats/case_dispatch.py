"""What goes to a collection agency, as JSON of our own protocol (`connectors/collection/README.md`), read by adapters.

What its answer amounts to they write with `case_answer.answer_json`; amounts are exact in both.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hub.errors import Permanent
from hub.model.case_file import CaseFile
from hub.model.codec import restore

VERSION = 1
MARK = "hub_collection"  # of the protocol; its value is the version
FETCH = "-fetch"  # the second way by which an agency speaks: what is asked of it beside what it sends
_BY_HAND = ("", "cli", "amqp", "demo")  # channels that are of no agency


@dataclass(frozen=True, slots=True)
class SentDocument:
    """A document that travels with a case; `body` is None where it did not travel along."""

    name: str
    media_type: str
    about: str
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class CaseDispatch:
    """`type` is `case`, `payment` (a debtor paid us directly), `withdraw` or `message`; `file` is there for `case`."""

    type: str
    number: str  # our reference
    agency_reference: str = ""
    file: CaseFile | None = None
    documents: tuple[SentDocument, ...] = ()
    said: Mapping[str, Any] | None = None  # the whole of it, for what is no case

    def text(self, name: str) -> str:
        """A field of what is no case, "" where it says nothing."""
        found = (self.said or {}).get(name)
        return str(found) if isinstance(found, str | int | Decimal) and not isinstance(found, bool) else ""


def read_case_dispatch(body: bytes) -> CaseDispatch:
    """Raises `Permanent` for what is none, or of another version."""
    try:
        data = json.loads(body, parse_float=Decimal)
    except ValueError as error:
        raise Permanent(f"the dispatch is no JSON: {error}") from error
    if not isinstance(data, dict) or data.get(MARK) != VERSION:
        raise Permanent(f"the dispatch is none of version {VERSION} of our protocol for collection agencies")
    kind, number = str(data.get("type", "")), str(data.get("case") or "")
    agency_reference = str(data.get("agency_reference") or "")
    if kind != "case":
        return CaseDispatch(kind, number, agency_reference, said=data)
    try:
        claims = [{"key": 0, **claim} for claim in data["claims"]]  # the key of our open item does not travel
        totals = {name: data["totals"][name] for name in ("costs", "vat")}
        file = restore(CaseFile, {**data, **totals, "number": number, "claims": claims})
        documents = tuple(_document(one) for one in data.get("documents", ()))
    except (TypeError, KeyError, ValueError, ArithmeticError, AttributeError) as error:
        raise Permanent(f"the dispatch holds no whole case: {error}") from error
    return CaseDispatch(kind, number, agency_reference, file, documents, data)


def _document(one: Mapping[str, Any]) -> SentDocument:
    coded = one.get("base64")
    try:
        body = None if coded is None else base64.b64decode(coded, validate=True)
    except binascii.Error as error:
        raise ValueError(f"document {one['name']} is no base64") from error
    return SentDocument(one["name"], one.get("media_type", ""), one.get("about", "other"), body)


def agency_of(channel: str, otherwise: str) -> str:
    """Which agency speaks: the channel bears the name of its sink, `NAME` or `NAME-fetch`, so that none speaks for another."""
    return otherwise if channel in _BY_HAND else channel.removesuffix(FETCH)


def exact_json(value: Any) -> str:
    """JSON in which a Decimal is a number with the very digits it has: the standard writer would make it a float."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(str(k))}: {exact_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(exact_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
