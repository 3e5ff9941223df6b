"""Tables of approval: which documents wait under what flow, and every act of a person; both append only."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from hub.store.columns import ID, INSTANT, within
from hub.store.metadata import metadata

# Known by its message, not its document: a held document is recorded anew each time it is decided again.
approval = Table(
    "approval",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("message_uid", String(200), nullable=False),
    Column("method", String(20), nullable=False),  # register_first | book_at_once | credit
    Column("flow", Text, nullable=False),  # JSON: the steps that this document needs, as they were
    Column("amount", BigInteger),  # total in base minor units; null = not known when it came in
    Column("account_id", ID),  # the suspense account it was booked on
    Column("of_uid", String(200)),  # of a credit note: the message of the rejected invoice that it belongs to
    Column("ends", Boolean, nullable=False),  # of a credit note: whether nothing of that invoice is left after it
    Column("entry_id", ID),  # of a credit note: the entry in which the two close each other
    Column("started_at", INSTANT, nullable=False),
    Column("actor_id", ID, nullable=False),  # who booked it
    PrimaryKeyConstraint("message_uid", "administration_id"),
    CheckConstraint("method IN ('register_first','book_at_once','credit')", name="method"),
    CheckConstraint("(method = 'credit') = (of_uid IS NOT NULL)", name="credit"),
    within("account", "account_id"),
    within("entry", "entry_id"),
    Index("ix_approval_of", "of_uid", "administration_id"),
    ForeignKeyConstraint(["administration_id"], ["administration.id"]),
    ForeignKeyConstraint(["actor_id"], ["app_user.id"]),
)

approval_act = Table(
    "approval_act",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("message_uid", String(200), nullable=False),
    Column("number", Integer, nullable=False),  # 1, 2 …: two at once cannot both be the next
    Column("act", String(10), nullable=False),  # approve | reject | hold | resume | forward
    Column("state", String(10), nullable=False),  # what it led to
    Column("step", Integer, nullable=False),  # the step that waits after it, from 1
    Column("ending", String(20), nullable=False),  # returned | wait_for_credit | ''
    Column("at", INSTANT, nullable=False),
    Column("actor_id", ID, nullable=False),
    Column("on_behalf_of", String(100), nullable=False),  # whom the actor stood in for
    Column("to_user", String(100), nullable=False),  # forwarded to
    Column("comment", Text, nullable=False),
    Column("entry_id", ID),  # what was booked by it
    PrimaryKeyConstraint("message_uid", "number", "administration_id"),
    CheckConstraint("act IN ('approve','reject','hold','resume','forward')", name="act"),
    CheckConstraint("state IN ('waiting','on_hold','approved','rejected')", name="state"),
    CheckConstraint("ending IN ('','returned','wait_for_credit')", name="ending"),
    ForeignKeyConstraint(["administration_id", "message_uid"], ["approval.administration_id", "approval.message_uid"]),
    within("entry", "entry_id"),
    ForeignKeyConstraint(["actor_id"], ["app_user.id"]),
)
