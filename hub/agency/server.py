"""The test agency over HTTP on loopback: signatures are checked, faults happen as scripted, messages go out or wait."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from hub.agency.desk import BEFORE, Desk
from hub.agency.script import Door, Fault, Script
from hub.agency.webhooks import Webhooks
from hub.errors import Unavailable
from hub.net.signing import is_signed

MOST_BYTES = 64_000_000
_transports: dict[tuple[str, int], asyncio.Transport] = {}


class _Protocol(H11Protocol):
    """Remembers its connection, so that a script may break it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        _transports[transport.get_extra_info("peername")[:2]] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        _transports.pop(self.transport.get_extra_info("peername", ("", 0))[:2], None)
        super().connection_lost(exc)


@dataclass(slots=True)
class Agency:
    """A desk behind its door. `secrets` are those in force; `clock` gives seconds since 1970."""

    desk: Desk
    secrets: Callable[[], Sequence[str]]
    clock: Callable[[], float] = time.time

    def application(self) -> Starlette:
        """The routes of the protocol."""
        return Starlette(
            routes=[
                Route("/v1/cases", self._open, methods=["POST"]),
                Route("/v1/cases", self._find, methods=["GET"]),
                Route("/v1/cases/{number}/messages", self._notice, methods=["POST"]),
                Route("/v1/messages", self._messages, methods=["GET"]),
            ]
        )

    async def _open(self, request: Request) -> Response:
        body = await request.body()
        return await self._through("case", request, body, lambda: self._opened(request, body))

    async def _find(self, request: Request) -> Response:
        return await self._through("find", request, self._target(request), lambda: self._found(request))

    async def _notice(self, request: Request) -> Response:
        body = await request.body()
        return await self._through("notice", request, body, lambda: self._noticed(request, body))

    async def _messages(self, request: Request) -> Response:
        def page() -> Response:
            return JSONResponse(self.desk.messages(request.query_params.get("after", ""), self.clock()))

        return await self._through("messages", request, self._target(request), page)

    async def _through(self, door: Door, request: Request, signed: bytes, act: Callable[[], Response]) -> Response:
        """Signature ▸ what the script does before ▸ the act ▸ what it does after."""
        if len(signed) > MOST_BYTES:
            return _refused(413, "too large")
        if not is_signed(self.secrets(), request.headers, signed, self.clock()):
            return _refused(401, "not signed with a secret of ours, or too long ago")
        fault = self.desk.fault(door)
        if fault is None:
            return act()
        if fault.act == "delay":
            await asyncio.sleep(fault.seconds)
            return act()
        if fault.act in BEFORE:
            return _acted(fault, request)
        act()  # done, and the answer is lost or spoilt
        return _acted(fault, request)

    def _opened(self, request: Request, body: bytes) -> Response:
        key = request.headers.get("idempotency-key", "")
        value = _json(body)
        if not key or not isinstance(value, dict):
            return _refused(400, "a case is a JSON object, and comes with an Idempotency-Key")
        status, said = self.desk.open_case(key, body, value, self.clock())
        return JSONResponse(said, status)

    def _found(self, request: Request) -> Response:
        asked = request.query_params
        found = self.desk.find_case(asked.get("reference", ""), asked.get("administration", ""))
        return _refused(404, "no such case") if found is None else JSONResponse(found)

    def _noticed(self, request: Request, body: bytes) -> Response:
        value = _json(body)
        key = request.headers.get("idempotency-key", "")
        if not key or not isinstance(value, dict):
            return _refused(400, "a message is a JSON object, and comes with an Idempotency-Key")
        status = self.desk.notice(request.path_params["number"], key, value)
        return _refused(404, "no such case") if status == 404 else JSONResponse({}, status)

    @staticmethod
    def _target(request: Request) -> bytes:
        """A question has no body: its path and query are signed in place of it."""
        query: bytes = request.scope["query_string"]
        path: bytes = request.scope["raw_path"]
        return path + (b"?" + query if query else b"")


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _refused(status: int, why: str) -> Response:
    return JSONResponse({"reasons": [why]}, status)


def _acted(fault: Fault, request: Request) -> Response:
    if fault.act == "refuse":
        return _refused(422, fault.text)
    if fault.act in ("429", "503"):
        return JSONResponse({"reasons": [fault.text]}, int(fault.act), {"Retry-After": str(fault.retry_after)})
    if fault.act == "500":
        return _refused(500, fault.text)
    if fault.act == "garbage":
        return Response("<html>down for maintenance</html>", 200, media_type="text/html")
    _reset(request)
    return Response(status_code=500)


def _reset(request: Request) -> None:
    """RST instead of FIN, as a machine that fell over gives."""
    transport = _transports.get((request.client.host, request.client.port)) if request.client else None
    if transport is None:
        return
    connection: socket.socket = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


class _Server(uvicorn.Server):
    """Leaves signals to whoever started it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve(
    script: Script, secrets: Callable[[], Sequence[str]], *, port: int = 0, webhook: str = "", stop: threading.Event,
    ready: Callable[[int, Desk], None] = lambda _port, _desk: None,
) -> None:  # fmt: skip
    """Be the agency on 127.0.0.1 until `stop` is set. `ready` is told the port and the desk. Raises `Unavailable`."""
    desk = Desk(script)
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            raise Unavailable(f"cannot listen on 127.0.0.1:{port}: {error.strerror}") from error
        listener.listen(128)
        server = _Server(_configuration(Agency(desk, secrets).application()))
        threading.Thread(target=_stop_when, args=(stop, server), daemon=True).start()
        sender = Webhooks(desk, webhook, secrets) if webhook and script.deliver == "webhook" else None
        if sender is not None:
            threading.Thread(target=sender.run, args=(stop,), daemon=True).start()
        ready(listener.getsockname()[1], desk)
        server.run(sockets=[listener])


def _configuration(app: Starlette) -> uvicorn.Config:
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
    return uvicorn.Config(
        app, http=_Protocol, ws="none", lifespan="off", log_config=None, access_log=False, server_header=False,
        timeout_graceful_shutdown=2,
    )  # fmt: skip


def _stop_when(stop: threading.Event, server: uvicorn.Server) -> None:
    stop.wait()
    server.should_exit = True
