"""`hub cases`: what is handed to a collection agency, how it stands there, and what comes back."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.options import AsJson, AsOf, ByActor, ForAdministration, InLanguage, _day
from hub.cli.output import Column
from hub.cli.reading import reading
from hub.cli.refusing import changing_relations, refuse, tell

if TYPE_CHECKING:
    from hub.cli.changing import Change

app = typer.Typer(
    help="Collection cases: ready, preview, hand-over, list, show, withdraw, message, sync.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)
_LIST = (
    Column("number"), Column("relation"), Column("relation_name"), Column("agency"), Column("state", "word"),
    Column("raw_status"), Column("agency_reference"), Column("total", "money"), Column("open", "money"), Column("link"),
)  # fmt: skip
_READY = (
    Column("relation"), Column("relation_name"), Column("invoices"), Column("currency"), Column("principal", "money"),
    Column("confirm", "word"), Column("message"),
)  # fmt: skip
PARTLY = 7
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="The case: our number, or the agency's reference.")]
ToAgency = Annotated[
    str, typer.Option("--agency", metavar="NAME", help="Its sink in hub.toml; needless where there is one.")
]
On = Annotated[
    date | None,
    typer.Option("--on", parser=_day, metavar="DATE", help="As on this day; else today.", show_default=False),
]


class Which(StrEnum):
    """Which cases are listed."""

    open = "open"
    prepared = "prepared"
    ended = "ended"
    all = "all"


class WhyBack(StrEnum):
    """Why a case is taken back."""

    paid = "paid"
    dispute = "dispute"
    arrangement = "arrangement"
    mistake = "mistake"
    other = "other"


@app.command("list")
def list_all(
    which: Annotated[Which, typer.Option("--state", help="Open, prepared, ended, or all.")] = Which.all,
    relation: Annotated[str, typer.Option("--relation", metavar="CODE", help="Only of this debtor.")] = "",
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Cases, the latest first, with what is still open of their claims.

    \b
    hub cases list --state open
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.cases import list_cases

        output.rows(list_cases(connection, administration_id, which.value, relation), _LIST, empty="no_cases")


@app.command("show")
def show(
    number: Number, as_of: AsOf = None, administration: ForAdministration = "", as_json: AsJson = False,
    language: InLanguage = None,
) -> None:  # fmt: skip
    """The page of a case: parties, claims, balance by component, past and planned steps, events, documents, link to follow it.

    \b
    hub cases show I2026-0001
    """
    from hub.cli.case_page import show_page

    show_page(number, as_of, administration, as_json, language)


@app.command("ready")
def ready(
    on: On = None, agency: ToAgency = "", administration: ForAdministration = "", as_json: AsJson = False,
    language: InLanguage = None, actor: ByActor = "",
) -> None:  # fmt: skip
    """Debtors whose next step is the agency, with what their cases still lack.

    \b
    hub cases ready
    """
    with changing_relations(administration, as_json, language, actor, dry_run=True) as (done, change):
        from hub.cli.case_batch import ready_rows

        done.output.rows(ready_rows(done, change, agency, on), _READY, empty="no_cases_ready")


@app.command("preview")
def preview(
    relation: Annotated[str, typer.Argument(metavar="CODE", help="The debtor.")],
    invoice: Annotated[
        list[str] | None,
        typer.Option("--invoice", metavar="NUMBER", help="Only this one; repeat it.", show_default=False),
    ] = None,
    document: Annotated[
        list[str] | None,
        typer.Option(
            "--document", metavar="INVOICE=FILE", help="A document that the hub does not have.", show_default=False
        ),
    ] = None,
    note: Annotated[str, typer.Option("--note", help="A word for the agency.")] = "",
    agency: ToAgency = "",
    on: On = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it, and put nothing on the shelf.")] = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Make up the case of a debtor, to be looked at: nothing leaves. Or everything that it still lacks.

    \b
    hub cases preview C0007
    hub cases preview C0007 --invoice VF-2026-0101 --dry-run

    Exit 3: it is not complete; each finding says what to do.
    """
    with changing_relations(administration, as_json, language, actor, dry_run=dry_run, ids=500) as (done, change):
        from hub.cli.case_letters import letter_pdf
        from hub.cli.case_page import case_lines
        from hub.cli.case_session import agency_named, rulebook, today
        from hub.store.case_documents import keep_documents
        from hub.store.cases import prepare

        given = _files(document or [])
        kept = keep_documents(change, done.books.id, given)
        made = prepare(
            change, done.books, relation, agency_named(done.hub, agency, done.books.snapshot.code), rulebook(done.hub, done.books),
            on or today(), invoices=invoice or (), extra=kept, note=note, render=letter_pdf,
        )  # fmt: skip
        case_lines(done.output, made)
        done.output.note("case_previewed" if dry_run else "case_prepared", number=made.number)


