"""Sending a mailing by SMTP: one mail at a time, its state recorded before and after, so that a kill loses and repeats nothing."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection

from hub.errors import Unavailable, Usage
from hub.failpoints import hit
from hub.letters.mail import Envelope, Template, compose
from hub.model.mail_address import is_address, sender_of
from hub.reports.mailing_list import OptOuts
from hub.settings import Settings
from hub.store.database import Database
from hub.store.mailings import Claimed, Written, claim, counts, get_mailing, queue_doubtful, settle
from hub.texts.catalogue import message

TIMEOUT_SECONDS = 30.0
MOST_ATTEMPTS = 5  # after which a server that says "later" has said no
_HERE = ("localhost", "127.0.0.1", "::1")
Clock = Callable[[], datetime]


class _Lost(Exception):
    """The connection went away; unless it was before DATA, nobody knows whether the mail arrived."""

    def __init__(self, before_data: bool, reason: str) -> None:
        super().__init__(reason)
        self.before_data = before_data


def send_mailing(
    database: Database, settings: Settings, administration_id: int, mailing_id: int, clock: Clock, *, doubtful: bool = False,
    at_most: int = 0, progress: Callable[[int], None] = lambda _done: None,
) -> dict[str, int]:  # fmt: skip
    """Send what waits; the number of mails by state. A mail that was cut off stays `sending` until `doubtful` queues it again.

    Safe to run twice at once, and again after any stop. Raises `Usage` where no mail server is set, `Unavailable` when it
    does not answer: what was not sent still waits.
    """
    require_server(settings)
    with database.transaction() as connection:
        written = get_mailing(connection, administration_id, mailing_id)
        if doubtful:
            queue_doubtful(connection, administration_id, mailing_id, clock())
    after = done = 0
    with mail_server(settings) as server:
        while not at_most or done < at_most:
            with database.transaction() as connection:
                one = _next(connection, administration_id, written, after, clock)
            if one is None:
                break
            after = one.position
            _send_one(server, database, settings, administration_id, written, one, clock)
            done += 1
            progress(1)
    with database.reading() as connection:
        return counts(connection, administration_id, mailing_id)


def _next(connection: Connection, administration_id: int, written: Written, after: int, clock: Clock) -> Claimed | None:
    """The next mail; whoever opted out since the mailing was made is skipped here."""
    stopped = OptOuts(connection, administration_id)
    while one := claim(connection, administration_id, written.id, after, clock()):
        if not stopped.covers(one.relation_id, one.email):
            return one
        settle(connection, administration_id, written.id, one.position, "skipped", "opted_out", clock())
        after = one.position
    return None


def _send_one(
    server: smtplib.SMTP, database: Database, settings: Settings, administration_id: int, written: Written, one: Claimed,
    clock: Clock,
) -> None:  # fmt: skip
    """Hand one mail to the server and record what it said."""
    data = mail_bytes(written, one.fields, settings.smtp_sender, one.email, one.message_id, clock())
    hit("mail.claimed")
    stop: Unavailable | None = None
    try:
        state, reason = _delivered(server, sender_of(settings.smtp_sender)[1], one, data)
    except _Lost as lost:
        state, reason = ("queued" if lost.before_data else "sending"), str(lost)
        stop = Unavailable(
            f"the mail server went away: {lost}; what waits is sent by the next `hub mailings send {written.id}`"
        )
    hit("mail.accepted")
    with database.transaction() as connection:
        settle(connection, administration_id, written.id, one.position, state, reason, clock())
    if stop is not None:
        raise stop


def _delivered(server: smtplib.SMTP, sender: str, one: Claimed, data: bytes) -> tuple[str, str]:
    """State and reason. Until DATA is answered a lost connection has delivered nothing; after it nobody knows."""
    try:
        for command, argument in ((server.mail, sender), (server.rcpt, one.email)):
            code, answer = command(argument)
            if code >= 400:
                server.rset()
                return _refused(code, answer, one.attempts)
    except (smtplib.SMTPException, OSError) as error:
        raise _Lost(True, str(error) or type(error).__name__) from error
    try:
        code, answer = server.data(data)
    except smtplib.SMTPDataError as error:  # refused before a byte of it was sent
        server.rset()
        return _refused(error.smtp_code, error.smtp_error, one.attempts)
    except (smtplib.SMTPException, OSError) as error:
        raise _Lost(False, str(error) or type(error).__name__) from error
    return ("sent", "") if code < 400 else _refused(code, answer, one.attempts)


def _refused(code: int, answer: bytes | str, attempts: int) -> tuple[str, str]:
    """5xx is for good; 4xx is tried again by the next run, some times."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    later = code < 500 and attempts < MOST_ATTEMPTS
    return "queued" if later else "failed", f"{code} {text}"[:500]


def mail_bytes(
    written: Written, values: Mapping[str, str], sender: str, to: str, message_id: str, at: datetime
) -> bytes:
    """One mail of a mailing, as it leaves."""
    address = sender_of(sender)[1]
    reference = f"{written.id}/{values.get('code', '')}"
    envelope = Envelope(
        sender, to, message_id, at, message("mail_unsubscribe", written.language, address=address),
        message("mail_unsubscribe_subject", written.language, reference=reference), values.get("contact", ""),
    )  # fmt: skip
    return compose(Template(written.subject, written.text, written.html), values, envelope)


def require_server(settings: Settings) -> None:
    """Raises `Usage` where no mail can leave."""
    if not settings.smtp_host:
        raise Usage(
            "no mail server is set: put smtp_host and smtp_sender in hub.toml, or HUB_SMTP_HOST and HUB_SMTP_SENDER"
        )
    if not is_address(sender_of(settings.smtp_sender)[1]):
        raise Usage(f"smtp_sender = {settings.smtp_sender!r} is no sender: write Name <address>")
    if settings.smtp_user and not settings.smtp_starttls and settings.smtp_host not in _HERE:
        raise Usage("smtp_starttls is off: the password would cross the network in the clear; switch it on")


@contextmanager
def mail_server(settings: Settings) -> Iterator[smtplib.SMTP]:
    """A connection to the mail server, logged in. Raises `Unavailable`, and `Usage` when it refuses the login."""
    try:
        server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS)
    except (smtplib.SMTPException, OSError) as error:
        raise Unavailable(f"mail server {settings.smtp_host}:{settings.smtp_port} does not answer: {error}") from error
    try:
        _introduced(server, settings)
        yield server
    finally:
        _closed(server)


def _introduced(server: smtplib.SMTP, settings: Settings) -> None:
    try:
        server.ehlo()
        if settings.smtp_starttls:
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
    except smtplib.SMTPAuthenticationError as error:
        raise Usage(f"the mail server refuses {settings.smtp_user}: check smtp_user and smtp_password") from error
    except smtplib.SMTPNotSupportedError as error:
        raise Usage(f"the mail server cannot do what is asked ({error}); see smtp_starttls and smtp_user") from error
    except (smtplib.SMTPException, OSError) as error:
        raise Unavailable(f"the mail server does not answer as it should: {error}") from error


def _closed(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()
