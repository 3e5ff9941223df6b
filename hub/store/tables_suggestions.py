"""Tables of what was learned about contra-accounts: derived from the books, and made again from them at any time."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from hub.store.columns import ID, INSTANT, within
from hub.store.metadata import metadata

lesson = Table(
    "lesson",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("entry_id", ID, nullable=False),
    Column("line", String(100), nullable=False),  # BT-126; "" marks an entry from which nothing can be learned
    Column("direction", String(8), nullable=False),
    Column("relation", String(20), nullable=False),
    Column("account", String(20), nullable=False),
    Column("words", Text, nullable=False),  # JSON list
    Column("guessed", String(20), nullable=False),  # what would have been suggested before this lesson; "" = nothing
    Column("confidence", Integer, nullable=False),  # of that guess, in thousandths
    Column("learned_at", INSTANT, nullable=False),
    PrimaryKeyConstraint("entry_id", "line", "administration_id"),
    within("entry", "entry_id"),
    Index("ix_lesson_relation", "relation", "administration_id"),
)
