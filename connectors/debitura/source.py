"""Webhooks of Debitura, and cases and payments as `connectors/debitura/fetcher.py` brings them, as messages about our cases.

A webhook says who it is about and at times not more; what it leaves out changes nothing and comes with the next fetch.
"""

from __future__ import annotations

from typing import Any

from connectors.debitura.messages import CODE, announced_fields, case_fields, chat_fields, instant, payment_fields
from hub.errors import UnreadableInput
from hub.formats.case_dispatch import agency_of
from hub.formats.content import Content
from hub.formats.json_nodes import Node
from hub.model.case_message import CaseMessage
from hub.model.finding import Finding
from hub.ports import Reading

NAME, MAPPING = "debitura", "collection"
FETCHED = "debitura"  # marks what the fetcher brings: `{"debitura": "case", "data": {…}}`
CASES = ("case.created", "case.updated", "case.closed")
EVENTS = (*CASES, "payment.created", "payment.deleted", "chat.created")


class DebituraSource:
    """Webhooks of Debitura, and what is fetched there."""

    name = NAME
    kinds, forms = ("case_message",), ("JSON",)

    def recognise(self, content: Content) -> bool:
        """Whether it is one of its events about a case, or something that was fetched."""
        if '"event"' not in content.head and f'"{FETCHED}"' not in content.head:
            return False
        said = content.json if content.is_json else None
        if not isinstance(said, dict) or not isinstance(said.get("data"), dict):
            return False
        return said.get("event") in EVENTS or said.get(FETCHED) in ("case", "payment")

    def read(self, content: Content) -> Reading:
        """One message."""
        try:
            node = Node(content.json)
        except UnreadableInput as refusal:
            finding = Finding(refusal.code, "fatal", "read", refusal.location, refusal.found, refusal.expected)
            return Reading("debitura", findings=(finding,), mapped=False, source=MAPPING)
        agency = agency_of(content.channel, NAME)
        message = _event(node, agency) if node.text("event") else _fetched(node, agency)
        return Reading("debitura", feed=message, findings=tuple(node.log), mapped=message is not None, source=MAPPING)


def _event(node: Node, agency: str) -> CaseMessage | None:
    """A webhook: the envelope has its id and time, `data` what happened."""
    event, data = node.text("event"), node.node("data")
    at, message_id = instant(node, "timestamp"), node.text("id")
    if not message_id:
        node.fault(CODE, "id", "", "id")
    fields = _fields(event, data)
    if fields["type"] == "payment":
        message_id = _payment_id(fields)
    return _message(node, agency, at, message_id, fields)


def _fields(event: str, data: Node) -> dict[str, Any]:
    if event.startswith("payment."):
        fields = payment_fields(data, taken_back=event == "payment.deleted")
        is_whole = fields["payment"] and fields["amount"] is not None
        return fields if is_whole else announced_fields(data, event)
    if event == "chat.created":
        return chat_fields(data)
    fields = case_fields(data)
    if event == "case.created" and not fields["raw_status"]:
        fields["status"] = "received"
    return fields | {"raw_status": fields["raw_status"] or event}


def _fetched(node: Node, agency: str) -> CaseMessage | None:
    data = node.node("data")
    if node.text(FETCHED) == "payment":
        fields = payment_fields(data)
        if not fields["payment"] or fields["amount"] is None:
            data.fault(CODE, "grossAmount", "", "id, grossAmount")
        return _message(node, agency, instant(data, "date", "dateCreated"), _payment_id(fields), fields)
    at, fields = instant(data, "dateUpdated", "dateCreated"), case_fields(data)
    return _message(node, agency, at, f"case:{data.text('id')}@{data.text('dateUpdated', 'dateCreated')}", fields)


def _payment_id(fields: dict[str, Any]) -> str:
    """The same for the webhook that tells of a payment and for the payment that is fetched, so that it counts once."""
    return f"payment:{fields['payment']}" + (":deleted" if fields["reverses"] else "")


def _message(node: Node, agency: str, at: Any, message_id: str, fields: dict[str, Any]) -> CaseMessage | None:
    if any(finding.fatal for finding in node.log) or at is None:
        return None
    return CaseMessage(agency=agency, message_id=message_id, at=at, **fields)


source = DebituraSource()
