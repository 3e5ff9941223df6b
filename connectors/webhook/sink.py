"""POST of an event, signed: HMAC-SHA256 over `id.timestamp.body` (Standard Webhooks 1.0)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from hub.errors import InDoubt, Permanent, Transient, Usage
from hub.model.dispatch import Delivered, Dispatch
from hub.net import Http, Request, Secret
from hub.net.signing import sign, signed_headers


class Webhook:
    """One subscriber. He knows a repetition by its `webhook-id`, so sending twice is harmless."""

    harmless_twice = True

    def __init__(self, url: str, secret: Secret, http: Http, clock: Callable[[], float] = time.time) -> None:
        self._url = url
        self._secret = secret
        self._http = http
        self._clock = clock

    def deliver(self, dispatch: Dispatch) -> Delivered:
        """Signed with every secret that is valid now, so that the subscriber may take the new one when it suits him."""
        at = int(self._clock())
        headers = {
            "content-type": dispatch.media_type, "user-agent": "boekhub", "idempotency-key": dispatch.id,
            **signed_headers(self._secret.values(), dispatch.id, at, dispatch.body),
        }  # fmt: skip
        answer = self._http.send(Request("POST", self._url, headers, dispatch.body, repeatable=True))
        if answer.ok:
            return Delivered()
        if answer.status == 410:  # the standard's word for "never again"
            raise Permanent("the subscriber answered 410: it wants no more events; take this sink out of hub.toml")
        raise Transient(f"the subscriber answered {answer.status}")

    def find(self, dispatch: Dispatch) -> Delivered | None:
        """A subscriber cannot be asked, and need not be."""
        raise InDoubt("a subscriber cannot be asked what it received")

    def close(self) -> None:
        """Close connections."""
        self._http.close()


class Kind:
    """Events of relations, signed (Standard Webhooks), to any address."""

    kinds, forms = ("event",), ("JSON",)

    def open(self, name: str, options: Mapping[str, Any], http: Http) -> Webhook:
        """Options: `url` and `secret` (env:NAME or file:/path)."""
        if unknown := sorted(set(options) - {"url", "secret"}):
            raise Usage(f"[sink.{name}]: unknown option {unknown[0]!r}; known are url, secret")
        url, secret = str(options.get("url", "")), str(options.get("secret", ""))
        if not urlsplit(url).netloc:
            raise Usage(f'[sink.{name}] url = {url!r}: write the whole address, as "https://example.nl/hook"')
        return Webhook(url, Secret(secret), http)


kind = Kind()

__all__ = ["Kind", "Webhook", "kind", "sign"]
