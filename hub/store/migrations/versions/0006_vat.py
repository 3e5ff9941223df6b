"""VAT returns that were filed and what was declared; country and rate of a VAT line; accounts of a VAT code."""

import json
import zlib

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns, fill them for the charts that are in force, and create the tables."""
    op.add_column("vat_line", sa.Column("country", sa.String(length=2), nullable=True))
    op.add_column("vat_line", sa.Column("rate", sa.String(length=12), nullable=True))
    for name, length in (("due_account", 20), ("input_account", 20), ("origin", 10), ("kind", 10)):
        op.add_column("vat_code", sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
    _fill_codes()
    _returns()
    _adjustments()


def _fill_codes() -> None:
    """What the tables did not hold until now stands in each chart."""
    connection = op.get_bind()
    charts = connection.execute(
        sa.text("SELECT c.administration_id, c.body FROM chart c JOIN administration a"
                " ON a.id = c.administration_id AND a.chart_hash = c.hash")
    ).all()  # fmt: skip
    statement = sa.text(
        "UPDATE vat_code SET due_account = :due, input_account = :input, origin = :origin, kind = :kind"
        " WHERE administration_id = :a AND code = :code AND valid_from = :since"
    )
    for administration_id, body in charts:
        for row in json.loads(zlib.decompress(body)).get("vat_codes", ()):
            values = {"due": row.get("due_account", ""), "input": row.get("input_account", ""),
                      "origin": row.get("origin", ""), "kind": row.get("kind", "")}  # fmt: skip
            since = row.get("valid_from", "0001-01-01")
            connection.execute(statement, {**values, "a": administration_id, "code": row["code"], "since": since})


def _returns() -> None:
    op.create_table(
        "vat_return",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", _ID, nullable=False),
        sa.Column("entry_id", _ID, nullable=True),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("kind IN ('return','supplement','oss')", name=op.f("ck_vat_return_kind")),
        sa.ForeignKeyConstraint(["actor_id"], ["app_user.id"], name=op.f("fk_vat_return_actor_id")),
        sa.ForeignKeyConstraint(
            ["administration_id", "entry_id"],
            ["entry.administration_id", "entry.id"],
            name=op.f("fk_vat_return_administration_id_entry_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_vat_return")),
    )
    op.create_index("ix_vat_return_days", "vat_return", ["first_day", "administration_id"], unique=False)
    op.create_index(
        "uq_vat_return_period", "vat_return", ["period", "kind", "administration_id"], unique=True,
        sqlite_where=sa.text("kind <> 'supplement'"), postgresql_where=sa.text("kind <> 'supplement'"),
    )  # fmt: skip
    op.create_table(
        "vat_figure",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("return_id", _ID, nullable=False),
        sa.Column("box", sa.String(length=40), nullable=False),
        sa.Column("base", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("declared_base", sa.BigInteger(), nullable=False),
        sa.Column("declared_tax", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id", "return_id"],
            ["vat_return.administration_id", "vat_return.id"],
            name=op.f("fk_vat_figure_administration_id_return_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("return_id", "box", "administration_id", name=op.f("pk_vat_figure")),
    )
    op.create_table(
        "vat_declared",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("entry_id", _ID, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("return_id", _ID, nullable=False),
        sa.Column("box_base", sa.String(length=4), nullable=False),
        sa.Column("box_due", sa.String(length=4), nullable=False),
        sa.Column("box_input", sa.String(length=4), nullable=False),
        sa.Column("base", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("input", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id", "return_id"],
            ["vat_return.administration_id", "vat_return.id"],
            name=op.f("fk_vat_declared_administration_id_return_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["entry_id", "line", "administration_id"],
            ["vat_line.entry_id", "vat_line.line", "vat_line.administration_id"],
            name=op.f("fk_vat_declared_entry_id_line_administration_id"),
        ),
        sa.PrimaryKeyConstraint("entry_id", "line", "administration_id", name=op.f("pk_vat_declared")),
    )
    op.create_index("ix_vat_declared_return", "vat_declared", ["return_id", "administration_id"], unique=False)


def _adjustments() -> None:
    op.create_table(
        "vat_adjusted",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("entry_id", _ID, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("open_item_id", _ID, nullable=False),
        sa.Column("source_line", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id", "open_item_id"],
            ["open_item.administration_id", "open_item.id"],
            name=op.f("fk_vat_adjusted_administration_id_open_item_id"),
        ),
        sa.PrimaryKeyConstraint("entry_id", "line", "administration_id", name=op.f("pk_vat_adjusted")),
    )
    op.create_index("ix_vat_adjusted_open_item", "vat_adjusted", ["open_item_id", "administration_id"], unique=False)
    op.create_table(
        "vat_uncollectable",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("open_item_id", _ID, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["app_user.id"], name=op.f("fk_vat_uncollectable_actor_id")),
        sa.ForeignKeyConstraint(
            ["administration_id", "open_item_id"],
            ["open_item.administration_id", "open_item.id"],
            name=op.f("fk_vat_uncollectable_administration_id_open_item_id"),
        ),
        sa.PrimaryKeyConstraint("open_item_id", "administration_id", name=op.f("pk_vat_uncollectable")),
    )
