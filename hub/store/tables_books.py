"""Tables of an administration: its users, chart, journals, years, relations and rates."""

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
    Column(
        "next_change", BigInteger, nullable=False, server_default="1"
    ),  # numbers changes of relations, see `relation.version`
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

source_mapping = Table(  # every mapping of a source, and every description of a file, that ever decided a booking
    "source_mapping",
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
    Column("due_account", String(20), nullable=False, server_default=""),
    Column("input_account", String(20), nullable=False, server_default=""),
    Column("origin", String(10), nullable=False, server_default=""),
    Column("kind", String(10), nullable=False, server_default=""),
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
    within("fiscal_year", "fiscal_year_id"),
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
    within("journal", "journal_id"),
    within("fiscal_year", "fiscal_year_id"),
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
    # The change that made it what it is: numbered per administration, in order of commit, so that a feed misses none.
    Column("version", BigInteger, nullable=False, server_default="0"),
    Column("changed_at", INSTANT),
    Column("changed_by", ID),
    Column(
        "watched", Boolean, nullable=False, server_default=text("false")
    ),  # had a hold or limit once: look at its reasons
    Column("merged_into", ID),  # the survivor of a merge, always the last one: chains are shortened when they grow
    PrimaryKeyConstraint("id", "administration_id"),
    UniqueConstraint("code", "administration_id"),
    UniqueConstraint("key", "administration_id"),
    Index("ix_relation_name_key", "name_key", "administration_id"),
    Index("ix_relation_version", "version", "administration_id"),
    Index(
        "ix_relation_merged",
        "merged_into",
        "administration_id",
        sqlite_where=text("merged_into IS NOT NULL"),
        postgresql_where=text("merged_into IS NOT NULL"),
    ),
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
    within("relation", "relation_id"),
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
