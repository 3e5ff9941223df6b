"""Debitura's customer API: its address, its key, and the requests that we make. Exact amounts go out and come in."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from hub.errors import Permanent, Usage
from hub.formats.case_dispatch import exact_json
from hub.net import Answer, Http, Request

URL = "https://customer-api.debitura.com"


class Client:
    """One account. `key` reads the key in force at each use."""

    def __init__(self, url: str, key: Callable[[], str], http: Http) -> None:
        self._url, self._key, self.http = url, key, http

    def create(self, body: Mapping[str, Any], key: str) -> Answer:
        """`POST /cases`. Without an answer nobody knows whether it was made (`InDoubt`), though its key would tell them apart."""
        return self._post("/cases", exact_json(body).encode(), "application/json", key)

    def by_our_reference(self, reference: str) -> dict[str, Any] | None:
        """The case that bears it, None where there is none."""
        answer = self._get(f"/cases/by-creditor-reference/{quote(reference, safe='')}")
        if answer.status == 404:
            return None
        return self._object(answer)

    def files(self, case: str) -> list[str]:
        """Names of the files that it has of a case."""
        found = _read(self._checked(self._get(f"/cases/{quote(case, safe='')}/files")))
        return [str(one.get("fileName")) for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    def upload(self, case: str, name: str, media_type: str, kind: str, body: bytes) -> Answer:
        """`POST /cases/{id}/files`, as a form of several parts."""
        boundary = secrets.token_hex(16)
        plain = "".join(c if c.isprintable() and c not in '"\\' else "_" for c in name)
        parts = [
            f'--{boundary}\r\ncontent-disposition: form-data; name="DocumentType"\r\n\r\n{kind}\r\n'.encode(),
            f'--{boundary}\r\ncontent-disposition: form-data; name="File"; filename="{plain}"\r\n'.encode(),
            f"content-type: {media_type or 'application/octet-stream'}\r\n\r\n".encode(), body, f"\r\n--{boundary}--\r\n".encode(),
        ]  # fmt: skip
        return self._post(
            f"/cases/{quote(case, safe='')}/files", b"".join(parts), f"multipart/form-data; boundary={boundary}"
        )

    def chat(self, case: str, message: str, sender: str, key: str) -> Answer:
        """`POST /cases/{id}/chats`, as a member of our team."""
        body = exact_json({"message": message, "userEmail": sender}).encode()
        return self._post(f"/cases/{quote(case, safe='')}/chats", body, "application/json", key)

    def page(self, path: str, number: int, size: int, **more: str) -> list[dict[str, Any]]:
        """A page of `/cases` or `/Payments`."""
        query = urlencode({"page": number, "pageSize": size, **more})
        found = self._object(self._get(f"{path}?{query}")).get(path.removeprefix("/").lower())
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    def _get(self, path: str) -> Answer:
        return self.http.send(Request("GET", self._url + path, {"XApiKey": self._key(), "accept": "application/json"}))

    def _post(self, path: str, body: bytes, media_type: str, key: str = "") -> Answer:
        headers = {"XApiKey": self._key(), "content-type": media_type, "accept": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        return self.http.send(Request("POST", self._url + path, headers, body))

    def _checked(self, answer: Answer) -> Answer:
        if not answer.ok:
            raise Permanent(f"Debitura answered {answer.status}: {'; '.join(reasons(answer)) or 'no reason given'}")
        return answer

    def _object(self, answer: Answer) -> dict[str, Any]:
        found = object_of(self._checked(answer))
        if not found:
            raise Permanent("Debitura answered with something that is no object")
        return found


def object_of(answer: Answer) -> dict[str, Any]:
    """The object of an answer, amounts exact; an empty one where it is none."""
    found = _read(answer)
    return found if isinstance(found, dict) else {}


def reasons(answer: Answer) -> list[str]:
    """Why it refused: business errors, else errors by field, else its own sentence."""
    said = _read(answer)
    if not isinstance(said, dict):
        return []
    business = said.get("businessErrors")
    if isinstance(business, list) and business:
        return [_sentence(one) for one in business if isinstance(one, dict)]
    within = said.get("errors")
    fields = within if isinstance(within, dict) else said
    listed = [f"{name}: {', '.join(map(str, value))}" for name, value in fields.items() if isinstance(value, list)]
    return listed or [str(said[name]) for name in ("message", "error", "title") if said.get(name)][:1]


def _sentence(one: Mapping[str, Any]) -> str:
    parts = (one.get("type"), one.get("message"), one.get("solutionUrl"))
    return ": ".join(str(part) for part in parts if part)


def _read(answer: Answer) -> Any:
    try:
        return json.loads(answer.body, parse_float=Decimal)
    except ValueError:
        return None


def address(where: str, url: object) -> str:
    """The address without a slash at its end. Raises `Usage`."""
    text = str(url or URL)
    if not urlsplit(text).netloc:
        raise Usage(f'{where} url = {text!r}: write the whole address, as "{URL}"')
    return text.rstrip("/")
