"""The far side: an HTTP server on loopback that notes what it is asked, and answers, stays silent or hangs up as it is told."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Asked:
    """One request as it arrived; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, object]:
        """The body as an object."""
        found: dict[str, object] = json.loads(self.body)
        return found


@dataclass(frozen=True)
class Reply:
    """An answer. `act` instead: `reset` (connection broken after the request was read), `silent` (no answer until the end),
    `half` (a head that promises more than comes)."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    act: str = ""


RESET, SILENT, HALF = Reply(act="reset"), Reply(act="silent"), Reply(act="half")


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news here."""


Trade = Callable[[Asked], Reply]


class FarSide:
    """A partner. Scripted replies go first, in order; after them `trade` answers, 200 by default."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self.script: deque[Reply] = deque()
        self.trade: Trade = lambda _asked: Reply()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Stop listening, and let go of whoever waits."""
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        far_side = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0) or 0))
                asked = Asked(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
                far_side._reply(self, asked)

            do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:
                """Silent."""

        return Handler

    def _reply(self, handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        with self._lock:
            self.asked.append(asked)
            scripted = self.script.popleft() if self.script else None
        reply = scripted or self.trade(asked)
        if reply.act == "silent":
            self._ended.wait(30)
        if reply.act in ("reset", "silent"):
            _break(handler)
            return
        handler.send_response(reply.status)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        handler.send_header("content-length", str(len(reply.body) + (1000 if reply.act == "half" else 0)))
        handler.end_headers()
        handler.wfile.write(reply.body)
        if reply.act == "half":
            handler.wfile.flush()
            _break(handler)


def _break(handler: BaseHTTPRequestHandler) -> None:
    """RST instead of FIN, as a machine that fell over gives."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()


@contextmanager
def far_side(tls: ssl.SSLContext | None = None) -> Iterator[FarSide]:
    """A partner that is there for as long as the block runs."""
    made = FarSide(tls)
    try:
        yield made
    finally:
        made.close()


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
