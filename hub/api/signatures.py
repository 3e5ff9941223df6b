"""Signatures of webhooks: verified over the raw bytes, before anything is parsed. Pure: the time and the secrets are given.

| scheme | headers | signed |
|---|---|---|
| `hub` | `Boekhub-Timestamp`, `Boekhub-Signature: v1=<hex>` | `<timestamp>.<body>` |
| `standard` | `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,<base64>` | `<id>.<timestamp>.<body>` (Standard Webhooks 1.0) |
| `shopify` | `X-Shopify-Hmac-Sha256: <base64>` | `<body>` |
| `woocommerce` | `X-WC-Webhook-Signature: <base64>` | `<body>` |
| `debitura` | `X-Debitura-Signature: t=<timestamp>,v1=<hex>` | `<timestamp>.<body>`, with the key that the secret is the base64 of |

All are HMAC-SHA256; a header may hold several signatures, and several secrets may be in force. Shops sign no time,
so a captured request can be sent again: under its own id it is a repetition, and under another its bytes are known (`has_no_time`).
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from hub.secret import Secret

Fault = Literal["missing", "old", "wrong"]
HUB_TIME, HUB_SIGNATURE = "boekhub-timestamp", "boekhub-signature"
STANDARD_ID, STANDARD_TIME, STANDARD_SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
DEBITURA_SIGNATURE = "x-debitura-signature"
SHOPIFY_SIGNATURE, WOOCOMMERCE_SIGNATURE = "x-shopify-hmac-sha256", "x-wc-webhook-signature"
_STANDARD_PREFIX = "whsec_"
_LONGEST = 2_000  # of a signature header
_TIME = re.compile(r"[0-9]{1,12}")
_DELIVERY_IDS = {
    "hub": ("idempotency-key",),
    "standard": (STANDARD_ID,),
    "shopify": ("x-shopify-webhook-id", "idempotency-key"),
    "woocommerce": ("x-wc-webhook-delivery-id", "idempotency-key"),
    "debitura": (),  # its id stands in the body; the same bytes are the same delivery
    "hint": (),
}
_SIGNATURES = {
    "hub": HUB_SIGNATURE,
    "standard": STANDARD_SIGNATURE,
    "shopify": SHOPIFY_SIGNATURE,
    "woocommerce": WOOCOMMERCE_SIGNATURE,
    "debitura": DEBITURA_SIGNATURE,
}
_TIMES = {"hub": HUB_TIME, "standard": STANDARD_TIME, "debitura": DEBITURA_SIGNATURE}
_TIME_WITHIN = re.compile(r"(?:^|[,\s])t=([0-9]{1,12})(?=[,\s]|$)")  # where it stands in the signature's own header


@dataclass(frozen=True, slots=True)
class Claimed:
    """What the headers of a request claim, before its body is there."""

    before_body: bytes  # what is signed in front of the body
    signatures: tuple[bytes, ...]


def claimed(scheme: str, headers: Mapping[str, str], now: float, tolerance: float) -> Claimed | Fault:
    """Read the headers; a fault needs no body to be seen. `now` in seconds since 1970."""
    signature = headers.get(_SIGNATURES[scheme], "")
    if not signature or len(signature) > _LONGEST:
        return "missing"
    timestamp = _timestamp(scheme, headers)
    if scheme in _TIMES:
        if not _TIME.fullmatch(timestamp):
            return "missing"
        if abs(now - int(timestamp)) > tolerance:
            return "old"
    before = f"{timestamp}." if timestamp else ""
    if scheme == "standard":
        if not headers.get(STANDARD_ID):
            return "missing"
        before = f"{headers[STANDARD_ID]}.{before}"
    signatures = tuple(_signatures(scheme, signature))
    return Claimed(before.encode("latin-1"), signatures) if signatures else "wrong"


def _timestamp(scheme: str, headers: Mapping[str, str]) -> str:
    """When it was signed, as it is written; "" where it does not say."""
    said = headers.get(_TIMES[scheme], "") if scheme in _TIMES else ""
    if scheme != "debitura":
        return said
    within = _TIME_WITHIN.search(said)
    return within[1] if within else ""


def _signatures(scheme: str, header: str) -> list[bytes]:
    """Every signature of a header, as bytes; what is none is passed over."""
    found = []
    in_hex = scheme in ("hub", "debitura")
    items = re.split(r"[,\s]+" if in_hex else r"\s+", header.strip())
    for item in items:
        version, mark, value = item.partition("=" if in_hex else ",") if scheme in _TIMES else ("v1", "", item)
        try:
            if version == "v1":
                found.append(bytes.fromhex(value) if in_hex else base64.b64decode(value, validate=True))
        except (ValueError, binascii.Error):
            continue
    return found


def is_signed(claim: Claimed, body: Iterable[bytes], scheme: str, secrets: Sequence[Secret]) -> bool:
    """Whether any secret in force made any of the signatures. One pass over the body; compares all, in constant time."""
    digests = [hmac.new(_key(scheme, secret), claim.before_body, "sha256") for secret in secrets]
    for chunk in body:
        for digest in digests:
            digest.update(chunk)
    right = False
    for digest in digests:
        for given in claim.signatures:
            right |= hmac.compare_digest(digest.digest(), given)
    return right


def _key(scheme: str, secret: Secret) -> bytes:
    """Standard Webhooks writes its keys as `whsec_` and base64, Debitura as base64; all others are used as they stand."""
    text = secret.reveal()
    if scheme == "debitura" or (scheme == "standard" and text.startswith(_STANDARD_PREFIX)):
        try:
            return base64.b64decode(text.removeprefix(_STANDARD_PREFIX), validate=True)
        except (ValueError, binascii.Error):
            return text.encode()
    return text.encode()


def sign(scheme: str, secret: Secret, body: bytes, *, timestamp: int = 0, delivery_id: str = "") -> dict[str, str]:
    """The headers under which a sender sends `body`; what tests and `hub`'s own senders use."""
    dated = f"{timestamp}."
    before = {"hub": dated, "debitura": dated, "standard": f"{delivery_id}.{dated}"}.get(scheme, "")
    made = hmac.digest(_key(scheme, secret), before.encode("latin-1") + body, "sha256")
    if scheme == "hub":
        return {HUB_TIME: str(timestamp), HUB_SIGNATURE: f"v1={made.hex()}"}
    if scheme == "debitura":
        return {DEBITURA_SIGNATURE: f"t={timestamp},v1={made.hex()}"}
    coded = base64.b64encode(made).decode()
    if scheme == "standard":
        return {STANDARD_ID: delivery_id, STANDARD_TIME: str(timestamp), STANDARD_SIGNATURE: f"v1,{coded}"}
    return {_SIGNATURES[scheme]: coded}


def delivery_id(scheme: str, headers: Mapping[str, str]) -> tuple[str, str]:
    """The header that names this delivery and the sender's own id in it; two empty texts where there is none."""
    for header in _DELIVERY_IDS[scheme]:
        if value := headers.get(header, "").strip():
            return header, value
    return "", ""


def has_no_time(scheme: str) -> bool:
    """Whether a captured request keeps its value for ever, so that its bytes must be known again under any id."""
    return scheme not in _TIMES
