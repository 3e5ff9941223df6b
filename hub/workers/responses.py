"""Business answers: looks at what became of documents, and dispatches what their senders are to know (Invoice Response).

It looks, instead of being told by whoever changes something: approval, payment and release need not know that anybody is
answered, and an answer that was missed is made the next time.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from hub.errors import Transient
from hub.formats.application_response import DOCUMENT_TYPE, PROCESS, TYPE, require_valid, write_response
from hub.formats.content import Content
from hub.model.business_response import Answer, BusinessResponse, DocumentState
from hub.model.dispatch import Dispatch
from hub.model.party import Identifier, Party
from hub.ports import Reading
from hub.steps.answer import answer
from hub.steps.recognise import recognise
from hub.store.messages import load_original
from hub.store.responses import Answerable, answerable, record_answer
from hub.store.store import now
from hub.texts.catalogue import sentence

if TYPE_CHECKING:
    from hub.bootstrap import Hub

LOOK_BACK = timedelta(days=400)  # a document that was not paid within a year is answered no more
KEYS = 100
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:boekhub:business-response")
log = structlog.get_logger(__name__)


class ResponseMaker:
    """Makes the answers that leave through one sink: of the channels, and the administration, that hub.toml names."""

    def __init__(self, hub: Hub, sink: str) -> None:
        self._hub = hub
        self._settings = hub.settings.sinks[sink]

    def make(self) -> int:
        """Every answer that is due, each in a commit of its own; how many."""
        if not self._settings.responses:
            return 0
        made, channels, since = 0, self._settings.responses, now() - LOOK_BACK
        with self._hub.database.reading() as connection:
            due = [(one, told) for one in answerable(connection, channels, self._settings.administration, since)
                   if (told := self._due(one)) is not None]  # fmt: skip
        for one, told in due:
            try:
                made += self._give(one, told)
            except Transient:
                raise
            except Exception as error:  # one that cannot be made must not keep the others waiting
                log.error("answer_failed", message=one.uid, error=f"{type(error).__name__}: {error}")
        return made

    def _due(self, one: Answerable) -> Answer | None:
        """What its sender is to know next: first that it was received, then what became of it."""
        if one.underway:
            return None
        states = (DocumentState("received"), one.state)
        language = "nl" if self._settings.options.get("language", "en") == "nl" else "en"
        found = (
            answer(state, self._hub.response_mapping, one.given, lambda f: sentence(f, language)) for state in states
        )
        return next((told for told in found if told is not None), None)

    def _give(self, one: Answerable, told: Answer) -> bool:
        with self._hub.database.reading() as connection:
            body = load_original(connection, one.administration_id, one.sha256)
        content = Content(body)
        source = recognise(content, self._hub.sources)
        reading = source if isinstance(source, Reading) else source.read(content)
        at = now()
        response = _response(one, told, reading, at)
        if response is None:
            log.warning(
                "answer_impossible", message=one.uid, reason="the document names no electronic address of its sender"
            )
            return False
        data = write_response(response)
        require_valid(data, self._hub.schemas)
        dispatch = self._dispatch(one, response, data, at)
        self._hub.ids.reserve(KEYS)
        with self._hub.database.transaction() as connection:
            return record_answer(connection, self._hub.ids, one, told, dispatch, at)

    def _dispatch(self, one: Answerable, response: BusinessResponse, data: bytes, at: datetime) -> Dispatch:
        assert response.sender.endpoint is not None
        assert response.receiver.endpoint is not None
        headers = (
            ("sender", _participant(response.sender.endpoint)), ("receiver", _participant(response.receiver.endpoint)),
            ("document_type", DOCUMENT_TYPE), ("process", PROCESS), ("country", response.sender.country or "NL"),
        )  # fmt: skip
        subject, key = f"{response.document} {response.answer.status}", f"{one.uid}:{response.answer.status}"
        return Dispatch(
            response.id,
            one.administration,
            self._settings.name,
            TYPE,
            subject,
            data,
            "application/xml",
            at,
            key,
            headers,
        )


def _response(one: Answerable, told: Answer, reading: Reading, at: datetime) -> BusinessResponse | None:
    """Back along the way the invoice came: the envelope's participants go before the document's own."""
    invoice, envelope = reading.document, reading.envelope
    if invoice is None:
        return None
    issuer, addressee = (invoice.buyer, invoice.seller) if invoice.self_billed else (invoice.seller, invoice.buyer)
    sender = _addressed(addressee, envelope.receiver if envelope else "")
    receiver = _addressed(issuer, envelope.sender if envelope else "")
    if sender is None or receiver is None:
        return None
    # The same answer always has the same id: made twice by two workers, it is one.
    uid = str(uuid.uuid5(_NAMESPACE, f"{one.administration}|{one.uid}|{told.status}"))
    return BusinessResponse(
        uid, at, told, sender, receiver, invoice.number, invoice.type_code or "380", invoice.issue_date
    )


def _addressed(party: Party, participant: str) -> Party | None:
    """The party with its electronic address; None where there is none to answer to."""
    scheme, _, value = participant.partition(":")
    endpoint = Identifier(value, scheme) if value else party.endpoint
    if endpoint is None or not endpoint.scheme or not endpoint.value:
        return None
    return replace(party, endpoint=endpoint, name=party.name or party.trading_name or endpoint.value)


def _participant(endpoint: Identifier) -> str:
    return f"{endpoint.scheme}:{endpoint.value}"
