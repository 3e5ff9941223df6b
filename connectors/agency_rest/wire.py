"""The wire to an agency: signed requests, and what its answers mean."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from hub.errors import UnreadableInput
from hub.formats.content import Content
from hub.formats.json_schema import differences, schema
from hub.net import Answer, Http, Request
from hub.net.signing import signed_headers

MEDIA_TYPE = "application/json"


class Wire:
    """Requests to one agency, each signed with every secret in force. `secrets` are read at each request."""

    def __init__(
        self, url: str, secrets: Callable[[], Sequence[str]], http: Http, clock: Callable[[], float] = time.time
    ) -> None:
        self._url = url.rstrip("/")
        self._secrets = secrets
        self._http = http
        self._clock = clock

    def post(self, path: str, message_id: str, body: bytes, *, repeatable: bool) -> Answer:
        """Send a message; its id is the key by which the agency knows a repetition. Raises as `Http.send`."""
        headers = {
            "content-type": MEDIA_TYPE, "accept": MEDIA_TYPE, "user-agent": "boekhub", "idempotency-key": message_id,
            **signed_headers(self._secrets(), message_id, int(self._clock()), body),
        }  # fmt: skip
        return self._http.send(Request("POST", self._url + path, headers, body, repeatable=repeatable))

    def get(self, target: str) -> Answer:
        """Ask. A question has no body: its target (path and query) is signed in place of it. Raises as `Http.send`."""
        asked = f"{urlsplit(self._url).path}{target}".encode()
        headers = {
            "accept": MEDIA_TYPE, "user-agent": "boekhub",
            **signed_headers(self._secrets(), str(uuid.uuid4()), int(self._clock()), asked),
        }  # fmt: skip
        return self._http.send(Request("GET", self._url + target, headers))

    def close(self) -> None:
        """Close connections."""
        self._http.close()


def said(answer: Answer, wanted: str) -> dict[str, Any] | None:
    """The answer as the schema has it; None when it is anything else."""
    try:
        value = Content(answer.body).json
    except UnreadableInput:
        return None
    return value if isinstance(value, dict) and not differences(value, schema(wanted)) else None


def reasons(answer: Answer) -> str:
    """Why it refused, in its own words; shortened."""
    try:
        value = json.loads(answer.body)
    except ValueError:
        return f"HTTP {answer.status}"
    listed = value.get("reasons", []) if isinstance(value, dict) else []
    told = "; ".join(str(one) for one in listed) if isinstance(listed, list) else ""
    return (told or f"HTTP {answer.status}")[:2000]
