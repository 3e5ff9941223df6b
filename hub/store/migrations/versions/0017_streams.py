"""Streams: numbered documents that change one another."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "stream",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("applied", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("applied >= 0", name=op.f("ck_stream_applied")),
        sa.ForeignKeyConstraint(["administration_id"], ["administration.id"], name=op.f("fk_stream_administration_id")),
        sa.PrimaryKeyConstraint("key", "administration_id", name=op.f("pk_stream")),
    )
    op.create_table(
        "stream_number",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("message_uid", sa.String(length=200), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", _ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_stream_number_seq")),
        sa.ForeignKeyConstraint(["actor_id"], ["app_user.id"], name=op.f("fk_stream_number_actor_id")),
        sa.ForeignKeyConstraint(
            ["administration_id", "stream"], ["stream.administration_id", "stream.key"],
            name=op.f("fk_stream_number_administration_id_stream"),
        ),
        sa.PrimaryKeyConstraint("stream", "seq", "administration_id", name=op.f("pk_stream_number")),
    )  # fmt: skip
    op.create_table(
        "stream_message",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("message_uid", sa.String(length=200), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id", "stream"], ["stream.administration_id", "stream.key"],
            name=op.f("fk_stream_message_administration_id_stream"),
        ),
        sa.PrimaryKeyConstraint("message_uid", "administration_id", name=op.f("pk_stream_message")),
    )  # fmt: skip
    op.create_index("ix_stream_message_stream", "stream_message", ["stream", "seq", "administration_id"])
