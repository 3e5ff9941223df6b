"""Recommand: sends a document with its REST API. It takes no key of ours, so what is in doubt is left to a person.

`POST /api/v1/{companyId}/send` with recipient, documentType `xml` and the document; Basic authorization with key and secret.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from connectors.peppol_out.options import address, filled, known
from hub.errors import InDoubt, Permanent
from hub.model.dispatch import Delivered, Dispatch
from hub.net import Http, Request, Secret


class Recommand:
    """One company at Recommand."""

    harmless_twice = False

    def __init__(self, url: str, company: str, key: Secret, secret: Secret, http: Http) -> None:
        self._url = f"{url}/api/v1/{quote(company, safe='')}/send"
        self._key = key
        self._secret = secret
        self._http = http

    def deliver(self, dispatch: Dispatch) -> Delivered:
        """Sent over the network in the same request."""
        token = base64.b64encode(f"{self._key.value}:{self._secret.value}".encode()).decode()
        headers = {"authorization": f"Basic {token}", "content-type": "application/json", "accept": "application/json"}
        body = {
            "recipient": dispatch.header("receiver"), "documentType": "xml", "document": dispatch.body.decode("utf-8"),
            "doctypeId": dispatch.header("document_type"), "processId": dispatch.header("process"),
        }  # fmt: skip
        answer = self._http.send(Request("POST", self._url, headers, json.dumps(body).encode()))
        data = self._object(answer.body)
        if not answer.ok or not data.get("success", False):
            raise Permanent(f"Recommand refused it with {answer.status}: {_reason(data)}")
        return Delivered(str(data.get("id", "")), str(data.get("envelopeId") or ""))

    def find(self, dispatch: Dispatch) -> Delivered | None:
        """Recommand gives its own ids and cannot be asked by ours."""
        raise InDoubt("Recommand cannot be asked by our id: look in its list of sent documents")

    def close(self) -> None:
        """Close connections."""
        self._http.close()

    def _object(self, body: bytes) -> dict[str, Any]:
        try:
            data = json.loads(body)
        except ValueError:
            return {}
        return data if isinstance(data, dict) else {}


def _reason(data: Mapping[str, Any]) -> str:
    return json.dumps(data.get("errors") or data.get("message") or "no reason given", ensure_ascii=False)[:300]


class RecommandKind:
    """Peppol documents through Recommand."""

    kinds, forms = ("invoice_response",), ("XML",)

    def open(self, name: str, options: Mapping[str, Any], http: Http) -> Recommand:
        """Options: `url`, `company`, `key` and `secret`."""
        known(name, options, ("url", "company", "key", "secret"))
        key, secret = (Secret(filled(name, options, option)) for option in ("key", "secret"))
        return Recommand(address(name, options), filled(name, options, "company"), key, secret, http)


recommand = RecommandKind()
