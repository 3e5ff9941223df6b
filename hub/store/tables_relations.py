"""Tables of the relation card: what we agreed, where they live, whom we call, what was said, and how far credit goes.

Nothing of it decides a booking but reasons (hold and limit); so it stands apart from `relation`, which every batch reads.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
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
    UniqueConstraint,
)

from hub.store.columns import ID, INSTANT, within
from hub.store.metadata import metadata

relation_card = Table(  # one row a relation that a person said something about
    "relation_card",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("relation_id", ID, nullable=False),
    Column("debtor", Boolean, nullable=False),
    Column("creditor", Boolean, nullable=False),
    Column("prospect", Boolean, nullable=False),
    Column("customer_type", String(8), nullable=False),  # '' | consumer | business: never derived (DOMAIN 10.6 no. 26)
    Column("body", Text, nullable=False),  # JSON: e-mail, telephone, language, memo, e-invoicing per role
    PrimaryKeyConstraint("relation_id", "administration_id"),
    within("relation", "relation_id"),
    CheckConstraint("customer_type IN ('','consumer','business')", name="customer_type"),
)

relation_address = Table(  # ended, never overwritten: letters of then keep their address
    "relation_address",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("relation_id", ID, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("line_1", Text, nullable=False),
    Column("line_2", Text, nullable=False),
    Column("line_3", Text, nullable=False),
    Column("postcode", String(20), nullable=False),
    Column("city", Text, nullable=False),
    Column("subdivision", Text, nullable=False),
    Column("country", String(2), nullable=False),
    Column("created_at", INSTANT, nullable=False),
    Column("ended_at", INSTANT),
    PrimaryKeyConstraint("id", "administration_id"),
    within("relation", "relation_id"),
    CheckConstraint("kind IN ('visit','post','invoice','delivery')", name="kind"),
    Index("ix_relation_address_relation", "relation_id", "administration_id"),
    Index("ix_relation_address_postcode", "postcode", "administration_id"),
)

relation_contact = Table(  # a person, or a department that persons belong to
    "relation_contact",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("relation_id", ID, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),  # in words: boekhouding, directie
    Column("department_id", ID),
    Column("email", Text, nullable=False),
    Column("telephone", String(40), nullable=False),
    Column("purposes", Text, nullable=False),  # invoices,reminders,collection
    Column("created_at", INSTANT, nullable=False),
    Column("ended_at", INSTANT),
    PrimaryKeyConstraint("id", "administration_id"),
    within("relation", "relation_id"),
    within("relation_contact", "department_id"),
    CheckConstraint("kind IN ('person','department')", name="kind"),
    Index("ix_relation_contact_relation", "relation_id", "administration_id"),
)

relation_note = Table(  # append only
    "relation_note",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("relation_id", ID, nullable=False),
    Column("contact_id", ID),
    Column("at", INSTANT, nullable=False),
    Column("actor_id", ID, nullable=False),
    Column("text", Text, nullable=False),
    PrimaryKeyConstraint("id", "administration_id"),
    within("relation", "relation_id"),
    within("relation_contact", "contact_id"),
    ForeignKeyConstraint(["actor_id"], ["app_user.id"]),
    Index("ix_relation_note_relation", "relation_id", "administration_id"),
)

relation_reason = Table(  # why a debtor is on hold or limited; lifted by a dated decision, never overwritten
    "relation_reason",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("relation_id", ID, nullable=False),
    Column("effect", String(5), nullable=False),
    Column("cause", String(6), nullable=False),
    Column("amount", BigInteger),  # of a limit, in minor units of the administration's currency; 0 = nothing on credit
    Column("reference", Text, nullable=False),  # of the case or policy
    Column("why", Text, nullable=False),
    Column("since", INSTANT, nullable=False),
    Column("since_by", ID, nullable=False),
    Column("lifted_at", INSTANT),
    Column("lifted_by", ID),
    Column("lifted_why", Text, nullable=False),
    PrimaryKeyConstraint("id", "administration_id"),
    within("relation", "relation_id"),
    ForeignKeyConstraint(["since_by"], ["app_user.id"]),
    ForeignKeyConstraint(["lifted_by"], ["app_user.id"]),
    CheckConstraint("effect IN ('hold','limit')", name="effect"),
    CheckConstraint("cause IN ('person','case','policy')", name="cause"),
    CheckConstraint("(effect = 'limit') = (amount IS NOT NULL)", name="amount"),
    CheckConstraint("amount IS NULL OR amount >= 0", name="positive"),
    Index("ix_relation_reason_relation", "relation_id", "administration_id"),
)

announced_order = Table(  # what a debtor ordered and we have not invoiced yet: half of his exposure
    "announced_order",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("relation_id", ID, nullable=False),
    Column("source", String(40), nullable=False),  # which shop or system; '' = by hand
    Column("number", String(100), nullable=False),
    Column("ordered_on", Date, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("base_amount", BigInteger, nullable=False),
    Column("invoiced_base", BigInteger, nullable=False),  # the part that is an open item by now
    Column("state", String(8), nullable=False),
    Column("finding", String(20), nullable=False),  # the code for which it is held or refused
    Column("created_at", INSTANT, nullable=False),
    Column("changed_at", INSTANT, nullable=False),
    Column("changed_by", ID, nullable=False),
    PrimaryKeyConstraint("id", "administration_id"),
    UniqueConstraint("number", "source", "administration_id"),
    within("relation", "relation_id"),
    ForeignKeyConstraint(["changed_by"], ["app_user.id"]),
    CheckConstraint("state IN ('accepted','held','refused','closed')", name="state"),
    CheckConstraint("amount >= 0 AND base_amount >= 0 AND invoiced_base >= 0", name="positive"),
    Index("ix_announced_order_relation", "relation_id", "administration_id"),
)

free_field = Table(  # a field of the administration's own
    "free_field",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("name", String(40), nullable=False),
    Column("label", Text, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("length", Integer, nullable=False),
    Column("choices", Text, nullable=False),  # JSON list
    Column("created_at", INSTANT, nullable=False),
    Column("ended_at", INSTANT),
    PrimaryKeyConstraint("id", "administration_id"),
    UniqueConstraint("name", "administration_id"),
    ForeignKeyConstraint(["administration_id"], ["administration.id"]),
    CheckConstraint("kind IN ('text','number','date','yes_no','choice')", name="kind"),
)

free_value = Table(
    "free_value",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("relation_id", ID, nullable=False),
    Column("field_id", ID, nullable=False),
    Column("value", Text, nullable=False),  # canonical: 1234.5, 2026-11-21, yes
    PrimaryKeyConstraint("relation_id", "field_id", "administration_id"),
    within("relation", "relation_id"),
    within("free_field", "field_id"),
)

vat_answer = Table(  # what VIES said, or a person who asked it, on a day; append only
    "vat_answer",
    metadata,
    Column("administration_id", ID, nullable=False),
    Column("id", ID, nullable=False),
    Column("relation_id", ID, nullable=False),
    Column("vat_id", String(20), nullable=False),
    Column("on_date", Date, nullable=False),
    Column("answer", String(7), nullable=False),
    Column("source", String(8), nullable=False),  # vies | by_hand
    Column("reference", Text, nullable=False),  # the consultation number
    Column("at", INSTANT, nullable=False),
    Column("actor_id", ID, nullable=False),
    PrimaryKeyConstraint("id", "administration_id"),
    within("relation", "relation_id"),
    ForeignKeyConstraint(["actor_id"], ["app_user.id"]),
    CheckConstraint("answer IN ('valid','invalid','unknown')", name="answer"),
    CheckConstraint("source IN ('vies','by_hand')", name="source"),
    Index("ix_vat_answer_relation", "relation_id", "administration_id"),
    Index("ix_vat_answer_vat_id", "vat_id", "administration_id"),
)

__all__ = [
    "announced_order",
    "free_field",
    "free_value",
    "relation_address",
    "relation_card",
    "relation_contact",
    "relation_note",
    "relation_reason",
    "vat_answer",
]
