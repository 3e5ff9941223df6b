"""Tables of mailings: what was written to whom, what became of each mail, and who wants none."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from hub.store.columns import ID, INSTANT, within
from hub.store.metadata import metadata

mailing = Table(  # append only: what was sent stays what it was
    "mailing",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("subject", Text, nullable=False),  # with merge fields, as the bodies
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("selection", Text, nullable=False),  # as it was typed
    Column("language", String(2), nullable=False),  # of what the hub adds: the line on unsubscribing
    Column("created_at", INSTANT, nullable=False),
    Column("actor_id", ID, nullable=False),
    PrimaryKeyConstraint("id", "administration_id"),
    ForeignKeyConstraint(["administration_id"], ["administration.id"]),
    ForeignKeyConstraint(["actor_id"], ["app_user.id"]),
)

mailing_recipient = Table(  # one mail to one address; its state is all that changes
    "mailing_recipient",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("mailing_id", ID, nullable=False),
    Column("position", Integer, nullable=False),
    Column("relation_id", ID, nullable=False),
    Column("email", Text, nullable=False),
    Column("fields", Text, nullable=False),  # JSON: what the merge fields said when the mailing was made
    Column("message_id", String(200), nullable=False),  # the same at every attempt, so that a second copy shows as one
    Column("state", String(8), nullable=False),
    Column("reason", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("changed_at", INSTANT, nullable=False),
    PrimaryKeyConstraint("mailing_id", "position", "administration_id"),
    UniqueConstraint("mailing_id", "email", "relation_id", "administration_id"),
    within("mailing", "mailing_id"),
    within("relation", "relation_id"),
    CheckConstraint("state IN ('queued','sending','sent','failed','skipped')", name="state"),
)

mail_opt_out = Table(  # ended by a dated decision, never overwritten
    "mail_opt_out",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("relation_id", ID),  # null = whoever has this address
    Column("email", Text, nullable=False),  # in small letters; '' = every address of the relation
    Column("reason", Text, nullable=False),
    Column("since", INSTANT, nullable=False),
    Column("since_by", ID, nullable=False),
    Column("ended_at", INSTANT),
    Column("ended_by", ID),
    PrimaryKeyConstraint("id", "administration_id"),
    within("relation", "relation_id"),
    ForeignKeyConstraint(["administration_id"], ["administration.id"]),
    ForeignKeyConstraint(["since_by"], ["app_user.id"]),
    ForeignKeyConstraint(["ended_by"], ["app_user.id"]),
    CheckConstraint("relation_id IS NOT NULL OR email <> ''", name="whom"),
    Index("ix_mail_opt_out_email", "email", "administration_id"),
)

__all__ = ["mail_opt_out", "mailing", "mailing_recipient"]
