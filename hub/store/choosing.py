"""The open items that a person names by their invoice number."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from hub.errors import Conflict, NotFound
from hub.model.finding import asked
from hub.model.invoice import normalised_number
from hub.model.settlement import OpenItem
from hub.store.open_index import open_index
from hub.store.open_items import open_item_ids
from hub.store.settling_items import settling_items


def choose_items(
    connection: Connection,
    administration_id: int,
    numbers: Sequence[str],
    *,
    relation: str = "",
    side: str = "",
    part: str = "",
) -> list[OpenItem]:
    """One open item for each number, in the order given; as written, or else without its punctuation.

    Raises `NotFound` for a number of which nothing is open and `Conflict` for one that several open items bear.
    """
    if not numbers:
        return []
    items = settling_items(connection, administration_id, open_item_ids(connection, administration_id, numbers=numbers))
    wanted = {number: [key for key, item in items.items() if item.number == number] for number in numbers}
    if other := [
        number for number in numbers if not wanted[number]
    ]:  # written otherwise than on the invoice: a longer look
        index = open_index(connection, administration_id)
        wanted |= {number: index.by_key.get(normalised_number(number), []) for number in other}
        items |= settling_items(connection, administration_id, {key for number in other for key in wanted[number]})
    return [_one(number, [items[key] for key in wanted[number]], relation, side, part) for number in numbers]


def _one(number: str, items: Sequence[OpenItem], relation: str, side: str, part: str) -> OpenItem:
    fitting = [
        item for item in items
        if normalised_number(item.number) == normalised_number(number)
        and relation in ("", item.relation) and side in ("", item.side) and part in ("", item.part)
    ]  # fmt: skip
    exact = [item for item in fitting if item.number == number]
    fitting = exact or fitting
    if not fitting:
        raise NotFound(asked("HUB-ASK-07", f"{number} {relation}".strip(), _shown(items)))
    if len(fitting) > 1:
        raise Conflict(asked("HUB-ASK-08", number, _shown(fitting)))
    return fitting[0]


def _shown(items: Sequence[OpenItem]) -> str:
    return ", ".join(
        f"{i.number} {i.relation} ({i.side}, {i.part}, {i.outstanding} {i.outstanding.currency})" for i in items
    )
