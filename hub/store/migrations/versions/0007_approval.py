"""Approval of purchase invoices: what waits, and every act of a person."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "approval",
        sa.Column("administration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_uid", sa.String(length=200), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("of_uid", sa.String(length=200), nullable=True),
        sa.Column("ends", sa.Boolean(), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("(method = 'credit') = (of_uid IS NOT NULL)", name=op.f("ck_approval_credit")),
        sa.CheckConstraint("method IN ('register_first','book_at_once','credit')", name=op.f("ck_approval_method")),
        sa.ForeignKeyConstraint(["actor_id"], ["app_user.id"], name=op.f("fk_approval_actor_id")),
        sa.ForeignKeyConstraint(
            ["administration_id", "account_id"],
            ["account.administration_id", "account.id"],
            name=op.f("fk_approval_administration_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "entry_id"],
            ["entry.administration_id", "entry.id"],
            name=op.f("fk_approval_administration_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id"], ["administration.id"], name=op.f("fk_approval_administration_id")
        ),
        sa.PrimaryKeyConstraint("message_uid", "administration_id", name=op.f("pk_approval")),
    )
    op.create_index("ix_approval_of", "approval", ["of_uid", "administration_id"], unique=False)
    op.create_table(
        "approval_act",
        sa.Column("administration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_uid", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("ending", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=100), nullable=False),
        sa.Column("to_user", sa.String(length=100), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("act IN ('approve','reject','hold','resume','forward')", name=op.f("ck_approval_act_act")),
        sa.CheckConstraint("ending IN ('','returned','wait_for_credit')", name=op.f("ck_approval_act_ending")),
        sa.CheckConstraint("state IN ('waiting','on_hold','approved','rejected')", name=op.f("ck_approval_act_state")),
        sa.ForeignKeyConstraint(["actor_id"], ["app_user.id"], name=op.f("fk_approval_act_actor_id")),
        sa.ForeignKeyConstraint(
            ["administration_id", "entry_id"],
            ["entry.administration_id", "entry.id"],
            name=op.f("fk_approval_act_administration_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "message_uid"],
            ["approval.administration_id", "approval.message_uid"],
            name=op.f("fk_approval_act_administration_id_message_uid"),
        ),
        sa.PrimaryKeyConstraint("message_uid", "number", "administration_id", name=op.f("pk_approval_act")),
    )
    op.create_index(
        "ix_entry_document", "entry", ["document_id", "administration_id"], unique=False,
        sqlite_where=sa.text("message_uid IS NULL AND document_id IS NOT NULL"),
        postgresql_where=sa.text("message_uid IS NULL AND document_id IS NOT NULL"),
    )  # fmt: skip