def _files(given: list[str]) -> list[tuple[str, str, bytes]]:
    """Invoice, file name and bytes of each. Raises `Refused`."""
    from hub.model.finding import asked

    found = []
    for text in given:
        invoice, _, name = text.partition("=")
        path = Path(name)
        refuse([] if invoice and name and path.is_file() else [asked("HUB-INC-28", text)])
        found.append((invoice, path.name, path.read_bytes()))
    return found


@app.command("hand-over")
def hand_over(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="A prepared case.", show_default=False)] = "",
    automatic: Annotated[
        bool, typer.Option("--automatic", help="All debtors whose policy asks for nobody's word.")
    ] = False,
    agency: ToAgency = "",
    on: On = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Hand a prepared case to its agency: looked at again, the debtor on hold, and sent; all of it or nothing.

    \b
    hub cases hand-over I2026-0001
    hub cases hand-over --automatic

    Exit 3: something changed since it was prepared; 7: of several, some could not be handed over.
    """
    if bool(number) == automatic:
        raise typer.BadParameter("give the number of a case, or --automatic", param_hint="NUMBER")
    if automatic:
        from hub.cli.case_batch import hand_over_all

        raise typer.Exit(hand_over_all(administration, as_json, language, actor, agency, on))
    with changing_relations(administration, as_json, language, actor, ids=500) as (done, change):
        _hand_over_one(done, change, number, on)


def _hand_over_one(done: Change, change: Any, number: str, on: date | None) -> None:
    from hub.cli.case_page import case_json_row
    from hub.cli.case_session import agency_named, rulebook, today
    from hub.store.case_rows import find_case
    from hub.store.cases import hand_over as hand

    row = find_case(change.connection, done.books.id, number)
    to = agency_named(done.hub, row.agency)
    made = hand(change, done.books, number, to, rulebook(done.hub, done.books), on or today())
    tell(done, case_json_row(made, "offered"), "case_handed_over", number=made.number, agency=to.name)


@app.command("withdraw")
def withdraw(
    number: Number,
    why: Annotated[WhyBack, typer.Option("--why", help="What the agency is told.")] = WhyBack.other,
    note: Annotated[str, typer.Option("--note", help="A word with it.")] = "",
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Take a case back. The debtor is free at once; the agency is told, or the case is kept from leaving.

    \b
    hub cases withdraw I2026-0001 --why arrangement
    """
    with changing_relations(administration, as_json, language, actor) as (done, change):
        from hub.store.cases import withdraw as take_back

        came_to = take_back(change, done.books, number, why.value, note)
        tell(done, {"number": number, "withdrawn": came_to}, f"case_{came_to}", number=number)


@app.command("message")
def message(
    number: Number,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to say.")],
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Say something to the agency about a case.

    \b
    hub cases message I2026-0001 "De debiteur belde: hij betaalt vrijdag."
    """
    with changing_relations(administration, as_json, language, actor) as (done, change):
        from hub.store.cases import send_message

        send_message(change, done.books, number, text)
        tell(done, {"number": number, "state": "staged"}, "case_message_staged", number=number)


@app.command("sync")
def sync(
    agency: ToAgency = "", administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None
) -> None:
    """Ask the agencies that can be asked what is new, and take it in. Webhooks come by themselves.

    \b
    hub cases sync
    """
    from hub.cli.case_batch import sync_all

    raise typer.Exit(sync_all(agency, administration, as_json, language))


@app.callback()
def root() -> None:
    """Cases."""
