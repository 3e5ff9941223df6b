"""The HTTP client. It sends what may be sent twice again, and never sends again what may not.

    breaker ▸ address ▸ send ▸ answer within size and time ▸ its meaning as one of our errors

An answer is returned as long as it says something about the request (2xx, 404, 409, 422 …): what that means is the
caller's trade. What says something about the world is raised (RELIABILITY 2.3, 2.9).
"""

from __future__ import annotations

import logging
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin, urlsplit

import httpx
import structlog
from tenacity import Retrying, retry_if_exception_type

from hub.errors import InDoubt, Permanent, Throttled, Transient, Unavailable
from hub.net.addresses import Resolve, allowed, resolve
from hub.net.breaker import Breaker
from hub.net.waiting import gives_up, pause, retry_after

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_REPEATABLE = frozenset(("GET", "HEAD", "PUT", "DELETE"))  # RFC 9110 9.2.2: twice is as once
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_MOST_REDIRECTS = 3
log = structlog.get_logger(__name__)
for _talkative in ("httpx", "httpcore"):  # they log whole addresses, where customers and keys may stand
    logging.getLogger(_talkative).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Manners:
    """How a partner is talked to. Times in seconds, sizes in bytes.

    `loopback` and `private` say that his host may be this machine, or in a network of our own; only then may the
    address be plain http. `ca_file` replaces the system's certificate authorities.
    """

    connect_seconds: float = 5.0
    read_seconds: float = 20.0
    deadline_seconds: float = 60.0
    most_bytes: int = 10 * 1024 * 1024
    loopback: bool = False
    private: bool = False
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked. `repeatable` says that the far side honours our key, so that a POST may be sent twice."""

    method: str
    url: str = field(repr=False)  # may name a customer, or bear a key
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)  # tokens live here: never shown
    body: bytes = field(default=b"", repr=False)
    repeatable: bool = False

    @property
    def may_repeat(self) -> bool:
        """Whether sending it twice has the effect of once."""
        return self.repeatable or self.method in _REPEATABLE


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def ok(self) -> bool:
        """2xx."""
        return 200 <= self.status < 300


class _NeverSent(Unavailable):
    """No byte of it left, so trying again is always safe."""


class Http:
    """A client for one partner. Thread-safe; it keeps connections, and a breaker per host."""

    def __init__(
        self,
        manners: Manners | None = None,
        *,
        look_up: Resolve = resolve,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._manners = manners or Manners()
        self._look_up = look_up
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._clients: dict[str, httpx.Client] = {}
        self._breakers: dict[str, Breaker] = {}

    def wait(self) -> float:
        """Seconds until no host of this partner is given up on; 0 = now."""
        with self._lock:
            return max((breaker.wait() for breaker in self._breakers.values()), default=0.0)

    def given_up(self) -> bool:
        """Whether a breaker opened and the next request is only a probe."""
        with self._lock:
            return any(breaker.is_open for breaker in self._breakers.values())

    def send(self, request: Request) -> Answer:
        """Send it; at most three times in ten seconds, where that is safe.

        Raises `Throttled` (429, 503), `Unavailable` (never sent), `Transient` (may be sent again), `InDoubt` (may have
        been done, and must not be sent blindly), `Permanent` (refused address or redirect, answer too large, 401, 403).
        """
        for attempt in Retrying(
            retry=retry_if_exception_type((_NeverSent, Throttled)), wait=pause, stop=gives_up, sleep=self._sleep, reraise=True
        ):  # fmt: skip
            with attempt:
                answer = self._guarded(request)
        return answer

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            clients, self._clients = self._clients, {}
        for client in clients.values():
            client.close()

    def _guarded(self, request: Request) -> Answer:
        host = urlsplit(request.url).netloc.rpartition("@")[2]
        breaker = self._breaker(host)
        if seconds := breaker.enter():
            raise Throttled(f"{host} did not answer lately; it is asked again later", retry_after_seconds=seconds)
        try:
            answer = self._followed(request)
        except Permanent:
            breaker.succeeded()
            raise
        except BaseException:
            breaker.failed()
            raise
        breaker.succeeded()
        return answer

    def _followed(self, request: Request) -> Answer:
        """Redirects within the host, for requests without body; a token must never end up with another host."""
        for _ in range(_MOST_REDIRECTS + 1):
            answer = self._once(request)
            if answer.status not in _REDIRECTS:
                return answer
            target = urljoin(request.url, answer.headers.get("location", ""))
            if request.method not in ("GET", "HEAD") or _origin(target) != _origin(request.url):
                where = urlsplit(target).netloc or "nowhere"
                raise Permanent(f"{_shown(request)} was sent on to {where}: not followed; set the address that answers")
            request = replace(request, url=target)
        raise Permanent(f"{_shown(request)} goes round in circles")

    def _once(self, request: Request) -> Answer:
        deadline = self._clock() + self._manners.deadline_seconds
        url, host = self._checked(request.url)
        headers = {"accept-encoding": "identity", **request.headers, "host": urlsplit(request.url).netloc}
        try:
            with self._client(request.url).stream(
                request.method, url, headers=headers, content=request.body or None, extensions={"sni_hostname": host}
            ) as response:
                body = self._read(response, request, deadline)
                answer = Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, body)
        except _NEVER_SENT as error:
            raise _NeverSent(f"{_shown(request)} was not sent: {_reason(error)}") from error
        except httpx.HTTPError as error:
            raise self._lost(request, _reason(error)) from error
        return _judged(request, answer)

    def _read(self, response: httpx.Response, request: Request, deadline: float) -> bytes:
        """The body, unless it is larger or slower than an answer may be."""
        parts: list[bytes] = []
        size = 0
        for part in response.iter_bytes():
            size += len(part)
            parts.append(part)
            if size > self._manners.most_bytes:
                raise Permanent(f"{_shown(request)} was answered with more than {self._manners.most_bytes} bytes")
            if self._clock() > deadline:
                raise self._lost(request, "the answer took too long")
        return b"".join(parts)

    def _lost(self, request: Request, reason: str) -> Exception:
        """It was sent, or part of it, and no answer came."""
        sentence = f"{_shown(request)} was sent, but no answer came: {reason}"
        return Transient(sentence) if request.may_repeat else InDoubt(sentence)

    def _checked(self, url: str) -> tuple[str, str]:
        """The URL with the very address that was judged, and the name it stood for. Raises `Permanent`."""
        parts = urlsplit(url)
        host, at_home = parts.hostname or "", self._manners.loopback or self._manners.private
        if parts.scheme != "https" and not (parts.scheme == "http" and at_home):
            raise Permanent(f"{parts.scheme}://{host} is not encrypted: use https")
        if parts.username or parts.password:
            raise Permanent(f"the address of {host} bears a name or password: they belong in a header")
        try:
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError as error:
            raise Permanent(f"the address of {host} has no proper port") from error
        found = allowed(
            host, port, loopback=self._manners.loopback, private=self._manners.private, look_up=self._look_up
        )
        address = f"[{found}]" if ":" in found else found
        return parts._replace(netloc=f"{address}:{port}").geturl(), host

    def _client(self, url: str) -> httpx.Client:
        """One per origin: a connection that was verified for one name is never used for another at the same address."""
        with self._lock:
            origin = _origin(url)
            if origin not in self._clients:
                m = self._manners
                timeout = httpx.Timeout(m.read_seconds, connect=m.connect_seconds, pool=m.connect_seconds)
                context = ssl.create_default_context(cafile=m.ca_file or None)
                self._clients[origin] = httpx.Client(timeout=timeout, verify=context, trust_env=False)
            return self._clients[origin]

    def _breaker(self, host: str) -> Breaker:
        with self._lock:
            return self._breakers.setdefault(host, Breaker(self._clock))


def _judged(request: Request, answer: Answer) -> Answer:
    """What a status says about the world. Its text is kept out: it may repeat what we sent."""
    status, sentence = answer.status, f"{_shown(request)} was answered with {answer.status}"
    says_when = "retry-after" in answer.headers
    if status == 429 or (status == 503 and (says_when or request.may_repeat)):
        raise Throttled(sentence, retry_after_seconds=retry_after(answer.headers.get("retry-after", "")))
    if status in (401, 403):
        raise Permanent(f"{sentence}: the far side does not accept our key")
    if status in (408, 425):
        raise Transient(sentence)
    if status >= 500:  # it may have been done before the far side, or a gateway before it, fell over
        raise Transient(sentence) if request.may_repeat else InDoubt(sentence)
    return answer


def _origin(url: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


def _shown(request: Request) -> str:
    """For people and logs: without query and headers, where keys and personal data may stand."""
    parts = urlsplit(request.url)
    return f"{request.method} {parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
