"""The tables. Amounts are integer minor units (BIGINT); keys inside are bigint, UUIDs only at the doors.

What is booked (entry, posting, vat_line, open_item, entry_facts) is append only; the database itself
refuses changes and whatever does not add up, see `hub/store/guards.py`. Every key is qualified by its
administration, so that nothing of one company can point into another.

Keys lead with the id, never with the administration: a planner without statistics takes any index whose
first column is named, and would walk a whole administration by it (measured: seals five times slower).
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
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

from hub.store.metadata import metadata

ID = BigInteger().with_variant(Integer(), "sqlite")
INSTANT = DateTime(timezone=True)


def _within(table: str, *columns: str, deferred: bool = False) -> ForeignKeyConstraint:
    """A foreign key that stays inside the administration."""
    options = {"deferrable": True, "initially": "DEFERRED"} if deferred else {}
    return ForeignKeyConstraint(
        ["administration_id", *columns],
        [f"{table}.administration_id", f"{table}.id"],
        **options,  # type: ignore[arg-type]
    )


id_block = Table(
    "id_block", metadata, Column("name", String(20), primary_key=True), Column("next", BigInteger, nullable=False)
)

app_user = Table(
    "app_user",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=False),
    Column("name", String(100), nullable=False, unique=True),
    Column("role", String(20), nullable=False),  # bookkeeper | operator | integrator | system
    Column("created_at", INSTANT, nullable=False),
    CheckConstraint("role IN ('bookkeeper','operator','integrator','system')", name="role"),
)

administration = Table(
    "administration",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=False),
    Column("code", String(40), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("chart_hash", String(64), nullable=False),  # the snapshot that is in force
    Column("next_relation", Integer, nullable=False, server_default="1"),
    Column("created_at", INSTANT, nullable=False),
)

chart = Table(  # every snapshot of accounts, VAT codes, terms and mapping that ever decided a booking
    "chart",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),  # zlib-compressed canonical JSON
    Column("since", INSTANT, nullable=False),
    Column("actor_id", ID, nullable=False),
    PrimaryKeyConstraint("administration_id", "hash"),
    ForeignKeyConstraint(["administration_id"], ["administration.id"]),
    ForeignKeyConstraint(["actor_id"], ["app_user.id"]),
)

account = Table(
    "account",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("code", String(20), nullable=False),
    Column("name", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("rgs", String(20), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("side", String(6), nullable=False),
    Column("control", String(10), nullable=False),  # '' | receivable | payable
    PrimaryKeyConstraint("id", "administration_id"),
    UniqueConstraint("code", "administration_id"),
    ForeignKeyConstraint(["administration_id"], ["administration.id"]),
    CheckConstraint("control IN ('','receivable','payable')", name="control"),
)

vat_code = Table(
    "vat_code",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("code", String(20), nullable=False),
    Column("name", Text, nullable=False),
    Column("direction", String(8), nullable=False),
    Column("category", String(3), nullable=False),
    Column("rate", String(12)),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=False),
    Column("box_base", String(4), nullable=False),
    Column("box_due", String(4), nullable=False),
    Column("box_input", String(4), nullable=False),
    PrimaryKeyConstraint("id", "administration_id"),
    UniqueConstraint("code", "valid_from", "administration_id"),
    ForeignKeyConstraint(["administration_id"], ["administration.id"]),
)

journal = Table(
    "journal",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("code", String(20), nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", String(12), nullable=False),
    PrimaryKeyConstraint("id", "administration_id"),
    UniqueConstraint("code", "administration_id"),
    ForeignKeyConstraint(["administration_id"], ["administration.id"]),
)

fiscal_year = Table(
    "fiscal_year",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("year", Integer, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    PrimaryKeyConstraint("id", "administration_id"),
    UniqueConstraint("year", "administration_id"),
    ForeignKeyConstraint(["administration_id"], ["administration.id"]),
)

period = Table(
    "period",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("fiscal_year_id", ID, nullable=False),
    Column("name", String(10), nullable=False),  # 2026-11
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("state", String(6), nullable=False),
    PrimaryKeyConstraint("id", "administration_id"),
    UniqueConstraint("name", "administration_id"),
    _within("fiscal_year", "fiscal_year_id"),
    CheckConstraint("state IN ('open','closed','locked')", name="state"),
)

number_series = Table(  # gapless per journal and fiscal year; one update per batch, taken late
    "number_series",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("journal_id", ID, nullable=False),
    Column("fiscal_year_id", ID, nullable=False),
    Column("last", BigInteger, nullable=False),
    PrimaryKeyConstraint("journal_id", "fiscal_year_id", "administration_id"),
    _within("journal", "journal_id"),
    _within("fiscal_year", "fiscal_year_id"),
)

relation = Table(
    "relation",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("code", String(20), nullable=False),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("country", String(2), nullable=False),
    Column("settings", Text, nullable=False),  # JSON: contra-accounts, policies, terms, G-account, reverse charge
    Column("created_at", INSTANT, nullable=False),
    Column("created_by", ID, nullable=False),
    PrimaryKeyConstraint("id", "administration_id"),
    UniqueConstraint("code", "administration_id"),
    UniqueConstraint("key", "administration_id"),
    Index("ix_relation_name_key", "name_key", "administration_id"),
    ForeignKeyConstraint(["administration_id"], ["administration.id"]),
    ForeignKeyConstraint(["created_by"], ["app_user.id"]),
)

relation_key = Table(  # strong keys, normalised: `0106:12345678`, `VAT:NL…`, `IBAN:NL…`
    "relation_key",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("relation_id", ID, nullable=False),
    Column("key", Text, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    PrimaryKeyConstraint("key", "relation_id", "administration_id"),
    _within("relation", "relation_id"),
    Index("ix_relation_key_relation", "relation_id", "administration_id"),
    Index(  # DOMAIN 10.6 no. 25: unique in the database only on legal ids
        "uq_relation_key_legal",
        "key",
        "administration_id",
        unique=True,
        sqlite_where=text("key LIKE '0106:%' OR key LIKE '0190:%'"),
        postgresql_where=text("key LIKE '0106:%' OR key LIKE '0190:%'"),
    ),
)

activity = Table(  # who changed what, when; append only
    "activity",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("at", INSTANT, nullable=False),
    Column("actor_id", ID, nullable=False),
    Column("what", String(60), nullable=False),
    Column("subject", Text, nullable=False),
    Column("details", Text, nullable=False),
    PrimaryKeyConstraint("id", "administration_id"),
    ForeignKeyConstraint(["actor_id"], ["app_user.id"]),
)

exchange_rate = Table(
    "exchange_rate",
    metadata,
    Column("currency", String(3), nullable=False),
    Column("published_on", Date, nullable=False),
    Column("rate", String(40), nullable=False),  # exact decimal text, units for one euro
    Column("source", String(40), nullable=False),
    PrimaryKeyConstraint("currency", "published_on"),
)

original = Table(  # every byte received, once per administration
    "original",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),  # zlib
    Column("size", BigInteger, nullable=False),  # of the raw bytes
    Column("media_type", String(100), nullable=False),
    Column("keep_until", Date, nullable=False),
    PrimaryKeyConstraint("sha256", "administration_id"),
    ForeignKeyConstraint(["administration_id"], ["administration.id"]),
)

message = Table(  # T1: what came in
    "message",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("uid", String(200), nullable=False, unique=True),
    Column("lane", String(40), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("external_id", Text, nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("received_at", INSTANT, nullable=False),
    Column("actor_id", ID, nullable=False),
    Column("causation_uid", String(200)),
    Column("wished", String(8)),  # purchase | sales, from --as
    PrimaryKeyConstraint("id", "administration_id"),
    UniqueConstraint("channel", "external_id", "administration_id"),
    ForeignKeyConstraint(["administration_id", "sha256"], ["original.administration_id", "original.sha256"]),
)

inbox = Table(  # T2: what became of it, in the same commit as the effect
    "inbox",
    metadata,
    Column("message_uid", String(200), nullable=False),
    Column("consumer", String(40), nullable=False),
    Column("administration_id", ID, nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("recorded_at", INSTANT, nullable=False),
    PrimaryKeyConstraint("message_uid", "consumer"),
    CheckConstraint("outcome IN ('posted','held','refused','duplicate','conflict')", name="outcome"),
    Index("ix_inbox_outcome", "outcome", "administration_id"),
)

document = Table(
    "document",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("message_uid", String(200), nullable=False),
    Column("format", String(40), nullable=False),
    Column("profile", String(40), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("direction", String(8), nullable=False),
    Column("type_code", String(10), nullable=False),
    Column("number", Text, nullable=False),
    Column("number_key", Text, nullable=False),
    Column("issue_date", Date),
    Column("relation_id", ID),
    Column("currency", String(3), nullable=False),
    Column("total", BigInteger),
    Column("due", BigInteger),
    Column("summary", Text, nullable=False),  # JSON of CONTRACT's `document`
    Column("claim", Text),  # the identity, while posted or held; free again when refused
    Column("sha256", String(64), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("earlier_uid", String(200)),  # the twin of a duplicate or conflict
    Column("decisions", LargeBinary),  # of a document without entry: zlib JSON
    PrimaryKeyConstraint("id", "administration_id"),
    UniqueConstraint("claim", "administration_id"),
    UniqueConstraint("message_uid", "administration_id"),
    Index("ix_document_number_key", "number_key", "administration_id"),
    ForeignKeyConstraint(["administration_id"], ["administration.id"]),
)

finding = Table(
    "finding",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("message_uid", String(200), nullable=False),
    Column("position", Integer, nullable=False),
    Column("code", String(40), nullable=False),
    Column("layer", String(20), nullable=False),
    Column("severity", String(12), nullable=False),
    Column("who", String(10), nullable=False),
    Column("location", Text, nullable=False),
    Column("found", Text),
    Column("expected", Text),
    Column("details", Text, nullable=False),
    PrimaryKeyConstraint("message_uid", "position", "administration_id"),
)

message_decision = Table(  # how a person ended a held message: release, refuse, replace; append only
    "message_decision",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("message_uid", String(200), nullable=False),
    Column("decision", String(10), nullable=False),
    Column("codes", Text, nullable=False),  # JSON list of accepted finding codes
    Column("reason", Text, nullable=False),
    Column("at", INSTANT, nullable=False),
    Column("actor_id", ID, nullable=False),
    PrimaryKeyConstraint("id", "administration_id"),
    Index("ix_message_decision_message", "message_uid", "administration_id"),
    ForeignKeyConstraint(["actor_id"], ["app_user.id"]),
)

attachment = Table(  # an embedded document, stored as an original of its own
    "attachment",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("document_id", ID, nullable=False),
    Column("position", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("media_type", String(100), nullable=False),
    PrimaryKeyConstraint("document_id", "position", "administration_id"),
    _within("document", "document_id"),
    ForeignKeyConstraint(["administration_id", "sha256"], ["original.administration_id", "original.sha256"]),
)

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
    _within("document", "document_id"),
    ForeignKeyConstraint(["actor_id"], ["app_user.id"]),
    Index("ix_entry_message", "message_uid"),
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
    _within("open_item", "open_item_id"),
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
    PrimaryKeyConstraint("entry_id", "line", "administration_id"),
    CheckConstraint("side IN ('debit','credit')", name="side"),
    CheckConstraint("amount >= 0 AND base_amount >= 0", name="positive"),
    CheckConstraint("(relation_id IS NULL) = (open_item_id IS NULL)", name="control"),
    _within("entry", "entry_id", deferred=True),
    Index("ix_posting_account", "account_id", "administration_id"),
    Index(
        "ix_posting_open_item",
        "open_item_id",
        "administration_id",
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
    _within("entry", "entry_id", deferred=True),
)

outbox = Table(  # what must still be published; only the relay moves it
    "outbox",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=False),
    Column("administration_id", ID, nullable=False),
    Column("lane", String(60), nullable=False),
    Column("message_uid", String(200), nullable=False),
    Column("envelope", Text, nullable=False),  # JSON: type, content type, headers, body
    Column("not_before", INSTANT, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    Column("sent_at", INSTANT),
    Index(
        "ix_outbox_unsent",
        "not_before",
        "id",
        sqlite_where=text("sent_at IS NULL"),
        postgresql_where=text("sent_at IS NULL"),
    ),
)

attempt = Table(  # one technical failure of one message
    "attempt",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=False),
    Column("administration_id", ID),
    Column("message_uid", String(200), nullable=False),
    Column("lane", String(60), nullable=False),
    Column("at", INSTANT, nullable=False),
    Column("error_class", String(100), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_attempt_message", "message_uid"),
)

parked = Table(  # failed for good: reason, group, payload; can be edited and sent again exactly once
    "parked",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=False),
    Column("administration_id", ID),
    Column("message_uid", String(200), nullable=False),
    Column("lane", String(60), nullable=False),
    Column("reason", Text, nullable=False),
    Column("error_class", String(100), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("envelope", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("payload_sha256", String(64), nullable=False),
    Column("state", String(10), nullable=False),  # parked | replayed | discarded
    Column("parked_at", INSTANT, nullable=False),
    Column("ended_at", INSTANT),
    Column("ended_by", ID),
    Column("replayed_as", String(200)),
    UniqueConstraint("message_uid", "lane"),
    Index("ix_parked_state", "state", "fingerprint"),
    CheckConstraint("state IN ('parked','replayed','discarded')", name="state"),
)
