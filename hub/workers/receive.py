"""Receive: whatever came in, by whatever way, becomes stored messages; only then is there a receipt (RELIABILITY 2.1, T1)."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hub.errors import NotFound, Usage
from hub.intake import Arrival, opened
from hub.model.finding import Finding
from hub.steps.recognise import as_finding
from hub.store.administrations import administration_codes, load_books
from hub.workers.publish import Document, Stored, store

if TYPE_CHECKING:
    from hub.bootstrap import Hub
    from hub.channels import Channel

LONGEST_ID = 500  # characters of a sender's own id; what is longer is kept by its hash


@dataclass(frozen=True, slots=True)
class Parcel:
    """One thing that was handed over: a document, or a zip of them. `external_id` is the sender's own for it."""

    body: bytes
    file_name: str
    external_id: str
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a parcel at the door: the ids of its messages, whether any is new, and what was refused of it."""

    message_ids: tuple[str, ...]
    new: bool
    refusals: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Opened:
    """A parcel as its documents, and what of it is refused."""

    documents: tuple[Document, ...]
    refusals: tuple[Finding, ...]


class Door:
    """The last step of every way in. Threads may share one."""

    def __init__(self, hub: Hub, channel: Channel) -> None:
        self._hub = hub
        self._channel = channel

    def administration(self, wanted: str = "") -> str:
        """Whose books: what the delivery says, the channel's, or the only one there is. Raises `Usage` when that says nothing."""
        wanted = wanted or self._channel.administration or self._hub.settings.administration
        codes = known_codes(self._hub)
        if wanted and wanted not in codes:
            raise NotFound(f"channel {self._channel.name}: there is no administration {wanted!r}")
        if not wanted and len(codes) != 1:
            raise Usage(f"channel {self._channel.name}: say whose books it is for with the key `administration`")
        return wanted or codes[0]

    def language(self, administration: str) -> str:
        """The language of those who keep these books."""
        with self._hub.database.reading() as connection:
            books = load_books(connection, [administration]).get(administration)
        return books.snapshot.language if books else self._hub.settings.language

    def take(self, parcel: Parcel, administration: str, *, whole: bool = False) -> Receipt:
        """Store what can be stored, and say what cannot; with `whole` all of it or nothing.

        The same parcel again gets the first receipt. Raises `Conflict` when its id came before with other bytes,
        `NotFound` when the books do not exist, `Unavailable` when the database does not answer: then it is not received.
        """
        opened_parcel = self._opened(parcel)
        if whole and opened_parcel.refusals:
            return Receipt((), new=False, refusals=opened_parcel.refusals)
        return self._stored([opened_parcel], administration)[0]

    def take_all(self, parcels: Sequence[Parcel], administration: str) -> list[Receipt]:
        """As `take`, for several in one commit; what is refused of one does not stop the others."""
        return self._stored([self._opened(parcel) for parcel in parcels], administration)

    def _stored(self, parcels: Sequence[_Opened], administration: str) -> list[Receipt]:
        documents = [document for parcel in parcels for document in parcel.documents]
        stored = iter(list(store(self._hub, administration, documents, self._channel.lane, channel=self._channel.name)))
        return [_receipt([next(stored) for _ in parcel.documents], parcel.refusals) for parcel in parcels]

    def _opened(self, parcel: Parcel) -> _Opened:
        size, most = len(parcel.body), self._channel.max_bytes
        if not size:
            return _Opened((), (Finding("HUB-CHAN-01", "fatal", "read", parcel.file_name),))
        if size > most:
            return _Opened((), (too_large(parcel.file_name, size, most),))
        arrivals = list(opened(parcel.file_name or "document", parcel.body))
        good = [arrival for arrival in arrivals if arrival.refusal is None]
        return _Opened(
            tuple(self._document(parcel, arrival, number) for number, arrival in enumerate(good)),
            tuple(as_finding(arrival.refusal) for arrival in arrivals if arrival.refusal is not None),
        )

    def _document(self, parcel: Parcel, arrival: Arrival, number: int) -> Document:
        """A member of a zip is known by the zip's id and its place in it: the same bytes always give the same ids."""
        is_whole = arrival.body is parcel.body
        external_id = parcel.external_id if is_whole else f"{parcel.external_id}#{number}"
        media_type = parcel.media_type if is_whole and parcel.media_type else media_type_of(arrival.name, arrival.body)
        name = as_text(arrival.file_name)
        return Document(arrival.body, name, media_type, bounded(external_id), self._channel.wished)


def _receipt(stored: Sequence[Stored], refusals: tuple[Finding, ...]) -> Receipt:
    return Receipt(tuple(one.message_id for one in stored), any(one.new for one in stored), refusals)


def known_codes(hub: Hub) -> list[str]:
    """The administrations there are."""
    with hub.database.reading() as connection:
        return administration_codes(connection)


def too_large(name: str, size: int, most: int) -> Finding:
    """More bytes than a channel takes."""
    return Finding("HUB-FILE-04", "fatal", "read", name, str(size), str(most))


def for_us(finding: Finding) -> Finding:
    """The same, where whoever put it there must act and not the sender of the document."""
    return replace(finding, who="us")


def as_text(name: str) -> str:
    """A name that a database can hold: on disk it may be bytes that are no text at all."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "?")


def bounded(external_id: str) -> str:
    """An id that fits an index."""
    text = as_text(external_id)
    if len(text) <= LONGEST_ID:
        return text
    return f"{text[:100]}…{hashlib.sha256(external_id.encode('utf-8', 'surrogateescape')).hexdigest()}"


def media_type_of(name: str, body: bytes) -> str:
    """What the first byte says, else what the name says. Only a label: readers recognise by content."""
    start = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    for first, media_type in ((b"<", "application/xml"), (b"{", "application/json"), (b"%PDF", "application/pdf")):
        if start.startswith(first):
            return media_type
    return mimetypes.guess_type(name, strict=True)[0] or "application/octet-stream"
