"""Tables of what goes out: dispatches with their state, and the business answers that were given on documents."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from hub.store.columns import ID, INSTANT
from hub.store.metadata import metadata

dispatch = Table(
    "dispatch",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("uid", String(200), nullable=False, unique=True),  # the idempotency key at the far side
    Column("sink", String(40), nullable=False),
    Column("type", String(60), nullable=False),
    Column("subject", Text, nullable=False),
    Column("key", String(200), nullable=False),  # one of its kind within its sink
    Column("media_type", String(100), nullable=False),
    Column("headers", Text, nullable=False),  # JSON
    Column("body", LargeBinary, nullable=False),
    Column("state", String(10), nullable=False),  # waiting | sending | sent | parked
    Column("attempts", Integer, nullable=False),
    Column("reference", Text, nullable=False),  # the far side's own
    Column("note", Text, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    Column("changed_at", INSTANT, nullable=False),
    PrimaryKeyConstraint("id", "administration_id"),
    UniqueConstraint("key", "sink", "administration_id"),
    Index("ix_dispatch_state", "state", "sink"),
    ForeignKeyConstraint(["administration_id"], ["administration.id"]),
    CheckConstraint("state IN ('waiting','sending','sent','parked')", name="state"),
)

business_response = Table(  # one per document and status, and never another
    "business_response",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("message_uid", String(200), nullable=False),
    Column("status", String(10), nullable=False),  # AB, IP, UQ, CA, RE, AP, PD; PPD = PD for a part
    Column("sink", String(40), nullable=False),
    Column("dispatch_uid", String(200), nullable=False),
    Column("reasons", Text, nullable=False),  # JSON list of reason and action codes with their texts
    Column("made_at", INSTANT, nullable=False),
    PrimaryKeyConstraint("message_uid", "status", "administration_id"),
    ForeignKeyConstraint(["administration_id"], ["administration.id"]),
    CheckConstraint("status IN ('AB','IP','UQ','CA','RE','AP','PD','PPD')", name="status"),
)
