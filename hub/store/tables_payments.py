"""Tables of paying: movements on our accounts and what booked them, payment files, mandates, and proposals a person refused."""

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
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from hub.store.columns import ID, INSTANT, within
from hub.store.metadata import metadata

payment = Table(  # a movement on one of our accounts, by hand or from a file; append only
    "payment",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("identity", Text, nullable=False),  # the bank's own id, or a hash of the contents and its number in the file
    Column("source", String(10), nullable=False),  # hand | csv | camt.053 | mt940
    Column("booked_on", Date, nullable=False),
    Column("amount", BigInteger, nullable=False),  # minor units, positive when it came in
    Column("currency", String(3), nullable=False),
    Column("account_id", ID, nullable=False),  # the ledger account of our bank account
    Column("part", String(10), nullable=False),
    Column("relation_id", ID),  # the one who is known by the IBAN
    Column("iban", String(34), nullable=False),
    Column("name", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("end_to_end_id", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("transaction_id", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("at", INSTANT, nullable=False),
    Column("actor_id", ID, nullable=False),
    Column(
        "returned", String(10), nullable=False, server_default=""
    ),  # why it takes an earlier one back; "" = it does not
    PrimaryKeyConstraint("id", "administration_id"),
    UniqueConstraint("identity", "administration_id"),
    Index(
        "ix_payment_day", "booked_on", "account_id", "administration_id"
    ),  # known movements of the days of a statement
    Index("ix_payment_end_to_end", "end_to_end_id", "administration_id"),  # the original of a return
    within("account", "account_id"),
    ForeignKeyConstraint(["actor_id"], ["app_user.id"]),
)

payment_entry = Table(  # the entries that booked or matched a movement; append only
    "payment_entry",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("payment_id", ID, nullable=False),
    Column("entry_id", ID, nullable=False),
    Column(
        "role", String(10), nullable=False
    ),  # bank: puts it on the bank's account; match: moves it from where it waited
    Column("hand", Boolean, nullable=False),  # a person decided what it settles
    PrimaryKeyConstraint("entry_id", "payment_id", "administration_id"),
    within("payment", "payment_id"),
    within("entry", "entry_id"),
    CheckConstraint("role IN ('bank','match')", name="role"),
    Index("ix_payment_entry_payment", "payment_id", "administration_id"),
)

match_rejection = Table(  # proposals that a person said no to; append only
    "match_rejection",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("key", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", INSTANT, nullable=False),
    Column("actor_id", ID, nullable=False),
    PrimaryKeyConstraint("id", "administration_id"),
    Index("ix_match_rejection_key", "key", "administration_id"),
    ForeignKeyConstraint(["administration_id"], ["administration.id"]),
    ForeignKeyConstraint(["actor_id"], ["app_user.id"]),
)

mandate = Table(
    "mandate",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("relation_id", ID, nullable=False),
    Column("reference", String(35), nullable=False),
    Column("kind", String(4), nullable=False),
    Column("signed_on", Date, nullable=False),
    Column("iban", String(34), nullable=False),
    Column("name", Text, nullable=False),
    Column("once", Boolean, nullable=False),
    Column("created_at", INSTANT, nullable=False),
    Column("created_by", ID, nullable=False),
    Column("revoked_at", INSTANT),
    Column("revoked_by", ID),
    PrimaryKeyConstraint("id", "administration_id"),
    UniqueConstraint("reference", "administration_id"),
    within("relation", "relation_id"),
    CheckConstraint("kind IN ('CORE','B2B')", name="kind"),
    Index("ix_mandate_relation", "relation_id", "administration_id"),
)

payment_proposal = Table(  # a payment file in the making: what is due, and later what was sent
    "payment_proposal",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("execution_date", Date, nullable=False),
    Column("account_id", ID, nullable=False),
    Column("message_id", String(35), nullable=False),
    Column("created_at", INSTANT, nullable=False),
    Column("created_by", ID, nullable=False),
    Column("confirmed_at", INSTANT),
    Column("confirmed_by", ID),
    Column("exported_at", INSTANT),
    Column("exported_total", BigInteger),
    Column("exported_count", Integer),
    Column("exported_sha256", String(64)),
    Column("transit_account_id", ID),  # where it waits for the bank, when it was booked as paid already
    Column("transit_entry_id", ID),
    PrimaryKeyConstraint("id", "administration_id"),
    UniqueConstraint("number", "administration_id"),
    UniqueConstraint("message_id", "administration_id"),
    within("account", "account_id"),
    CheckConstraint("kind IN ('transfer','collection')", name="kind"),
    CheckConstraint("state IN ('open','confirmed','exported','discarded')", name="state"),
)

payment_line = Table(  # one transfer or collection of a proposal
    "payment_line",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("proposal_id", ID, nullable=False),
    Column("position", Integer, nullable=False),
    Column("relation_id", ID, nullable=False),
    Column("part", String(10), nullable=False),
    Column("iban", String(34), nullable=False),
    Column("name", Text, nullable=False),
    Column("town", Text, nullable=False),
    Column("country", String(2), nullable=False),
    Column("amount", BigInteger, nullable=False),  # minor units, positive
    Column("currency", String(3), nullable=False),
    Column("remittance", Text, nullable=False),
    Column("creditor_reference", String(35), nullable=False),
    Column("end_to_end_id", String(35), nullable=False),
    Column("mandate_id", ID),
    Column("sequence", String(4), nullable=False),  # FRST, RCUR, OOFF of a collection
    Column("state", String(10), nullable=False),  # open; removed by a person; answered by the bank
    PrimaryKeyConstraint("id", "administration_id"),
    UniqueConstraint("end_to_end_id", "administration_id"),
    within("payment_proposal", "proposal_id"),
    within("relation", "relation_id"),
    within("mandate", "mandate_id"),
    CheckConstraint("state IN ('open','removed','answered')", name="state"),
    Index("ix_payment_line_proposal", "proposal_id", "administration_id"),
)

payment_line_item = Table(
    "payment_line_item",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("line_id", ID, nullable=False),
    Column("open_item_id", ID, nullable=False),
    Column("amount", BigInteger, nullable=False),  # minor units with the item's sign: a credit note is negative
    Column("discount", BigInteger, nullable=False),
    Column("active", Boolean, nullable=False),
    PrimaryKeyConstraint("line_id", "open_item_id", "administration_id"),
    within("payment_line", "line_id"),
    within("open_item", "open_item_id"),
    Index(  # no item in two open proposals
        "uq_payment_line_item_active", "open_item_id", "administration_id", unique=True,
        sqlite_where=text("active"), postgresql_where=text("active"),
    ),
)  # fmt: skip
