"""What reports select by, on the posting itself: booking date, instant and the day it falls due."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_INCLUDED = [
    "relation_id",
    "account_id",
    "side",
    "amount",
    "base_amount",
    "booking_date",
    "posted_at",
    "falls_due",
    "entry_id",
]


def upgrade() -> None:
    """Add the columns, fill them for what is booked, and index by them."""
    op.add_column("posting", sa.Column("booking_date", sa.Date(), nullable=True))
    op.add_column("posting", sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("posting", sa.Column("falls_due", sa.Date(), nullable=True))
    op.execute(
        """UPDATE posting SET booking_date = (SELECT e.booking_date FROM entry e
             WHERE e.administration_id = posting.administration_id AND e.id = posting.entry_id)"""
    )
    op.execute(
        """UPDATE posting SET posted_at = (SELECT e.posted_at FROM entry e
             WHERE e.administration_id = posting.administration_id AND e.id = posting.entry_id),
           falls_due = (SELECT CASE WHEN s.original > 0 THEN o.due_date END FROM open_item o
             JOIN (SELECT q.administration_id, q.open_item_id, SUM(CASE WHEN (q.side = 'debit') = (i.side = 'receivable')
                     THEN q.amount ELSE -q.amount END) AS original
                   FROM posting q JOIN open_item i ON i.administration_id = q.administration_id AND i.id = q.open_item_id
                     AND i.entry_id = q.entry_id GROUP BY q.administration_id, q.open_item_id) s
               ON s.administration_id = o.administration_id AND s.open_item_id = o.id
             WHERE o.administration_id = posting.administration_id AND o.id = posting.open_item_id)
           WHERE open_item_id IS NOT NULL"""
    )
    op.drop_index("ix_posting_account", table_name="posting")
    op.drop_index("ix_posting_open_item", table_name="posting")
    op.create_index(
        "ix_posting_account", "posting", ["account_id", "booking_date", "administration_id"], unique=False,
        postgresql_include=["side", "base_amount"],
    )  # fmt: skip
    op.create_index(
        "ix_posting_open_item", "posting", ["open_item_id", "administration_id"], unique=False, postgresql_include=_INCLUDED,
        sqlite_where=sa.text("open_item_id IS NOT NULL"), postgresql_where=sa.text("open_item_id IS NOT NULL"),
    )  # fmt: skip
