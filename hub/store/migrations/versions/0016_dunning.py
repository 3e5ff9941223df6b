"""Reminding: runs, reminders, what stops them, and what is claimed beside the principal."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "dunning_run",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("rules_version", sa.Text(), nullable=False),
        sa.Column("rested", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", _ID, nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("frozen_by", _ID, nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by", _ID, nullable=True),
        sa.CheckConstraint("state IN ('concept','frozen','sent','cancelled')", name=op.f("ck_dunning_run_state")),
        sa.ForeignKeyConstraint(
            ["administration_id"], ["administration.id"], name=op.f("fk_dunning_run_administration_id")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["app_user.id"], name=op.f("fk_dunning_run_created_by")),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_dunning_run")),
        sa.UniqueConstraint("number", "administration_id", name=op.f("uq_dunning_run_number_administration_id")),
    )
    op.create_table(
        "dunning_stop",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("relation_id", _ID, nullable=False),
        sa.Column("open_item_id", _ID, nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", _ID, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_by", _ID, nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=False),
        sa.CheckConstraint("(outcome = 'open') = (ended_at IS NULL)", name=op.f("ck_dunning_stop_ended")),
        sa.CheckConstraint(
            "kind IN ('restructuring','insolvency','case','dispute','plan','promise','hold')",
            name=op.f("ck_dunning_stop_kind"),
        ),
        sa.CheckConstraint(
            "outcome IN ('open','kept','broken','granted','rejected','withdrawn','ended')",
            name=op.f("ck_dunning_stop_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "open_item_id"],
            ["open_item.administration_id", "open_item.id"],
            name=op.f("fk_dunning_stop_administration_id_open_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "relation_id"],
            ["relation.administration_id", "relation.id"],
            name=op.f("fk_dunning_stop_administration_id_relation_id"),
        ),
        sa.ForeignKeyConstraint(["created_by"], ["app_user.id"], name=op.f("fk_dunning_stop_created_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["app_user.id"], name=op.f("fk_dunning_stop_ended_by")),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_dunning_stop")),
    )
    op.create_index("ix_dunning_stop_item", "dunning_stop", ["open_item_id", "administration_id"], unique=False)
    op.create_index("ix_dunning_stop_relation", "dunning_stop", ["relation_id", "administration_id"], unique=False)
    op.create_table(
        "reminder",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("run_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("relation_id", _ID, nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("principal", sa.BigInteger(), nullable=False),
        sa.Column("interest", sa.BigInteger(), nullable=False),
        sa.Column("costs", sa.BigInteger(), nullable=False),
        sa.Column("vat", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("dispatch_uid", sa.String(length=200), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", _ID, nullable=False),
        sa.CheckConstraint(
            "state IN ('concept','excluded','dropped','staged','sent','printed','delivered','called','bounced','failed')",
            name=op.f("ck_reminder_state"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "relation_id"],
            ["relation.administration_id", "relation.id"],
            name=op.f("fk_reminder_administration_id_relation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "run_id"],
            ["dunning_run.administration_id", "dunning_run.id"],
            name=op.f("fk_reminder_administration_id_run_id"),
        ),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("reference", "administration_id", name=op.f("uq_reminder_reference_administration_id")),
        sa.UniqueConstraint(
            "run_id", "position", "administration_id", name=op.f("uq_reminder_run_id_position_administration_id")
        ),
    )
    op.create_index("ix_reminder_dispatch", "reminder", ["dispatch_uid", "administration_id"], unique=False)
    op.create_index("ix_reminder_relation", "reminder", ["relation_id", "administration_id"], unique=False)
    op.create_index("ix_reminder_state", "reminder", ["state", "administration_id"], unique=False)
    op.create_table(
        "instalment",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("stop_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_instalment_positive")),
        sa.ForeignKeyConstraint(
            ["administration_id", "stop_id"],
            ["dunning_stop.administration_id", "dunning_stop.id"],
            name=op.f("fk_instalment_administration_id_stop_id"),
        ),
        sa.PrimaryKeyConstraint("stop_id", "position", "administration_id", name=op.f("pk_instalment")),
    )
    op.create_table(
        "memo_claim",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("relation_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("open_item_id", _ID, nullable=True),
        sa.Column("reminder_id", _ID, nullable=True),
        sa.Column("case_id", _ID, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("claimed_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('costs','vat','interest')", name=op.f("ck_memo_claim_kind")),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_memo_claim_positive")),
        sa.ForeignKeyConstraint(
            ["administration_id", "case_id"],
            ["collection_case.administration_id", "collection_case.id"],
            name=op.f("fk_memo_claim_administration_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "open_item_id"],
            ["open_item.administration_id", "open_item.id"],
            name=op.f("fk_memo_claim_administration_id_open_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "relation_id"],
            ["relation.administration_id", "relation.id"],
            name=op.f("fk_memo_claim_administration_id_relation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "reminder_id"],
            ["reminder.administration_id", "reminder.id"],
            name=op.f("fk_memo_claim_administration_id_reminder_id"),
        ),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_memo_claim")),
    )
    op.create_index("ix_memo_claim_relation", "memo_claim", ["relation_id", "administration_id"], unique=False)
    op.create_table(
        "reminder_item",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("reminder_id", _ID, nullable=False),
        sa.Column("open_item_id", _ID, nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("outstanding", sa.BigInteger(), nullable=False),
        sa.Column("interest", sa.BigInteger(), nullable=False),
        sa.Column("claim", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["administration_id", "open_item_id"],
            ["open_item.administration_id", "open_item.id"],
            name=op.f("fk_reminder_item_administration_id_open_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "reminder_id"],
            ["reminder.administration_id", "reminder.id"],
            name=op.f("fk_reminder_item_administration_id_reminder_id"),
        ),
        sa.PrimaryKeyConstraint("reminder_id", "open_item_id", "administration_id", name=op.f("pk_reminder_item")),
        sa.UniqueConstraint("claim", "administration_id", name=op.f("uq_reminder_item_claim_administration_id")),
    )
    op.create_index("ix_reminder_item_item", "reminder_item", ["open_item_id", "administration_id"], unique=False)
    op.create_table(
        "memo_receipt",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("claim_id", _ID, nullable=False),
        sa.Column("entry_id", _ID, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id", "claim_id"],
            ["memo_claim.administration_id", "memo_claim.id"],
            name=op.f("fk_memo_receipt_administration_id_claim_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "entry_id"],
            ["entry.administration_id", "entry.id"],
            name=op.f("fk_memo_receipt_administration_id_entry_id"),
        ),
        sa.PrimaryKeyConstraint("claim_id", "entry_id", "administration_id", name=op.f("pk_memo_receipt")),
    )
    op.create_index("ix_memo_receipt_entry", "memo_receipt", ["entry_id", "administration_id"], unique=False)
