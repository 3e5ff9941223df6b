"""The seams: what the hub asks of the world. Adapters live in `connectors/`, `hub/store` and `hub/transport`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from hub.formats.content import Content
    from hub.model.booking import Facts
    from hub.model.delivery_report import DeliveryReport
    from hub.model.dispatch import Delivered, Dispatch
    from hub.model.envelope import Delivery, Envelope
    from hub.model.feed import FeedDocument
    from hub.model.finding import Finding
    from hub.model.hand_over import HandedOver, Receipt
    from hub.model.invoice import Invoice
    from hub.model.mapping import Mapping as SourceMapping
    from hub.model.message import Message
    from hub.model.result import Case, JudgedBy, Result
    from hub.model.transport_header import TransportHeader
    from hub.net import Http


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source read from one document.

    `format` is a stable name (`ubl-invoice`, `ubl-creditnote`), `profile` the agreement it claims
    (`peppol-bis-3`, `nlcius`, `en16931`, `si-ubl-1`, `` where it names none). `document` is None when
    it cannot be read at all; then at least one finding is fatal. `mapped` is false when some amount
    term could not be read. `envelope` is what the document came wrapped in, None when it came bare.

    `document` is an invoice; a document of any other kind is `feed` (`hub/model/feed.py`) and `document` is None. Where one
    file holds several documents this is the first, and `rest` gives the others in order, each with its own findings; it may
    be lazy, and is walked once. `source` names the connector, and so the mapping by which a `feed` is booked. `reader` is the
    bookkeeper's description that it was read by, where it was (`hub/columns.py`); it is kept with what was read. `judged_by` are
    the sets of rules that gave findings of it, each with its release, in the order in which they judged. `currency` and
    `sender` are told where the document was only glanced at.
    """

    format: str
    profile: str = ""
    document: Invoice | None = None
    findings: tuple[Finding, ...] = ()
    mapped: bool = True
    envelope: TransportHeader | None = None
    rest: Iterable[Reading] = ()
    source: str = ""
    feed: FeedDocument | None = None
    reader: SourceMapping | None = None
    judged_by: JudgedBy = ()
    currency: str = ""
    sender: str = ""


class Source(Protocol):
    """A format that comes in. Pure: same content, same answer; no clock, network or database.

    `recognise` is asked of every source in order and must be cheap and never raise; `read` is called
    once, only after `recognise` said yes. What the document gets wrong is a finding; an exception
    from `read` is our bug, and the message ends as a refusal with code HUB-BUG.

    What is installed under any entry point of ours may also say, for whoever lists it, `kinds` of documents (as `kind` of
    `hub/model/feed.py`, `invoice` for an invoice) and `forms` of files (`JSON`, `CSV` …), both tuples of texts.
    """

    name: str

    def recognise(self, content: Content) -> bool: ...

    def read(self, content: Content) -> Reading: ...


@runtime_checkable
class Glancing(Protocol):
    """A source that can also say format, profile, currency and sender of a document without reading it; None where it must be read."""

    def glance(self, content: Content) -> Reading | None: ...


class Sink(Protocol):
    """A place that dispatches go to, opened with its settings. Used from several threads at once.

    `harmless_twice` says that the far side honours our id, or that doing it twice leaves the same as once; then a dispatch
    whose answer was lost is sent again. Else `find` is asked first, and where nobody can tell, a person is.
    """

    harmless_twice: bool

    def deliver(self, dispatch: Dispatch) -> Delivered:
        """Send it. Raises `Transient` (later), `Permanent` (never), `InDoubt` (the answer is lost)."""
        ...

    def find(self, dispatch: Dispatch) -> Delivered | None:
        """Whether it arrived, by our id: what is known of it, or None. Raises `InDoubt` when the far side cannot tell."""
        ...

    def close(self) -> None: ...


class SinkKind(Protocol):
    """What an entry point of group `hub.sinks` names: makes a `Sink` of the table `[sink.NAME]` in hub.toml."""

    def open(self, name: str, options: Mapping[str, Any], http: Http) -> Sink:
        """A sink. Raises `Usage`, naming the option that is missing or wrong. Asks nobody anything yet."""
        ...


class FolderHandOver(Protocol):
    """How one access point lays documents in a folder: entry points of group `hub.handovers`. Reads, and changes nothing."""

    def ready(self, folder: Path) -> Iterator[tuple[Path, ...]]:
        """The files of each document that is there whole, the document first. Half-written ones wait."""
        ...

    def read(self, files: Sequence[Path]) -> HandedOver:
        """One document with what its neighbours say. Raises `OSError`, and `UnreadableInput` where it is no plain file of bearable size."""
        ...


class PostedHandOver(Protocol):
    """How one access point posts documents over HTTP, and what it waits for: entry points of group `hub.handovers_posted`."""

    modes: tuple[str, ...]  # in which it posts, in its own words

    def read(self, headers: Mapping[str, str], body: bytes) -> HandedOver:
        """One document. `headers` with their names in lower case."""
        ...

    def reply(self, receipt: Receipt, mode: str) -> tuple[int, str, bytes]:
        """Status, media type and body by which it knows that we have it, that it may come later, or never."""
        ...


