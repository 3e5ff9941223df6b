"""Administrations with their users, charts, journals, years, relations and rates."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "administration",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("chart_hash", sa.String(length=64), nullable=False),
        sa.Column("next_relation", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_administration")),
        sa.UniqueConstraint("code", name=op.f("uq_administration_code")),
    )
    op.create_table(
        "app_user",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('bookkeeper','operator','integrator','system')", name=op.f("ck_app_user_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_user")),
        sa.UniqueConstraint("name", name=op.f("uq_app_user_name")),
    )
    op.create_table(
        "exchange_rate",
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("rate", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("currency", "published_on", name=op.f("pk_exchange_rate")),
    )
    op.create_table(
        "id_block",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_id_block")),
    )
    op.create_table(
        "account",
        sa.Column("administration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("rgs", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("side", sa.String(length=6), nullable=False),
        sa.Column("control", sa.String(length=10), nullable=False),
        sa.CheckConstraint("control IN ('','receivable','payable')", name=op.f("ck_account_control")),
        sa.ForeignKeyConstraint(
            ["administration_id"], ["administration.id"], name=op.f("fk_account_administration_id")
        ),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_account")),
        sa.UniqueConstraint("code", "administration_id", name=op.f("uq_account_code_administration_id")),
    )
    op.create_table(
        "activity",
        sa.Column("administration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["app_user.id"], name=op.f("fk_activity_actor_id")),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_activity")),
    )
    op.create_table(
        "chart",
        sa.Column("administration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["app_user.id"], name=op.f("fk_chart_actor_id")),
        sa.ForeignKeyConstraint(["administration_id"], ["administration.id"], name=op.f("fk_chart_administration_id")),
        sa.PrimaryKeyConstraint("administration_id", "hash", name=op.f("pk_chart")),
    )
    op.create_table(
        "fiscal_year",
        sa.Column("administration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id"], ["administration.id"], name=op.f("fk_fiscal_year_administration_id")
        ),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_fiscal_year")),
        sa.UniqueConstraint("year", "administration_id", name=op.f("uq_fiscal_year_year_administration_id")),
    )
    op.create_table(
        "journal",
        sa.Column("administration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id"], ["administration.id"], name=op.f("fk_journal_administration_id")
        ),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_journal")),
        sa.UniqueConstraint("code", "administration_id", name=op.f("uq_journal_code_administration_id")),
    )
    op.create_table(
        "relation",
        sa.Column("administration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id"], ["administration.id"], name=op.f("fk_relation_administration_id")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["app_user.id"], name=op.f("fk_relation_created_by")),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_relation")),
        sa.UniqueConstraint("code", "administration_id", name=op.f("uq_relation_code_administration_id")),
        sa.UniqueConstraint("key", "administration_id", name=op.f("uq_relation_key_administration_id")),
    )
    op.create_index("ix_relation_name_key", "relation", ["name_key", "administration_id"], unique=False)
    op.create_table(
        "vat_code",
        sa.Column("administration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("category", sa.String(length=3), nullable=False),
        sa.Column("rate", sa.String(length=12), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("box_base", sa.String(length=4), nullable=False),
        sa.Column("box_due", sa.String(length=4), nullable=False),
        sa.Column("box_input", sa.String(length=4), nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id"], ["administration.id"], name=op.f("fk_vat_code_administration_id")
        ),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_vat_code")),
        sa.UniqueConstraint(
            "code", "valid_from", "administration_id", name=op.f("uq_vat_code_code_valid_from_administration_id")
        ),
    )
    op.create_table(
        "number_series",
        sa.Column("administration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("journal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fiscal_year_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id", "fiscal_year_id"],
            ["fiscal_year.administration_id", "fiscal_year.id"],
            name=op.f("fk_number_series_administration_id_fiscal_year_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "journal_id"],
            ["journal.administration_id", "journal.id"],
            name=op.f("fk_number_series_administration_id_journal_id"),
        ),
        sa.PrimaryKeyConstraint("journal_id", "fiscal_year_id", "administration_id", name=op.f("pk_number_series")),
    )
    op.create_table(
        "period",
        sa.Column("administration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fiscal_year_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=10), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.CheckConstraint("state IN ('open','closed','locked')", name=op.f("ck_period_state")),
        sa.ForeignKeyConstraint(
            ["administration_id", "fiscal_year_id"],
            ["fiscal_year.administration_id", "fiscal_year.id"],
            name=op.f("fk_period_administration_id_fiscal_year_id"),
        ),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_period")),
        sa.UniqueConstraint("name", "administration_id", name=op.f("uq_period_name_administration_id")),
    )
    op.create_table(
        "relation_key",
        sa.Column("administration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("relation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id", "relation_id"],
            ["relation.administration_id", "relation.id"],
            name=op.f("fk_relation_key_administration_id_relation_id"),
        ),
        sa.PrimaryKeyConstraint("key", "relation_id", "administration_id", name=op.f("pk_relation_key")),
    )
    op.create_index("ix_relation_key_relation", "relation_key", ["relation_id", "administration_id"], unique=False)
    op.create_index(
        "uq_relation_key_legal",
        "relation_key",
        ["key", "administration_id"],
        unique=True,
        sqlite_where=sa.text("key LIKE '0106:%' OR key LIKE '0190:%'"),
        postgresql_where=sa.text("key LIKE '0106:%' OR key LIKE '0190:%'"),
    )
    op.execute("INSERT INTO id_block (name, next) VALUES ('hub', 1)")
