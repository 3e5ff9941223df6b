"""phoss-ap: hands a document to its outbound API, and asks by our id whether it has it.

`POST /api/outbound/submit/{sender}/{receiver}/{document type}/{process}/{country C1}?sbdhInstanceID=…` with `X-Token`;
`GET /api/outbound/status/{sbdhInstanceID}` answers 404 for what it does not have.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from connectors.peppol_out.options import address, filled, known
from hub.errors import Permanent
from hub.model.dispatch import Delivered, Dispatch
from hub.net import Answer, Http, Request, Secret


class PhossAp:
    """One access point. It makes the envelope itself, under the instance identifier that we give."""

    harmless_twice = False

    def __init__(self, url: str, token: Secret, http: Http) -> None:
        self._url = url
        self._token = token
        self._http = http

    def deliver(self, dispatch: Dispatch) -> Delivered:
        """Accepted by the access point, which itself tries again what the network does not take at once."""
        parts = (
            f"iso6523-actorid-upis::{dispatch.header('sender')}", f"iso6523-actorid-upis::{dispatch.header('receiver')}",
            f"busdox-docid-qns::{dispatch.header('document_type')}", f"cenbii-procid-ubl::{dispatch.header('process')}",
            dispatch.header("country"),
        )  # fmt: skip
        path = "/".join(quote(part, safe="") for part in parts)
        url = f"{self._url}/api/outbound/submit/{path}?sbdhInstanceID={quote(dispatch.id, safe='')}"
        answer = self._http.send(Request("POST", url, self._headers("application/xml"), dispatch.body))
        if not answer.ok:
            raise Permanent(f"the access point refused it with {answer.status}: {_said(answer)}")
        data = _object(answer)
        sent_on = data.get("overallSuccess", True)
        return Delivered(
            str(data.get("sbdhInstanceIdentifier") or dispatch.id), "" if sent_on else "accepted, not sent on yet"
        )

    def find(self, dispatch: Dispatch) -> Delivered | None:
        """Whether the access point has it."""
        url = f"{self._url}/api/outbound/status/{quote(dispatch.id, safe='')}"
        answer = self._http.send(Request("GET", url, self._headers("application/json")))
        if answer.status == 404:
            return None
        if not answer.ok:
            raise Permanent(f"the access point does not say what it has: {answer.status}")
        return Delivered(dispatch.id, str(_object(answer).get("status", "")))

    def close(self) -> None:
        """Close connections."""
        self._http.close()

    def _headers(self, media_type: str) -> dict[str, str]:
        return {"x-token": self._token.value, "content-type": media_type, "accept": "application/json"}


def _object(answer: Answer) -> dict[str, Any]:
    try:
        data = json.loads(answer.body)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _said(answer: Answer) -> str:
    data = _object(answer)
    return str(data.get("errorMessage") or data.get("message") or data.get("error") or "no reason given")[:300]


class PhossKind:
    """Peppol documents through phoss-ap."""

    kinds, forms = ("invoice_response",), ("XML",)

    def open(self, name: str, options: Mapping[str, Any], http: Http) -> PhossAp:
        """Options: `url` and `token`."""
        known(name, options, ("url", "token"))
        return PhossAp(address(name, options), Secret(filled(name, options, "token")), http)


phoss_ap = PhossKind()
