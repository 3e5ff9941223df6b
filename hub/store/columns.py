"""Column types and keys that every table shares."""

from __future__ import annotations

from sqlalchemy import BigInteger, DateTime, ForeignKeyConstraint, Integer

ID = BigInteger().with_variant(Integer(), "sqlite")
INSTANT = DateTime(timezone=True)


def within(table: str, *columns: str, deferred: bool = False) -> ForeignKeyConstraint:
    """A foreign key that stays inside the administration."""
    options = {"deferrable": True, "initially": "DEFERRED"} if deferred else {}
    return ForeignKeyConstraint(
        ["administration_id", *columns],
        [f"{table}.administration_id", f"{table}.id"],
        **options,  # type: ignore[arg-type]
    )
