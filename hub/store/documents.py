"""Documents we already have: by number, for twins and preceding invoices."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, text

from hub.model.booking import EarlierDocument
from hub.model.money import from_minor
from hub.store.sets import values, within


def find_earlier(
    connection: Connection, administration_ids: Iterable[int], number_keys: Iterable[str], *, with_prepayments: bool
) -> list[tuple[int, EarlierDocument]]:
    """Posted and held documents that bear one of the numbers; prepayment invoices (386) too when asked. One query."""
    prepayments = "OR d.type_code = '386'" if with_prepayments else ""
    query = f"""
        SELECT d.administration_id, COALESCE(r.key, '') AS relation_key, d.direction, d.number_key, d.kind, d.type_code,
               d.issue_date, d.total, d.currency, d.sha256, d.fingerprint, d.message_uid, d.outcome
        FROM document d LEFT JOIN relation r ON r.administration_id = d.administration_id AND r.id = d.relation_id
        WHERE {within(connection, "d.administration_id", "administrations")}
          AND ({within(connection, "d.number_key", "numbers")} {prepayments}) AND d.outcome IN ('posted', 'held')
        ORDER BY d.id"""
    parameters = {"administrations": values(connection, administration_ids), "numbers": values(connection, number_keys)}
    found = []
    for row in connection.execute(text(query), parameters):
        issued = row.issue_date if isinstance(row.issue_date, date) else date.fromisoformat(row.issue_date)
        total = None if row.total is None else from_minor(row.total, row.currency)
        found.append(
            (
                row.administration_id,
                EarlierDocument(
                    row.relation_key,
                    row.direction,
                    row.number_key,
                    row.kind,
                    row.type_code,
                    issued,
                    total,
                    row.currency,
                    row.sha256,
                    row.fingerprint,
                    row.message_uid,
                    row.outcome,
                ),
            )
        )
    return found
