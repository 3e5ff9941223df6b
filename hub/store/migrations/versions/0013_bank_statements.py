"""Bank statements, and which of their movements take an earlier one back."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables, the column and what finds known movements."""
    op.add_column("payment", sa.Column("returned", sa.String(length=10), nullable=False, server_default=""))
    op.create_index("ix_payment_day", "payment", ["booked_on", "account_id", "administration_id"], unique=False)
    op.create_index("ix_payment_end_to_end", "payment", ["end_to_end_id", "administration_id"], unique=False)
    op.create_table(
        "bank_statement",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("format", sa.String(length=10), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("opening", sa.BigInteger()),
        sa.Column("closing", sa.BigInteger(), nullable=False),
        sa.Column("opening_date", sa.Date()),
        sa.Column("closing_date", sa.Date(), nullable=False),
        sa.Column("page", sa.Boolean(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("previous_id", _ID),
        sa.Column("gap", sa.BigInteger(), nullable=False),
        sa.Column("document_id", _ID),
        sa.Column("message_uid", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id", "account_id"],
            ["account.administration_id", "account.id"],
            name=op.f("fk_bank_statement_administration_id_account_id"),
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["app_user.id"], name=op.f("fk_bank_statement_actor_id")),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_bank_statement")),
    )
    op.create_index(
        "ix_bank_statement_closing", "bank_statement", ["account_id", "closing_date", "administration_id"], unique=False
    )
    op.create_index("ix_bank_statement_document", "bank_statement", ["document_id", "administration_id"], unique=False)
    op.create_table(
        "bank_statement_entry",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("statement_id", _ID, nullable=False),
        sa.Column("payment_id", _ID, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id", "statement_id"],
            ["bank_statement.administration_id", "bank_statement.id"],
            name=op.f("fk_bank_statement_entry_administration_id_statement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "payment_id"],
            ["payment.administration_id", "payment.id"],
            name=op.f("fk_bank_statement_entry_administration_id_payment_id"),
        ),
        sa.PrimaryKeyConstraint(
            "statement_id", "payment_id", "administration_id", name=op.f("pk_bank_statement_entry")
        ),
    )
    op.create_index(
        "ix_bank_statement_entry_payment", "bank_statement_entry", ["payment_id", "administration_id"], unique=False
    )
