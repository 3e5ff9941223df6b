"""Look up: everything a batch of documents is decided on, in one round trip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from hub.errors import NotFound
from hub.model.booking import EarlierDocument, Facts, Rate
from hub.model.invoice import Invoice, normalised_number
from hub.model.keys import name_key, party_keys, relation_keys, transfer_ibans
from hub.model.message import Message
from hub.model.relation import Relation
from hub.store.administrations import Books, administration_ids, books_question, known_books
from hub.store.approval_lookup import with_approvals
from hub.store.cache import cache_of
from hub.store.documents import earlier_documents, earlier_question
from hub.store.driver import Question, ask
from hub.store.feed_lookup import FeedArrival, Mappings, with_feeds
from hub.store.messages import find_released
from hub.store.rates import find_rates
from hub.store.relations import found_relations, relations_question
from hub.store.sets import values
from hub.store.suggesting import with_suggestions


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What one document names."""

    keys: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lookup:
    """Facts per message, and the ids behind the codes."""

    facts: list[Facts]
    books: dict[str, Books]
    relation_ids: dict[tuple[int, str], int]  # administration id, relation key
    named: dict[tuple[int, str], int] = field(
        default_factory=dict
    )  # by administration id and code: relations that a mapping names
    whole: dict[str, str] = field(default_factory=dict)  # by message id: the file of what is booked whole or not at all


def look_up(
    connection: Connection, arrivals: Sequence[tuple[Message, Invoice | None]],
    feeds: Sequence[FeedArrival | None] = (), mappings: Mappings | None = None,
) -> Lookup:  # fmt: skip
    """Facts for every message of a batch; the queries do not grow with the number of messages.

    Raises `NotFound` for an administration that does not exist.
    """
    wanted = [_wanted(invoice) if invoice else None for _, invoice in arrivals]
    prepaid = any(invoice and invoice.totals.prepaid for _, invoice in arrivals)
    codes = {message.administration for message, _ in arrivals}
    books, relations, earlier = _ask(connection, codes, [w for w in wanted if w], with_prepayments=prepaid)
    rates = _rates(connection, arrivals, books)
    decided = [message.id for message, _ in arrivals if message.decided]
    released = find_released(connection, decided) if decided else {}
    by_key = _Relations(relations)
    facts = [
        _facts(
            message,
            invoice,
            want,
            books.get(message.administration),
            by_key,
            earlier,
            rates,
            released.get(message.id, ()),
        )
        for (message, invoice), want in zip(arrivals, wanted, strict=True)
    ]
    facts = with_approvals(connection, arrivals, facts, {code: known.id for code, known in books.items()})
    facts = with_suggestions(connection, arrivals, facts, books)
    named: dict[tuple[int, str], int] = {}
    if mappings is not None and any(feeds):
        fed = [(message, feed) for (message, _), feed in zip(arrivals, feeds, strict=True)]
        found = with_feeds(connection, fed, facts, books, mappings)
        facts, relations, named = found.facts, [*relations, *found.relations], found.named
    return Lookup(facts, books, {(a, relation.key): relation_id for a, relation_id, _, relation in relations}, named)


def _ask(
    connection: Connection, codes: set[str], wanted: Sequence[_Wanted], *, with_prepayments: bool
) -> tuple[dict[str, Books], list[tuple[int, int, str, Relation]], list[tuple[int, EarlierDocument]]]:
    """Books, relations and earlier documents, in one round trip."""
    questions = _questions(connection, bool(wanted), with_prepayments)
    parameters = {"codes": values(connection, codes)}
    if wanted:
        parameters |= {
            "administrations": values(connection, administration_ids(connection, codes).values()),
            "keys": values(connection, (key for w in wanted for key in w.keys)),
            "names": values(connection, (name for w in wanted for name in w.names)),
            "numbers": values(connection, (number for w in wanted for number in w.numbers)),
        }
    answers = ask(connection, questions, parameters)
    relations, earlier = answers[1:] if wanted else ([], [])
    return known_books(connection, answers[0]), found_relations(relations), earlier_documents(earlier)


