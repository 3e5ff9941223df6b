"""Posted by an access point: whole documents in their envelopes, answered in the words that the access point understands.

It signs nothing, so it shows a secret: as a bearer token, or as `?secret=…` in the one address that can be set in it. Without
a secret only this very machine is let in, and nothing that a proxy passes on from elsewhere.
"""

from __future__ import annotations

import hmac
from typing import IO, TYPE_CHECKING

import structlog
from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response

from hub.api.body import received
from hub.api.limits import Limits
from hub.api.problems import Problem
from hub.channel_file import is_loopback
from hub.errors import HubError, Usage
from hub.secret import read_secrets
from hub.workers.hand_over import take_over

if TYPE_CHECKING:
    from hub.bootstrap import Hub
    from hub.channels import HttpChannel

_PASSED_ON = ("forwarded", "x-forwarded-for", "x-real-ip", "via")  # headers by which proxies say that they are one
log = structlog.get_logger(__name__)


class Posted:
    """The channels by which access points post."""

    def __init__(self, hub: Hub, few: CapacityLimiter, limits: Limits) -> None:
        self._hub = hub
        self._few = few
        self._limits = limits

    async def post(self, channel: HttpChannel, request: Request) -> Response:
        """One document. Raises `Problem` when whoever posts may not, or posts too much."""
        await to_thread.run_sync(self._admit, channel, request)
        self._limits.count(channel)
        async with received(request, channel.max_bytes) as buffer:
            return await to_thread.run_sync(self._take, channel, request, buffer, limiter=self._few)

    def _admit(self, channel: HttpChannel, request: Request) -> None:
        if not channel.secrets:
            near = request.client is not None and is_loopback(request.client.host)
            if near and not any(name in request.headers for name in _PASSED_ON):
                return
            raise _not_let_in(channel, "not from this machine")
        try:
            secrets = read_secrets(channel.secrets, self._hub.settings.home)
        except Usage as fault:
            raise not_set_up(channel, fault) from fault
        right = False
        for given in _shown(request):
            for secret in secrets:
                right |= hmac.compare_digest(given.encode("utf-8", "replace"), secret.reveal().encode())
        if not right:
            raise _not_let_in(channel, "secret missing or wrong")

    def _take(self, channel: HttpChannel, request: Request, buffer: IO[bytes]) -> Response:
        """Stored and answered, in a thread: synchronous like everything that stores."""
        try:
            way = self._hub.posted_hand_over(channel.verify)
            handed = way.read(dict(request.headers.items()), buffer.read())
            status, media_type, body = way.reply(take_over(self._hub, handed, channel=channel.name), channel.mode)
        except HubError as fault:
            raise not_set_up(channel, fault) from fault
        return Response(body, status, media_type=media_type)


def _shown(request: Request) -> list[str]:
    """Every secret that a request shows."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    bearer = [token.strip()] if scheme.lower() == "bearer" else []
    return [*bearer, *request.query_params.getlist("secret")]


def not_set_up(channel: HttpChannel, fault: HubError) -> Problem:
    """Ours to mend, and the sender keeps it until then."""
    log.error("channel_not_set_up", channel=channel.name, reason=str(fault))
    return Problem(503, "http_not_set_up")


def _not_let_in(channel: HttpChannel, reason: str) -> Problem:
    log.warning("not_let_in", channel=channel.name, reason=reason)
    return Problem(401, "http_not_let_in")
