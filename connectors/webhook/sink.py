"""POST of an event, signed: HMAC-SHA256 over `id.timestamp.body` (Standard Webhooks 1.0)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from hub.errors import InDoubt, Permanent, Transient, Usage
from hub.model.dispatch import Delivered, Dispatch
from hub.net import Http, Request, Secret

_PREFIX = "whsec_"


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """One signature, `v1,…`. A secret that begins with `whsec_` is base64, as the standard has it; any other is its bytes."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key_of(secret), signed, hashlib.sha256).digest()).decode()


def key_of(secret: str) -> bytes:
    """The key of a secret. Raises `Usage`."""
    if not secret.startswith(_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise Usage(f"a secret that begins with {_PREFIX} must be base64 after it") from error


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
        signatures = " ".join(sign(secret, dispatch.id, at, dispatch.body) for secret in self._secret.values())
        headers = {
            "content-type": dispatch.media_type, "user-agent": "boekhub", "webhook-id": dispatch.id, "webhook-timestamp": str(at),
            "webhook-signature": signatures, "idempotency-key": dispatch.id,
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
