"""Signatures: what each scheme signs, and every way in which one can be wrong."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from hub.api.signatures import Claimed, claimed, is_signed, sign
from hub.secret import Secret

KEY = Secret("k3y")
BODY = b'{"a":1}'
NOW = 1_795_000_000
SCHEMES = ("hub", "standard", "shopify", "woocommerce", "debitura")


def verdict(scheme: str, headers: dict[str, str], body: bytes = BODY, now: float = NOW, *secrets: Secret) -> str:
    """`good`, or why not."""
    lower = {name.lower(): value for name, value in headers.items()}
    claim = claimed(scheme, lower, now, 300)
    if not isinstance(claim, Claimed):
        return claim
    return "good" if is_signed(claim, [body[:3], body[3:]], scheme, secrets or (KEY,)) else "wrong"


def signed(scheme: str, body: bytes = BODY, secret: Secret = KEY, at: int = NOW) -> dict[str, str]:
    return sign(scheme, secret, body, timestamp=at, delivery_id="msg_1")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_right_signature_is_good(scheme: str) -> None:
    assert verdict(scheme, signed(scheme)) == "good"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("body", [b'{"a":2}', b'{"a": 1}', b"", BODY + b"\n"])
def test_signature_is_wrong_when_one_byte_of_the_body_differs(scheme: str, body: bytes) -> None:
    assert verdict(scheme, signed(scheme), body) == "wrong"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_signature_is_wrong_under_another_key(scheme: str) -> None:
    assert verdict(scheme, signed(scheme, secret=Secret("other"))) == "wrong"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_signature_is_good_under_any_key_in_force(scheme: str) -> None:
    assert verdict(scheme, signed(scheme), BODY, NOW, Secret("new"), KEY) == "good"


@pytest.mark.parametrize("scheme", ["hub", "standard", "debitura"])
@pytest.mark.parametrize(("seconds", "expected"), [(300, "good"), (301, "old"), (-300, "good"), (-301, "old")])
def test_signed_time_may_be_five_minutes_off_both_ways(scheme: str, seconds: int, expected: str) -> None:
    assert verdict(scheme, signed(scheme), BODY, NOW + seconds) == expected


@pytest.mark.parametrize("scheme", ["hub", "standard"])
def test_time_cannot_be_changed_without_the_key(scheme: str) -> None:
    headers = signed(scheme, at=NOW - 3600)
    fresh = {name: str(NOW) if "timestamp" in name else value for name, value in headers.items()}
    assert verdict(scheme, fresh) == "wrong"


def test_id_of_standard_webhooks_cannot_be_changed_without_the_key() -> None:
    assert verdict("standard", signed("standard") | {"webhook-id": "msg_2"}) == "wrong"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_header_is_needed(scheme: str) -> None:
    for name in signed(scheme):
        headers = signed(scheme)
        del headers[name]
        assert verdict(scheme, headers) == "missing", name


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("nonsense", ["v1", "v1,", "v1=zz", "é", "====", "v2," + "A" * 44, "x" * 3000, ",", "v1=,v1="])
def test_nonsense_is_no_signature(scheme: str, nonsense: str) -> None:
    headers = {name: nonsense if "signature" in name or "hmac" in name else v for name, v in signed(scheme).items()}
    assert verdict(scheme, headers) in ("missing", "wrong")


@pytest.mark.parametrize("stamp", ["", "-5", "1e9", " 1795000000", "1795000000.0", "٣", "9" * 13])
def test_time_that_is_no_number_is_missing(stamp: str) -> None:
    assert verdict("standard", signed("standard") | {"webhook-timestamp": stamp}) == "missing"


def test_several_signatures_may_stand_in_one_header() -> None:
    right = signed("standard")["webhook-signature"]
    assert verdict("standard", signed("standard") | {"webhook-signature": f"v1a,xx v1,AAAA {right}"}) == "good"
    right = signed("hub")["boekhub-signature"]
    assert verdict("hub", signed("hub") | {"boekhub-signature": f"v1={'00' * 32}, {right}"}) == "good"


def test_standard_webhooks_key_is_base64_behind_its_prefix() -> None:
    """The example of the specification: msg_p5jXN8AQM9LWM0D4loKWxJek with this very key and time."""
    secret = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    assert verdict("standard", headers, body, 1614265330, secret) == "good"


def test_shopify_and_woocommerce_sign_the_raw_body_in_base64() -> None:
    made = base64.b64encode(hmac.new(b"k3y", BODY, hashlib.sha256).digest()).decode()
    assert verdict("shopify", {"X-Shopify-Hmac-Sha256": made}) == "good"
    assert verdict("woocommerce", {"X-WC-Webhook-Signature": made}) == "good"


def test_secret_shows_itself_nowhere() -> None:
    assert "k3y" not in f"{KEY} {KEY!r} {[KEY]} {(KEY,)}"


def test_signature_of_debitura_is_made_with_the_key_that_the_secret_is_the_base64_of() -> None:
    """As documented: HMAC-SHA256 of `timestamp.body` under the decoded secret, hexadecimal, in one header with the time."""
    key = bytes(range(32))
    made = hmac.new(key, f"{NOW}.".encode() + BODY, hashlib.sha256).hexdigest()
    headers = {"X-Debitura-Signature": f"t={NOW},v1={made}"}
    secret = Secret(base64.b64encode(key).decode())
    assert verdict("debitura", headers, BODY, NOW, secret) == "good"
    assert verdict("debitura", headers, BODY, NOW, Secret("other"), secret) == "good"
    assert verdict("debitura", {"X-Debitura-Signature": f"t={NOW + 60},v1={made}"}, BODY, NOW, secret) == "wrong"


@pytest.mark.parametrize("header", ["v1={}", "t=,v1={}", "t=soon,v1={}", "at=1795000000,v1={}"])
def test_signature_of_debitura_without_its_time_is_missing(header: str) -> None:
    made = hmac.new(b"k3y", f"{NOW}.".encode() + BODY, hashlib.sha256).hexdigest()
    assert verdict("debitura", {"X-Debitura-Signature": header.format(made)}) == "missing"
