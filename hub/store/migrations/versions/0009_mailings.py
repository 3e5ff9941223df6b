"""Mailings to relations."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "mailing",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("selection", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id"], ["administration.id"], name=op.f("fk_mailing_administration_id")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["app_user.id"], name=op.f("fk_mailing_actor_id")),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_mailing")),
    )
    op.create_table(
        "mailing_recipient",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("mailing_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("relation_id", _ID, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued','sending','sent','failed','skipped')", name=op.f("ck_mailing_recipient_state")
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "mailing_id"],
            ["mailing.administration_id", "mailing.id"],
            name=op.f("fk_mailing_recipient_administration_id_mailing_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "relation_id"],
            ["relation.administration_id", "relation.id"],
            name=op.f("fk_mailing_recipient_administration_id_relation_id"),
        ),
        sa.PrimaryKeyConstraint("mailing_id", "position", "administration_id", name=op.f("pk_mailing_recipient")),
        sa.UniqueConstraint(
            "mailing_id", "email", "relation_id", "administration_id",
            name=op.f("uq_mailing_recipient_mailing_id_email_relation_id_administration_id"),
        ),
    )  # fmt: skip
    op.create_table(
        "mail_opt_out",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("relation_id", _ID, nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since_by", _ID, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", _ID, nullable=True),
        sa.CheckConstraint("relation_id IS NOT NULL OR email <> ''", name=op.f("ck_mail_opt_out_whom")),
        sa.ForeignKeyConstraint(
            ["administration_id", "relation_id"],
            ["relation.administration_id", "relation.id"],
            name=op.f("fk_mail_opt_out_administration_id_relation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id"], ["administration.id"], name=op.f("fk_mail_opt_out_administration_id")
        ),
        sa.ForeignKeyConstraint(["since_by"], ["app_user.id"], name=op.f("fk_mail_opt_out_since_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["app_user.id"], name=op.f("fk_mail_opt_out_ended_by")),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_mail_opt_out")),
    )
    op.create_index("ix_mail_opt_out_email", "mail_opt_out", ["email", "administration_id"], unique=False)
