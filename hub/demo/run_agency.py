"""The agency of the demo: the test agency on loopback, and what it says of the one case that it gets."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from hub.agency.script import Saying, Script
from hub.agency.server import serve
from hub.bootstrap import Hub
from hub.channel_file import read_channels
from hub.model.money import money_text, round_half_up
from hub.settings import SinkSettings
from hub.workers.deliver import deliver
from hub.workers.fetch import fetch
from hub.workers.intake import work
from hub.workers.relay import relay

NAME = "demobureau"
FEE, VAT = Decimal("0.15"), Decimal("0.21")
BEGUN, PAID, PASSED_ON, TRANSFERRED, ENDED = 4, 15, 22, 24, 25  # days after the hand-over
_READY_SECONDS = 20


def agency_does(hub: Hub, code: str, case: Any) -> None:
    """The case goes to it, and what it says comes back: by the outbox, over HTTP, signed, and in by the mutation lane."""
    secret = hub.settings.home / "demo-agency-secret"
    if not secret.exists():
        secret.touch(0o600)
        secret.write_text(secrets.token_hex(24))
    with _agency(_script(case), secret.read_text()) as url:
        _connect(hub, code, url, secret)
        relay(hub, once=True)
        deliver(hub, (NAME,), once=True)
        fetch(hub, (NAME,), once=True)
        relay(hub, once=True)
        work(hub, ("mutation",), once=True)


@contextmanager
def _agency(script: Script, secret: str) -> Iterator[str]:
    """Its address."""
    stop, there, port = threading.Event(), threading.Event(), [0]

    def ready(listening: int, _desk: object) -> None:
        port[0] = listening
        there.set()

    run = threading.Thread(
        target=serve, args=(script, lambda: [secret]), kwargs={"stop": stop, "ready": ready}, daemon=True
    )
    run.start()
    there.wait(_READY_SECONDS)
    try:
        yield f"http://127.0.0.1:{port[0]}"
    finally:
        stop.set()
        run.join(_READY_SECONDS)


def _connect(hub: Hub, code: str, url: str, secret: Path) -> None:
    """As two tables of hub.toml would: where cases go, and where the agency is asked what is new."""
    options = {"url": url, "secret": f"file:{secret}", "allow_loopback": True}
    sink = SinkSettings(NAME, "agency", code, options=options, conditions={})
    table = {
        "kind": "agency",
        "url": url,
        "secrets": [f"file:{secret}"],
        "administration": code,
        "lane": "mutation",
        "allow_loopback": True,
    }
    channels = read_channels({NAME: table}, hub.settings.home / "hub.toml", hub.settings.home, {NAME})
    hub.settings = replace(
        hub.settings, sinks={**hub.settings.sinks, NAME: sink}, channels=(*hub.settings.channels, *channels)
    )


def _script(case: Any) -> Script:
    """It takes the case, gets all of it from the debtor, keeps its fee with VAT, passes the rest on and closes."""
    total = Decimal(case.principal + case.interest + case.costs + case.vat).scaleb(-2)
    fee = round_half_up(total * FEE, case.currency)
    vat = round_half_up(fee * VAT, case.currency)
    start = case.handed_over_at.date()
    whole, net = money_text(total, case.currency), money_text(total - fee - vat, case.currency)
    line = {
        "case": case.number,
        "gross": whole,
        "fee": money_text(fee, case.currency),
        "fee_vat": money_text(vat, case.currency),
        "payment": "P-1",
    }
    return Script(
        state="accepted",
        says=(
            _saying("status", start, BEGUN, status="amicable"),
            _saying("payment", start, PAID, amount=whole, payment="P-1"),
            _saying("remittance", start, PASSED_ON, amount=net, lines=[line]),
            _saying("closed", start, ENDED, close_reason="paid"),
        ),
    )


def _saying(kind: str, start: date, days: int, **more: Any) -> Saying:
    at = datetime.combine(start + timedelta(days), time(10), UTC).isoformat().replace("+00:00", "Z")
    return Saying(kind, message={"at": at, **more})
