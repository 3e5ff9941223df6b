"""What contra-accounts were learned."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "lesson",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("entry_id", _ID, nullable=False),
        sa.Column("line", sa.String(length=100), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("account", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("guessed", sa.String(length=20), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id", "entry_id"], ["entry.administration_id", "entry.id"],
            name=op.f("fk_lesson_administration_id_entry_id"),
        ),
        sa.PrimaryKeyConstraint("entry_id", "line", "administration_id", name=op.f("pk_lesson")),
    )  # fmt: skip
    op.create_index("ix_lesson_relation", "lesson", ["relation", "administration_id"], unique=False)
