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
    from hub.store.case_rows import was_handed_over
    from hub.store.dunning_runs import ready_accounts

    books, day = done.books, on or today()
    book = rulebook(done.hub, books)
    to = agency_named(done.hub, agency, books.snapshot.code)
    for account, ready in ready_accounts(change.connection, books.id, book, day):
        made = case_file(material_of(change.connection, books, account, ready.keys, to), day, book)
        findings: tuple[Finding, ...] = made if isinstance(made, tuple) else ()
        alone = ready.automatic and not was_handed_over(change.connection, books.id, ready.keys)
        yield _ready_row(account, ready, findings, done.output.language, automatic=alone)


def _ready_row(
    account: Account, ready: HandOff, findings: Any, language: str, *, automatic: bool
) -> dict[str, Any]:  # fmt: skip
    from hub.model.money import money_text
    from hub.texts.shown import finding_json

    shown = [finding_json(finding, language) for finding in findings]
    principal = sum(item.outstanding for item in ready.items)
    return {
        "relation": ready.relation, "relation_name": account.addressee.name,
        "invoices": [item.invoice for item in ready.items], "currency": ready.currency,
        "principal": money_text(principal, ready.currency),  # type: ignore[arg-type]  # of at least one item
        "confirm": "automatic" if automatic else "person", "complete": not shown,
        "findings": shown, "message": "; ".join(one["message"] for one in shown),
    }  # fmt: skip


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
    from hub.store.case_rows import was_handed_over
    from hub.store.dunning_runs import ready_accounts
    from hub.store.relation_changes import Changing
    from hub.store.store import actor_of, now

    code = hub.administration_code(administration)
    actor_id = actor_of(hub.database, hub.ids, hub.actor, now())
    to = agency_named(hub, agency, code)
    with hub.database.reporting() as connection:
        books = load_books(connection, [code])[code]
        book = rulebook(hub, books)
        wanted = [
            ready
            for _, ready in ready_accounts(connection, books.id, book, on)
            if ready.automatic and not was_handed_over(connection, books.id, ready.keys)
        ]
    for ready in wanted:
        hub.ids.reserve(KEYS)
        try:
            with hub.database.transaction() as connection:
                yield _one(Changing(connection, hub.ids, books.id, actor_id, now()), books, ready, to, book, on)
        except (Refused, Conflict) as error:
            yield _refused(ready, error, language)


def _one(change: Changing, books: Books, ready: HandOff, to: Any, book: Rulebook, on: date) -> dict[str, Any]:
    from hub.cli.case_letters import letter_pdf
    from hub.store.cases import hand_over, prepare

    number = prepare(change, books, ready.relation, to, book, on, items=ready.keys, render=letter_pdf).number
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
