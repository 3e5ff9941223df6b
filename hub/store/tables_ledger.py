"""Tables of what is booked: append only, sealed by the guards of `hub/store/guards.py`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from hub.store.columns import ID, INSTANT, within
from hub.store.metadata import metadata

entry = Table(
    "entry",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("journal_id", ID, nullable=False),
    Column("fiscal_year_id", ID, nullable=False),
    Column("period_id", ID, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("booking_date", Date, nullable=False),
    Column("posted_at", INSTANT, nullable=False),
    Column("actor_id", ID, nullable=False),
    Column("message_uid", String(200)),
    Column("document_id", ID),
    Column("reversal_of", ID),
    Column("description", Text, nullable=False),
    Column("posting_count", Integer, nullable=False),
    Column("digest", String(64), nullable=False),  # sha256 over entry, postings, VAT lines and facts
    PrimaryKeyConstraint("id", "administration_id"),
    UniqueConstraint("journal_id", "fiscal_year_id", "number", "administration_id"),
    UniqueConstraint("reversal_of", "administration_id"),
    within("document", "document_id"),
    ForeignKeyConstraint(["actor_id"], ["app_user.id"]),
    Index("ix_entry_message", "message_uid"),
    Index(  # entries about a document that its message did not bring: approval, reversal, matching
        "ix_entry_document",
        "document_id",
        "administration_id",
        sqlite_where=text("message_uid IS NULL AND document_id IS NOT NULL"),
        postgresql_where=text("message_uid IS NULL AND document_id IS NOT NULL"),
    ),
    Index("ix_entry_booking_date", "booking_date", "administration_id"),
)

open_item = Table(
    "open_item",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("entry_id", ID, nullable=False),
    Column("relation_id", ID, nullable=False),
    Column("side", String(10), nullable=False),
    Column("part", String(10), nullable=False),
    Column("number", Text, nullable=False),
    Column("invoice_date", Date, nullable=False),
    Column("due_date", Date, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("iban", String(34), nullable=False),
    Column("payment_reference", Text, nullable=False),
    Column("discount_until", Date),
    Column("discount_percentage", String(12)),
    PrimaryKeyConstraint("id", "administration_id"),
    CheckConstraint("side IN ('receivable','payable')", name="side"),
    Index("ix_open_item_relation", "relation_id", "administration_id"),
    Index("ix_open_item_entry", "entry_id", "administration_id"),
)

open_item_block = Table(  # why an open item may not be paid; lifted by a dated decision, never overwritten
    "open_item_block",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("open_item_id", ID, nullable=False),
    Column("reason", String(40), nullable=False),
    Column("since", INSTANT, nullable=False),
    Column("lifted_at", INSTANT),
    Column("lifted_by", ID),
    PrimaryKeyConstraint("open_item_id", "reason", "administration_id"),
    within("open_item", "open_item_id"),
)

posting = Table(
    "posting",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("entry_id", ID, nullable=False),
    Column("line", Integer, nullable=False),
    Column("account_id", ID, nullable=False),
    Column("side", String(6), nullable=False),
    Column("amount", BigInteger, nullable=False),  # minor units of `currency`
    Column("currency", String(3), nullable=False),
    Column("rate", String(40)),  # exact text; null = the administration's own currency
    Column("base_amount", BigInteger, nullable=False),  # minor units of the administration's currency
    Column("vat_code", String(20), nullable=False),
    Column("cost_center", String(40), nullable=False),
    Column("project", String(40), nullable=False),
    Column("relation_id", ID),
    Column("open_item_id", ID),
    # Known from header and open item, and repeated here because every report selects by them: no report joins.
    Column("booking_date", Date),
    Column("posted_at", INSTANT),  # on open items only
    Column("falls_due", Date),  # on open items only; null on what lowers a debt, which is never overdue (10.6 no. 13)
    PrimaryKeyConstraint("entry_id", "line", "administration_id"),
    CheckConstraint("side IN ('debit','credit')", name="side"),
    CheckConstraint("amount >= 0 AND base_amount >= 0", name="positive"),
    CheckConstraint("(relation_id IS NULL) = (open_item_id IS NULL)", name="control"),
    within("entry", "entry_id", deferred=True),
    Index(
        "ix_posting_account",
        "account_id",
        "booking_date",
        "administration_id",
        postgresql_include=["side", "base_amount"],
    ),
    Index(
        "ix_posting_open_item",
        "open_item_id",
        "administration_id",
        postgresql_include=[
            "relation_id",
            "account_id",
            "side",
            "amount",
            "base_amount",
            "booking_date",
            "posted_at",
            "falls_due",
            "entry_id",
        ],
        sqlite_where=text("open_item_id IS NOT NULL"),
        postgresql_where=text("open_item_id IS NOT NULL"),
    ),
)

vat_line = Table(
    "vat_line",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("entry_id", ID, nullable=False),
    Column("line", Integer, nullable=False),
    Column("code", String(20), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("base", BigInteger, nullable=False),
    Column("tax", BigInteger, nullable=False),
    Column("non_deductible", BigInteger, nullable=False),
    Column("base_in_base", BigInteger, nullable=False),
    Column("tax_in_base", BigInteger, nullable=False),
    Column("non_deductible_in_base", BigInteger, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("reverse_charge", Boolean, nullable=False),
    Column("supply_date", Date, nullable=False),
    Column("tax_date", Date, nullable=False),
    Column("country", String(2)),  # where the supply is taxed, or its buyer lives, when that is not here
    Column("rate", String(12)),  # as charged, where the code is for any rate
    PrimaryKeyConstraint("entry_id", "line", "administration_id"),
    Index("ix_vat_line_tax_date", "tax_date", "administration_id"),
)

entry_facts = Table(  # what `book` was given and what it chose: every booking explains itself
    "entry_facts",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("entry_id", ID, nullable=False),
    Column("chart_hash", String(64), nullable=False),
    Column("facts", LargeBinary, nullable=False),  # zlib JSON
    Column("decisions", LargeBinary, nullable=False),  # zlib JSON
    Column("versions", Text, nullable=False),  # code, rule set and mapping versions, JSON
    PrimaryKeyConstraint("entry_id", "administration_id"),
    within("entry", "entry_id", deferred=True),
)
