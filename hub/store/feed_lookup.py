"""Look up for documents of feeds: mapping, customer, the same document before, rates. Some queries a batch, never one a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from sqlalchemy import Connection, func, select, text

from hub.model.booking import Facts, Rate
from hub.model.case_message import CaseMessage
from hub.model.feed import FeedDocument
from hub.model.feed_known import EarlierFeed, FeedKnown
from hub.model.keys import name_key, party_keys, relation_keys
from hub.model.mapping import Mapping
from hub.model.message import Message
from hub.model.party import Party
from hub.model.relation import Relation
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.case_lookup import known_cases
from hub.store.driver import ask
from hub.store.payroll_booked import booked_this_year
from hub.store.rates import find_rates
from hub.store.relations import found_relations, relations_question
from hub.store.sets import values, within
from hub.store.stream_lookup import known_streams

COLLECTION = "collection"


class Mappings(Protocol):
    """Where the mapping of a source comes from."""

    def of(self, source: str, administration: str) -> tuple[Mapping, str]:
        """The mapping in force, and its hash."""
        ...


@dataclass(frozen=True, slots=True)
class FeedArrival:
    """A document of a feed, and the source that read it."""

    document: FeedDocument
    source: str


Found = list[tuple[int, int, str, Relation]]  # administration id, id, name key, relation
ByKey = dict[tuple[int, str], list[Relation]]


@dataclass(frozen=True, slots=True)
class FoundForFeeds:
    """The facts with what feeds need; relations that were found (administration id, id, name key, relation); ids of those
    that a mapping names, by administration id and code."""

    facts: list[Facts]
    relations: list[tuple[int, int, str, Relation]]
    named: dict[tuple[int, str], int]


def with_feeds(
    connection: Connection, arrivals: Sequence[tuple[Message, FeedArrival | None]], facts: Sequence[Facts],
    books: dict[str, Books], mappings: Mappings,
) -> FoundForFeeds:  # fmt: skip
    """What is looked up for the documents of feeds among the arrivals of a batch."""
    feeds = [(m, a.document) for m, a in arrivals if a is not None]
    found = _relations(connection, feeds, books)
    earlier = _earlier(connection, feeds, books)
    rates = _rates(connection, feeds, books)
    cases = known_cases(connection, [(books[m.administration].id, d) for m, d in feeds])
    booked = booked_this_year(connection, [(books[m.administration].id, d) for m, d in feeds])
    in_force = [mappings.of(_mapped_as(a), m.administration) if a is not None else None for m, a in arrivals]
    named = _named(
        connection, [(books[m.administration].id, f[0]) for (m, _), f in zip(arrivals, in_force, strict=True) if f]
    )
    streams = known_streams(connection, [(books[m.administration].id, m.id, d) for m, d in feeds])
    by_key, by_name = _by_key(found)
    made = []
    for known, (message, arrival), mapped in zip(facts, arrivals, in_force, strict=True):
        if arrival is None or mapped is None:
            made.append(known)
            continue
        document, here = arrival.document, books[message.administration].id
        feed = FeedKnown(
            *mapped, _other(earlier.get((here, document.identity)), message), booked.get((here, document.identity), ()),
            earlier.get((here, getattr(document, "follows", ""))), tuple(sorted(c for a, c in named if a == here)),
            streams.get(message.id),
            cases.get((here, document.identity), ()),
        )  # fmt: skip
        made.append(replace(
            known, relations=_of_party(document, by_key, by_name, here),
            rates=_usable(rates, document, known.administration.currency), feed=feed,
        ))  # fmt: skip
    return FoundForFeeds(made, found, named)


def _mapped_as(arrival: FeedArrival) -> str:
    """Whose mapping it goes by: agencies' messages share one, whatever way they come."""
    return COLLECTION if isinstance(arrival.document, CaseMessage) else arrival.source


def _other(earlier: EarlierFeed | None, message: Message) -> EarlierFeed | None:
    """What came before by another message; a document is never its own twin."""
    return None if earlier is None or earlier.message_id == message.id else earlier


