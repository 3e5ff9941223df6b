"""IMAP: a mailbox that people send documents to. Read without marking; marked or moved only after the commit."""

from __future__ import annotations

import base64
import hashlib
import imaplib
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from hub.channels import ImapChannel
from hub.errors import Transient, Unavailable, Usage
from hub.formats.mail import Mail, addressed_codes, read_mail
from hub.model.finding import Finding
from hub.ports import Fetched, Part
from hub.workers.receive import for_us, too_large

TIMEOUT_SECONDS = 20.0
_ENCODED = 1.4  # a mail is larger than what is attached to it: base64, and its lines
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class ImapSession:
    """One round over the mailbox of a channel. `codes` are the administrations that an address may name."""

    def __init__(self, channel: ImapChannel, secrets: Callable[[], Sequence[str]], codes: Sequence[str]) -> None:
        self._channel = channel
        self._codes = codes
        self._server = _logged_in(channel, secrets)
        try:
            with _reachable(channel):
                answer, _ = self._server.select(quoted(channel.mailbox))
            if answer != "OK":
                raise Usage(f"channel.{channel.name}.mailbox: there is no mailbox {channel.mailbox!r}")
        except (Usage, Transient):
            self.close()
            raise

    def new(self) -> Iterator[Fetched]:
        """Every mail that waits, the oldest first."""
        wanted = ("UNDELETED",) if self._channel.move_to else ("UNSEEN", "UNDELETED")
        for uid in self._ask("SEARCH", None, *wanted)[0].split():
            number = uid.decode("ascii")
            size = self._size(number)
            if size is None:  # somebody else was first
                continue
            most = int(self._channel.max_bytes * _ENCODED)
            if size > most:
                yield Fetched(f"mail {number}", findings=(too_large(f"mail {number}", size, most),), handle=number)
            elif data := self._contents(number):
                yield self._fetched(number, read_mail(data))

    def settle(self, fetched: Fetched, *, refused: bool) -> None:
        """Seen, and out of the way where the channel names a place; what was refused is flagged for people to see."""
        uid, target = str(fetched.handle), self._channel.move_to
        target = self._channel.failed_to or target if refused else target
        self._ask("STORE", uid, "+FLAGS.SILENT", r"(\Seen \Flagged)" if refused else r"(\Seen)")
        if target:
            self._move(uid, target)

    def close(self) -> None:
        """Log out; a server that has gone is no matter."""
        with suppress(imaplib.IMAP4.error, OSError):
            self._server.logout()

    def _fetched(self, uid: str, mail: Mail) -> Fetched:
        administration, faults = self._administration(mail)
        findings = (*mail.findings, *faults)
        if faults:
            return Fetched(mail.message_id, findings=findings, handle=uid)
        parts = tuple(
            Part(
                f"{mail.message_id}/{a.place}/{hashlib.sha256(a.body).hexdigest()}", a.name, a.body,
                "" if a.media_type == "application/octet-stream" else a.media_type,
            )
            for a in mail.attachments
        )  # fmt: skip
        return Fetched(mail.message_id, parts, administration, findings, uid, mail.reports)

    def _administration(self, mail: Mail) -> tuple[str, tuple[Finding, ...]]:
        """Whose documents these are, by the address they were sent to; the channel's where that names nobody."""
        if not self._channel.plus_address or mail.ignored:
            return "", ()
        named = addressed_codes(mail.recipients, self._codes)
        if len(named) == 1:
            return named.pop(), ()
        if named:
            return "", (Finding("HUB-CHAN-04", "fatal", "read", found=", ".join(sorted(named))),)
        if self._channel.administration:
            return "", ()
        shown = ", ".join(mail.recipients)[:200]
        return "", (
            for_us(Finding("HUB-CHAN-03", "fatal", "read", found=shown, expected=", ".join(self._codes)[:200])),
        )

    def _size(self, uid: str) -> int | None:
        for item in self._ask("FETCH", uid, "(RFC822.SIZE)"):
            if found := _SIZE.search(item):
                return int(found[1])
        return None

    def _contents(self, uid: str) -> bytes:
        """PEEK: reading alone must not mark it as seen."""
        with _reachable(self._channel):
            answer, data = self._server.uid("FETCH", uid, "(BODY.PEEK[])")
        return next((item[1] for item in data if isinstance(item, tuple)), b"") if answer == "OK" else b""

    def _move(self, uid: str, target: str) -> None:
        if "MOVE" in self._server.capabilities:
            self._to("MOVE", uid, target)
            return
        self._to("COPY", uid, target)
        self._ask("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")
        if "UIDPLUS" in self._server.capabilities:  # without it, expunging would take what others deleted too
            self._ask("EXPUNGE", uid)

    def _to(self, verb: str, uid: str, target: str) -> None:
        """Into another mailbox, which is made when it is not there."""
        for _ in range(2):
            with _reachable(self._channel):
                answer, said = self._server.uid(verb, uid, quoted(target))
                if answer == "OK":
                    return
                self._server.create(quoted(target))
        raise Usage(f"channel.{self._channel.name}.move_to = {target!r}: {said!r}")

    def _ask(self, verb: str, *arguments: str | None) -> list[bytes]:
        with _reachable(self._channel):
            answer, data = self._server.uid(verb, *arguments)  # type: ignore[arg-type]
        if answer != "OK":
            raise Transient(f"{self._channel.host}: {verb} was answered {answer} {data!r}"[:200])
        return [item for item in data if isinstance(item, bytes)]


