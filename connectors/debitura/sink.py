"""Sink kind `debitura`: hands a case over, with its documents; what has no request of its own is written to the agency as a message.

A case is looked up by our reference before it is made and after an answer that was lost, and its key is that of the dispatch, so
that no second one is made; a document is sent where the case lacks it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from connectors.debitura.case import LONGEST_EMAIL, LONGEST_TAG, LONGEST_URL, create_body
from connectors.debitura.client import Client, address, object_of, reasons
from connectors.debitura.messages import case_fields
from hub.errors import InDoubt, Permanent, Transient, Usage
from hub.formats.case_answer import answer_json
from hub.formats.case_dispatch import CaseDispatch, SentDocument, read_case_dispatch
from hub.formats.json_nodes import Node
from hub.model.case_message import CaseMessage
from hub.model.dispatch import Delivered, Dispatch
from hub.net import Answer, Http, Secret

_FORMATS = (
    ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".jpg", ".jpeg", ".png", ".txt", ".zip", ".csv", ".eml",
)  # fmt: skip
_LARGEST = 25 * 1024 * 1024
_KINDS = {
    "invoice": "OriginalInvoice",
    "letter": "DemandLetter",
    "terms": "CreditorDocuments",
    "correspondence": "CreditorDocuments",
}
_LONGEST_CHAT = 10_000
_OPTIONS = (
    "url",
    "key",
    "division",
    "partner",
    "pending_contracts",
    "test",
    "tag",
    "assigned_to",
    "return_url",
    "sender",
    "portal",
)
_LENGTHS = {"tag": LONGEST_TAG, "assigned_to": LONGEST_EMAIL, "return_url": LONGEST_URL}


class Debitura:
    """One account."""

    harmless_twice = False

    def __init__(self, client: Client, options: Mapping[str, Any]) -> None:
        self._client, self._options = client, options

    def deliver(self, dispatch: Dispatch) -> Delivered:
        """The case, and the documents that it lacks there. A refusal is an answer: a message `rejected` with the reasons."""
        sent = read_case_dispatch(dispatch.body)
        if sent.file is None:
            return self._written(dispatch, sent)
        known = self._client.by_our_reference(sent.number)
        if known is None:
            body = create_body(sent.file, self._options)
            answer = self._client.create(body, dispatch.id)
            known = self._made(answer, sent.number)
            if known is None:
                return self._refused(dispatch, sent, answer)
        left = self._upload(known, sent.documents)
        return self._taken(dispatch, known, left)

    def find(self, dispatch: Dispatch) -> Delivered | None:
        """The case by our reference, once all its documents are there; until then it is delivered again, which adds what lacks."""
        sent = read_case_dispatch(dispatch.body)
        if sent.file is None:
            raise InDoubt(f"Debitura cannot be asked whether a message arrived: look at case {sent.number} there")
        known = self._client.by_our_reference(sent.number)
        if known is None or self._lacking(known, sent.documents):
            return None
        return self._taken(dispatch, known, [])

    def close(self) -> None:
        """Close connections."""
        self._client.http.close()

    def _made(self, answer: Answer, number: str) -> dict[str, Any] | None:
        """The case that was made, or that was there already when it refused ours; None when it is refused.

        409: the same request is still being worked on there. 422 `IdempotencyConflict`: our key was used with another body.
        """
        if answer.ok:
            made = Node(object_of(answer))
            if not made.text("id"):
                raise InDoubt("Debitura took the case and did not say under which id")
            return made.value
        known = self._client.by_our_reference(number)
        if known is None and answer.status == 409:
            raise Transient("Debitura is at work on the same request; it is looked up later")
        if known is None and any(reason.startswith("IdempotencyConflict") for reason in reasons(answer)):
            raise Permanent(
                f"Debitura knows our key with other contents, and no case {number}: ask its support, then retry"
            )
        return known

    def _lacking(self, known: Mapping[str, Any], documents: Sequence[SentDocument]) -> list[SentDocument]:
        wanted = [d for d in documents if _fits(d)]
        names = self._client.files(str(known["id"])) if wanted else []
        return [d for d in wanted if d.name not in names]

    def _upload(self, known: Mapping[str, Any], documents: Sequence[SentDocument]) -> list[str]:
        """Send what the case lacks; why some stayed behind."""
        left = [f"{d.name} is of a kind or size that Debitura does not take" for d in documents if not _fits(d)]
        for document in self._lacking(known, documents):
            if document.body is None:
                left.append(f"{document.name} did not travel along")
                continue
            kind = _KINDS.get(document.about, "Miscellaneous")
            answer = self._client.upload(str(known["id"]), document.name, document.media_type, kind, document.body)
            if not answer.ok:
                left.append(f"{document.name} was refused with {answer.status}: {'; '.join(reasons(answer))}")
        return left

    def _taken(self, dispatch: Dispatch, known: Mapping[str, Any], left: Sequence[str]) -> Delivered:
        node = Node(dict(known))
        fields = case_fields(node) | {"case": node.text("creditorReference"), "agency_reference": node.text("id")}
        portal = str(self._options.get("portal", ""))
        link = portal.replace("{id}", node.text("id")).replace("{reference}", node.text("reference"))
        said = _answer(dispatch, **fields, link=link)
        return Delivered(node.text("id"), "; ".join([node.text("reference"), *left])[:500], (said,))

    def _refused(self, dispatch: Dispatch, sent: CaseDispatch, answer: Answer) -> Delivered:
        why = "; ".join(reasons(answer)) or f"Debitura answered {answer.status} without a reason"
        said = _answer(
            dispatch,
            type="rejected",
            case=sent.number,
            status="rejected",
            raw_status=f"HTTP {answer.status}",
            text=why[:2000],
        )
        return Delivered("", f"refused: {why}"[:500], (said,))

    def _written(self, dispatch: Dispatch, sent: CaseDispatch) -> Delivered:
        """A withdrawal, a payment that came to us, or a message: as a message at the case. Raises `Permanent` where it cannot be."""
        sender = str(self._options.get("sender", ""))
        if not sender:
            raise Permanent(
                "set sender (the address of a member of our team at Debitura), who writes messages at a case"
            )
        known = {"id": sent.agency_reference} if sent.agency_reference else self._client.by_our_reference(sent.number)
        if known is None:
            raise Permanent(f"Debitura has no case {sent.number}")
        answer = self._client.chat(str(known["id"]), _chat(sent)[:_LONGEST_CHAT], sender, dispatch.id)
        if not answer.ok:
            raise Permanent(f"Debitura refused the message with {answer.status}: {'; '.join(reasons(answer))}")
        return Delivered(str(known["id"]), "written at the case")


def _chat(sent: CaseDispatch) -> str:
    if sent.type == "payment":
        paid = " ".join(
            filter(None, (sent.text("amount"), sent.text("currency") or "EUR", sent.text("on") or sent.text("at")))
        )
        return f"{sent.number}: the debtor paid us directly: {paid}. {sent.text('text')}".strip()
    if sent.type == "withdraw":
        return f"{sent.number}: we withdraw this case; please stop collecting. {sent.text('text') or sent.text('reason')}".strip()
    return sent.text("text") or f"{sent.number}: {sent.type}"


def _fits(document: SentDocument) -> bool:
    is_small = document.body is None or len(document.body) <= _LARGEST
    return PurePath(document.name).suffix.lower() in _FORMATS and is_small


def _answer(dispatch: Dispatch, **said: Any) -> bytes:
    """What its answer amounts to, of the instant of the dispatch: the same one however often it is sent."""
    return answer_json(CaseMessage(dispatch.sink, f"answer:{dispatch.id}", at=dispatch.created_at, **said))


class Kind:
    """Cases to Debitura."""

    kinds, forms = ("case",), ("JSON",)

    def open(self, name: str, options: Mapping[str, Any], http: Http) -> Debitura:
        """Options: `key` (env:NAME or file:/path) and, if need be, `url`, `sender` and those of a case; see ADAPTERS.md."""
        where = f"[sink.{name}]"
        if unknown := sorted(set(options) - set(_OPTIONS)):
            raise Usage(f"{where}: unknown option {unknown[0]!r}; known are {', '.join(_OPTIONS)}")
        for option, most in _LENGTHS.items():
            if len(str(options.get(option, ""))) > most:
                raise Usage(f"{where} {option}: longer than the {most} characters that Debitura takes")
        key = Secret(str(options.get("key", "")))
        return Debitura(Client(address(where, options.get("url")), lambda: key.value, http), options)


kind = Kind()
