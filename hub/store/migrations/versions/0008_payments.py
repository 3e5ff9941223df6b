"""Movements on our accounts and what booked them, payment files with their lines, mandates, refused matches."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "payment",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("relation_id", _ID, nullable=True),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("end_to_end_id", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["app_user.id"], name=op.f("fk_payment_actor_id")),
        sa.ForeignKeyConstraint(
            ["administration_id", "account_id"],
            ["account.administration_id", "account.id"],
            name=op.f("fk_payment_administration_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_payment")),
        sa.UniqueConstraint("identity", "administration_id", name=op.f("uq_payment_identity_administration_id")),
    )
    op.create_table(
        "payment_entry",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("payment_id", _ID, nullable=False),
        sa.Column("entry_id", _ID, nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("hand", sa.Boolean(), nullable=False),
        sa.CheckConstraint("role IN ('bank','match')", name=op.f("ck_payment_entry_role")),
        sa.ForeignKeyConstraint(
            ["administration_id", "entry_id"],
            ["entry.administration_id", "entry.id"],
            name=op.f("fk_payment_entry_administration_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "payment_id"],
            ["payment.administration_id", "payment.id"],
            name=op.f("fk_payment_entry_administration_id_payment_id"),
        ),
        sa.PrimaryKeyConstraint("entry_id", "payment_id", "administration_id", name=op.f("pk_payment_entry")),
    )
    op.create_index("ix_payment_entry_payment", "payment_entry", ["payment_id", "administration_id"], unique=False)
    op.create_table(
        "match_rejection",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["app_user.id"], name=op.f("fk_match_rejection_actor_id")),
        sa.ForeignKeyConstraint(
            ["administration_id"], ["administration.id"], name=op.f("fk_match_rejection_administration_id")
        ),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_match_rejection")),
    )
    op.create_index("ix_match_rejection_key", "match_rejection", ["key", "administration_id"], unique=False)
    op.create_table(
        "mandate",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("relation_id", _ID, nullable=False),
        sa.Column("reference", sa.String(length=35), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("once", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", _ID, nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", _ID, nullable=True),
        sa.CheckConstraint("kind IN ('CORE','B2B')", name=op.f("ck_mandate_kind")),
        sa.ForeignKeyConstraint(
            ["administration_id", "relation_id"],
            ["relation.administration_id", "relation.id"],
            name=op.f("fk_mandate_administration_id_relation_id"),
        ),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_mandate")),
        sa.UniqueConstraint("reference", "administration_id", name=op.f("uq_mandate_reference_administration_id")),
    )
    op.create_index("ix_mandate_relation", "mandate", ["relation_id", "administration_id"], unique=False)
    op.create_table(
        "payment_proposal",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("execution_date", sa.Date(), nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("message_id", sa.String(length=35), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", _ID, nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", _ID, nullable=True),
        sa.Column("exported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("exported_total", sa.BigInteger(), nullable=True),
        sa.Column("exported_count", sa.Integer(), nullable=True),
        sa.Column("exported_sha256", sa.String(length=64), nullable=True),
        sa.Column("transit_account_id", _ID, nullable=True),
        sa.Column("transit_entry_id", _ID, nullable=True),
        sa.CheckConstraint("kind IN ('transfer','collection')", name=op.f("ck_payment_proposal_kind")),
        sa.CheckConstraint(
            "state IN ('open','confirmed','exported','discarded')", name=op.f("ck_payment_proposal_state")
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "account_id"],
            ["account.administration_id", "account.id"],
            name=op.f("fk_payment_proposal_administration_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_payment_proposal")),
        sa.UniqueConstraint(
            "message_id", "administration_id", name=op.f("uq_payment_proposal_message_id_administration_id")
        ),
        sa.UniqueConstraint("number", "administration_id", name=op.f("uq_payment_proposal_number_administration_id")),
    )
    op.create_table(
        "payment_line",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("proposal_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("relation_id", _ID, nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("remittance", sa.Text(), nullable=False),
        sa.Column("creditor_reference", sa.String(length=35), nullable=False),
        sa.Column("end_to_end_id", sa.String(length=35), nullable=False),
        sa.Column("mandate_id", _ID, nullable=True),
        sa.Column("sequence", sa.String(length=4), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.CheckConstraint("state IN ('open','removed','answered')", name=op.f("ck_payment_line_state")),
        sa.ForeignKeyConstraint(
            ["administration_id", "mandate_id"],
            ["mandate.administration_id", "mandate.id"],
            name=op.f("fk_payment_line_administration_id_mandate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "proposal_id"],
            ["payment_proposal.administration_id", "payment_proposal.id"],
            name=op.f("fk_payment_line_administration_id_proposal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "relation_id"],
            ["relation.administration_id", "relation.id"],
            name=op.f("fk_payment_line_administration_id_relation_id"),
        ),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_payment_line")),
        sa.UniqueConstraint(
            "end_to_end_id", "administration_id", name=op.f("uq_payment_line_end_to_end_id_administration_id")
        ),
    )
    op.create_index("ix_payment_line_proposal", "payment_line", ["proposal_id", "administration_id"], unique=False)
    op.create_table(
        "payment_line_item",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("line_id", _ID, nullable=False),
        sa.Column("open_item_id", _ID, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id", "line_id"],
            ["payment_line.administration_id", "payment_line.id"],
            name=op.f("fk_payment_line_item_administration_id_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "open_item_id"],
            ["open_item.administration_id", "open_item.id"],
            name=op.f("fk_payment_line_item_administration_id_open_item_id"),
        ),
        sa.PrimaryKeyConstraint("line_id", "open_item_id", "administration_id", name=op.f("pk_payment_line_item")),
    )
    op.create_index(
        "uq_payment_line_item_active",
        "payment_line_item",
        ["open_item_id", "administration_id"],
        unique=True,
        sqlite_where=sa.text("active"),
        postgresql_where=sa.text("active"),
    )
