"""Collection cases: what was handed to an agency, and what came back."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "collection_case",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("number", sa.String(length=50), nullable=False),
        sa.Column("relation_id", _ID, nullable=False),
        sa.Column("agency", sa.String(length=40), nullable=False),
        sa.Column("treated", sa.String(length=8), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("raw_status", sa.Text(), nullable=False),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("close_reason", sa.String(length=15), nullable=False),
        sa.Column("agency_reference", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("principal", sa.BigInteger(), nullable=False),
        sa.Column("interest", sa.BigInteger(), nullable=False),
        sa.Column("costs", sa.BigInteger(), nullable=False),
        sa.Column("vat", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("dispatch_uid", sa.String(length=200), nullable=False),
        sa.Column("prepared_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", _ID, nullable=False),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_over_by", _ID, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('prepared','offered','received','accepted','rejected','amicable','plan','dispute','legal',"
            "'judgment','execution','closed')",
            name=op.f("ck_collection_case_state"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "relation_id"],
            ["relation.administration_id", "relation.id"],
            name=op.f("fk_collection_case_administration_id_relation_id"),
        ),
        sa.ForeignKeyConstraint(["created_by"], ["app_user.id"], name=op.f("fk_collection_case_created_by")),
        sa.ForeignKeyConstraint(["handed_over_by"], ["app_user.id"], name=op.f("fk_collection_case_handed_over_by")),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_collection_case")),
        sa.UniqueConstraint("number", "administration_id", name=op.f("uq_collection_case_number_administration_id")),
    )
    op.create_index(
        "ix_collection_case_dispatch", "collection_case", ["dispatch_uid", "administration_id"], unique=False
    )
    op.create_index(
        "ix_collection_case_reference",
        "collection_case",
        ["agency_reference", "agency", "administration_id"],
        unique=False,
    )
    op.create_index(
        "ix_collection_case_relation", "collection_case", ["relation_id", "administration_id"], unique=False
    )
    op.create_table(
        "case_event",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("raw_status", sa.Text(), nullable=False),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("message_uid", sa.String(length=200), nullable=False),
        sa.Column("agency_message", sa.Text(), nullable=False),
        sa.Column("entry_id", _ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("actor_id", _ID, nullable=False),
        sa.CheckConstraint("source IN ('hub','agency','person')", name=op.f("ck_case_event_source")),
        sa.ForeignKeyConstraint(["actor_id"], ["app_user.id"], name=op.f("fk_case_event_actor_id")),
        sa.ForeignKeyConstraint(
            ["administration_id", "case_id"],
            ["collection_case.administration_id", "collection_case.id"],
            name=op.f("fk_case_event_administration_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "entry_id"],
            ["entry.administration_id", "entry.id"],
            name=op.f("fk_case_event_administration_id_entry_id"),
        ),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_case_event")),
    )
    op.create_index("ix_case_event_case", "case_event", ["case_id", "administration_id"], unique=False)
    op.create_table(
        "case_item",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("open_item_id", _ID, nullable=False),
        sa.Column("principal", sa.BigInteger(), nullable=False),
        sa.Column("interest", sa.BigInteger(), nullable=False),
        sa.Column("claim", _ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["administration_id", "case_id"],
            ["collection_case.administration_id", "collection_case.id"],
            name=op.f("fk_case_item_administration_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "open_item_id"],
            ["open_item.administration_id", "open_item.id"],
            name=op.f("fk_case_item_administration_id_open_item_id"),
        ),
        sa.PrimaryKeyConstraint("case_id", "open_item_id", "administration_id", name=op.f("pk_case_item")),
        sa.UniqueConstraint("claim", "administration_id", name=op.f("uq_case_item_claim_administration_id")),
    )
    op.create_index("ix_case_item_item", "case_item", ["open_item_id", "administration_id"], unique=False)
    op.create_table(
        "case_money",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("payment", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("principal", sa.BigInteger(), nullable=False),
        sa.Column("interest", sa.BigInteger(), nullable=False),
        sa.Column("costs", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", _ID, nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "what IN ('payment','direct','remitted','fee','fee_vat','cost')", name=op.f("ck_case_money_what")
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "case_id"],
            ["collection_case.administration_id", "collection_case.id"],
            name=op.f("fk_case_money_administration_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "entry_id"],
            ["entry.administration_id", "entry.id"],
            name=op.f("fk_case_money_administration_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "event_id"],
            ["case_event.administration_id", "case_event.id"],
            name=op.f("fk_case_money_administration_id_event_id"),
        ),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_case_money")),
    )
    op.create_index("ix_case_money_case", "case_money", ["case_id", "administration_id"], unique=False)
