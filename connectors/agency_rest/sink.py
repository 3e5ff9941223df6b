"""Cases and notices to an agency that speaks our protocol: sink kind `agency`.

`POST /v1/cases` with the dispatch's id as `Idempotency-Key`; `GET /v1/cases?reference=…` tells whether it is there, so that
a lost answer never opens a second case; `POST /v1/cases/NUMBER/messages` for what is said of it later.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from connectors.agency_rest.wire import Wire, reasons, said
from hub.errors import InDoubt, Permanent, Transient, Usage
from hub.formats.case_answer import answer_json
from hub.model.case_message import CaseMessage, CaseMessageType
from hub.model.dispatch import Delivered, Dispatch
from hub.net import Http, Secret

CASE = "collection.case"
_STATES: Mapping[str, CaseMessageType] = {"accepted": "accepted", "rejected": "rejected"}


class AgencySink:
    """One agency. Whether a case is there is asked, never guessed; a notice it knows again by its id."""

    harmless_twice = False

    def __init__(self, name: str, wire: Wire) -> None:
        self._name = name
        self._wire = wire

    def deliver(self, dispatch: Dispatch) -> Delivered:
        """A case, or what is said of one."""
        return self._case(dispatch) if dispatch.type == CASE else self._notice(dispatch)

    def find(self, dispatch: Dispatch) -> Delivered | None:
        """Whether the agency has this case, by our number. A notice is sent again: its id makes it the same one."""
        if dispatch.type != CASE:
            return None
        query = urlencode({"reference": dispatch.subject, "administration": dispatch.administration})
        answer = self._wire.get(f"/v1/cases?{query}")
        if answer.status == 404:
            return None
        receipt = said(answer, "collection-receipt") if answer.ok else None
        if receipt is None or receipt["case"] != dispatch.subject:
            raise InDoubt(f"the agency does not say in our words whether it has the case ({answer.status})")
        return self._received(dispatch, receipt)

    def close(self) -> None:
        """Close connections."""
        self._wire.close()

    def _case(self, dispatch: Dispatch) -> Delivered:
        answer = self._wire.post("/v1/cases", dispatch.id, dispatch.body, repeatable=False)
        if answer.status == 422:
            return self._refused(dispatch, reasons(answer))
        if answer.status == 409:
            known = self.find(dispatch)
            if known is None:
                raise Permanent(
                    f"the agency says that it has {dispatch.subject}, and does not know it: {reasons(answer)}"
                )
            return known
        if not answer.ok:
            raise Permanent(f"the agency answered {answer.status}: {reasons(answer)}")
        receipt = said(answer, "collection-receipt")
        if receipt is None:
            raise InDoubt(f"the agency answered {answer.status}, but not in our words: it is asked for the case")
        return self._received(dispatch, receipt)

    def _notice(self, dispatch: Dispatch) -> Delivered:
        path = f"/v1/cases/{quote(dispatch.header('case') or dispatch.subject, safe='')}/messages"
        answer = self._wire.post(path, dispatch.id, dispatch.body, repeatable=True)
        if answer.ok or answer.status == 409:
            return Delivered(note="known" if answer.status == 409 else "")
        if answer.status == 404:  # the case itself may still be on its way
            raise Transient(f"the agency does not know case {dispatch.subject}")
        raise Permanent(f"the agency answered {answer.status}: {reasons(answer)}")

    def _received(self, dispatch: Dispatch, receipt: Mapping[str, Any]) -> Delivered:
        if receipt.get("state") == "rejected":
            return self._refused(dispatch, "; ".join(receipt.get("reasons", ())) or "rejected", receipt)
        kind = _STATES.get(receipt.get("state", ""), "status")
        message = self._message(dispatch, kind, receipt)
        return Delivered(message.agency_reference, receipt.get("state", "received"), (answer_json(message),))

    def _refused(self, dispatch: Dispatch, why: str, receipt: Mapping[str, Any] | None = None) -> Delivered:
        """It came, and the agency does not want it: that is an answer, no failure."""
        message = self._message(dispatch, "rejected", receipt or {}, why)
        return Delivered(message.agency_reference, f"rejected: {why}", (answer_json(message),))

    def _message(
        self, dispatch: Dispatch, kind: CaseMessageType, receipt: Mapping[str, Any], text: str = ""
    ) -> CaseMessage:
        """Its id and time follow from the dispatch: told again after a crash it is the same message."""
        return CaseMessage(
            self._name, f"{dispatch.id}:{receipt.get('state', kind)}", kind, dispatch.created_at, dispatch.subject,
            receipt.get("agency_reference", ""), _currency(dispatch), "received" if kind == "status" else None, text=text,
            link=receipt.get("link", ""),
        )  # fmt: skip


def _currency(dispatch: Dispatch) -> str:
    said_: dict[str, Any] = json.loads(dispatch.body)
    return str(said_.get("currency", "EUR"))


class AgencyKind:
    """Cases to a collection agency that speaks the hub's own protocol."""

    kinds, forms = ("case",), ("JSON",)

    def open(self, name: str, options: Mapping[str, Any], http: Http) -> AgencySink:
        """Options: `url` and `secret` (env:NAME or file:/path)."""
        if unknown := sorted(set(options) - {"url", "secret"}):
            raise Usage(f"[sink.{name}]: unknown option {unknown[0]!r}; known are url, secret")
        url = str(options.get("url", ""))
        if not urlsplit(url).netloc:
            raise Usage(f'[sink.{name}] url = {url!r}: write the whole address, as "https://api.agency.example"')
        secret = Secret(str(options.get("secret", "")))
        return AgencySink(name, Wire(url, secret.values, http))


kind = AgencyKind()
