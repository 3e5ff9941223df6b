"""Handing mail to a server: a connection that is introduced and logged in, and one mail over it with what the server said."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field

from hub.errors import Unavailable, Usage

TIMEOUT_SECONDS = 30.0
_HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over. `user` "" = without login."""

    host: str
    port: int = 587
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = True

    @property
    def bares_password(self) -> bool:
        """Whether the password would cross the network in the clear."""
        return bool(self.user) and not self.starttls and self.host not in _HERE


@dataclass(frozen=True, slots=True)
class Said:
    """The server's answer to a mail: its code, and its words."""

    code: int
    text: str

    @property
    def taken(self) -> bool:
        """Whether the mail is now the server's."""
        return self.code < 400

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class Lost(Exception):
    """The connection went away; unless it was before DATA, nobody knows whether the mail arrived."""

    def __init__(self, before_data: bool, reason: str) -> None:
        super().__init__(reason)
        self.before_data = before_data


def connected(server: MailServer) -> smtplib.SMTP:
    """A connection, logged in. Raises `Unavailable`, and `Usage` when the server refuses the login or what is asked."""
    try:
        connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    except (smtplib.SMTPException, OSError) as error:
        raise Unavailable(f"mail server {server.host}:{server.port} does not answer: {error}") from error
    try:
        _introduced(connection, server)
    except BaseException:
        disconnect(connection)
        raise
    return connection


def disconnect(connection: smtplib.SMTP) -> None:
    """Take leave; of a server that has gone, just go."""
    try:
        connection.quit()
    except (smtplib.SMTPException, OSError):
        connection.close()


def hand_over(
    connection: smtplib.SMTP,
    sender: str,
    to: str,
    data: bytes,
    *,
    about: Sequence[str] = (),
    about_to: Sequence[str] = (),
) -> Said:
    """One mail to one address; `about` and `about_to` are parameters of MAIL and RCPT (RFC 3461).

    Raises `Lost`: until DATA is answered a lost connection has delivered nothing; after it nobody knows.
    """
    try:
        for command, argument, options in ((connection.mail, sender, about), (connection.rcpt, to, about_to)):
            code, answer = command(argument, options)
            if code >= 400:
                connection.rset()
                return Said(code, _words(answer))
    except (smtplib.SMTPException, OSError) as error:
        raise Lost(True, str(error) or type(error).__name__) from error
    try:
        return Said(*_told(connection.data(data)))
    except smtplib.SMTPDataError as error:  # refused before a byte of it was sent
        connection.rset()
        return Said(error.smtp_code, _words(error.smtp_error))
    except (smtplib.SMTPException, OSError) as error:
        raise Lost(False, str(error) or type(error).__name__) from error


def _told(answer: tuple[int, bytes]) -> tuple[int, str]:
    return answer[0], _words(answer[1])


def _words(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer


def _introduced(connection: smtplib.SMTP, server: MailServer) -> None:
    try:
        connection.ehlo()
        if server.starttls:
            connection.starttls(context=ssl.create_default_context())
            connection.ehlo()
        if server.user:
            connection.login(server.user, server.password)
    except smtplib.SMTPAuthenticationError as error:
        raise Usage(f"the mail server refuses {server.user}: check smtp_user and smtp_password") from error
    except smtplib.SMTPNotSupportedError as error:
        raise Usage(f"the mail server cannot do what is asked ({error}); see smtp_starttls and smtp_user") from error
    except (smtplib.SMTPException, OSError) as error:
        raise Unavailable(f"the mail server does not answer as it should: {error}") from error
