"""One mail per dispatch, over a connection that each thread keeps open."""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Callable
from email.parser import BytesHeaderParser
from email.utils import getaddresses

from hub.errors import InDoubt, Permanent, Throttled, Transient, Unavailable, Usage
from hub.model.dispatch import Delivered, Dispatch
from hub.net.smtp import CLOSING, Lost, MailServer, Said, connected, disconnect, hand_over

MAIL = "message/rfc822"
SLOW_DOWN_SECONDS = 60.0


class MailSink:
    """A server that takes mail. It does not know a mail that came before, so none is sent again that may have arrived."""

    harmless_twice = False

    def __init__(self, server: Callable[[], MailServer], returns: str, *, receipts: bool = False) -> None:
        """`returns` is the address that reports of failure go to; `receipts` asks for one when a mail arrived, too."""
        self._server = server
        self._returns = returns
        self._receipts = receipts
        self._mine = threading.local()
        self._open: set[smtplib.SMTP] = set()
        self._lock = threading.Lock()

    def deliver(self, dispatch: Dispatch) -> Delivered:
        """Hand it to the server. A connection that it closed meanwhile is opened once more: nothing was sent over it."""
        if dispatch.media_type != MAIL:
            raise Permanent(f"a dispatch of type {dispatch.type} is no mail")
        to = _recipient(dispatch)
        said = self._handed(dispatch, to)
        if said is None or said.code == CLOSING:
            said = self._handed(dispatch, to)
        if said is None:
            raise Unavailable("the mail server closed the connection before it took the mail")
        return _answered(said)

    def find(self, dispatch: Dispatch) -> Delivered | None:
        """No mail server can be asked."""
        raise InDoubt("a mail server cannot be asked what it took: look in its log, or ask the recipient")

    def close(self) -> None:
        """Take leave on every thread's connection."""
        with self._lock:
            still, self._open = self._open, set()
        for connection in still:
            disconnect(connection)

    def _handed(self, dispatch: Dispatch, to: str) -> Said | None:
        """What the server said; None when the connection was lost before it could take anything."""
        connection = self._connection()
        try:
            asks = self._receipts and connection.has_extn("dsn")
            said = hand_over(
                connection, self._returns, to, dispatch.body,
                about=("RET=HDRS", f"ENVID={dispatch.id}") if asks else (),
                about_to=("NOTIFY=SUCCESS,FAILURE,DELAY",) if asks else (),
            )  # fmt: skip
        except Lost as lost:
            self._drop(connection)
            if lost.before_data:
                return None
            raise InDoubt(f"the connection was lost after the mail was handed over: {lost}") from lost
        except BaseException:
            self._drop(connection)
            raise
        if said.code == CLOSING:
            self._drop(connection)
        return said

    def _connection(self) -> smtplib.SMTP:
        """This thread's. Raises `Unavailable`, also for a login that is refused: it is mended without losing a mail."""
        kept: smtplib.SMTP | None = getattr(self._mine, "connection", None)
        if kept is not None and kept in self._open:
            return kept
        try:
            made = connected(self._server())
        except Usage as error:
            raise Unavailable(str(error)) from error
        self._mine.connection = made
        with self._lock:
            self._open.add(made)
        return made

    def _drop(self, connection: smtplib.SMTP) -> None:
        with self._lock:
            self._open.discard(connection)
        connection.close()


def _recipient(dispatch: Dispatch) -> str:
    """The one address that it goes to."""
    headers = BytesHeaderParser().parsebytes(dispatch.body.partition(b"\r\n\r\n")[0])
    addresses = [address for _, address in getaddresses(headers.get_all("To", [])) if address]
    if len(addresses) != 1:
        raise Permanent(f"a mail goes to one address, this one to {len(addresses)}")
    return addresses[0]


def _answered(said: Said) -> Delivered:
    """Taken, or why not: 5xx is for good, 4xx may go later; where it speaks of us (4.7.x), slower."""
    if said.taken:
        return Delivered(reference=str(said)[:500])
    if said.code >= 500:
        raise Permanent(f"the mail server refused it: {said}")
    if said.code == CLOSING or said.text.startswith("4.7."):
        raise Throttled(f"the mail server says: {said}", retry_after_seconds=SLOW_DOWN_SECONDS)
    raise Transient(f"the mail server says: {said}")
