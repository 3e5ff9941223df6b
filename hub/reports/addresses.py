"""Relations as letters address them: name, address lines as the post office reads them, language, city and country."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, select

from hub.store import tables as t

_ORDER = ("post", "invoice", "visit", "delivery")  # where post goes first
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Addressed:
    """Who a letter or label is for. `lines` begin with the name; abroad they end with the country in capitals."""

    id: int
    code: str
    name: str
    country: str
    lines: tuple[str, ...]
    city: str = ""
    postcode: str = ""
    language: str = ""  # of letters to them; "" = the administration's
    email: str = ""  # the company's own
    complete: bool = False  # whether there is an address at all


def addressed(
    connection: Connection, administration_id: int, relation_ids: Iterable[int], language: str = "nl", home: str = "NL"
) -> list[Addressed]:
    """These relations, in the order given. `home` is the country that is not named on a letter."""
    wanted = list(dict.fromkeys(relation_ids))
    found: dict[int, Addressed] = {}
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        places = _places(connection, administration_id, part)
        for row in _relations(connection, administration_id, part):
            found[row.id] = _made(row, places.get(row.id), language, home)
    return [found[relation_id] for relation_id in wanted if relation_id in found]


def _relations(connection: Connection, administration_id: int, ids: Sequence[int]) -> Sequence[Any]:
    r, c = t.relation, t.relation_card
    query = (
        select(r.c.id, r.c.code, r.c.name, r.c.country, c.c.body)
        .join_from(r, c, (c.c.administration_id == r.c.administration_id) & (c.c.relation_id == r.c.id), isouter=True)
        .where(r.c.administration_id == administration_id, r.c.id.in_(ids))
    )
    return connection.execute(query).all()


def _places(connection: Connection, administration_id: int, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The address in force that post goes to, by relation."""
    a = t.relation_address
    query = select(a).where(
        a.c.administration_id == administration_id, a.c.relation_id.in_(ids), a.c.ended_at.is_(None)
    )
    rows = sorted(connection.execute(query), key=lambda row: (_ORDER.index(row.kind), row.id))
    return {row.relation_id: row for row in reversed(rows)}


def _made(row: Row[Any], place: Row[Any] | None, language: str, home: str) -> Addressed:
    card = json.loads(row.body) if row.body else {}
    more = {"language": card.get("language", ""), "email": card.get("email", "")}
    country = place.country if place and place.country else row.country
    lines = [row.name]
    if place is not None:
        lines += [line for line in (place.line_1, place.line_2, place.line_3) if line]
        lines += [line for line in (_town(place, country),) if line]
    if country and country != home:
        lines.append(country_name(country, language).upper())
    where = {"city": place.city, "postcode": place.postcode} if place is not None else {}
    return Addressed(row.id, row.code, row.name, country, tuple(lines), **where, **more, complete=place is not None)


def _town(place: Row[Any], country: str) -> str:
    """`1234 AB  UTRECHT` in the Netherlands (two spaces, capitals); postcode and city elsewhere."""
    if country == "NL":
        code = place.postcode.replace(" ", "").upper()
        return (
            f"{code[:4]} {code[4:]}  {place.city.upper()}".strip()
            if len(code) == 6
            else f"{code}  {place.city.upper()}".strip()
        )
    return f"{place.postcode} {place.city}".strip()


@lru_cache(maxsize=512)
def country_name(code: str, language: str) -> str:
    """A country in words; the code itself where nobody knows it."""
    from babel import Locale

    return str(Locale.parse(language).territories.get(code, code))
