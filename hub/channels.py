"""Channels: the ways in as they are set, `[channel.NAME]` in hub.toml. Each knows whose books, which lane, and where its secrets stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal

MAX_BYTES = 64_000_000  # one delivery; what a format itself allows is its reader's business
HINT = "hint"
SIGNED = ("hub", "standard", "shopify", "woocommerce", "debitura")  # how a delivery may be signed
Option = str | int | float | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What every way in knows. `administration` "" = the only one there is.

    The name is stored with each message, and with the sender's own id makes its identity; an administration's
    `channel_policy` is looked up by it. `wished` is the side used where a document names neither party as ours.
    """

    kind: ClassVar[str] = ""
    name: str
    administration: str = ""
    lane: str = "invoice"
    wished: str = field(default="", metadata={"key": "as"})
    max_bytes: int = MAX_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderChannel(Channel):
    """A watched folder. With `per_administration` each subfolder bears the code of the books it is for."""

    kind: ClassVar[str] = "folder"
    path: Path
    per_administration: bool = False
    every_seconds: float = 1.0
    settle_seconds: float = 1.0  # as long as a file must have kept size and time before it is believed whole
    layout: str = (
        ""  # how an access point lays documents here (entry point group `hub.handovers`); the envelope says whose
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpChannel(Channel):
    """`POST /intake/NAME`. `hint` channels are unsigned: their contents are not believed, they only start `fetch`.

    `verify` is how a delivery is signed (`SIGNED`), `hint`, or an access point that posts documents (entry point group
    `hub.handovers_posted`): that one shows a secret, or is on this very machine.
    """

    kind: ClassVar[str] = "http"
    verify: str = "hub"
    secrets: tuple[str, ...] = ()
    tolerance_seconds: int = 300  # how old or how far ahead a signed time may be
    fetch: str = ""  # of a hint: the channel that is fetched, or the sink at whose access point documents wait
    mode: str = ""  # of an access point: which answer it waits for, in its own words
    every_seconds: float = 300.0  # of a hint that names a sink: how often we ask there without a hint
    at_once: int = 50  # deliveries that may be under way together, a quarter of what the door takes
    per_minute: int = 6_000  # deliveries that may come in a minute

    @property
    def posted(self) -> bool:
        """Whether an access point posts whole documents here."""
        return self.verify not in (*SIGNED, HINT)


@dataclass(frozen=True, slots=True, kw_only=True)
class PullChannel(Channel):
    """What is fetched at a far side, every so often. Notes about what was refused are kept in `notes`."""

    every_seconds: float = 60.0
    notes: Path = Path()  # default: HUB_HOME/channels/NAME/failed
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SftpChannel(PullChannel):
    """A folder on an SFTP server. Its host key must stand in `known_hosts`; `key` is a private key file."""

    kind: ClassVar[str] = "sftp"
    host: str
    user: str
    port: int = 22
    path: str = "."
    known_hosts: Path
    key: str = ""
    after: Literal["move", "delete", "keep"] = "move"
    settle_seconds: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapChannel(PullChannel):
    """A mailbox. Attachments are the documents; the address may say whose (`facturen+CODE@…`) with `plus_address`."""

    kind: ClassVar[str] = "imap"
    host: str
    user: str
    port: int = 993
    tls: bool = True
    mailbox: str = "INBOX"
    move_to: str = ""  # "" = mark as seen, and take unseen mails only
    failed_to: str = ""  # "" = flagged, and treated as the others
    plus_address: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FarChannel(PullChannel):
    """A kind that a connector fetches (entry point group `hub.fetchers`); `options` are its own keys."""

    far_kind: str
    options: Mapping[str, Option] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxChannel(Channel):
    """Documents that wait at the access point of `[sink.NAME]`; the receiver of each says whose it is."""

    kind: ClassVar[str] = "inbox"
    sink: str
    every_seconds: float = 300.0


def inbox_of(channel: HttpChannel, channels: Sequence[Channel]) -> InboxChannel | None:
    """What a hint makes us ask for when it names a sink and no channel: the inbox there, under the hint's own name."""
    if channel.verify != HINT or any(other.name == channel.fetch for other in channels):
        return None
    return InboxChannel(name=channel.name, sink=channel.fetch, every_seconds=channel.every_seconds)


def fetched(channels: Sequence[Channel]) -> list[FolderChannel | PullChannel | InboxChannel]:
    """Those that somebody must look at every so often, in order; an inbox that a hint names is among them."""
    found: list[FolderChannel | PullChannel | InboxChannel] = []
    for channel in channels:
        if isinstance(channel, FolderChannel | PullChannel | InboxChannel):
            found.append(channel)
        elif isinstance(channel, HttpChannel) and (inbox := inbox_of(channel, channels)) is not None:
            found.append(inbox)
    return found


def kind_of(channel: Channel) -> str:
    """The kind as it is written in hub.toml."""
    return channel.far_kind if isinstance(channel, FarChannel) else channel.kind


def references_of(channel: Channel) -> tuple[str, ...]:
    """Where its secrets stand; () where it has none."""
    found: tuple[str, ...] = getattr(channel, "secrets", ())
    return found
