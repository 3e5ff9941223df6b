"""Sending a mailing by SMTP: one mail at a time, its state recorded before and after, so that a kill loses and repeats nothing."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection

from hub.errors import Unavailable, Usage
from hub.failpoints import hit
from hub.letters.mail import Envelope, Template, compose
from hub.model.mail_address import is_address, sender_of
from hub.net.smtp import Lost, MailServer, Said, connected, disconnect, hand_over
from hub.reports.mailing_list import OptOuts
from hub.settings import Settings
from hub.store.database import Database
from hub.store.mailings import Claimed, Written, claim, counts, get_mailing, queue_doubtful, settle
from hub.texts.catalogue import message

MOST_ATTEMPTS = 5  # after which a server that says "later" has said no
Clock = Callable[[], datetime]


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
        said = hand_over(server, sender_of(settings.smtp_sender)[1], one.email, data)
        state, reason = _became(said, one.attempts)
    except Lost as lost:
        state, reason = ("queued" if lost.before_data else "sending"), str(lost)
        stop = Unavailable(
            f"the mail server went away: {lost}; what waits is sent by the next `hub mailings send {written.id}`"
        )
    hit("mail.accepted")
    with database.transaction() as connection:
        settle(connection, administration_id, written.id, one.position, state, reason, clock())
    if stop is not None:
        raise stop


def _became(said: Said, attempts: int) -> tuple[str, str]:
    """State and reason. 5xx is for good; 4xx is tried again by the next run, some times."""
    if said.taken:
        return "sent", ""
    later = said.code < 500 and attempts < MOST_ATTEMPTS
    return "queued" if later else "failed", str(said)[:500]


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
    if _server(settings).bares_password:
        raise Usage("smtp_starttls is off: the password would cross the network in the clear; switch it on")


@contextmanager
def mail_server(settings: Settings) -> Iterator[smtplib.SMTP]:
    """A connection to the mail server, logged in. Raises `Unavailable`, and `Usage` when it refuses the login."""
    connection = connected(_server(settings))
    try:
        yield connection
    finally:
        disconnect(connection)


def _server(settings: Settings) -> MailServer:
    return MailServer(
        settings.smtp_host, settings.smtp_port, settings.smtp_user, settings.smtp_password, settings.smtp_starttls
    )
