"""How we sign what we send, and know what is signed: HMAC-SHA256 over `id.timestamp.body` (Standard Webhooks 1.0)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping

from hub.errors import Usage

_PREFIX = "whsec_"
TOLERANCE_SECONDS = 300  # how old or how far ahead a signed time may be


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """One signature, `v1,…`. A secret that begins with `whsec_` is base64, as the standard has it; any other is its bytes."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key_of(secret), signed, hashlib.sha256).digest()).decode()


def signed_headers(secrets: Iterable[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of the standard, signed with every secret that is in force."""
    signatures = " ".join(sign(secret, message_id, timestamp, body) for secret in secrets)
    return {"webhook-id": message_id, "webhook-timestamp": str(timestamp), "webhook-signature": signatures}


def is_signed(secrets: Iterable[str], headers: Mapping[str, str], body: bytes, now: float) -> bool:
    """Whether one of the secrets signed it, lately. Header names in lower case; compares in constant time."""
    name, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not name or not stamp.isascii() or not stamp.isdigit() or abs(now - int(stamp[:12])) > TOLERANCE_SECONDS:
        return False
    given = [one.encode() for one in headers.get("webhook-signature", "").split()]
    right = False
    for secret in secrets:
        expected = sign(secret, name, int(stamp[:12]), body).encode()
        for one in given:
            right |= hmac.compare_digest(one, expected)
    return right


def key_of(secret: str) -> bytes:
    """The key of a secret. Raises `Usage`."""
    if not secret.startswith(_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise Usage(f"a secret that begins with {_PREFIX} must be base64 after it") from error
