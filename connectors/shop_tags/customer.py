"""From an event to customers of one shop: who it is there, and whether he is on hold now."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from hub.model.dispatch import Dispatch


@dataclass(frozen=True, slots=True)
class Customers:
    """The ids that a relation has in one shop (several after a merge), and whether he may be delivered to."""

    ids: tuple[str, ...]
    on_hold: bool
    relation: str


def customers_of(dispatch: Dispatch, shop: str) -> Customers:
    """By the identifiers with scheme `shop:<name>`. What counts is the card as it is now, not the event that led to it."""
    card: dict[str, Any] = json.loads(dispatch.body)["data"]["card"]
    prefix = f"shop:{shop}:".upper()
    ids = tuple(key[len(prefix) :] for key in card["keys"] if key.upper().startswith(prefix))
    return Customers(ids, bool(card["credit"]["on_hold"]), str(card["code"]))
