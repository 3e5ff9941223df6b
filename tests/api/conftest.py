"""A real HTTP door on loopback, with a channel of each kind, and senders that sign."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.api.server import serve
from hub.api.signatures import sign
from hub.bootstrap import Hub
from hub.channels import Channel, FarChannel, HttpChannel
from hub.secret import Secret
from tests.books import Books, open_books

SECRET = "sesame-open-4711"
POSTGRES = pytest.param({"postgres": True}, marks=pytest.mark.postgres, id="postgres")
SQLITE = pytest.param({}, id="sqlite")
BODY = b'{"id": 1, "total": "12.10"}'


@dataclass
class Door:
    """The door of one test: its address, the books behind it, and a file with the secrets in force."""

    port: int
    books: Books
    secrets: Path
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=20))

    def post(self, channel: str, body: bytes = BODY, headers: dict[str, str] | None = None) -> httpx.Response:
        """A delivery with exactly these headers."""
        kind = {"Content-Type": "application/json"} | (headers or {})
        return self.client.post(f"http://127.0.0.1:{self.port}/intake/{channel}", content=body, headers=kind)

    def send(
        self, scheme: str, body: bytes = BODY, *, secret: str = SECRET, delivery: str = "", at: float | None = None,
        **headers: str,
    ) -> httpx.Response:  # fmt: skip
        """A delivery signed as `scheme` does, to the channel of that name."""
        stamp = int(time.time() if at is None else at)
        signed = sign(scheme, Secret(secret), body, timestamp=stamp, delivery_id=delivery or "d-1")
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        own = {"shopify": "X-Shopify-Webhook-Id", "woocommerce": "X-WC-Webhook-Delivery-ID", "hub": "Idempotency-Key"}
        named = {own[scheme]: delivery} if delivery and scheme in own else {}
        return self.post(scheme, body, {**signed, **named, **given})

    def count(self, table: str = "message") -> int:
        """Rows of a table."""
        return int(self.books.scalar(f"SELECT COUNT(*) FROM {table}"))

    def connect(self) -> socket.socket:
        """A bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), 20)


def channels(folder: Path, **settings: Any) -> tuple[Channel, ...]:
    """One of each way to sign, and a hint that makes us fetch from `folder`."""
    signed = tuple(
        HttpChannel(name=scheme, verify=scheme, secrets=("file:secrets/shop",), lane="mutation", **settings)
        for scheme in ("hub", "standard", "shopify", "woocommerce", "debitura")
    )
    pulled = FarChannel(name="far", far_kind="counting", options={"folder": str(folder)}, notes=folder / "notes")
    return (*signed, HttpChannel(name="hint", verify="hint", fetch="far"), pulled)


@pytest.fixture
def door(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Door]:
    """A door of this test; parametrize it indirectly with settings of its channels, or with POSTGRES."""
    settings = dict(getattr(request, "param", {}))
    database = request.getfixturevalue("postgres_tables_url") if settings.pop("postgres", False) else ""
    with open_books(tmp_path / "home", database) as books:
        secrets = tmp_path / "home" / "secrets" / "shop"
        secrets.parent.mkdir(parents=True)
        secrets.write_text(SECRET + "\n")
        made = channels(tmp_path / "far", **settings)
        hub = Hub(replace(books.hub.settings, channels=made, http_port=free_port(), language="en"))
        stop, ready = threading.Event(), threading.Event()
        server = threading.Thread(target=serve, args=(hub,), kwargs={"stop": stop, "ready": lambda _port: ready.set()})
        server.start()
        assert ready.wait(20)
        opened = Door(hub.settings.http_port, books, secrets)
        try:
            yield opened
        finally:
            opened.client.close()
            stop.set()
            server.join(30)
            hub.close()
            assert not server.is_alive()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
