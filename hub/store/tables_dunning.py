"""Tables of reminding: runs, what was written to whom for which open items, what stops it, and what is claimed beside a principal."""

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
)

from hub.store.columns import ID, INSTANT, within
from hub.store.metadata import metadata

dunning_run = Table(
    "dunning_run",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("number", Integer, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("state", String(10), nullable=False),
    Column("rules_version", Text, nullable=False),
    Column("rested", Text, nullable=False),  # JSON: how many items were left alone, by reason
    Column("created_at", INSTANT, nullable=False),
    Column("created_by", ID, nullable=False),
    Column("frozen_at", INSTANT),
    Column("frozen_by", ID),
    Column("sent_at", INSTANT),  # when the last of it was staged
    Column("sent_by", ID),
    PrimaryKeyConstraint("id", "administration_id"),
    UniqueConstraint("number", "administration_id"),
    ForeignKeyConstraint(["administration_id"], ["administration.id"]),
    ForeignKeyConstraint(["created_by"], ["app_user.id"]),
    CheckConstraint("state IN ('concept','frozen','sent','cancelled')", name="state"),
)

reminder = Table(  # one communication to one debtor; its state moves on, what it says stays
    "reminder",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("run_id", ID, nullable=False),
    Column("position", Integer, nullable=False),
    Column("relation_id", ID, nullable=False),
    Column("reference", String(40), nullable=False),
    Column("level", String(40), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("channel", String(10), nullable=False),
    Column("language", String(2), nullable=False),
    Column("recipient", Text, nullable=False),  # the address it goes to: e-mail, or lines
    Column("currency", String(3), nullable=False),
    Column("principal", BigInteger, nullable=False),  # minor units
    Column("interest", BigInteger, nullable=False),
    Column("costs", BigInteger, nullable=False),
    Column("vat", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),
    Column("reason", Text, nullable=False),  # why it is in its state, where that needs a word
    Column("body", LargeBinary, nullable=False),  # the packed `Reminder`
    Column("dispatch_uid", String(200), nullable=False),
    Column("sent_on", Date),  # the day that its term counts from: posted, or handed to the mail server
    Column("received_on", Date),  # a day that can be proven
    Column("proof", Text, nullable=False),
    Column("deadline", Date),  # by when the next state is expected; after it a person looks
    Column("changed_at", INSTANT, nullable=False),
    Column("changed_by", ID, nullable=False),
    PrimaryKeyConstraint("id", "administration_id"),
    UniqueConstraint("run_id", "position", "administration_id"),
    UniqueConstraint("reference", "administration_id"),
    within("dunning_run", "run_id"),
    within("relation", "relation_id"),
    CheckConstraint(
        "state IN ('concept','excluded','dropped','staged','sent','printed','delivered','called','bounced','failed')",
        name="state",
    ),
    Index("ix_reminder_relation", "relation_id", "administration_id"),
    Index("ix_reminder_state", "state", "administration_id"),
    Index("ix_reminder_dispatch", "dispatch_uid", "administration_id"),
)

letter = Table(  # the PDF of a reminder, made ahead; true to it as long as `made_of` is what it would be made of now
    "letter",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("reminder_id", ID, nullable=False),
    Column("made_of", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("reminder_id", "administration_id"),
    within("reminder", "reminder_id"),
)

reminder_item = Table(  # an open item in it; `claim` is what lets an item come to a level once
    "reminder_item",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("reminder_id", ID, nullable=False),
    Column("open_item_id", ID, nullable=False),
    Column("level", String(40), nullable=False),  # '' = shown, not asked for
    Column("kind", String(20), nullable=False),
    Column("outstanding", BigInteger, nullable=False),  # as the reminder says
    Column("interest", BigInteger, nullable=False),
    Column("claim", String(80)),  # `<open item>:<level>`; null when it never left, so that a later run may
    PrimaryKeyConstraint("reminder_id", "open_item_id", "administration_id"),
    UniqueConstraint("claim", "administration_id"),
    within("reminder", "reminder_id"),
    within("open_item", "open_item_id"),
    Index("ix_reminder_item_item", "open_item_id", "administration_id"),
)

dunning_stop = (
    Table(  # disputes, promises, plans and what the law makes rest; ended by a dated decision, never overwritten
        "dunning_stop",
        metadata,
        Column("administration_id", ID, nullable=False),
        Column("id", ID, nullable=False),
        Column("kind", String(15), nullable=False),
        Column("relation_id", ID, nullable=False),
        Column("open_item_id", ID),  # null = all that the relation owes
        Column("since", Date, nullable=False),
        Column("until", Date),  # the last day on which it rests; null = until it is ended
        Column("amount", BigInteger),  # what was promised, or is disputed; null = all of it
        Column("category", String(40), nullable=False),
        Column("owner", Text, nullable=False),  # who sees to it
        Column("reference", Text, nullable=False),
        Column("note", Text, nullable=False),
        Column("outcome", String(10), nullable=False),  # open | kept | broken | granted | rejected | withdrawn | ended
        Column("created_at", INSTANT, nullable=False),
        Column("created_by", ID, nullable=False),
        Column("ended_at", INSTANT),
        Column("ended_on", Date),  # the day from which on it rests no more
        Column("ended_by", ID),
        Column("ended_why", Text, nullable=False),
        PrimaryKeyConstraint("id", "administration_id"),
        within("relation", "relation_id"),
        within("open_item", "open_item_id"),
        ForeignKeyConstraint(["created_by"], ["app_user.id"]),
        ForeignKeyConstraint(["ended_by"], ["app_user.id"]),
        CheckConstraint("kind IN ('restructuring','insolvency','case','dispute','plan','promise','hold')", name="kind"),
        CheckConstraint("outcome IN ('open','kept','broken','granted','rejected','withdrawn','ended')", name="outcome"),
        CheckConstraint("(outcome = 'open') = (ended_at IS NULL)", name="ended"),
        Index("ix_dunning_stop_relation", "relation_id", "administration_id"),
        Index("ix_dunning_stop_item", "open_item_id", "administration_id"),
    )
)

instalment = Table(  # of a payment plan; append only
    "instalment",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("stop_id", ID, nullable=False),
    Column("position", Integer, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("amount", BigInteger, nullable=False),
    PrimaryKeyConstraint("stop_id", "position", "administration_id"),
    within("dunning_stop", "stop_id"),
    CheckConstraint("amount > 0", name="positive"),
)

memo_claim = Table(  # costs and interest that were claimed: no receivable until received (DOMAIN 10.6 no. 23)
    "memo_claim",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("relation_id", ID, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("open_item_id", ID),  # of interest
    Column("reminder_id", ID),
    Column("case_id", ID),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("claimed_on", Date, nullable=False),
    Column("ended_on", Date),  # replaced by a later claim, waived, or void
    Column("ended_why", Text, nullable=False),
    PrimaryKeyConstraint("id", "administration_id"),
    within("relation", "relation_id"),
    within("open_item", "open_item_id"),
    within("reminder", "reminder_id"),
    within("collection_case", "case_id"),
    CheckConstraint("kind IN ('costs','vat','interest')", name="kind"),
    CheckConstraint("amount >= 0", name="positive"),
    Index("ix_memo_claim_relation", "relation_id", "administration_id"),
)

memo_receipt = Table(  # what was received of it, and by which entry; append only
    "memo_receipt",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("claim_id", ID, nullable=False),
    Column("entry_id", ID, nullable=False),
    Column("amount", BigInteger, nullable=False),
    PrimaryKeyConstraint("claim_id", "entry_id", "administration_id"),
    within("memo_claim", "claim_id"),
    within("entry", "entry_id"),
    Index("ix_memo_receipt_entry", "entry_id", "administration_id"),
)

__all__ = [
    "dunning_run",
    "dunning_stop",
    "instalment",
    "letter",
    "memo_claim",
    "memo_receipt",
    "reminder",
    "reminder_item",
]
