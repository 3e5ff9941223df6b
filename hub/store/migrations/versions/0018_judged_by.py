"""Which releases of the official rules judged a message, with its outcome; findings of one code in one row."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the columns; who judged what was recorded before, nobody knows."""
    op.add_column("inbox", sa.Column("judged_by", sa.Text(), nullable=True))
    op.add_column("finding", sa.Column("more", sa.LargeBinary(), nullable=True))
