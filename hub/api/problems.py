"""Problems: what a sender is told when something is not taken in, as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse

from hub.model.finding import Finding
from hub.texts.catalogue import message
from hub.texts.shown import finding_json


class Problem(Exception):
    """Not taken in: the status, the sentence by its key, and the findings that are the reason."""

    def __init__(
        self,
        status: int,
        key: str,
        findings: Sequence[Finding] = (),
        headers: Mapping[str, str] | None = None,
        **words: object,
    ) -> None:
        super().__init__(key)
        self.status = status
        self.key = key
        self.findings = tuple(findings)
        self.headers = dict(headers or {})
        self.words = words

    def response(self, language: str) -> JSONResponse:
        """The same as an answer. It says nothing that the sender did not send, but what is allowed."""
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": message(self.key, language, **self.words),
            "code": self.key.removeprefix("http_"),
        }
        if self.findings:
            body["findings"] = [finding_json(finding, language) for finding in self.findings]
        headers = {"Content-Language": language, "Cache-Control": "no-store", **self.headers}
        return JSONResponse(body, self.status, headers, media_type="application/problem+json")


def language_of_request(accepted: str, fallback: str) -> str:
    """`nl` or `en`, whichever a sender names first."""
    for item in accepted.lower().split(","):
        name = item.strip()[:2]
        if name in ("nl", "en"):
            return name
    return fallback
