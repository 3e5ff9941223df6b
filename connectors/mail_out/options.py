"""The table of a mail server in hub.toml; what it does not say is the installation's, as `smtp_…` has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from connectors.mail_out.sink import MailSink
from hub.errors import Usage
from hub.model.mail_address import is_address, sender_of
from hub.net import Http, Secret
from hub.net.smtp import MailServer

KNOWN = (
    "host",
    "port",
    "sender",
    "user",
    "password",
    "starttls",
    "bounce_to",
    "receipts",
    "attach_invoices",
    "max_bytes",
)
_GIVEN = "smtp_password"  # the installation's own, which the hub fills in where the table names no server
_FLAGS = ("starttls", "receipts", "attach_invoices")


class MailKind:
    """Mail by SMTP: reminders with their letter and the invoices attached."""

    kinds, forms = ("reminder",), ("mail",)

    def open(self, name: str, options: Mapping[str, Any], http: Http) -> MailSink:
        """Options: host, port, sender (`Name <address>`), user, password (env:NAME or file:/path), starttls; bounce_to (an
        address that is read for reports of failure), receipts (ask for a report of arrival where the server can);
        attach_invoices and max_bytes (of all that is attached), which are read where the mail is made.
        """
        where = f"[sink.{name}]"
        _judged(options, where)
        server = MailServer(
            str(options.get("host", "")), int(options.get("port", 587)), str(options.get("user", "")),
            starttls=bool(options.get("starttls", True)),
        )  # fmt: skip
        if not server.host:
            raise Usage(f"{where}: host is missing: name the mail server here, or set smtp_host")
        if server.bares_password:
            raise Usage(f"{where}: starttls is off: the password would cross the network in the clear; switch it on")
        returns = str(options.get("bounce_to", "")) or sender_of(str(options.get("sender", "")))[1]
        return MailSink(_with_password(server, options), returns, receipts=bool(options.get("receipts", False)))


def _judged(options: Mapping[str, Any], where: str) -> None:
    if unknown := sorted(set(options) - {*KNOWN, _GIVEN}):
        raise Usage(f"{where}: unknown option {unknown[0]!r}; known are {', '.join(KNOWN)}")
    for key in _FLAGS:
        if not isinstance(options.get(key, True), bool):
            raise Usage(f"{where} {key} = {options[key]!r}: write true or false")
    for key in ("port", "max_bytes"):
        value = options.get(key, 1)
        if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
            raise Usage(f"{where} {key} = {value!r}: write a number above zero")
    sender = str(options.get("sender", ""))
    if not is_address(sender_of(sender)[1]):
        raise Usage(f"{where} sender = {sender!r}: write Name <address>, here or as smtp_sender")
    if (returns := str(options.get("bounce_to", ""))) and not is_address(returns):
        raise Usage(f"{where} bounce_to = {returns!r}: write one mail address")


def _with_password(server: MailServer, options: Mapping[str, Any]) -> Callable[[], MailServer]:
    """Read at each connection, so that it can be changed without a restart."""
    secret = Secret(str(options["password"])) if options.get("password") else None
    given = str(options.get(_GIVEN, ""))

    def current() -> MailServer:
        password = secret.value if secret else given
        return replace(server, password=password)

    return current
