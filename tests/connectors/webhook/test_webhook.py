"""The webhook sink over real HTTP: what a subscriber checks, and what it means when he does not take it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from connectors.webhook import kind, sign
from connectors.webhook.sink import Webhook
from hub.errors import Permanent, Throttled, Transient, Unavailable, Usage
from hub.model.dispatch import Dispatch
from hub.net import Http, Manners, Secret
from tests.far_side import RESET, SILENT, FarSide, Reply, far_side, free_port

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
BODY = '{"type":"relation.held","data":{"relation":"C0007","name":"Café"}}'.encode()
DISPATCH = Dispatch("msg_1", "demo", "hook", "relation.held", "C0007", BODY, "application/json", AT)


@pytest.fixture
def subscriber() -> Iterator[FarSide]:
    with far_side() as made:
        yield made


def opened(url: str, monkeypatch: pytest.MonkeyPatch, secrets: str = "s1") -> Webhook:
    monkeypatch.setenv("HUB_HOOK", secrets)
    http = Http(Manners(loopback=True, read_seconds=0.5, connect_seconds=0.5), sleep=lambda _s: None)
    return Webhook(url, Secret("env:HUB_HOOK"), http, clock=lambda: 1_795_253_400.9)


def verified(secret: bytes, headers: dict[str, str], body: bytes) -> bool:
    """As a subscriber does it, in his own words, and not with our function."""
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode()
    given = [part.split(",", 1) for part in headers["webhook-signature"].split(" ")]
    return any(version == "v1" and hmac.compare_digest(expected, value) for version, value in given)


def test_known_vector_of_the_standard() -> None:
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    signature = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_event_arrives_signed_under_its_own_id(subscriber: FarSide, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(f"{subscriber.url}/hook", monkeypatch).deliver(DISPATCH)
    (asked,) = subscriber.asked
    assert (asked.method, asked.path, asked.body) == ("POST", "/hook", BODY)
    assert asked.headers["webhook-id"] == asked.headers["idempotency-key"] == "msg_1"
    assert asked.headers["webhook-timestamp"] == "1795253400"
    assert asked.headers["content-type"] == "application/json"
    assert verified(b"s1", dict(asked.headers), asked.body)
    assert not verified(b"s2", dict(asked.headers), asked.body)
    assert not verified(b"s1", dict(asked.headers), asked.body + b" ")


def test_both_secrets_sign_while_one_is_rotated(subscriber: FarSide, monkeypatch: pytest.MonkeyPatch) -> None:
    hook = opened(subscriber.url, monkeypatch, "new\nold")
    hook.deliver(DISPATCH)
    headers = dict(subscriber.asked[0].headers)
    assert verified(b"new", headers, BODY)
    assert verified(b"old", headers, BODY)
    monkeypatch.setenv("HUB_HOOK", "new")  # without a restart
    hook.deliver(DISPATCH)
    assert not verified(b"old", dict(subscriber.asked[1].headers), BODY)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(429, headers={"Retry-After": "60"}), Throttled), (Reply(503, headers={"Retry-After": "60"}), Throttled),
        (Reply(500), Transient), (Reply(404), Transient), (RESET, Transient), (SILENT, Transient), (Reply(410), Permanent),
        (Reply(401), Permanent),
    ],
)  # fmt: skip
def test_what_is_not_taken_is_for_later_or_for_a_person(
    subscriber: FarSide, monkeypatch: pytest.MonkeyPatch, reply: Reply, error: type[Exception]
) -> None:
    subscriber.script.append(reply)
    with pytest.raises(error):
        opened(subscriber.url, monkeypatch).deliver(DISPATCH)


def test_subscriber_who_is_not_there_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unavailable):
        opened(f"http://127.0.0.1:{free_port()}", monkeypatch).deliver(DISPATCH)


@pytest.mark.parametrize(
    "options",
    [{}, {"url": "https://x.example"}, {"url": "x", "secret": "env:A"}, {"url": "https://x.example", "secret": "plain"},
     {"url": "https://x.example", "secret": "env:A", "colour": "red"}],
)  # fmt: skip
def test_wrong_settings_are_refused_by_name(options: dict[str, str]) -> None:
    with pytest.raises(Usage):
        kind.open("hook", options, Http())


def test_secret_that_is_no_base64_is_refused() -> None:
    with pytest.raises(Usage, match="base64"):
        sign("whsec_***", "m", 1, b"")
