"""Tables of what was declared: VAT and OSS returns that were filed, their lines, and VAT of invoices that are not paid."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    text,
)

from hub.store.columns import ID, INSTANT, within
from hub.store.metadata import metadata

vat_return = Table(  # a return or a supplement (suppletie) that was filed; never changed, never taken back
    "vat_return",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("period", String(10), nullable=False),  # 2026-Q1, 2026-01, 2026
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("filed_at", INSTANT, nullable=False),
    Column("actor_id", ID, nullable=False),
    Column("entry_id", ID),  # its booking; null where nothing was to be booked
    Column("lines", BigInteger, nullable=False),  # how many VAT lines it declares
    Column("digest", String(64), nullable=False),  # sha256 over its lines and figures
    PrimaryKeyConstraint("id", "administration_id"),
    within("entry", "entry_id", deferred=True),
    ForeignKeyConstraint(["actor_id"], ["app_user.id"]),
    CheckConstraint("kind IN ('return','supplement','oss')", name="kind"),
    Index("ix_vat_return_days", "first_day", "administration_id"),
    Index(
        "uq_vat_return_period",
        "period",
        "kind",
        "administration_id",
        unique=True,
        sqlite_where=text("kind <> 'supplement'"),
        postgresql_where=text("kind <> 'supplement'"),
    ),
)

vat_figure = Table(  # a box of a return, or a row of the OSS return, as it was filed
    "vat_figure",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("return_id", ID, nullable=False),
    Column("box", String(40), nullable=False),  # 1a … 5g; of the OSS return country, kind, rate and original quarter
    Column("base", BigInteger, nullable=False),  # minor units, exact
    Column("tax", BigInteger, nullable=False),
    Column("declared_base", BigInteger, nullable=False),  # minor units, as filed
    Column("declared_tax", BigInteger, nullable=False),
    PrimaryKeyConstraint("return_id", "box", "administration_id"),
    within("vat_return", "return_id", deferred=True),  # the return is sealed last
)

vat_declared = Table(  # which return a VAT line belongs to, and what it brought to which box; at most once, by its key
    "vat_declared",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("entry_id", ID, nullable=False),
    Column("line", Integer, nullable=False),
    Column("return_id", ID, nullable=False),
    Column("box_base", String(4), nullable=False),
    Column("box_due", String(4), nullable=False),
    Column("box_input", String(4), nullable=False),
    Column("base", BigInteger, nullable=False),  # minor units of the administration's currency; of OSS, of the euro
    Column("due", BigInteger, nullable=False),
    Column("input", BigInteger, nullable=False),
    PrimaryKeyConstraint("entry_id", "line", "administration_id"),
    within("vat_return", "return_id", deferred=True),  # the return is sealed last
    ForeignKeyConstraint(
        ["entry_id", "line", "administration_id"],
        ["vat_line.entry_id", "vat_line.line", "vat_line.administration_id"],
    ),
    Index("ix_vat_declared_return", "return_id", "administration_id"),
)

vat_adjusted = (
    Table(  # VAT lines that take back, or bring back, the VAT of an invoice that is not paid (art. 29 Wet OB)
        "vat_adjusted",
        metadata,
        Column("administration_id", ID, nullable=False),
        Column("entry_id", ID, nullable=False),
        Column("line", Integer, nullable=False),
        Column("open_item_id", ID, nullable=False),
        Column("source_line", Integer, nullable=False),  # which VAT line of the invoice it adjusts
        PrimaryKeyConstraint("entry_id", "line", "administration_id"),
        within("open_item", "open_item_id"),
        Index("ix_vat_adjusted_open_item", "open_item_id", "administration_id"),
    )
)

vat_uncollectable = Table(  # from which day it is certain that an invoice will not be paid, by a person's word
    "vat_uncollectable",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("open_item_id", ID, nullable=False),
    Column("since", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", INSTANT, nullable=False),
    Column("actor_id", ID, nullable=False),
    PrimaryKeyConstraint("open_item_id", "administration_id"),
    within("open_item", "open_item_id"),
    ForeignKeyConstraint(["actor_id"], ["app_user.id"]),
)

__all__ = ["vat_adjusted", "vat_declared", "vat_figure", "vat_return", "vat_uncollectable"]
