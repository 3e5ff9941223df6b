"""The relation card: addresses, contacts, notes, reasons, orders, free fields; and a version for each relation."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables, and number the relations that are there in order of code."""
    op.add_column("administration", sa.Column("next_change", sa.BigInteger(), nullable=False, server_default="1"))
    op.add_column("relation", sa.Column("version", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("relation", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("relation", sa.Column("changed_by", _ID, nullable=True))
    op.add_column("relation", sa.Column("watched", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.add_column("relation", sa.Column("merged_into", _ID, nullable=True))
    op.execute(
        """UPDATE relation SET changed_at = created_at, changed_by = created_by, version = n.number
           FROM (SELECT administration_id, id, ROW_NUMBER() OVER (PARTITION BY administration_id ORDER BY code) AS number
                 FROM relation) n
           WHERE n.administration_id = relation.administration_id AND n.id = relation.id"""
    )
    op.execute(
        """UPDATE administration SET next_change = 1 + (SELECT COUNT(*) FROM relation r
             WHERE r.administration_id = administration.id)"""
    )
    op.create_index("ix_relation_version", "relation", ["version", "administration_id"], unique=False)
    op.create_index(
        "ix_relation_merged", "relation", ["merged_into", "administration_id"], unique=False,
        sqlite_where=sa.text("merged_into IS NOT NULL"), postgresql_where=sa.text("merged_into IS NOT NULL"),
    )  # fmt: skip
    op.create_table(
        "free_field",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('text','number','date','yes_no','choice')", name=op.f("ck_free_field_kind")),
        sa.ForeignKeyConstraint(
            ["administration_id"], ["administration.id"], name=op.f("fk_free_field_administration_id")
        ),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_free_field")),
        sa.UniqueConstraint("name", "administration_id", name=op.f("uq_free_field_name_administration_id")),
    )
    op.create_table(
        "announced_order",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("relation_id", _ID, nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("base_amount", sa.BigInteger(), nullable=False),
        sa.Column("invoiced_base", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("finding", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", _ID, nullable=False),
        sa.CheckConstraint("state IN ('accepted','held','refused','closed')", name=op.f("ck_announced_order_state")),
        sa.CheckConstraint(
            "amount >= 0 AND base_amount >= 0 AND invoiced_base >= 0", name=op.f("ck_announced_order_positive")
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "relation_id"],
            ["relation.administration_id", "relation.id"],
            name=op.f("fk_announced_order_administration_id_relation_id"),
        ),
        sa.ForeignKeyConstraint(["changed_by"], ["app_user.id"], name=op.f("fk_announced_order_changed_by")),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_announced_order")),
        sa.UniqueConstraint(
            "number", "source", "administration_id", name=op.f("uq_announced_order_number_source_administration_id")
        ),
    )
    op.create_index(
        "ix_announced_order_relation", "announced_order", ["relation_id", "administration_id"], unique=False
    )
    op.create_table(
        "free_value",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("relation_id", _ID, nullable=False),
        sa.Column("field_id", _ID, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id", "field_id"],
            ["free_field.administration_id", "free_field.id"],
            name=op.f("fk_free_value_administration_id_field_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "relation_id"],
            ["relation.administration_id", "relation.id"],
            name=op.f("fk_free_value_administration_id_relation_id"),
        ),
        sa.PrimaryKeyConstraint("relation_id", "field_id", "administration_id", name=op.f("pk_free_value")),
    )
    op.create_table(
        "relation_address",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("relation_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("line_1", sa.Text(), nullable=False),
        sa.Column("line_2", sa.Text(), nullable=False),
        sa.Column("line_3", sa.Text(), nullable=False),
        sa.Column("postcode", sa.String(length=20), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("subdivision", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('visit','post','invoice','delivery')", name=op.f("ck_relation_address_kind")),
        sa.ForeignKeyConstraint(
            ["administration_id", "relation_id"],
            ["relation.administration_id", "relation.id"],
            name=op.f("fk_relation_address_administration_id_relation_id"),
        ),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_relation_address")),
    )
    op.create_index("ix_relation_address_postcode", "relation_address", ["postcode", "administration_id"], unique=False)
    op.create_index(
        "ix_relation_address_relation", "relation_address", ["relation_id", "administration_id"], unique=False
    )
    op.create_table(
        "relation_card",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("relation_id", _ID, nullable=False),
        sa.Column("debtor", sa.Boolean(), nullable=False),
        sa.Column("creditor", sa.Boolean(), nullable=False),
        sa.Column("prospect", sa.Boolean(), nullable=False),
        sa.Column("customer_type", sa.String(length=8), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("customer_type IN ('','consumer','business')", name=op.f("ck_relation_card_customer_type")),
        sa.ForeignKeyConstraint(
            ["administration_id", "relation_id"],
            ["relation.administration_id", "relation.id"],
            name=op.f("fk_relation_card_administration_id_relation_id"),
        ),
        sa.PrimaryKeyConstraint("relation_id", "administration_id", name=op.f("pk_relation_card")),
    )
    op.create_table(
        "relation_contact",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("relation_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("department_id", _ID, nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("telephone", sa.String(length=40), nullable=False),
        sa.Column("purposes", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('person','department')", name=op.f("ck_relation_contact_kind")),
        sa.ForeignKeyConstraint(
            ["administration_id", "department_id"],
            ["relation_contact.administration_id", "relation_contact.id"],
            name=op.f("fk_relation_contact_administration_id_department_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "relation_id"],
            ["relation.administration_id", "relation.id"],
            name=op.f("fk_relation_contact_administration_id_relation_id"),
        ),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_relation_contact")),
    )
    op.create_index(
        "ix_relation_contact_relation", "relation_contact", ["relation_id", "administration_id"], unique=False
    )
    op.create_table(
        "relation_reason",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("relation_id", _ID, nullable=False),
        sa.Column("effect", sa.String(length=5), nullable=False),
        sa.Column("cause", sa.String(length=6), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since_by", _ID, nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", _ID, nullable=True),
        sa.Column("lifted_why", sa.Text(), nullable=False),
        sa.CheckConstraint("(effect = 'limit') = (amount IS NOT NULL)", name=op.f("ck_relation_reason_amount")),
        sa.CheckConstraint("cause IN ('person','case','policy')", name=op.f("ck_relation_reason_cause")),
        sa.CheckConstraint("effect IN ('hold','limit')", name=op.f("ck_relation_reason_effect")),
        sa.CheckConstraint("amount IS NULL OR amount >= 0", name=op.f("ck_relation_reason_positive")),
        sa.ForeignKeyConstraint(
            ["administration_id", "relation_id"],
            ["relation.administration_id", "relation.id"],
            name=op.f("fk_relation_reason_administration_id_relation_id"),
        ),
        sa.ForeignKeyConstraint(["lifted_by"], ["app_user.id"], name=op.f("fk_relation_reason_lifted_by")),
        sa.ForeignKeyConstraint(["since_by"], ["app_user.id"], name=op.f("fk_relation_reason_since_by")),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_relation_reason")),
    )
    op.create_index(
        "ix_relation_reason_relation", "relation_reason", ["relation_id", "administration_id"], unique=False
    )
    op.create_table(
        "vat_answer",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("relation_id", _ID, nullable=False),
        sa.Column("vat_id", sa.String(length=20), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=7), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", _ID, nullable=False),
        sa.CheckConstraint("answer IN ('valid','invalid','unknown')", name=op.f("ck_vat_answer_answer")),
        sa.CheckConstraint("source IN ('vies','by_hand')", name=op.f("ck_vat_answer_source")),
        sa.ForeignKeyConstraint(["actor_id"], ["app_user.id"], name=op.f("fk_vat_answer_actor_id")),
        sa.ForeignKeyConstraint(
            ["administration_id", "relation_id"],
            ["relation.administration_id", "relation.id"],
            name=op.f("fk_vat_answer_administration_id_relation_id"),
        ),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_vat_answer")),
    )
    op.create_index("ix_vat_answer_relation", "vat_answer", ["relation_id", "administration_id"], unique=False)
    op.create_index("ix_vat_answer_vat_id", "vat_answer", ["vat_id", "administration_id"], unique=False)
    op.create_table(
        "relation_note",
        sa.Column("administration_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("relation_id", _ID, nullable=False),
        sa.Column("contact_id", _ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", _ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["app_user.id"], name=op.f("fk_relation_note_actor_id")),
        sa.ForeignKeyConstraint(
            ["administration_id", "contact_id"],
            ["relation_contact.administration_id", "relation_contact.id"],
            name=op.f("fk_relation_note_administration_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["administration_id", "relation_id"],
            ["relation.administration_id", "relation.id"],
            name=op.f("fk_relation_note_administration_id_relation_id"),
        ),
        sa.PrimaryKeyConstraint("id", "administration_id", name=op.f("pk_relation_note")),
    )
    op.create_index("ix_relation_note_relation", "relation_note", ["relation_id", "administration_id"], unique=False)
