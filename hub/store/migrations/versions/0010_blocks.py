"""Hash-chain blocks over sealed entries."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "entry_block",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["app_user.id"], name=op.f("fk_entry_block_actor_id")),
        sa.ForeignKeyConstraint(
            ["administration_id"], ["administration.id"], name=op.f("fk_entry_block_administration_id")
        ),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_entry_block")),
        sa.UniqueConstraint("number", "administration_id", name=op.f("uq_entry_block_number_administration_id")),
    )
    op.create_table(
        "entry_block_member",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("entry_id", _ID, nullable=False),
        sa.Column("block_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id", "entry_id"], ["entry.administration_id", "entry.id"],
            name=op.f("fk_entry_block_member_administration_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "block_id"], ["entry_block.administration_id", "entry_block.id"],
            name=op.f("fk_entry_block_member_administration_id_block_id"),
        ),
        sa.PrimaryKeyConstraint("entry_id", "administration_id", name=op.f("pk_entry_block_member")),
    )  # fmt: skip
    op.create_index(
        "ix_entry_block_member_block", "entry_block_member", ["block_id", "administration_id"], unique=False
    )
