"""Documents we already have: by number, for twins and preceding invoices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from hub.model.booking import EarlierDocument
from hub.model.money import from_minor
from hub.store.driver import Question
from hub.store.sets import within

_COLUMNS = (
    "id, administration_id, relation_key, direction, number_key, kind, type_code, issue_date, total, currency, sha256, "
    "fingerprint, message_uid, outcome"
)


def earlier_question(connection: Connection, *, with_prepayments: bool) -> Question:
    """Asks for posted and held documents of the `administrations` that bear one of the `numbers`; prepayments (386) too."""
    prepayments = "OR d.type_code = '386'" if with_prepayments else ""
    return Question(_COLUMNS, f"""
        SELECT d.id, d.administration_id, COALESCE(s.key, r.key, '') AS relation_key, d.direction, d.number_key, d.kind, d.type_code,
               d.issue_date, d.total, d.currency, d.sha256, d.fingerprint, d.message_uid, d.outcome
        FROM document d LEFT JOIN relation r ON r.administration_id = d.administration_id AND r.id = d.relation_id
          LEFT JOIN relation s ON s.administration_id = r.administration_id AND s.id = r.merged_into
        WHERE {within(connection, "d.administration_id", "administrations")}
          AND ({within(connection, "d.number_key", "numbers")} {prepayments}) AND d.outcome IN ('posted', 'held')""")  # fmt: skip


def earlier_documents(answer: Iterable[Sequence[Any]]) -> list[tuple[int, EarlierDocument]]:
    """What `earlier_question` was answered, with the ids of their administrations, oldest first."""
    return [
        (administration_id, _earlier(*row)) for _, administration_id, *row in sorted(answer, key=lambda row: row[0])
    ]


def _earlier(
    relation_key: str, direction: str, number_key: str, kind: str, type_code: str, issue_date: str, total: int | None, currency: str,
    sha256: str, fingerprint: str, message_uid: str, outcome: str,
) -> EarlierDocument:  # fmt: skip
    amount = None if total is None else from_minor(total, currency)
    return EarlierDocument(
        relation_key, direction, number_key, kind, type_code, date.fromisoformat(issue_date), amount, currency, sha256, fingerprint,
        message_uid, outcome,
    )  # fmt: skip
