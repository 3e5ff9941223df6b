"""Tables of streams: how far each has come, which message took which number, and which messages wait for their turn."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from hub.store.columns import ID, INSTANT
from hub.store.metadata import metadata

stream = Table(  # its row is locked by whoever applies, waits or skips
    "stream",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("key", Text, nullable=False),  # `erp/stock`
    Column("applied", BigInteger, nullable=False),  # the last number that was booked or skipped, as all before it
    PrimaryKeyConstraint("key", "administration_id"),
    CheckConstraint("applied >= 0", name="applied"),
    ForeignKeyConstraint(["administration_id"], ["administration.id"]),
)

stream_number = Table(  # a number that is done with; append only, so that none is ever taken twice
    "stream_number",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("stream", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("message_uid", String(200)),  # null = skipped by a person
    Column("at", INSTANT, nullable=False),
    Column("actor_id", ID, nullable=False),
    Column("reason", Text, nullable=False),  # of a person
    PrimaryKeyConstraint("stream", "seq", "administration_id"),
    CheckConstraint("seq >= 1", name="seq"),
    ForeignKeyConstraint(["administration_id", "stream"], ["stream.administration_id", "stream.key"]),
    ForeignKeyConstraint(["actor_id"], ["app_user.id"]),
)

stream_message = Table(  # every message that named a stream; one that waits has no row in the inbox yet
    "stream_message",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("message_uid", String(200), nullable=False),
    Column("stream", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("number", Text, nullable=False),  # the document's own, to show
    Column("waiting", Boolean, nullable=False),
    Column("since", INSTANT, nullable=False),
    PrimaryKeyConstraint("message_uid", "administration_id"),
    ForeignKeyConstraint(["administration_id", "stream"], ["stream.administration_id", "stream.key"]),
    Index("ix_stream_message_stream", "stream", "seq", "administration_id"),
)
