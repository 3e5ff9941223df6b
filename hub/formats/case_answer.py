"""What an agency says, in the neutral message set: JSON to `CaseMessage` and back."""

from __future__ import annotations

import base64
import binascii
import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hub.formats.json_schema import Difference, differences, schema
from hub.model.case_file import CASE_STATES
from hub.model.case_message import ZERO, CaseMessage, ReceivedDocument, RemittanceLine
from hub.model.finding import Finding
from hub.model.money import is_exact, money_text

SCHEMA = "collection-answer"
_OURS_ALONE = ("prepared", "offered")  # states that no agency can put a case into
_STATUS_OF = {"accepted": "accepted", "rejected": "rejected", "closed": "closed"}
_SPLIT = ("principal", "interest", "costs")


def read_answer(value: Any, agency: str = "") -> tuple[CaseMessage | None, tuple[Finding, ...]]:
    """The message, or everything that is wrong with it, each with its JSON path. `agency` "" = as the message says itself.

    A status that is none of ours stays as `raw_status`: it is shown, and moves nothing.
    """
    wrong = differences(value, schema(SCHEMA))
    wrong += _nobodys(value) if wrong else _contradictions(value)
    if wrong:
        return None, tuple(_finding(one) for one in wrong)
    return _message(value, agency), ()


def _finding(one: Difference) -> Finding:
    return Finding("HUB-AGY-01", "fatal", "read", one.place, one.found, one.expected, "sender")


def _contradictions(value: dict[str, Any]) -> list[Difference]:
    """What a schema cannot say: 30 February, tenths of a cent, nobody's case, parts that do not come to their whole."""
    currency = value.get("currency", "EUR")
    wrong = _not_instant(value["at"]) + _inexact(value, currency, "$")
    wrong += _nobodys(value) + _split(value, "$", value.get("amount"))
    for number, line in enumerate(value.get("lines", ())):
        place = f"$.lines[{number}]"
        wrong += _inexact(line, currency, place) + _split(line, place, line["gross"])
        if not (line.get("case") or line.get("agency_reference")):
            wrong.append(Difference(f"{place}.case", "", "case | agency_reference"))
    return wrong + _documents(value)


def _nobodys(value: Any) -> list[Difference]:
    """A remittance names the cases in its lines; every other message is of one."""
    if (
        not isinstance(value, dict)
        or value.get("type") == "remittance"
        or value.get("case")
        or value.get("agency_reference")
    ):
        return []
    return [Difference("$.case", "", "case | agency_reference")]


def _documents(value: dict[str, Any]) -> list[Difference]:
    wrong = []
    for number, document in enumerate(value.get("documents", ())):
        try:
            base64.b64decode(re.sub(r"\s", "", document["base64"]), validate=True)
        except binascii.Error as error:
            wrong.append(Difference(f"$.documents[{number}].base64", str(error), "base64"))
    return wrong


def _not_instant(text: str) -> list[Difference]:
    try:
        datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return [Difference("$.at", text, "2026-03-02T12:00:00Z")]
    return []


def _inexact(node: dict[str, Any], currency: str, place: str) -> list[Difference]:
    names = ("amount", "gross", *_SPLIT, "vat", "fee", "fee_vat")
    return [
        Difference(f"{place}.{name}", node[name], currency)
        for name in names
        if name in node and not is_exact(Decimal(node[name]), currency)
    ]


def _split(node: dict[str, Any], place: str, whole: str | None) -> list[Difference]:
    """Told in parts, all of it must be told: what is missing from the sum would be nobody's."""
    parts = [Decimal(node[name]) for name in _SPLIT if name in node]
    if not parts or whole is None or sum(parts) == Decimal(whole):
        return []
    return [Difference(f"{place}.principal", f"{sum(parts)}", whole)]


def _message(value: dict[str, Any], agency: str) -> CaseMessage:
    word = value.get("status", "")
    known = word in CASE_STATES and word not in _OURS_ALONE
    status = word if known else _STATUS_OF.get(value["type"])
    principal, interest, costs = (_amount(value, name) for name in _SPLIT)
    return CaseMessage(
        agency or value.get("agency", ""), value["message_id"].strip(), value["type"],
        datetime.fromisoformat(value["at"]).astimezone(UTC), value.get("case", ""), value.get("agency_reference", ""),
        value.get("currency", "EUR"), status, value.get("raw_status", "") or ("" if known else word),  # type: ignore[arg-type]
        value.get("close_reason"), value.get("text", "").strip(), value.get("link", ""), _amount(value, "amount"),
        principal, interest, costs, _amount(value, "vat") or ZERO, value.get("direct", False), value.get("invoice", ""),
        value.get("payment", ""), value.get("reverses", ""), tuple(_line(line) for line in value.get("lines", ())),
        tuple(_document(one) for one in value.get("documents", ())),
    )  # fmt: skip


def _document(one: dict[str, str]) -> ReceivedDocument:
    return ReceivedDocument(one["name"], one["media_type"], re.sub(r"\s", "", one["base64"]))


def _line(line: dict[str, Any]) -> RemittanceLine:
    gross, fee, vat = (_amount(line, name) or ZERO for name in ("gross", "fee", "fee_vat"))
    principal, interest, costs = (_amount(line, name) for name in _SPLIT)
    reference, payment = line.get("agency_reference", ""), line.get("payment", "")
    return RemittanceLine(line.get("case", ""), gross, reference, principal, interest, costs, fee, vat, payment)


def _amount(node: dict[str, Any], name: str) -> Decimal | None:
    """With its cents, whatever was written: `5` is `5.00`."""
    return Decimal(node[name]) + ZERO if name in node else None


def answer_json(message: CaseMessage) -> bytes:
    """A message as an agency would have sent it: for adapters whose agency speaks its own language, and for the test agency."""
    said: dict[str, Any] = {
        "hub_collection": 1, "type": message.type, "message_id": message.message_id,
        "at": message.at.astimezone(UTC).isoformat().replace("+00:00", "Z"), "case": message.case,
        "agency_reference": message.agency_reference, "agency": message.agency, "currency": message.currency,
        "status": message.status or message.raw_status, "raw_status": message.raw_status, "close_reason": message.close_reason,
        "text": message.text, "link": message.link, "direct": message.direct or None, "invoice": message.invoice,
        "payment": message.payment, "reverses": message.reverses,
    }  # fmt: skip
    amounts = {
        "amount": message.amount,
        **{name: getattr(message, name) for name in _SPLIT},
        "vat": message.vat or None,
    }
    said |= {name: money_text(amount, message.currency) for name, amount in amounts.items() if amount is not None}
    said["lines"] = [_line_json(line, message.currency) for line in message.lines]
    said["documents"] = [{"name": d.name, "media_type": d.media_type, "base64": d.base64} for d in message.documents]
    kept = {name: value for name, value in said.items() if value not in (None, "", [])}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


def _line_json(line: RemittanceLine, currency: str) -> dict[str, str]:
    words = {"case": line.case, "agency_reference": line.agency_reference, "payment": line.payment}
    names = ("gross", *_SPLIT, "fee", "fee_vat")
    amounts = {name: getattr(line, name) for name in names}
    shown = {name: money_text(amount, currency) for name, amount in amounts.items() if amount is not None}
    return {**{name: word for name, word in words.items() if word}, **shown}
