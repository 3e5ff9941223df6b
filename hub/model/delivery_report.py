"""Delivery report: what a mail server says became of a mail of ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# `failed` for good; `delayed` still tried; `delivered` into the mailbox; `relayed` and `expanded` handed on, and no more heard of.
DeliveryAction = Literal["failed", "delayed", "delivered", "relayed", "expanded"]


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """About one mail to one recipient. `message_id` is the mail's own, `envelope_id` what we named it by at the server.

    `status` is the server's code (`5.1.1`), `words` what it said, `reporter` the server. `at` is when it happened, as far as
    the report says; `report_id` is the report's own Message-ID.
    """

    action: DeliveryAction
    message_id: str
    envelope_id: str = ""
    recipient: str = ""
    status: str = ""
    words: str = ""
    reporter: str = ""
    at: datetime | None = None
    report_id: str = ""
