"""`POST /intake/{channel}`: verified, then stored, then answered. What is not verified reaches no parser and no table.

channel ▸ headers ▸ body within its limits ▸ signature ▸ T1 ▸ 202 with the message id, or 200 with the first receipt
"""

from __future__ import annotations

import hashlib
import re
import time
from typing import IO, TYPE_CHECKING, Any

import structlog
from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hub.api import signatures
from hub.api.body import chunks_of, received
from hub.api.hints import Hints
from hub.api.limits import Limits
from hub.api.posted import Posted, not_set_up
from hub.api.problems import Problem
from hub.channels import HINT, HttpChannel
from hub.errors import Conflict, HubError, Transient, Usage
from hub.secret import Secret, read_secrets
from hub.store.administrations import administration_ids
from hub.store.messages import find_same_bytes
from hub.workers.receive import Door, Parcel, Receipt

if TYPE_CHECKING:
    from hub.bootstrap import Hub

LONGEST_ID = 200
AT_ONCE = 4  # bodies in memory whole; the others wait on disk
HINT_BYTES = 64 * 1024
FORM = "application/x-www-form-urlencoded"
_NO_DOCUMENT = ("multipart/form-data", FORM)
_PING = re.compile(rb"webhook_id=\d{1,20}")  # what WooCommerce sends, unsigned, when a webhook is saved
log = structlog.get_logger(__name__)


class Intake:
    """The endpoint, over the channels of kind http."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._channels = {c.name: c for c in hub.settings.channels if isinstance(c, HttpChannel)}
        self._few = CapacityLimiter(AT_ONCE)
        self.hints = Hints(hub)
        self.limits = Limits()
        self.posted = Posted(hub, self._few, self.limits)

    async def post(self, request: Request) -> Response:
        """One delivery. Raises `Problem` for whatever is not taken in, `CutOff` when its sender went away."""
        channel = self._channels.get(request.path_params["channel"])
        if channel is None:
            raise Problem(404, "http_unknown_channel", channel=request.path_params["channel"][:40])
        with self.limits.under_way(channel):
            return await self._post(channel, request)

    async def _post(self, channel: HttpChannel, request: Request) -> Response:
        if channel.verify == HINT:
            self.limits.count(channel)
            async with received(request, HINT_BYTES) as buffer:  # read to its end, and let go
                followed = await to_thread.run_sync(self._hinted, channel, buffer.read())
            return JSONResponse({"hint": followed}, 202)
        coding = request.headers.get("content-encoding", "identity")
        if coding.lower() != "identity":  # a signature covers the bytes as sent, and an unpacked bomb has no limit
            raise Problem(415, "http_wrong_coding", found=coding[:40])
        if channel.posted:
            return await self.posted.post(channel, request)
        if is_form(request) and channel.verify == "woocommerce":
            return await _pong(channel, request)
        return await self._verified(channel, request)

    async def _verified(self, channel: HttpChannel, request: Request) -> Response:
        """Taken in once its signature is right. Which of missing, old and wrong it was is for our log, not for a forger."""
        secrets = await to_thread.run_sync(self._secrets, channel)
        claim = signatures.claimed(channel.verify, request.headers, time.time(), channel.tolerance_seconds)
        if not isinstance(claim, signatures.Claimed):
            raise _not_signed(channel, claim)
        async with received(request, channel.max_bytes) as buffer:
            signed = signatures.is_signed
            if not await to_thread.run_sync(signed, claim, chunks_of(buffer), channel.verify, secrets):
                raise _not_signed(channel, "wrong")
            self.limits.count(channel)
            if media_type_of_request(request) in _NO_DOCUMENT:
                raise Problem(415, "http_wrong_type", found=media_type_of_request(request))
            return await to_thread.run_sync(self._take, channel, request, buffer, limiter=self._few)

    def _secrets(self, channel: HttpChannel) -> tuple[Secret, ...]:
        try:
            return read_secrets(channel.secrets, self._hub.settings.home)
        except Usage as fault:
            raise not_set_up(channel, fault) from fault

    def _hinted(self, channel: HttpChannel, body: bytes) -> bool:
        try:
            return self.hints.take(channel, body)
        except HubError as fault:
            raise not_set_up(channel, fault) from fault

    def _take(self, channel: HttpChannel, request: Request, buffer: IO[bytes]) -> Response:
        """T1, in a thread: synchronous like everything that stores."""
        buffer.seek(0)
        body, media_type = buffer.read(), media_type_of_request(request)
        sha256 = hashlib.sha256(body).hexdigest()
        header, given = signatures.delivery_id(channel.verify, request.headers)
        if len(given) > LONGEST_ID or not given.isascii():
            raise Problem(422, "http_bad_id", header=header, most=LONGEST_ID)
        door = Door(self._hub, channel)
        try:
            administration = door.administration()
            if given and signatures.has_no_time(channel.verify):
                given = self._id_of_same_bytes(channel, administration, given, sha256)
            parcel = Parcel(body, _file_name(request, channel, media_type), given or sha256, media_type)
            return _answered(door.take(parcel, administration, whole=True))
        except Conflict as conflict:
            raise Problem(409, "http_conflict", id=given[:80]) from conflict
        except Usage as fault:
            raise not_set_up(channel, fault) from fault
        except Transient as down:
            log.warning("intake_waits", channel=channel.name, reason=str(down))
            raise Problem(503, "http_unavailable", headers={"Retry-After": "10"}) from down

    def _id_of_same_bytes(self, channel: HttpChannel, administration: str, given: str, sha256: str) -> str:
        """A captured request under an id of somebody's own making is the request that it was made of."""
        with self._hub.database.reading() as connection:
            number = administration_ids(connection, [administration])[administration]
            return find_same_bytes(connection, number, channel.name, given, sha256) or given


def _answered(receipt: Receipt) -> Response:
    if receipt.refusals:
        raise Problem(422, "http_refused", receipt.refusals, count=len(receipt.refusals))
    body: dict[str, Any] = {"message_id": receipt.message_ids[0]}
    if len(receipt.message_ids) > 1:
        body["message_ids"] = list(receipt.message_ids)
    return JSONResponse(body, 202 if receipt.new else 200)


async def _pong(channel: HttpChannel, request: Request) -> Response:
    """The first call of WooCommerce is a form without signature: answered, and nothing is kept of it."""
    async with received(request, HINT_BYTES) as buffer:
        if not _PING.fullmatch(buffer.read()):
            raise _not_signed(channel, "missing")
    return JSONResponse({"ping": True}, 200)


def _not_signed(channel: HttpChannel, fault: signatures.Fault) -> Problem:
    log.warning("signature_refused", channel=channel.name, reason=fault)
    return Problem(401, "http_not_signed")


def media_type_of_request(request: Request) -> str:
    """The media type without its parameters; "" where none is given."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()[:100]


def is_form(request: Request) -> bool:
    """Whether the body says to be the fields of a form."""
    return media_type_of_request(request) == FORM


def _file_name(request: Request, channel: HttpChannel, media_type: str) -> str:
    """A name for people: what the sender says, made harmless; else the channel and what it sends."""
    given = request.headers.get("boekhub-file-name", "").replace("\\", "/").rpartition("/")[2]
    clean = "".join(c for c in given if c.isprintable())[:200]
    topic = request.headers.get("x-shopify-topic", "") or request.headers.get("x-wc-webhook-topic", "")
    kind = "".join(c if c.isalnum() else "-" for c in topic)[:60] or channel.name
    ending = {"application/json": ".json", "application/xml": ".xml", "text/xml": ".xml", "text/csv": ".csv"}
    return clean or kind + ending.get(media_type, "")
