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
    source_mapping,
    vat_code,
)
from hub.store.tables_cases import case_event, case_item, case_money, collection_case
from hub.store.tables_dispatch import business_response, dispatch
from hub.store.tables_dunning import (
    dunning_run,
    dunning_stop,
    instalment,
    letter,
    memo_claim,
    memo_receipt,
    reminder,
    reminder_item,
)
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
from hub.store.tables_statements import bank_statement, bank_statement_entry
from hub.store.tables_streams import stream, stream_message, stream_number
from hub.store.tables_suggestions import lesson
from hub.store.tables_vat import vat_adjusted, vat_declared, vat_figure, vat_return, vat_uncollectable

__all__ = [
    "account",
    "activity",
    "administration",
    "announced_order",
    "app_user",
    "approval",
    "approval_act",
    "attachment",
    "attempt",
    "bank_statement",
    "bank_statement_entry",
    "business_response",
    "case_event",
    "case_item",
    "case_money",
    "chart",
    "collection_case",
    "dispatch",
    "document",
    "dunning_run",
    "dunning_stop",
    "entry",
    "entry_block",
    "entry_block_member",
    "entry_facts",
    "exchange_rate",
    "finding",
    "fiscal_year",
    "free_field",
    "free_value",
    "id_block",
    "inbox",
    "instalment",
    "journal",
    "lesson",
    "letter",
    "mail_opt_out",
    "mailing",
    "mailing_recipient",
    "mandate",
    "match_rejection",
    "memo_claim",
    "memo_receipt",
    "message",
    "message_decision",
    "number_series",
    "open_item",
    "open_item_block",
    "original",
    "outbox",
    "parked",
    "payment",
    "payment_entry",
    "payment_line",
    "payment_line_item",
    "payment_proposal",
    "period",
    "posting",
    "relation",
    "relation_address",
    "relation_card",
    "relation_contact",
    "relation_key",
    "relation_note",
    "relation_reason",
    "reminder",
    "reminder_item",
    "source_mapping",
    "stream",
    "stream_message",
    "stream_number",
    "vat_adjusted",
    "vat_answer",
    "vat_code",
    "vat_declared",
    "vat_figure",
    "vat_line",
    "vat_return",
    "vat_uncollectable",
]
