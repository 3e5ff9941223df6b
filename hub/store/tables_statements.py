"""Tables of bank statements: what a bank said of an account, and the movements it told of."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
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

bank_statement = Table(  # append only
    "bank_statement",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("account_id", ID, nullable=False),  # the ledger account of our bank account
    Column("number", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),  # the bank's own count, 0 = none
    Column("format", String(10), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("opening", BigInteger),  # minor units, positive is ours; null where the bank gave none
    Column("closing", BigInteger, nullable=False),
    Column("opening_date", Date),
    Column("closing_date", Date, nullable=False),
    Column("page", Boolean, nullable=False),  # goes on in another
    Column("lines", Integer, nullable=False),  # as the bank counts its entries
    Column("previous_id", ID),  # the statement it was compared with
    Column("gap", BigInteger, nullable=False),  # opening less the closing before it, where something is missing between
    Column("document_id", ID),
    Column("message_uid", String(200), nullable=False),
    Column("at", INSTANT, nullable=False),
    Column("actor_id", ID, nullable=False),
    PrimaryKeyConstraint("id", "administration_id"),
    within("account", "account_id"),
    ForeignKeyConstraint(["actor_id"], ["app_user.id"]),
    Index("ix_bank_statement_closing", "account_id", "closing_date", "administration_id"),
    Index("ix_bank_statement_document", "document_id", "administration_id"),
)

bank_statement_entry = (
    Table(  # a movement that a statement told of; several statements may tell of the same one; append only
        "bank_statement_entry",
        metadata,
        Column("administration_id", ID, nullable=False),
        Column("statement_id", ID, nullable=False),
        Column("payment_id", ID, nullable=False),
        Column("line", Integer, nullable=False),  # of the statement
        PrimaryKeyConstraint("statement_id", "payment_id", "administration_id"),
        within("bank_statement", "statement_id"),
        within("payment", "payment_id"),
        Index("ix_bank_statement_entry_payment", "payment_id", "administration_id"),
    )
)
