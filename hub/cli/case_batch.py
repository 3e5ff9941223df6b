"""Cases in numbers: who is ready, all that policy hands over by itself, and what agencies have to say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from hub.cli.case_session import agencies_of, agency_named, rulebook, today
from hub.cli.output import Column
from hub.cli.session import opened, output_of, settings_of
from hub.errors import Conflict, Refused

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hub.bootstrap import Hub
    from hub.cli.changing import Change
    from hub.cli.options import Language
    from hub.credit.account import Account, Rulebook
    from hub.credit.reminding import HandOff
    from hub.store.administrations import Books
    from hub.store.relation_changes import Changing

OK, PARTLY = 0, 7
KEYS = 500  # one case takes: itself, its items, reasons, events and dispatch
_DONE = (Column("number"), Column("relation"), Column("outcome", "word"), Column("message"))


def ready_rows(done: Change, change: Changing, agency: str, on: date | None) -> Iterator[dict[str, Any]]:
    """A row for each debtor whose next step is the agency, with what his case lacks. Nothing is kept."""
    from hub.credit.case_file import case_file
    from hub.model.finding import Finding
    from hub.store.case_material import material_of

    books, day = done.books, on or today()
    book = rulebook(done.hub, books)
    to = agency_named(done.hub, agency, books.snapshot.code)
    for account, ready in handed_off(change, books, book, day):
        keys = [item.key for item in ready.items]
        made = case_file(material_of(change.connection, books, account, keys, to), day, book)
        findings: tuple[Finding, ...] = made if isinstance(made, tuple) else ()
        again = is_again(change.connection, books.id, ready)
        yield _ready_row(account, ready, book, findings, done.output.language, again=again)


def _ready_row(
    account: Account, ready: HandOff, book: Rulebook, findings: Any, language: str, *, again: bool
) -> dict[str, Any]:  # fmt: skip
    from hub.model.money import money_text
    from hub.texts.shown import finding_json

    shown = [finding_json(finding, language) for finding in findings]
    principal = sum(item.outstanding for item in ready.items)
    return {
        "relation": ready.relation, "relation_name": account.addressee.name,
        "invoices": [item.invoice for item in ready.items], "currency": ready.currency,
        "principal": money_text(principal, ready.currency),  # type: ignore[arg-type]  # of at least one item
        "confirm": "automatic" if is_automatic(account, ready, book) and not again else "person", "complete": not shown,
        "findings": shown, "message": "; ".join(one["message"] for one in shown),
    }  # fmt: skip


def handed_off(change: Changing, books: Books, book: Rulebook, on: date) -> Iterator[tuple[Account, HandOff]]:
    """Debtors whose next level is the agency, with the items that have come to it."""
    from hub.credit.reminding import remind
    from hub.store.overdue import overdue_accounts

    for account in overdue_accounts(change.connection, books.id, books.snapshot.code, on):
        for ready in remind(account, on, book).ready:
            yield account, ready


def is_again(connection: Connection, administration_id: int, ready: HandOff) -> bool:
    """Whether an agency had one of its items before, and gave it back: then a person says what is to be done with it."""
    from sqlalchemy import select

    from hub.store import tables as t

    c, i = t.collection_case, t.case_item
    had = (
        select(c.c.id)
        .join(i, (i.c.administration_id == c.c.administration_id) & (i.c.case_id == c.c.id))
        .where(c.c.administration_id == administration_id, c.c.handed_over_at.is_not(None))
        .where(i.c.open_item_id.in_([item.key for item in ready.items]))
    )
    return connection.execute(had.limit(1)).first() is not None


def is_automatic(account: Account, ready: HandOff, book: Rulebook) -> bool:
    """Whether the policies of all its items ask for nobody's word."""
    from hub.credit.policy import choose_policy

    levels = [
        level
        for item in ready.items
        for level in choose_policy(book.rules, account.debtor, item.invoice).policy.levels
        if level.kind == "hand_off"
    ]
    return bool(levels) and all(level.confirm == "automatic" for level in levels)


def hand_over_all(
    administration: str, as_json: bool, language: Language | None, actor: str, agency: str, on: date | None
) -> int:
    """Every debtor whose policy says so, each in a transaction of his own; what one case lacks keeps no other. The exit code."""
    settings = settings_of(language, actor, administration)
    output = output_of(settings, as_json)
    with opened(settings) as hub:
        rows = list(_each(hub, administration, agency, on or today(), output.language))
    output.rows(rows, _DONE, empty="no_cases_ready")
    return OK if all(row["outcome"] == "offered" for row in rows) else PARTLY


def _each(hub: Hub, administration: str, agency: str, on: date, language: str) -> Iterator[dict[str, Any]]:
    from hub.store.administrations import load_books
    from hub.store.relation_changes import Changing
    from hub.store.store import actor_of, now

    code = hub.administration_code(administration)
    actor_id = actor_of(hub.database, hub.ids, hub.actor, now())
    to = agency_named(hub, agency, code)
    with hub.database.reporting() as connection:
        books = load_books(connection, [code])[code]
        book = rulebook(hub, books)
        asking = Changing(connection, hub.ids, books.id, actor_id, now())
        wanted = [
            (a, ready)
            for a, ready in handed_off(asking, books, book, on)
            if is_automatic(a, ready, book) and not is_again(connection, books.id, ready)
        ]
    for _, ready in wanted:
        hub.ids.reserve(KEYS)
        try:
            with hub.database.transaction() as connection:
                yield _one(Changing(connection, hub.ids, books.id, actor_id, now()), books, ready, to, book, on)
        except (Refused, Conflict) as error:
            yield _refused(ready, error, language)


def _one(change: Changing, books: Books, ready: HandOff, to: Any, book: Rulebook, on: date) -> dict[str, Any]:
    from hub.cli.case_letters import letter_pdf
    from hub.store.cases import hand_over, prepare

    keys = [item.key for item in ready.items]
    number = prepare(change, books, ready.relation, to, book, on, items=keys, render=letter_pdf).number
    hand_over(change, books, number, to, book, on)
    return {"number": number, "relation": ready.relation, "outcome": "offered", "message": "", "findings": []}


def _refused(ready: HandOff, error: Refused | Conflict, language: str) -> dict[str, Any]:
    from hub.texts.shown import finding_json

    findings = [finding_json(finding, language) for finding in error.findings]
    said = "; ".join(one["message"] for one in findings)
    return {"number": None, "relation": ready.relation, "outcome": "refused", "message": said, "findings": findings}


def sync_all(agency: str, administration: str, as_json: bool, language: Language | None) -> int:
    """One round of each channel that bears an agency's name and can be asked. The exit code."""
    from hub.channels import PullChannel

    settings = settings_of(language, administration=administration)
    output = output_of(settings, as_json)
    names = {agency} if agency else set(agencies_of(settings))
    channels = [one.name for one in settings.channels if isinstance(one, PullChannel) and one.name in names]
    with opened(settings) as hub:
        from hub.workers.fetch import fetch

        fetched = fetch(hub, channels, once=True) if channels else 0
    if as_json:
        output.line({"agencies": sorted(channels), "fetched": fetched})
    elif channels:
        output.say("cases_synced", count=fetched, agencies=", ".join(sorted(channels)))
    else:
        output.note("cases_nobody_to_ask")
    return OK
