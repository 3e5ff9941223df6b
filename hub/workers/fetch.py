"""Fetch: what is new at the far side of each channel, every so often; stored first, and only then settled there."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

import structlog

from hub import failpoints
from hub.channel_file import FETCHERS
from hub.channels import (
    Channel,
    FarChannel,
    FolderChannel,
    ImapChannel,
    InboxChannel,
    Option,
    PullChannel,
    SftpChannel,
    fetched,
)
from hub.errors import Conflict, HubError, NotFound, Usage
from hub.model.finding import Finding
from hub.ports import Fetched, Fetcher, FetchSession
from hub.secret import read_secrets
from hub.workers.access_point import take_round
from hub.workers.delivery_reports import take_report
from hub.workers.folder import FolderWatch
from hub.workers.notes import Note, short, write_note
from hub.workers.pause import Pause
from hub.workers.receive import Door, Parcel

if TYPE_CHECKING:
    from hub.bootstrap import Hub

JOIN_SECONDS = 25.0  # less than the supervisor allows
STATE_FILE = "state_file"  # the key of fetchers that keep how far they have read
ONCE_LOOKS = 8  # looks at a folder with `--once`, as long as something in it may still be growing
Looked = FolderChannel | PullChannel | InboxChannel
log = structlog.get_logger(__name__)


def chosen(channels: Sequence[Channel], names: Sequence[str]) -> list[Looked]:
    """Those that are fetched, or those named. Raises `NotFound` for one that there is not."""
    known = {channel.name: channel for channel in fetched(channels)}
    for name in names:
        if name not in known:
            raise NotFound(f"no channel {name!r} to fetch; there are: {', '.join(known) or 'none in hub.toml'}")
    return [channel for name, channel in known.items() if name in names or not names]


def fetch(hub: Hub, names: Sequence[str] = (), *, once: bool = False, stop: threading.Event | None = None) -> int:
    """Fetch these channels, or all, until `stop` is set, a thread each; or with `once` one round of each, in turn.

    The number of things settled. With `once` the first failure is raised after every channel had its round.
    """
    ended = stop or threading.Event()
    channels = chosen(hub.settings.channels, names)
    if once:
        return _round_of_each(hub, channels, ended)
    done = [0] * len(channels)
    threads = [
        threading.Thread(target=_keep_fetching, args=(hub, channel, ended, done, i), name=channel.name, daemon=True)
        for i, channel in enumerate(channels)
    ]
    for thread in threads:
        thread.start()
    ended.wait()
    deadline = time.monotonic() + JOIN_SECONDS
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return sum(done)


def _round_of_each(hub: Hub, channels: Sequence[Looked], ended: threading.Event) -> int:
    settled, failed = 0, None
    for channel in channels:
        try:
            settled += _rounds_once(hub, channel, ended)
        except HubError as error:
            log.warning("fetch_failed", channel=channel.name, reason=str(error))
            failed = failed or error
    if failed is not None:
        raise failed
    return settled


def _rounds_once(hub: Hub, channel: Looked, ended: threading.Event) -> int:
    if not isinstance(channel, FolderChannel) or channel.layout:
        return next(_rounds(hub, channel, ended), 0)
    watch, settled = FolderWatch(hub, channel), 0
    for _ in range(ONCE_LOOKS):
        settled += watch.look(ended.is_set)
        if not watch.waiting or ended.wait(channel.settle_seconds):
            break
    return settled


def _keep_fetching(hub: Hub, channel: Looked, ended: threading.Event, done: list[int], index: int) -> None:
    """One channel for ever: its trouble is its own, is logged, and ends when its cause ends."""
    pause = Pause()
    while not ended.is_set():
        try:
            for settled in _rounds(hub, channel, ended):
                done[index] += settled
                pause.reset()
                ended.wait(channel.every_seconds)
        except HubError as error:
            log.warning("fetch_failed", channel=channel.name, reason=str(error))
        except Exception as error:
            log.error("fetch_broke", channel=channel.name, error=type(error).__name__, exc_info=error)
        pause.wait(ended)


def _rounds(hub: Hub, channel: Looked, ended: threading.Event) -> Iterator[int]:
    watch = FolderWatch(hub, channel) if isinstance(channel, FolderChannel) and not channel.layout else None
    while not ended.is_set():
        if watch is not None:
            yield watch.look(ended.is_set)
        elif isinstance(channel, PullChannel):
            yield fetch_round(hub, channel, ended)
        else:
            yield take_round(hub, channel, ended.is_set)


def fetch_round(hub: Hub, channel: PullChannel, ended: threading.Event | None = None) -> int:
    """What is new at one far side; how many things were settled. Killed anywhere, they come again and are known by their ids.

    Raises `Transient` when the far side is gone, `Usage` when it does not let us in as we are set up.
    """
    door, settled = Door(hub, channel), 0
    with session(hub, channel) as far:
        for thing in far.new():
            refused = _take(hub, channel, door, thing)
            failpoints.hit("fetch:after-commit")
            far.settle(thing, refused=refused)
            failpoints.hit("fetch:after-settle")
            settled += 1
            if ended is not None and ended.is_set():
                break
    return settled


def _take(hub: Hub, channel: PullChannel, door: Door, fetched: Fetched) -> bool:
    """Every part to its message, then the note about what was not taken in; whether there is one."""
    for report in fetched.reports:
        take_report(hub, report)
    findings, taken = list(fetched.findings), list[str]()
    administration = door.administration(fetched.administration) if fetched.parts else ""
    for part in fetched.parts:
        try:
            receipt = door.take(Parcel(part.body, part.file_name, part.external_id, part.media_type), administration)
        except Conflict:
            findings.append(Finding("HUB-CHAN-05", "fatal", "read", part.file_name, part.external_id))
            continue
        findings += receipt.refusals
        taken += receipt.message_ids
    if findings:
        _note(hub, channel, door, fetched, Note(fetched.name, channel.name, administration, findings, taken))
    return bool(findings)


def _note(hub: Hub, channel: PullChannel, door: Door, fetched: Fetched, note: Note) -> None:
    code = note.administration or channel.administration
    language = door.language(code) if code else hub.settings.language
    number = hashlib.sha256(fetched.name.encode("utf-8", "replace")).hexdigest()[:8]
    name = "".join(c if c.isalnum() or c in "-_.@+" else "_" for c in fetched.name)[:80]
    write_note(channel.notes, short(f"{name.lstrip('.')}-{number}"), note, language)
    log.warning("fetched_refused", channel=channel.name, code=note.findings[0].code, count=len(note.findings))


@contextmanager
def session(hub: Hub, channel: PullChannel) -> Iterator[FetchSession]:
    """A connection to the far side of a channel, closed at the end. Raises `Transient` and `Usage`."""
    far = _opened(hub, channel)
    try:
        yield far
    finally:
        far.close()


def _opened(hub: Hub, channel: PullChannel) -> FetchSession:
    secrets = _secrets(hub, channel)
    if isinstance(channel, SftpChannel):
        try:
            from hub.workers.sftp import SftpSession
        except ImportError as error:
            raise Usage(f"channel {channel.name}: SFTP needs the package paramiko: install boekhub[sftp]") from error
        return SftpSession(channel, hub.settings.home, secrets)
    if isinstance(channel, ImapChannel):
        from hub.workers.imap import ImapSession
        from hub.workers.receive import known_codes

        return ImapSession(channel, secrets, known_codes(hub))
    assert isinstance(channel, FarChannel)
    fetcher = fetcher_of(channel)
    return fetcher.open(_with_state(channel, fetcher), secrets)


def _with_state(channel: FarChannel, fetcher: Fetcher) -> dict[str, Option]:
    """The options, with a file of its own for a fetcher that keeps how far it has read, and was given none."""
    options = dict(channel.options)
    if STATE_FILE in fetcher.keys:
        options.setdefault(STATE_FILE, str(channel.notes.parent / "state"))
    return options


def _secrets(hub: Hub, channel: PullChannel) -> Callable[[], Sequence[str]]:
    def read() -> Sequence[str]:
        return [secret.reveal() for secret in read_secrets(channel.secrets, hub.settings.home)]

    return read


def fetcher_of(channel: FarChannel) -> Fetcher:
    """The installed fetcher of a kind. Raises `Usage` when it cannot be loaded, or does not know a key of the channel."""
    for entry in entry_points(group=FETCHERS, name=channel.far_kind):
        try:
            fetcher: Fetcher = entry.load()
        except Exception as error:
            raise Usage(f"fetcher {entry.name!r} ({entry.value}) cannot be loaded: {error}") from error
        if strange := sorted(channel.options.keys() - fetcher.keys):
            raise Usage(f"channel.{channel.name}.{strange[0]}: unknown; known are {', '.join(sorted(fetcher.keys))}")
        return fetcher
    raise Usage(f"channel {channel.name}: no fetcher {channel.far_kind!r} is installed")
