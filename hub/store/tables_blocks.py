"""Tables of the hash chain: entries in blocks, each block naming the hash of the one before."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

from hub.store.columns import ID, INSTANT, within
from hub.store.metadata import metadata

entry_block = Table(
    "entry_block",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("number", Integer, nullable=False),  # 1, 2, 3 … per administration
    Column("entries", Integer, nullable=False),
    Column("previous", String(64), nullable=False),  # hash of the block before; 64 zeros for the first
    Column("hash", String(64), nullable=False),
    Column("sealed_at", INSTANT, nullable=False),
    Column("actor_id", ID, nullable=False),
    PrimaryKeyConstraint("id", "administration_id"),
    UniqueConstraint("number", "administration_id"),
    ForeignKeyConstraint(["administration_id"], ["administration.id"]),
    ForeignKeyConstraint(["actor_id"], ["app_user.id"]),
)

entry_block_member = Table(
    "entry_block_member",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("entry_id", ID, nullable=False),
    Column("block_id", ID, nullable=False),
    Column("position", Integer, nullable=False),
    PrimaryKeyConstraint("entry_id", "administration_id"),
    within("entry", "entry_id"),
    within("entry_block", "block_id"),
    Index("ix_entry_block_member_block", "block_id", "administration_id"),
)