def _named(connection: Connection, mappings: Sequence[tuple[int, Mapping]]) -> dict[tuple[int, str], int]:
    """Relations that mappings name by code, and that exist: survivors of those that were merged."""
    wanted = {(a, code) for a, mapping in mappings for code in [mapping.setting("guest_relation")] if code}
    if not wanted:
        return {}
    r = t.relation
    survivor = func.coalesce(r.c.merged_into, r.c.id).label("survivor")
    query = select(r.c.administration_id, r.c.code, survivor).where(
        r.c.administration_id.in_({a for a, _ in wanted}), r.c.code.in_({c for _, c in wanted})
    )
    rows = {(row.administration_id, row.code): int(row.survivor) for row in connection.execute(query)}
    return {key: relation_id for key, relation_id in rows.items() if key in wanted}


def _relations(
    connection: Connection, feeds: Sequence[tuple[Message, FeedDocument]], books: dict[str, Books]
) -> list[tuple[int, int, str, Relation]]:
    parties = [document.party for _, document in feeds if document.party is not None]
    if not parties:
        return []
    parameters = {
        "administrations": values(connection, {books[m.administration].id for m, _ in feeds}),
        "keys": values(connection, (key for party in parties for key in party_keys(party))),
        "names": values(connection, {_name(party) for party in parties} - {""}),
    }
    return found_relations(ask(connection, [relations_question(connection)], parameters)[0])


def _of_party(document: FeedDocument, by_key: ByKey, by_name: ByKey, administration_id: int) -> tuple[Relation, ...]:
    if document.party is None:
        return ()
    keys, name = party_keys(document.party), _name(document.party)
    mine = {r.code: r for key in keys for r in by_key.get((administration_id, key), ())}
    mine |= {r.code: r for r in by_name.get((administration_id, name), ())} if name else {}
    return tuple(mine[code] for code in sorted(mine))


def _name(party: Party) -> str:
    """The name by which candidates are suggested: only of a party that no strong key can tell from its namesakes."""
    return "" if party_keys(party) else name_key(party.name)


def _by_key(found: Found) -> tuple[ByKey, ByKey]:
    """Relations by administration and strong key, and by administration and name."""
    keyed: ByKey = {}
    named: ByKey = {}
    for administration_id, _, name, relation in found:
        named.setdefault((administration_id, name), []).append(relation)
        for key in relation_keys(relation):
            keyed.setdefault((administration_id, key), []).append(relation)
    return keyed, named


def _earlier(
    connection: Connection, feeds: Sequence[tuple[Message, FeedDocument]], books: dict[str, Books]
) -> dict[tuple[int, str], EarlierFeed]:
    query = f"""
        SELECT administration_id, claim, message_uid, fingerprint, outcome, number, issue_date FROM document
        WHERE {within(connection, "administration_id", "administrations")} AND {within(connection, "claim", "claims")}"""
    given = {
        "administrations": values(connection, {books[m.administration].id for m, _ in feeds}),
        "claims": values(connection, (c for _, d in feeds for c in (d.identity, getattr(d, "follows", "")) if c)),
    }
    return {
        (row.administration_id, row.claim): EarlierFeed(
            row.claim, row.message_uid, row.fingerprint, row.outcome, row.number, _day(row.issue_date)
        )
        for row in connection.execute(text(query), given)
    }


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _rates(
    connection: Connection, feeds: Sequence[tuple[Message, FeedDocument]], books: dict[str, Books]
) -> Sequence[Rate]:
    own = {books[m.administration].snapshot.currency for m, _ in feeds}
    foreign = [d for m, d in feeds if d.currency != books[m.administration].snapshot.currency]
    if not foreign:
        return ()
    currencies = ({d.currency for d in foreign} | own) - {"EUR"}
    return find_rates(connection, currencies, min(d.day for d in foreign), max(d.day for d in foreign))


def _usable(rates: Sequence[Rate], document: FeedDocument, own: str) -> tuple[Rate, ...]:
    """Per currency the last publication on or before the document's day."""
    wanted = (document.currency, own)
    latest = {r.currency: r for r in rates if r.currency in wanted and r.on <= document.day}
    return tuple(latest[currency] for currency in sorted(latest)) if document.currency != own else ()
