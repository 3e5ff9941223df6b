"""The tables. Amounts are integer minor units (BIGINT); keys inside are bigint, UUIDs only at the doors.

What is booked (entry, posting, vat_line, open_item, entry_facts) is append only; the database itself
refuses changes and whatever does not add up, see `hub/store/guards.py`. Every key is qualified by its
administration, so that nothing of one company can point into another.

Keys lead with the id, never with the administration: a planner without statistics takes any index whose
first column is named, and would walk a whole administration by it (measured: seals five times slower).
"""

from __future__ import annotations

from hub.store.tables_approval import approval, approval_act
from hub.store.tables_blocks import entry_block, entry_block_member
from hub.store.tables_books import (
    account,
    activity,
    administration,
    app_user,
    chart,
    exchange_rate,
    fiscal_year,
    id_block,
    journal,
    number_series,
    period,
    relation,
    relation_key,
    vat_code,
)
from hub.store.tables_dispatch import business_response, dispatch
from hub.store.tables_ledger import entry, entry_facts, open_item, open_item_block, posting, vat_line
from hub.store.tables_mailings import mail_opt_out, mailing, mailing_recipient
from hub.store.tables_messages import (
    attachment,
    attempt,
    document,
    finding,
    inbox,
    message,
    message_decision,
    original,
    outbox,
    parked,
)
from hub.store.tables_payments import (
    mandate,
    match_rejection,
    payment,
    payment_entry,
    payment_line,
    payment_line_item,
    payment_proposal,
)
from hub.store.tables_relations import (
    announced_order,
    free_field,
    free_value,
    relation_address,
    relation_card,
    relation_contact,
    relation_note,
    relation_reason,
    vat_answer,
)
from hub.store.tables_suggestions import lesson
from hub.store.tables_vat import vat_adjusted, vat_declared, vat_figure, vat_return, vat_uncollectable

__all__ = [
    "mail_opt_out",
    "mailing",
    "mailing_recipient",
    "approval",
    "approval_act",
    "id_block",
    "app_user",
    "administration",
    "chart",
    "account",
    "vat_code",
    "journal",
    "fiscal_year",
    "period",
    "number_series",
    "relation",
    "relation_key",
    "activity",
    "exchange_rate",
    "original",
    "message",
    "inbox",
    "document",
    "finding",
    "message_decision",
    "attachment",
    "outbox",
    "dispatch",
    "business_response",
    "attempt",
    "parked",
    "entry",
    "open_item",
    "open_item_block",
    "posting",
    "vat_line",
    "entry_facts",
    "lesson",
    "entry_block",
    "entry_block_member",
    "announced_order",
    "free_field",
    "free_value",
    "relation_address",
    "relation_card",
    "relation_contact",
    "relation_note",
    "relation_reason",
    "vat_answer",
    "vat_return",
    "vat_figure",
    "vat_declared",
    "vat_adjusted",
    "vat_uncollectable",
    "payment",
    "payment_entry",
    "match_rejection",
    "mandate",
    "payment_proposal",
    "payment_line",
    "payment_line_item",
]
