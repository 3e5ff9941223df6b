"""What a dispatch says when it leaves: an event gets the card of its relation as it is at that moment, a case its documents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from hub.model.dispatch import Dispatch
from hub.reports.relations import show_relation
from hub.store.administrations import administration_ids
from hub.store.case_documents import case_whole

# Not for others: what colleagues wrote down, and what a register answered.
_OURS = ("notes", "vat_answers", "unconfirmed_ibans", "rejected_ibans")


def rendered(connection: Connection, dispatch: Dispatch, options: Mapping[str, Any]) -> Dispatch:
    """The dispatch with the body that is sent. Its id stays the same, whatever its body became meanwhile.

    `options` are those of its sink in hub.toml.
    """
    if dispatch.type == "reminder.mail":
        from hub.workers.rendering_reminder import rendered_reminder

        return rendered_reminder(connection, dispatch, options)
    if dispatch.type == "collection.case":
        return replace(dispatch, body=case_whole(connection, dispatch))
    if not dispatch.type.startswith("relation."):
        return dispatch
    event: dict[str, Any] = json.loads(dispatch.body)
    data = {**event["data"], "card": _card(connection, dispatch)}
    body = json.dumps({**event, "id": dispatch.id, "data": data}, ensure_ascii=False, sort_keys=True, default=str)
    return replace(dispatch, body=body.encode())


def _card(connection: Connection, dispatch: Dispatch) -> dict[str, Any]:
    """Of the relation, or of the one it went up in: then its `code` is another than the event's."""
    administration_id = administration_ids(connection, [dispatch.administration])[dispatch.administration]
    card = show_relation(connection, administration_id, dispatch.subject)
    return {name: value for name, value in card.items() if name not in _OURS}
