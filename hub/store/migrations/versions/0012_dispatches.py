"""What goes out: dispatches, and business answers on documents."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "dispatch",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("uid", sa.String(length=200), nullable=False),
        sa.Column("sink", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('waiting','sending','sent','parked')", name=op.f("ck_dispatch_state")),
        sa.ForeignKeyConstraint(
            ["administration_id"], ["administration.id"], name=op.f("fk_dispatch_administration_id")
        ),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_dispatch")),
        sa.UniqueConstraint("key", "sink", "administration_id", name=op.f("uq_dispatch_key_sink_administration_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_dispatch_uid")),
    )
    op.create_index("ix_dispatch_state", "dispatch", ["state", "sink"], unique=False)
    op.create_table(
        "business_response",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("message_uid", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("sink", sa.String(length=40), nullable=False),
        sa.Column("dispatch_uid", sa.String(length=200), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('AB','IP','UQ','CA','RE','AP','PD','PPD')", name=op.f("ck_business_response_status")
        ),
        sa.ForeignKeyConstraint(
            ["administration_id"], ["administration.id"], name=op.f("fk_business_response_administration_id")
        ),
        sa.PrimaryKeyConstraint("message_uid", "status", "administration_id", name=op.f("pk_business_response")),
    )
