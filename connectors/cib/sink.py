"""Sink kind `cib`: a case becomes a file at CIB Incasso. What it publishes is this one request; all else goes by mail or its portal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode, urlsplit

from connectors.cib.file import file_body, reference_of
from hub.errors import InDoubt, Permanent, Usage
from hub.formats.case_answer import answer_json
from hub.formats.case_dispatch import exact_json, read_case_dispatch
from hub.model.case_message import CaseMessage
from hub.model.dispatch import Delivered, Dispatch
from hub.net import Http, Request, Secret

URL = "https://app.cibincasso.nl/api"
_OPTIONS = ("url", "username", "key", "encoding")
_IDS = (
    "id",
    "file_id",
    "file_number",
    "reference",
    "number",
)  # under which its answer may name the file: it documents no answer
_WRAPPERS = ("data", "file", "result")


class Cib:
    """One account. A file can neither be asked for nor made twice safely: what is in doubt is left to a person."""

    harmless_twice = False

    def __init__(self, url: str, username: str, key: Secret, encoding: str, http: Http) -> None:
        self._url, self._username, self._key, self._encoding, self._http = url, username, key, encoding, http

    def deliver(self, dispatch: Dispatch) -> Delivered:
        """One request. A refusal is an answer: a message `rejected` with what CIB said."""
        sent = read_case_dispatch(dispatch.body)
        if sent.file is None:
            raise Permanent(
                f"CIB publishes no request for {sent.type!r}: tell it of {sent.number} by mail or in its portal"
            )
        body = file_body(sent.file, self._username, self._key.value)
        answer = self._http.send(Request("POST", f"{self._url}/v1/files", *self._coded(body)))
        said = _object(answer.body)
        refused = not answer.ok or _says_no(said)
        if refused:
            why = _reason(said) or f"CIB answered {answer.status} without a reason"
            message = _message(dispatch, sent.number, answer.status, type="rejected", status="rejected", text=why)
            return Delivered("", f"refused: {why}"[:500], (message,))
        reference = _reference(said) or reference_of(sent.file)
        message = _message(
            dispatch, sent.number, answer.status, type="status", status="received", agency_reference=reference
        )
        left = len(sent.documents)
        return Delivered(
            reference, f"{left} documents stay here: CIB takes none by this interface" if left else "", (message,)
        )

    def find(self, dispatch: Dispatch) -> Delivered | None:
        """There is nothing to ask by."""
        raise InDoubt("CIB cannot be asked by our reference: look in its portal whether the file is there")

    def close(self) -> None:
        """Close connections."""
        self._http.close()

    def _coded(self, body: Mapping[str, Mapping[str, Any]]) -> tuple[dict[str, str], bytes]:
        """As JSON, or as the form that its examples in PHP send: `debtor[city]=…`."""
        headers = {"accept": "application/json"}
        if self._encoding == "json":
            return {**headers, "content-type": "application/json"}, exact_json(body).encode()
        pairs = [(f"{table}[{name}]", str(value)) for table, fields in body.items() for name, value in fields.items()]
        return {**headers, "content-type": "application/x-www-form-urlencoded"}, urlencode(pairs).encode()


def _message(dispatch: Dispatch, case: str, http_status: int, **said: Any) -> bytes:
    """What its answer amounts to, of the instant of the dispatch: the same one however often it is sent."""
    made = CaseMessage(
        dispatch.sink,
        f"answer:{dispatch.id}",
        at=dispatch.created_at,
        case=case,
        raw_status=f"HTTP {http_status}",
        **said,
    )
    return answer_json(made)


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body, parse_float=Decimal)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _says_no(said: Mapping[str, Any]) -> bool:
    """Whether a 200 holds a refusal all the same."""
    is_no = said.get("success") is False or str(said.get("status", "")).casefold() in ("error", "failed", "nok")
    return is_no or bool(said.get("errors") or said.get("error"))


def _reason(said: Mapping[str, Any]) -> str:
    why = said.get("errors") or said.get("error") or said.get("message")
    return (why if isinstance(why, str) else json.dumps(why, ensure_ascii=False, default=str))[:2000] if why else ""


def _reference(said: Mapping[str, Any]) -> str:
    """Its own id of the file."""
    for place in (said, *(said[w] for w in _WRAPPERS if isinstance(said.get(w), dict))):
        for name in _IDS:
            if isinstance(place.get(name), str | int) and not isinstance(place.get(name), bool) and place[name]:
                return str(place[name])
    return ""


class Kind:
    """Cases to CIB Incasso."""

    kinds, forms = ("case",), ("JSON",)

    def open(self, name: str, options: Mapping[str, Any], http: Http) -> Cib:
        """Options: `username`, `key` (env:NAME or file:/path) and, if need be, `url` and `encoding` (`json` or `form`)."""
        where = f"[sink.{name}]"
        if unknown := sorted(set(options) - set(_OPTIONS)):
            raise Usage(f"{where}: unknown option {unknown[0]!r}; known are {', '.join(_OPTIONS)}")
        url, encoding = str(options.get("url") or URL).rstrip("/"), str(options.get("encoding", "json"))
        if not urlsplit(url).netloc:
            raise Usage(f'{where} url = {url!r}: write the whole address, as "{URL}"')
        if encoding not in ("json", "form"):
            raise Usage(f'{where} encoding = {encoding!r}: expected "json" or "form"')
        if not (username := str(options.get("username", ""))):
            raise Usage(f"{where}: username is missing")
        return Cib(url, username, Secret(str(options.get("key", ""))), encoding, http)


kind = Kind()
