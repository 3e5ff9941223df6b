"""The lanes: the literal list of queues, their limits, and what may travel on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hub.errors import NotFound
from hub.model import dispatch as dispatches
from hub.model.envelope import Envelope

WORK_LANES = ("invoice", "mutation", "payroll", "bank", "master")
_LANE_OF_KIND = {
    "invoice": "invoice", "bank_statement": "bank", "payroll_journal": "payroll", "relations_file": "master", "orders_file": "master",
}  # fmt: skip
DEAD = "dead"  # where a message goes past its delivery limit; consumed, never published to

DELIVERY_LIMIT = 10  # redeliveries; the safety net behind our own counting (RELIABILITY 0.6)
SUSPECT_DELIVERY_LIMIT = 3
LIMIT_REACHED = "delivery_limit"  # the broker's own word for it, used by all three transports

MAX_BODY_BYTES = 1024 * 1024  # an outside document travels whole; ours are claim checks of some 200 bytes
MAX_HEADER_BYTES = 64 * 1024  # AMQP wants all headers in one frame of 128 KiB
MAX_NAME_BYTES = 255  # AMQP short string: message id, type, content type, header names

_SUSPECT_SUFFIX = ".suspect"


def lane_of_kind(kind: str) -> str:
    """The lane that documents of a kind travel on; whatever moves money or goods and has none of its own is a mutation."""
    return _LANE_OF_KIND.get(kind, "mutation")


def suspect(lane: str) -> str:
    """The lane where messages of `lane` that were redelivered too often are read one by one."""
    return lane + _SUSPECT_SUFFIX


def is_suspect(lane: str) -> bool:
    """Whether this is already a lane of suspects."""
    return lane.endswith(_SUSPECT_SUFFIX)


def dispatch(sink: str) -> str:
    """The lane of everything that leaves through `sink` (`mail` gives `dispatch.mail`)."""
    return dispatches.lane_of(sink)


def sink_of(lane: str) -> str:
    """The sink of a lane of dispatches; "" for any other lane."""
    prefix = dispatch("")
    return lane.removeprefix(prefix) if lane.startswith(prefix) else ""


def all_lanes(sinks: Iterable[str] = ()) -> tuple[str, ...]:
    """Every lane that can be published to: the work lanes, one per sink, and the suspect twin of each."""
    lanes = (*WORK_LANES, *(dispatch(sink) for sink in sinks))
    return (*lanes, *(suspect(lane) for lane in lanes))


def delivery_limit(lane: str) -> int | None:
    """How many redeliveries a message may have before it moves to `dead`; None on `dead` itself."""
    if lane == DEAD:
        return None
    return SUSPECT_DELIVERY_LIMIT if is_suspect(lane) else DELIVERY_LIMIT


def require(lane: str, known: Iterable[str]) -> None:
    """Raise `NotFound` when `lane` is not one of `known`."""
    if lane not in known:
        raise NotFound(f"there is no lane {lane!r}; known are {', '.join(sorted(known))}")


def travelling(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that are published: an `x-` header belongs to a broker.

    A copied `x-death` makes brokers before 4.0.1 see a cycle and drop the message (RELIABILITY 2.15).
    """
    return {name: value for name, value in headers.items() if not name.lower().startswith("x-")}


def fits(envelope: Envelope) -> bool:
    """Whether every transport can carry this envelope unharmed; otherwise publishing it is refused."""
    names = (envelope.message_id, envelope.type, envelope.content_type, envelope.administration, *envelope.headers)
    try:
        longest = max(len(name.encode()) for name in names)
        total = sum(len(name.encode()) + len(value.encode()) for name, value in envelope.headers.items())
    except UnicodeEncodeError:  # half a surrogate pair has no UTF-8 form
        return False
    return longest <= MAX_NAME_BYTES and total <= MAX_HEADER_BYTES and len(envelope.body) <= MAX_BODY_BYTES
