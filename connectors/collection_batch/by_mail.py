"""A file as the attachment of a mail. The same dispatch bears the same Message-ID, so that a repetition is known for one."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from connectors.collection_batch.pack import Leaving
from hub.errors import InDoubt, Permanent, Transient, Unavailable, Usage
from hub.net import Secret
from hub.net.smtp import Lost, MailServer, connected, disconnect, hand_over


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
        server = self._server()
        if server.bares_password:
            raise Usage(f"[sink.{self.sink}]: no password is sent without encryption; set starttls = true")
        try:
            connection = connected(server)
        except Usage as error:
            raise Usage(f"[sink.{self.sink}]: {error}") from error
        try:
            said = hand_over(connection, parseaddr(self.sender)[1], self.to, self._mail(file))
        except Lost as lost:
            if lost.before_data:
                raise Unavailable(f"{self.host} went away: {lost}") from lost
            raise InDoubt(f"{self.host}: nobody knows whether the mail of {file.number} was taken: {lost}") from lost
        finally:
            disconnect(connection)
        if not said.taken:
            sentence = f"the mail server refuses the mail: {said}"
            raise Permanent(sentence) if said.code >= 500 else Transient(sentence)
        return True

    def holds(self, name: str) -> bool | None:
        """Nobody can look into the agency's mailbox."""
        return None

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

    def _server(self) -> MailServer:
        password = self.secret.value if self.user and self.secret else ""
        return MailServer(self.host, self.port, self.user if self.secret else "", password, self.starttls)
