"""Tables of collection cases: what was handed to an agency, what it is of, and everything that came back."""

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
)

from hub.store.columns import ID, INSTANT, within
from hub.store.metadata import metadata

collection_case = Table(  # its state moves on with what the agency says
    "collection_case",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("number", String(50), nullable=False),  # our reference
    Column("relation_id", ID, nullable=False),
    Column("agency", String(40), nullable=False),  # its sink
    Column("treated", String(8), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("state", String(10), nullable=False),
    Column("raw_status", Text, nullable=False),  # the agency's own word
    Column("status_at", INSTANT, nullable=False),  # of what the state comes from: what is older changes nothing
    Column("close_reason", String(15), nullable=False),
    Column("agency_reference", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("principal", BigInteger, nullable=False),  # at hand-off, minor units
    Column("interest", BigInteger, nullable=False),
    Column("costs", BigInteger, nullable=False),
    Column("vat", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),  # the packed `CaseFile`
    Column("dispatch_uid", String(200), nullable=False),  # '' until it is handed over
    Column("prepared_on", Date, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    Column("created_by", ID, nullable=False),
    Column("handed_over_at", INSTANT),
    Column("handed_over_by", ID),
    Column("ended_at", INSTANT),
    PrimaryKeyConstraint("id", "administration_id"),
    UniqueConstraint("number", "administration_id"),
    within("relation", "relation_id"),
    ForeignKeyConstraint(["created_by"], ["app_user.id"]),
    ForeignKeyConstraint(["handed_over_by"], ["app_user.id"]),
    CheckConstraint(
        "state IN ('prepared','offered','received','accepted','rejected','amicable','plan','dispute','legal','judgment',"
        "'execution','closed')",
        name="state",
    ),
    Index("ix_collection_case_relation", "relation_id", "administration_id"),
    Index("ix_collection_case_reference", "agency_reference", "agency", "administration_id"),
    Index("ix_collection_case_dispatch", "dispatch_uid", "administration_id"),
)

case_item = Table(  # a claim of it; `claim` keeps an item from being in two open cases
    "case_item",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("case_id", ID, nullable=False),
    Column("open_item_id", ID, nullable=False),
    Column("principal", BigInteger, nullable=False),
    Column("interest", BigInteger, nullable=False),
    Column("claim", ID),  # the open item; null once the case has ended
    PrimaryKeyConstraint("case_id", "open_item_id", "administration_id"),
    UniqueConstraint("claim", "administration_id"),
    within("collection_case", "case_id"),
    within("open_item", "open_item_id"),
    Index("ix_case_item_item", "open_item_id", "administration_id"),
)

case_event = Table(  # append only: what happened, in the order in which we learned of it
    "case_event",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("case_id", ID, nullable=False),
    Column("at", INSTANT, nullable=False),  # when we learned of it
    Column("happened_at", INSTANT, nullable=False),
    Column("source", String(8), nullable=False),
    Column("type", String(20), nullable=False),
    Column("state", String(10), nullable=False),  # of the case after it
    Column("raw_status", Text, nullable=False),
    Column("applied", Boolean, nullable=False),  # false: older than what was known, or a word that nobody has mapped
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger),
    Column("message_uid", String(200), nullable=False),  # '' = it did not come by a message
    Column("agency_message", Text, nullable=False),  # the agency's id of it
    Column("entry_id", ID),
    Column("text", Text, nullable=False),
    Column("details", Text, nullable=False),  # JSON
    Column("actor_id", ID, nullable=False),
    PrimaryKeyConstraint("id", "administration_id"),
    within("collection_case", "case_id"),
    within("entry", "entry_id"),
    ForeignKeyConstraint(["actor_id"], ["app_user.id"]),
    CheckConstraint("source IN ('hub','agency','person')", name="source"),
    Index("ix_case_event_case", "case_id", "administration_id"),
)

case_money = Table(  # what an agency says it received or passed on for a case, each once; append only
    "case_money",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("case_id", ID, nullable=False),
    Column("event_id", ID, nullable=False),
    Column("what", String(10), nullable=False),  # payment | direct | remitted | fee | fee_vat | cost
    Column("payment", Text, nullable=False),  # the agency's id of the payment, '' = none
    Column("on_date", Date, nullable=False),
    Column("amount", BigInteger, nullable=False),  # signed: a reversal is negative
    Column("principal", BigInteger, nullable=False),
    Column("interest", BigInteger, nullable=False),
    Column("costs", BigInteger, nullable=False),
    Column("entry_id", ID),
    Column("position", Integer, nullable=False),
    PrimaryKeyConstraint("id", "administration_id"),
    within("collection_case", "case_id"),
    within("case_event", "event_id"),
    within("entry", "entry_id"),
    CheckConstraint("what IN ('payment','direct','remitted','fee','fee_vat','cost')", name="what"),
    Index("ix_case_money_case", "case_id", "administration_id"),
)

__all__ = ["case_event", "case_item", "case_money", "collection_case"]
