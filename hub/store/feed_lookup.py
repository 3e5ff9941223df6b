"""Look up for documents of feeds: mapping, customer, the same document before, rates. Some queries a batch, never one a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from sqlalchemy import Connection, text

from hub.model.booking import Facts, Rate
from hub.model.feed import FeedDocument
from hub.model.feed_known import EarlierFeed, FeedKnown
from hub.model.keys import name_key, party_keys, relation_keys
from hub.model.mapping import Mapping
from hub.model.message import Message
from hub.model.relation import Relation
from hub.store.administrations import Books
from hub.store.driver import ask
from hub.store.rates import find_rates
from hub.store.relations import found_relations, relations_question
from hub.store.sets import values, within


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


def with_feeds(
    connection: Connection, arrivals: Sequence[tuple[Message, FeedArrival | None]], facts: Sequence[Facts],
    books: dict[str, Books], mappings: Mappings,
) -> tuple[list[Facts], list[tuple[int, int, str, Relation]]]:  # fmt: skip
    """The facts with what feeds need, and the relations that were found (administration id, id, name key, relation)."""
    feeds = [(m, a.document) for m, a in arrivals if a is not None]
    found = _relations(connection, feeds, books)
    earlier = _earlier(connection, feeds, books)
    rates = _rates(connection, feeds, books)
    made = []
    for known, (message, arrival) in zip(facts, arrivals, strict=True):
        if arrival is None:
            made.append(known)
            continue
        document, here = arrival.document, books[message.administration]
        mapping, hash_ = mappings.of(arrival.source, message.administration)
        before = earlier.get((here.id, document.identity))
        if before is not None and before.message_id == message.id:
            before = None
        made.append(replace(
            known, relations=_of_party(document, found, here.id), rates=_usable(rates, document, known.administration.currency),
            feed=FeedKnown(mapping, hash_, before),
        ))  # fmt: skip
    return made, found


def _relations(
    connection: Connection, feeds: Sequence[tuple[Message, FeedDocument]], books: dict[str, Books]
) -> list[tuple[int, int, str, Relation]]:
    parties = [document.party for _, document in feeds if document.party is not None]
    if not parties:
        return []
    parameters = {
        "administrations": values(connection, {books[m.administration].id for m, _ in feeds}),
        "keys": values(connection, (key for party in parties for key in party_keys(party))),
        "names": values(connection, {name_key(party.name) for party in parties} - {""}),
    }
    return found_relations(ask(connection, [relations_question(connection)], parameters)[0])


def _of_party(
    document: FeedDocument, found: Sequence[tuple[int, int, str, Relation]], administration_id: int
) -> tuple[Relation, ...]:
    if document.party is None:
        return ()
    keys, name = set(party_keys(document.party)), name_key(document.party.name)
    mine = [r for a, _, named, r in found if a == administration_id and (named == name or keys & relation_keys(r))]
    return tuple(sorted(mine, key=lambda relation: relation.code))


def _earlier(
    connection: Connection, feeds: Sequence[tuple[Message, FeedDocument]], books: dict[str, Books]
) -> dict[tuple[int, str], EarlierFeed]:
    query = f"""
        SELECT administration_id, claim, message_uid, fingerprint, outcome, number, issue_date FROM document
        WHERE {within(connection, "administration_id", "administrations")} AND {within(connection, "claim", "claims")}"""
    given = {
        "administrations": values(connection, {books[m.administration].id for m, _ in feeds}),
        "claims": values(connection, (document.identity for _, document in feeds)),
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
