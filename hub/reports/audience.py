"""Selections of relations for labels and mailings: `role=debtor,country=NL|BE`, kept as it was typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from hub.errors import Usage
from hub.reports.selection import by_code_point
from hub.store import tables as t

Condition = Callable[[int, Sequence[str]], ColumnElement[bool]]
_R = t.relation


def parse_selection(text: str) -> dict[str, tuple[str, ...]]:
    """What is asked per key; several values of one are separated by `|`. Raises `Usage` naming what is known."""
    asked: dict[str, tuple[str, ...]] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        key, equals, values = part.partition("=")
        key = key.strip().lower()
        chosen = tuple(value.strip() for value in values.split("|") if value.strip())
        if not equals or not chosen:
            raise Usage(f"{part!r} chooses nothing: write key=value, as role=debtor")
        if key not in _CONDITIONS and not key.startswith("field."):
            raise Usage(f"{key!r} is no key to choose by; known are {', '.join(_CONDITIONS)} and field.NAME")
        if wrong := set(chosen) - set(_VALUES.get(key, chosen)):
            raise Usage(f"{key}={'|'.join(sorted(wrong))}: {key} is one of {', '.join(_VALUES[key])}")
        asked[key] = asked.get(key, ()) + chosen
    return asked


def relations_chosen(connection: Connection, administration_id: int, text: str = "") -> list[int]:
    """Keys of the relations that meet every condition, in order of code; merged ones are no relations any more."""
    query = select(_R.c.id).where(_R.c.administration_id == administration_id, _R.c.merged_into.is_(None))
    for key, chosen in parse_selection(text).items():
        made = _CONDITIONS.get(key)
        query = query.where(made(administration_id, chosen) if made else _by_field(administration_id, key[6:], chosen))
    return list(connection.execute(query.order_by(by_code_point(connection, _R.c.code))).scalars())


def _by_role(administration_id: int, chosen: Sequence[str]) -> ColumnElement[bool]:
    """A role that was given, or that open items show."""
    c, o = t.relation_card, t.open_item
    own = _R.alias("own")
    sides = {"debtor": "receivable", "creditor": "payable"}
    given = select(c.c.relation_id).where(
        c.c.administration_id == administration_id, or_(*(c.c[role] for role in chosen))
    )
    shown = (
        select(func.coalesce(own.c.merged_into, own.c.id))
        .join(o, _of(o, own))
        .where(
            o.c.administration_id == administration_id, o.c.side.in_([sides[role] for role in chosen if role in sides])
        )
    )
    return or_(_R.c.id.in_(given), _R.c.id.in_(shown))


def _by_open(administration_id: int, chosen: Sequence[str]) -> ColumnElement[bool]:
    """Something left on that side, now."""
    o, p, own = t.open_item, t.posting, _R.alias("own")
    left = (
        select(func.coalesce(own.c.merged_into, own.c.id))
        .join_from(o, own, _of(o, own))
        .join(p, and_(p.c.administration_id == o.c.administration_id, p.c.open_item_id == o.c.id))
        .where(o.c.administration_id == administration_id, o.c.side.in_(chosen))
        .group_by(o.c.id, own.c.merged_into, own.c.id)
        .having(func.sum(_signed(p)) != 0)
    )
    return _R.c.id.in_(left)


def _signed(p: Any) -> Any:
    return case((p.c.side == "debit", p.c.amount), else_=-p.c.amount)


def _of(item: Any, own: Any) -> ColumnElement[bool]:
    """The relation that an item was opened for, which may have been merged into another since."""
    return and_(own.c.administration_id == item.c.administration_id, own.c.id == item.c.relation_id)


def _by_address(column: str) -> Condition:
    def condition(administration_id: int, chosen: Sequence[str]) -> ColumnElement[bool]:
        a = t.relation_address
        begins = [func.lower(a.c[column]).startswith(value.lower(), autoescape=True) for value in chosen]
        mine = select(a.c.relation_id).where(a.c.administration_id == administration_id, a.c.ended_at.is_(None))
        return _R.c.id.in_(mine.where(or_(*begins)))

    return condition


def _by_card(column: str) -> Condition:
    def condition(administration_id: int, chosen: Sequence[str]) -> ColumnElement[bool]:
        c = t.relation_card
        return _R.c.id.in_(
            select(c.c.relation_id).where(c.c.administration_id == administration_id, c.c[column].in_(chosen))
        )

    return condition


def _by_language(administration_id: int, chosen: Sequence[str]) -> ColumnElement[bool]:
    c = t.relation_card
    said = [c.c.body.contains(f'"language": "{value}"', autoescape=True) for value in chosen]
    return _R.c.id.in_(select(c.c.relation_id).where(c.c.administration_id == administration_id, or_(*said)))


def _by_purpose(administration_id: int, chosen: Sequence[str]) -> ColumnElement[bool]:
    k = t.relation_contact
    given = [k.c.purposes.contains(value, autoescape=True) for value in chosen]
    mine = select(k.c.relation_id).where(
        k.c.administration_id == administration_id, k.c.ended_at.is_(None), k.c.email != ""
    )
    return _R.c.id.in_(mine.where(or_(*given)))


def _by_field(administration_id: int, name: str, chosen: Sequence[str]) -> ColumnElement[bool]:
    f, v = t.free_field, t.free_value
    same = and_(f.c.administration_id == v.c.administration_id, f.c.id == v.c.field_id)
    query = select(v.c.relation_id).join(f, same).where(v.c.administration_id == administration_id, f.c.name == name)
    return _R.c.id.in_(query.where(v.c.value.in_(chosen)))


_CONDITIONS: dict[str, Condition] = {
    "role": _by_role,
    "country": lambda _a, chosen: _R.c.country.in_([value.upper() for value in chosen]),
    "code": lambda _a, chosen: _R.c.code.in_(chosen),
    "name": lambda _a, chosen: or_(
        *(func.lower(_R.c.name).contains(value.lower(), autoescape=True) for value in chosen)
    ),
    "open": _by_open,
    "city": _by_address("city"),
    "postcode": _by_address("postcode"),
    "language": _by_language,
    "type": _by_card("customer_type"),
    "purpose": _by_purpose,
}
_VALUES = {
    "role": ("debtor", "creditor", "prospect"), "open": ("receivable", "payable"), "type": ("consumer", "business"),
    "language": ("nl", "en"), "purpose": ("invoices", "reminders", "collection"),
}  # fmt: skip
