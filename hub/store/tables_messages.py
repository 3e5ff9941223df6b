"""Tables of what comes in and goes out: originals, messages, outcomes, documents, findings, outbox, parked."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
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
    Column("judged_by", Text),  # JSON: layer of official rules -> release; null where none judged it
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
    Column("more", LargeBinary),  # further places of the same finding, right after this one: zlib JSON
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
    within("document", "document_id"),
    ForeignKeyConstraint(["administration_id", "sha256"], ["original.administration_id", "original.sha256"]),
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
