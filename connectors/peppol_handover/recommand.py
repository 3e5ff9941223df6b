"""Recommand: its webhook is a hint only (no signature, no second try), so the document is asked for, and the inbox as a safety net."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from hub.errors import Permanent, Transient, Usage
from hub.model.hand_over import HandedOver
from hub.net import Http, Request, Secret

_ID = re.compile(r"^doc_[A-Za-z0-9]{1,60}$")
_MOST_HINT = 64 * 1024


def hinted(body: bytes) -> str:
    """The document that a webhook speaks of; "" when it speaks of none. Nothing else in it is believed."""
    try:
        data = json.loads(body) if len(body) <= _MOST_HINT else {}
    except ValueError:
        return ""
    if not isinstance(data, dict) or data.get("eventType") != "document.received":
        return ""
    document = data.get("documentId")
    return document if isinstance(document, str) and _ID.match(document) else ""


class RecommandInbox:
    """What waits at Recommand, asked with our own key: only what it answers there is true."""

    def __init__(self, url: str, key: Secret, secret: Secret, http: Http, company: str = "") -> None:
        self._url = f"{url.rstrip('/')}/api/v1"
        self._key = key
        self._secret = secret
        self._http = http
        self._company = company

    def waiting(self) -> list[str]:
        """The documents that nobody marked as read, the oldest first."""
        query = f"?companyId={quote(self._company, safe='')}" if self._company else ""
        found = self._get(f"/inbox{query}").get("documents", [])
        documents = sorted((d for d in found if isinstance(d, dict)), key=lambda d: str(d.get("createdAt", "")))
        return [d["id"] for d in documents if isinstance(d.get("id"), str) and _ID.match(d["id"])]

    def fetch(self, document: str) -> HandedOver:
        """One document. Raises `Permanent` when it is not there, not incoming, or bears no XML."""
        data = self._get(f"/documents/{quote(document, safe='')}").get("document")
        if not isinstance(data, dict) or data.get("direction", "incoming") != "incoming" or not data.get("xml"):
            raise Permanent(f"{document} at Recommand is no incoming document with XML")
        instance = str(data.get("envelopeId") or data.get("sbdhInstanceIdentifier") or document)
        kept = {key: str(data[key]) for key in ("docTypeId", "processId", "countryC1", "as4MessageId") if data.get(key)}
        return HandedOver(
            str(data["xml"]).encode(), instance, _participant(data.get("receiverId")), _participant(data.get("senderId")),
            f"{document}.xml", {"product": "recommand", "document": document, **kept},
        )  # fmt: skip

    def mark_read(self, document: str) -> None:
        """Stored with us: it need not wait there any more. May be done twice."""
        body = json.dumps({"read": True}).encode()
        url = f"{self._url}/documents/{quote(document, safe='')}/mark-as-read"
        self._checked(Request("POST", url, self._headers(), body, repeatable=True))

    def _get(self, path: str) -> Mapping[str, Any]:
        return self._checked(Request("GET", self._url + path, self._headers()))

    def _checked(self, request: Request) -> Mapping[str, Any]:
        answer = self._http.send(request)
        if answer.status == 404:
            raise Permanent("Recommand does not have it")
        try:
            data = json.loads(answer.body)
        except ValueError as error:
            raise Transient(f"Recommand answered {answer.status} with something that is no JSON") from error
        if not answer.ok or not isinstance(data, dict) or not data.get("success", True):
            raise Transient(f"Recommand answered {answer.status} without success")
        return data

    def _headers(self) -> dict[str, str]:
        token = base64.b64encode(f"{self._key.value}:{self._secret.value}".encode()).decode()
        return {"authorization": f"Basic {token}", "content-type": "application/json", "accept": "application/json"}


class RecommandKind:
    """Peppol documents that wait at Recommand, told of by its webhook."""

    kinds, forms = ("invoice",), ("XML",)

    def hinted(self, body: bytes) -> str:
        """The document that a webhook speaks of."""
        return hinted(body)

    def open(self, name: str, options: Mapping[str, Any], http: Http) -> RecommandInbox:
        """Options, the same as for sending: `url`, `company`, `key` and `secret`."""
        for option in ("url", "company", "key", "secret"):
            if not options.get(option):
                raise Usage(f"[sink.{name}]: {option} is missing")
        key, secret = Secret(str(options["key"])), Secret(str(options["secret"]))
        return RecommandInbox(str(options["url"]), key, secret, http, str(options["company"]))


def _participant(identifier: Any) -> str:
    return str(identifier or "").rpartition("::")[2]
