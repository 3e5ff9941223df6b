"""The server: one process on loopback unless set otherwise, started by `hub run` or `hub serve`."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog
import uvicorn
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hub.api.body import CutOff
from hub.api.intake import Intake
from hub.api.problems import Problem, language_of_request
from hub.errors import Unavailable, Usage

if TYPE_CHECKING:
    from hub.bootstrap import Hub

MOST_AT_ONCE = 200  # connections; more are told to come back
KEEP_ALIVE_SECONDS = 5
DRAIN_SECONDS = 20
log = structlog.get_logger(__name__)
Handler = Callable[[Request], Awaitable[Response]]


def application(hub: Hub) -> Starlette:
    """The HTTP door as an ASGI application."""
    intake = Intake(hub)

    def health(_request: Request) -> Response:
        """Whether documents can be taken in now."""
        try:
            with hub.database.reading() as connection:
                connection.execute(text("SELECT 1"))
        except Exception:  # whatever it is, the answer is the same
            return JSONResponse({"ok": False, "database": False}, 503)
        return JSONResponse({"ok": True, "database": True}, 200)

    app = Starlette(
        routes=[
            Route("/intake/{channel}", _told(hub, intake.post), methods=["POST"]),
            Route("/health", health, methods=["GET"]),
        ],
        exception_handlers={HTTPException: _as_problem(hub)},
    )
    app.state.intake = intake
    return app


def _told(hub: Hub, handler: Handler) -> Handler:
    """Every refusal as a problem in the sender's language, with a line in the log that holds nothing of what was sent."""

    async def handle(request: Request) -> Response:
        channel = str(request.path_params.get("channel", ""))[:40]
        try:
            response = await handler(request)
        except Problem as problem:
            response = problem.response(_language(hub, request))
            log.info("not_taken", channel=channel, status=problem.status, code=problem.key)
        except CutOff:
            log.info("cut_off", channel=channel)
            response = Response(status_code=400, headers={"Connection": "close"})  # nobody reads it
        except Exception as error:
            log.error("intake_broke", channel=channel, error=type(error).__name__, exc_info=error)
            response = Problem(500, "http_bug").response(_language(hub, request))
        return response

    return handle


def _language(hub: Hub, request: Request) -> str:
    return language_of_request(request.headers.get("accept-language", ""), hub.settings.language)


def _as_problem(hub: Hub) -> Callable[[Request, Exception], Response]:
    def handle(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 405:
            allowed = (error.headers or {}).get("Allow", "POST")
            problem = Problem(405, "http_not_allowed", headers={"Allow": allowed}, methods=allowed)
        else:
            problem = Problem(404, "http_no_path")
        return problem.response(_language(hub, request))

    return handle


class _Server(uvicorn.Server):
    """Stops when it is told to, and leaves signals to whoever started it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve(hub: Hub, *, stop: threading.Event, ready: Callable[[int], None] = lambda _port: None) -> None:
    """Serve until `stop` is set. Requests under way are finished, at most 20 seconds.

    `ready` is told the port once it listens. Raises `Usage` when there is no port to listen on, `Unavailable` when it is taken.
    """
    port = hub.settings.http
    if not port:
        raise Usage("no HTTP door: set http_port, or a [channel.NAME] of kind http in hub.toml")
    with _listening(hub.settings.http_host, port) as listener:
        app = application(hub)
        server = _Server(_configuration(app))
        threading.Thread(target=_stop_when, args=(stop, server), daemon=True).start()
        log.info("listening", host=hub.settings.http_host, port=listener.getsockname()[1])
        ready(listener.getsockname()[1])
        server.run(sockets=[listener])
        app.state.intake.hints.close()


def _configuration(app: Starlette) -> uvicorn.Config:
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)  # our own log says what happened, without what was sent
    return uvicorn.Config(
        app, http="h11", ws="none", lifespan="off", log_config=None, access_log=False, server_header=False, date_header=True,
        limit_concurrency=MOST_AT_ONCE, timeout_keep_alive=KEEP_ALIVE_SECONDS, timeout_graceful_shutdown=DRAIN_SECONDS,
        h11_max_incomplete_event_size=32 * 1024, proxy_headers=False,
    )  # fmt: skip


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(256)
    except OSError as error:
        listener.close()
        raise Unavailable(f"cannot listen on {host}:{port}: {error.strerror}") from error
    return listener


def _stop_when(stop: threading.Event, server: uvicorn.Server) -> None:
    stop.wait()
    server.should_exit = True
