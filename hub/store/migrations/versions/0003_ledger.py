"""What is booked. The guards are put on by `hub.store.guards.renew` after the last migration."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "open_item",
        sa.Column("administration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("relation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("invoice_date", sa.Date(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("payment_reference", sa.Text(), nullable=False),
        sa.Column("discount_until", sa.Date(), nullable=True),
        sa.Column("discount_percentage", sa.String(length=12), nullable=True),
        sa.CheckConstraint("side IN ('receivable','payable')", name=op.f("ck_open_item_side")),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_open_item")),
    )
    op.create_index("ix_open_item_entry", "open_item", ["entry_id", "administration_id"], unique=False)
    op.create_index("ix_open_item_relation", "open_item", ["relation_id", "administration_id"], unique=False)
    op.create_table(
        "vat_line",
        sa.Column("administration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("base", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("non_deductible", sa.BigInteger(), nullable=False),
        sa.Column("base_in_base", sa.BigInteger(), nullable=False),
        sa.Column("tax_in_base", sa.BigInteger(), nullable=False),
        sa.Column("non_deductible_in_base", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("reverse_charge", sa.Boolean(), nullable=False),
        sa.Column("supply_date", sa.Date(), nullable=False),
        sa.Column("tax_date", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "line", "administration_id", name=op.f("pk_vat_line")),
    )
    op.create_index("ix_vat_line_tax_date", "vat_line", ["tax_date", "administration_id"], unique=False)
    op.create_table(
        "open_item_block",
        sa.Column("administration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("open_item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["administration_id", "open_item_id"],
            ["open_item.administration_id", "open_item.id"],
            name=op.f("fk_open_item_block_administration_id_open_item_id"),
        ),
        sa.PrimaryKeyConstraint("open_item_id", "reason", "administration_id", name=op.f("pk_open_item_block")),
    )
    op.create_table(
        "entry",
        sa.Column("administration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("journal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fiscal_year_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("period_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("booking_date", sa.Date(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_uid", sa.String(length=200), nullable=True),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reversal_of", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("posting_count", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["app_user.id"], name=op.f("fk_entry_actor_id")),
        sa.ForeignKeyConstraint(
            ["administration_id", "document_id"],
            ["document.administration_id", "document.id"],
            name=op.f("fk_entry_administration_id_document_id"),
        ),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_entry")),
        sa.UniqueConstraint(
            "journal_id",
            "fiscal_year_id",
            "number",
            "administration_id",
            name=op.f("uq_entry_journal_id_fiscal_year_id_number_administration_id"),
        ),
        sa.UniqueConstraint("reversal_of", "administration_id", name=op.f("uq_entry_reversal_of_administration_id")),
    )
    op.create_index("ix_entry_booking_date", "entry", ["booking_date", "administration_id"], unique=False)
    op.create_index("ix_entry_message", "entry", ["message_uid"], unique=False)
    op.create_table(
        "entry_facts",
        sa.Column("administration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chart_hash", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("decisions", sa.LargeBinary(), nullable=False),
        sa.Column("versions", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id", "entry_id"],
            ["entry.administration_id", "entry.id"],
            name=op.f("fk_entry_facts_administration_id_entry_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("entry_id", "administration_id", name=op.f("pk_entry_facts")),
    )
    op.create_table(
        "posting",
        sa.Column("administration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("side", sa.String(length=6), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("rate", sa.String(length=40), nullable=True),
        sa.Column("base_amount", sa.BigInteger(), nullable=False),
        sa.Column("vat_code", sa.String(length=20), nullable=False),
        sa.Column("cost_center", sa.String(length=40), nullable=False),
        sa.Column("project", sa.String(length=40), nullable=False),
        sa.Column("relation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("open_item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("side IN ('debit','credit')", name=op.f("ck_posting_side")),
        sa.CheckConstraint("(relation_id IS NULL) = (open_item_id IS NULL)", name=op.f("ck_posting_control")),
        sa.CheckConstraint("amount >= 0 AND base_amount >= 0", name=op.f("ck_posting_positive")),
        sa.ForeignKeyConstraint(
            ["administration_id", "entry_id"],
            ["entry.administration_id", "entry.id"],
            name=op.f("fk_posting_administration_id_entry_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("entry_id", "line", "administration_id", name=op.f("pk_posting")),
    )
    op.create_index("ix_posting_account", "posting", ["account_id", "administration_id"], unique=False)
    op.create_index(
        "ix_posting_open_item",
        "posting",
        ["open_item_id", "administration_id"],
        unique=False,
        sqlite_where=sa.text("open_item_id IS NOT NULL"),
        postgresql_where=sa.text("open_item_id IS NOT NULL"),
    )
