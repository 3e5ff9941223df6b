"""Handing mail to a server: a connection that is introduced and logged in, and one mail over it with what the server said."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field

from hub.errors import Unavailable, Usage

TIMEOUT_SECONDS = 30.0
CLOSING = 421  # "service not available, closing": also what a server says that takes no more over one connection
GO_AHEAD = 354  # "start mail input"
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
    commands = (_command("MAIL FROM:", sender, about), _command("RCPT TO:", to, about_to), b"DATA\r\n")
    try:
        refused = _asked(connection, commands)
    except (smtplib.SMTPException, OSError) as error:
        raise Lost(True, str(error) or type(error).__name__) from error
    if refused is not None:
        return refused
    try:
        connection.send(_as_data(data))
        return _answer(connection)
    except (smtplib.SMTPException, OSError) as error:
        raise Lost(False, str(error) or type(error).__name__) from error


def _asked(connection: smtplib.SMTP, commands: Sequence[bytes]) -> Said | None:
    """Whether the server will not have the mail; None = it waits for it. Asked all at once where the server takes that (RFC 2920),
    which saves two ways there and back for each mail."""
    together = connection.has_extn("pipelining")
    if together:
        connection.send(b"".join(commands))
    refused = None
    for command in commands:
        if not together:
            connection.send(command)
        said = _answer(connection)
        if said.code == CLOSING:
            return said
        if not said.taken:
            refused = refused or said
            if not together:
                break
    if refused is None and said.code != GO_AHEAD:
        raise smtplib.SMTPException(f"the server answered DATA with {said}")
    if refused is not None:
        if said.code == GO_AHEAD:  # it waits for a mail to nobody: an empty one ends that (RFC 2920, 3.1)
            connection.send(b".\r\n")
            _answer(connection)
        connection.rset()
    return refused


def _command(verb: str, address: str, parameters: Sequence[str]) -> bytes:
    line = " ".join((f"{verb}{smtplib.quoteaddr(address)}", *parameters))
    if "\r" in line or "\n" in line:
        raise ValueError("a line end within an SMTP command")
    return f"{line}\r\n".encode("ascii")


def _as_data(data: bytes) -> bytes:
    """As it travels: a dot more where a line begins with one, and a line of one dot at its end (RFC 5321, 4.5.2)."""
    stuffed = data.replace(b"\n.", b"\n..")
    first = b"." if data.startswith(b".") else b""
    return b"".join((first, stuffed, b"" if data.endswith(b"\r\n") else b"\r\n", b".\r\n"))


def _answer(connection: smtplib.SMTP) -> Said:
    """The next. Where the server says that it closes, so do we: what it still said would be taken for the answer to another mail."""
    code, answer = connection.getreply()
    if code == CLOSING:
        connection.close()
    return Said(code, _words(answer))


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
