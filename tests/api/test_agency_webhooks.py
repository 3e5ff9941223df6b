"""Webhooks of Debitura at the door, over real HTTP: who signed them, when, and how often they come."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from pathlib import Path

import pytest

from tests.api.conftest import Door

KEY = bytes(range(32))  # its secret is the base64 of the key
SAMPLES = Path(__file__).parents[1] / "connectors" / "debitura" / "samples"


def hook(name: str) -> bytes:
    return (SAMPLES / f"{name}.json").read_bytes()


def signature(body: bytes, key: bytes = KEY, at: float | None = None) -> dict[str, str]:
    """As documented, in its own words: HMAC-SHA256 of `timestamp.body`."""
    stamp = int(time.time() if at is None else at)
    made = hmac.new(key, str(stamp).encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-Debitura-Signature": f"t={stamp},v1={made}", "X-Debitura-Timestamp": str(stamp)}


@pytest.fixture
def debitura(door: Door) -> Door:
    door.secrets.write_text(base64.b64encode(KEY).decode() + "\n")
    return door


def test_signed_webhook_is_stored_once_however_often_it_comes(debitura: Door) -> None:
    body = hook("payment-created")
    first = debitura.post("debitura", body, signature(body))
    later = debitura.post("debitura", body, signature(body, at=time.time() + 5))  # replayed by its sender, signed anew
    assert (first.status_code, later.status_code) == (202, 200)
    assert first.json()["message_id"] == later.json()["message_id"]
    assert debitura.books.rows("SELECT channel, lane FROM message") == [("debitura", "mutation")]


@pytest.mark.parametrize(
    "order", [("case-created", "case-closed", "case-updated"), ("case-closed", "case-updated", "case-created")]
)
def test_webhooks_are_taken_in_whatever_order_they_come(debitura: Door, order: tuple[str, ...]) -> None:
    answers = [debitura.post("debitura", hook(name), signature(hook(name))).status_code for name in order]
    assert answers == [202, 202, 202]


@pytest.mark.parametrize("offset", [-301, 301])
def test_old_webhook_is_refused(debitura: Door, offset: int) -> None:
    body = hook("case-created")
    at = time.time() + offset + (1 if offset > 0 else -1)
    assert debitura.post("debitura", body, signature(body, at=at)).status_code == 401
    assert debitura.count() == 0


def test_wrong_signature_is_refused(debitura: Door) -> None:
    body, headers = hook("case-created"), signature(hook("case-created"))
    refused = [
        debitura.post("debitura", body, signature(body, b"another key")),
        debitura.post("debitura", body + b" ", headers),
        debitura.post("debitura", body, {"X-Debitura-Signature": headers["X-Debitura-Signature"].replace("t=", "t=1")}),
        debitura.post("debitura", body, {"X-Debitura-Signature": headers["X-Debitura-Signature"].partition(",")[0]}),
        debitura.post("debitura", body),
    ]
    assert {answer.status_code for answer in refused} == {401}
    assert debitura.count() == 0
