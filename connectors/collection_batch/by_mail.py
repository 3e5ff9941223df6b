"""A file as the attachment of a mail. The same dispatch bears the same Message-ID, so that a repetition is known for one."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from connectors.collection_batch.pack import Leaving
from hub.errors import InDoubt, Permanent, Transient, Unavailable, Usage
from hub.net import Secret

SECONDS = 30.0
_HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class MailBox:
    """Whom cases are mailed to, and by which server."""

    sink: str
    host: str
    sender: str
    to: str
    port: int = 587
    user: str = ""
    secret: Secret | None = None
    starttls: bool = True

    def leave(self, file: Leaving) -> bool:
        """See `Way`. In doubt is only the answer to the mail itself; who is not reached before it got nothing."""
        mail = self._mail(file)
        with self._server() as server:
            self._named(server)
            try:
                code, answer = server.data(mail)
            except smtplib.SMTPDataError as error:  # refused before a byte of it was sent
                raise _refusal(error.smtp_code, error.smtp_error) from error
            except (smtplib.SMTPException, OSError) as error:
                raise InDoubt(
                    f"{self.host}: nobody knows whether the mail of {file.number} was taken: {error}"
                ) from error
            if code >= 400:
                raise _refusal(code, answer)
        return True

    def holds(self, name: str) -> bool | None:
        """Nobody can look into the agency's mailbox."""
        return None

    def _named(self, server: smtplib.SMTP) -> None:
        """From whom and to whom; until here nothing of the mail was sent."""
        try:
            for command, address in ((server.mail, parseaddr(self.sender)[1]), (server.rcpt, self.to)):
                code, answer = command(address)
                if code >= 400:
                    raise _refusal(code, answer)
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable(f"{self.host} went away: {error}") from error

    def _mail(self, file: Leaving) -> bytes:
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"] = self.sender, self.to
        mail["Subject"] = f"{file.number}: {file.name}"
        mail["Date"] = format_datetime(file.at)
        mail["Message-ID"] = f"<{file.dispatch_id}@{parseaddr(self.sender)[1].rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(f"{file.name}\n")
        main, _, sub = file.media_type.partition("/")
        mail.add_attachment(file.data, maintype=main, subtype=sub, filename=file.name)
        mail.set_boundary(f"=={file.dispatch_id}==")  # else it would be another one each time
        return mail.as_bytes()

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        try:
            server = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable(f"mail server {self.host}:{self.port} cannot be reached: {error}") from error
        try:
            self._log_in(server)
            yield server
        finally:
            try:
                server.quit()
            except (smtplib.SMTPException, OSError):
                server.close()

    def _log_in(self, server: smtplib.SMTP) -> None:
        try:
            server.ehlo()
            if self.starttls:
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
            elif self.user and self.host not in _HERE:
                raise Usage(f"[sink.{self.sink}]: no password is sent without encryption; set starttls = true")
            if self.user and self.secret:
                server.login(self.user, self.secret.value)
        except smtplib.SMTPAuthenticationError as error:
            raise Usage(f"[sink.{self.sink}]: {self.host} refuses {self.user}") from error
        except smtplib.SMTPNotSupportedError as error:
            raise Usage(
                f"[sink.{self.sink}]: {self.host} cannot do what is asked ({error}); see starttls and user"
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable(f"{self.host} does not answer as it should: {error}") from error


def _refusal(code: int, answer: bytes | str) -> Exception:
    """5xx is for good, 4xx for now."""
    text = f"{code} {answer.decode('utf-8', 'replace') if isinstance(answer, bytes) else answer}"
    sentence = f"the mail server refuses the mail: {text}"
    return Permanent(sentence) if code >= 500 else Transient(sentence)
