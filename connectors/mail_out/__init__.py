"""Mail to one address at a time by SMTP: sink kind `mail`."""

from __future__ import annotations

from connectors.mail_out.options import MailKind
from connectors.mail_out.sink import MailSink

__all__ = ["MailKind", "MailSink", "kind"]
kind = MailKind()