class Inbox(Protocol):
    """Documents that wait at an access point until they are asked for."""

    def waiting(self) -> list[str]:
        """What nobody has taken yet, the oldest first. Raises `Transient`."""
        ...

    def fetch(self, document: str) -> HandedOver:
        """One of them. Raises `Transient`, and `Permanent` when there is no such document."""
        ...

    def mark_read(self, document: str) -> None:
        """It is stored with us. May be done twice."""
        ...


class InboxKind(Protocol):
    """What an entry point of group `hub.inboxes` names: opens the inbox of the access point of `[sink.NAME]`."""

    def hinted(self, body: bytes) -> str:
        """The document that its webhook speaks of; "" when it speaks of none. Nothing else in it is believed."""
        ...

    def open(self, name: str, options: Mapping[str, Any], http: Http) -> Inbox:
        """Raises `Usage`, naming the option that is missing or wrong."""
        ...


@runtime_checkable
class Described(Protocol):
    """A source that reads files by descriptions, and so can read one by a description that was kept."""

    def by(self, reader: SourceMapping) -> Source: ...


class FactsBatch(Protocol):
    """What a store looked up for a batch: facts per message, in order, and whatever it needs to record them."""

    @property
    def facts(self) -> Sequence[Facts]: ...

    @property
    def whole(self) -> Mapping[str, str]:
        """By message id, the file of each document of which nothing is booked unless all of that file is."""
        ...


class Store(Protocol):
    """Where facts come from and bookings go."""

    def look_up(self, arrivals: Sequence[tuple[Message, Reading]]) -> FactsBatch:
        """Facts for every message of a batch. Raises `NotFound` for an administration that does not exist."""
        ...

    def setting(self, source: str, administration: str, name: str) -> str:
        """A setting of the mapping of a source, "" where it has none."""
        ...

    def record(self, cases: Sequence[Case], batch: FactsBatch, *, last: bool = True) -> list[Result]:
        """All cases in one commit, or none. Raises `StaleFacts` when a guard fails: look up and decide again.

        `last` is false while more documents of the same messages follow, so that their deliveries are not settled yet.
        """
        ...


class Consumer(Protocol):
    """One reader of one lane. Used from one thread."""

    def receive(self, max_n: int, wait: float) -> list[Delivery]:
        """Up to `max_n` deliveries; waits at most `wait` seconds for the first, and may return none.

        Raises `Unavailable` when the transport is gone; calling again reconnects.
        """
        ...

    def settle(self, deliveries: Sequence[Delivery]) -> None:
        """Done with these for good. Idempotent; tokens of an older connection are ignored."""
        ...

    def release(self, deliveries: Sequence[Delivery]) -> None:
        """Give back unprocessed. Not a failure, though a broker may count it as a redelivery."""
        ...

    def close(self) -> None:
        """Flush settlements, give back the rest, stop. Safe to call twice."""
        ...


class Transport(Protocol):
    """Queues. At least once; first in, first out only for one consumer without failures.

    Past the lane's delivery limit a message moves to lane `dead`, read with `consume` like any other.
    There is no delay, no priority and no negative acknowledgement: those are rows (RELIABILITY 2.3).
    """

    def publish(self, batch: Sequence[Envelope]) -> Sequence[bool]:
        """True per envelope = it survives `kill -9` of everything; False = unknown, publish again.

        Raises `Unavailable` when nothing could be sent and `NotFound` for a lane that does not exist.
        """
        ...

    def consume(self, lane: str, *, prefetch: int) -> Consumer: ...

    def depth(self, lane: str) -> int:
        """Messages waiting on the lane, not counting those handed out."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Part:
    """One document of what was fetched. `external_id` is stable: the same document always comes under the same one."""

    external_id: str
    file_name: str
    body: bytes
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One thing at a far side: a file, or a mail with its attachments.

    `name` is how people know it; `administration` the code of the books it is for, "" = the channel's. `findings` say
    why it, or a part of it, is not taken in. `handle` is the session's own.
    """

    name: str
    parts: tuple[Part, ...] = ()
    administration: str = ""
    findings: tuple[Finding, ...] = ()
    handle: object = None
    reports: tuple[DeliveryReport, ...] = ()  # of a mail that says what became of one of ours


class FetchSession(Protocol):
    """A connection to a far side, used from one thread and closed after one round.

    `new` gives what was not settled yet, in the far side's order; after a crash the same may come again, under the
    same external ids. `settle` is called after the commit, once per thing: move it, mark it, confirm it; `refused`
    when something of it was not taken in. Both raise `Transient` when the far side is gone, and are called again later.
    """

    def new(self) -> Iterator[Fetched]: ...

    def settle(self, fetched: Fetched, *, refused: bool) -> None: ...

    def close(self) -> None: ...


class Fetcher(Protocol):
    """A far side that documents are fetched from: the entry point group `hub.fetchers`, by the kind of its channels.

    `keys` are the keys of its `[channel.NAME]` table beside those of every channel. `open` connects: `options` are the
    values of those keys, `secrets` reads the secrets in force anew at each call. Raises `Usage` for options that cannot
    be, and `Transient` when the far side is not there. One with a key `state_file` is given the name of a file of its channel's
    own, in which it may keep how far it has read.
    """

    keys: frozenset[str]

    def open(
        self, options: Mapping[str, str | int | float | bool], secrets: Callable[[], Sequence[str]]
    ) -> FetchSession: ...