def _questions(connection: Connection, with_documents: bool, with_prepayments: bool) -> list[Question]:
    """Made once: their text is long, and the statement is found by it."""
    made: dict[tuple[bool, bool], list[Question]] = cache_of(connection, "questions")
    kind = (with_documents, with_prepayments)
    if kind not in made:
        made[kind] = [books_question(connection)]
        if with_documents:
            made[kind] += [
                relations_question(connection),
                earlier_question(connection, with_prepayments=with_prepayments),
            ]
    return made[kind]


def _wanted(invoice: Invoice) -> _Wanted:
    seller = party_keys(invoice.seller, transfer_ibans(invoice))
    buyer = party_keys(invoice.buyer)
    names = frozenset((name_key(invoice.seller.name), name_key(invoice.buyer.name))) - {""}
    numbers = frozenset((normalised_number(invoice.number), *(normalised_number(p.number) for p in invoice.preceding)))
    return _Wanted(frozenset((*seller, *buyer)), names, numbers)


class _Relations:
    """The relations that were found, by what they can be found by."""

    def __init__(self, found: Sequence[tuple[int, int, str, Relation]]) -> None:
        self._by: dict[tuple[int, str], list[Relation]] = {}
        for administration_id, _, name, relation in found:
            for key in (*relation_keys(relation), "name:" + name):
                self._by.setdefault((administration_id, key), []).append(relation)

    def of(self, administration_id: int, wanted: _Wanted) -> tuple[Relation, ...]:
        """Those that share a key or a name, in order of code."""
        found = {}
        for key in (*wanted.keys, *("name:" + name for name in wanted.names)):
            for relation in self._by.get((administration_id, key), ()):
                found[relation.code] = relation
        return tuple(found[code] for code in sorted(found))


def _facts(
    message: Message,
    invoice: Invoice | None,
    wanted: _Wanted | None,
    books: Books | None,
    relations: _Relations,
    earlier: Sequence[tuple[int, EarlierDocument]],
    rates: Sequence[Rate],
    released: tuple[str, ...],
) -> Facts:
    if books is None:
        raise NotFound(f"there is no administration {message.administration!r}")
    snapshot = books.snapshot
    prepaid = bool(invoice and invoice.totals.prepaid)
    mine = tuple(
        e
        for a, e in earlier
        if a == books.id
        and e.message_id != message.id
        and wanted
        and (e.number_key in wanted.numbers or (prepaid and e.type_code == "386"))
    )
    foreign = invoice is not None and invoice.currency != snapshot.currency
    return Facts(
        administration=snapshot,
        received_on=message.received_at.date(),
        relations=relations.of(books.id, wanted) if wanted else (),
        earlier=mine,
        rates=_usable(rates, invoice, snapshot.currency) if foreign and invoice else (),
        closed=books.closed,
        wished=message.wished or None,  # type: ignore[arg-type]
        policy=snapshot.channel_policy.get(message.channel, snapshot.policy),
        agreements=snapshot.agreement_policy.get(message.channel, ""),
        sha256=message.sha256,
        released=released,
    )


def _usable(rates: Sequence[Rate], invoice: Invoice, own: str) -> tuple[Rate, ...]:
    """Per currency the last publication on or before the invoice date."""
    latest = {r.currency: r for r in rates if r.currency in (invoice.currency, own) and r.on <= invoice.issue_date}
    return tuple(latest[currency] for currency in sorted(latest))


def _rates(
    connection: Connection, arrivals: Sequence[tuple[Message, Invoice | None]], books: dict[str, Books]
) -> list[Rate]:
    foreign = [
        (i, books[m.administration].snapshot.currency)
        for m, i in arrivals
        if i is not None and m.administration in books and i.currency != books[m.administration].snapshot.currency
    ]
    if not foreign:
        return []
    days = [invoice.issue_date for invoice, _ in foreign]
    currencies = {c for invoice, own in foreign for c in (invoice.currency, own)} - {"EUR"}
    return find_rates(connection, currencies, min(days), max(days))
