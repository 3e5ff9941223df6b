"""Letters that are made ahead, while their run waits to be sent."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the table; a PDF is compressed already, so PostgreSQL need not try."""
    op.create_table(
        "letter",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("reminder_id", _ID, nullable=False),
        sa.Column("made_of", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id", "reminder_id"],
            ["reminder.administration_id", "reminder.id"],
            name=op.f("fk_letter_administration_id_reminder_id"),
        ),
        sa.PrimaryKeyConstraint("reminder_id", "administration_id", name=op.f("pk_letter")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE letter ALTER COLUMN body SET STORAGE EXTERNAL")