def _logged_in(channel: ImapChannel, secrets: Callable[[], Sequence[str]]) -> imaplib.IMAP4:
    """A server that let us in with one of the passwords. Raises `Usage` when it does not, or cannot prove who it is."""
    passwords = secrets()
    try:
        server = _connected(channel)
    except ssl.SSLCertVerificationError as error:
        raise Usage(
            f"channel.{channel.name}: {channel.host} cannot prove who it is ({error.verify_message}); nothing was sent to it"
        ) from error
    except (OSError, imaplib.IMAP4.error) as error:
        raise Unavailable(f"{channel.host} cannot be reached: {error}") from error
    for password in passwords:
        try:
            with _reachable(channel, passing=True):
                server.login(channel.user, password)
        except imaplib.IMAP4.error:
            continue
        return server
    with suppress(imaplib.IMAP4.error, OSError):
        server.logout()
    raise Usage(f"channel.{channel.name}: {channel.host} does not let {channel.user} in with the secrets that are set")


def _connected(channel: ImapChannel) -> imaplib.IMAP4:
    if not channel.tls:  # the settings allow it on this very machine only
        return imaplib.IMAP4(channel.host, channel.port, timeout=TIMEOUT_SECONDS)
    context = ssl.create_default_context()
    return imaplib.IMAP4_SSL(channel.host, channel.port, ssl_context=context, timeout=TIMEOUT_SECONDS)


@contextmanager
def _reachable(channel: ImapChannel, *, passing: bool = False) -> Iterator[None]:
    """A server that goes away meanwhile is `Transient`; `passing` lets through what it says no to."""
    try:
        yield
    except imaplib.IMAP4.abort as error:
        raise Transient(f"{channel.host} went away: {error}"[:200]) from error
    except imaplib.IMAP4.error as error:
        if passing:
            raise
        raise Transient(f"{channel.host}: {error}"[:200]) from error
    except OSError as error:
        raise Transient(f"{channel.host} went away: {error}"[:200]) from error


def quoted(mailbox: str) -> str:
    """A mailbox name as it goes over the line: modified UTF-7 (RFC 3501, 5.1.3), in quotes."""
    out: list[str] = []
    for run in re.findall(r"[\x20-\x7e]+|[^\x20-\x7e]+", mailbox):
        if run.isascii() and run.isprintable():
            out.append(run.replace("&", "&-"))
        else:
            coded = base64.b64encode(run.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
            out.append(f"&{coded}-")
    return '"' + "".join(out).replace("\\", "\\\\").replace('"', '\\"') + '"'
