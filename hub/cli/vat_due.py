"""`hub vat-due`: VAT of what is not paid, by debtors and by us."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.changing import changing
from hub.cli.options import AsJson, AsOf, ByActor, ForAdministration, InLanguage, Language, Reason, _day
from hub.cli.output import Column
from hub.cli.reading import reading_books
from hub.cli.vat import DryRun, show_rows

if TYPE_CHECKING:
    from hub.accounting.vat_due import Side

app = typer.Typer(
    help="VAT of what is not paid: bad-debts, own-unpaid, certain.", no_args_is_help=True, rich_markup_mode=None,
    add_completion=False,
)  # fmt: skip
_LIST = (
    Column("relation"), Column("relation_name"), Column("invoice"), Column("due_date", "date"), Column("unpaid", "money"),
    Column("action", "word"), Column("taxable", "money"), Column("vat", "money"), Column("tax_date", "date"), Column("period"),
    Column("blocked"), Column("entry"),
)  # fmt: skip
Book = Annotated[bool, typer.Option("--book", help="Book what the list shows.")]


@app.command("bad-debts")
def bad_debts(
    as_of: AsOf = None, book: Book = False, dry_run: DryRun = False, administration: ForAdministration = "",
    as_json: AsJson = False, language: InLanguage = None, actor: ByActor = "",
) -> None:  # fmt: skip
    """VAT to be had back of sales that stay unpaid, a year after the due date or once it is certain; and to be paid after all.

    \b
    hub vat-due bad-debts --as-of 2027-12-31
    hub vat-due bad-debts --as-of 2027-12-31 --book
    """
    _run("receivable", as_of, book, dry_run, administration, as_json, language, actor)


@app.command("own-unpaid")
def own_unpaid(
    as_of: AsOf = None, book: Book = False, dry_run: DryRun = False, administration: ForAdministration = "",
    as_json: AsJson = False, language: InLanguage = None, actor: ByActor = "",
) -> None:  # fmt: skip
    """Input VAT to be given back on purchases we have not paid a year after the due date, blocked ones too; and deducted again.

    \b
    hub vat-due own-unpaid --as-of 2027-12-31
    hub vat-due own-unpaid --as-of 2027-12-31 --book
    """
    _run("payable", as_of, book, dry_run, administration, as_json, language, actor)


@app.command("certain")
def certain(
    invoice: Annotated[str, typer.Argument(metavar="NUMBER", help="The sales invoice.")],
    since: Annotated[date, typer.Option("--since", parser=_day, metavar="DATE", help="From which day it is certain.")],
    relation: Annotated[str, typer.Option("--relation", metavar="CODE", help="Whose, where two bear the number.")] = "",
    reason: Reason = "",
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Note that a sales invoice will certainly not be paid: its VAT is had back from that day, before the year is over.

    \b
    hub vat-due certain VF-2026-0102 --since 2026-12-01 --reason "bankrupt"
    """
    from hub.store.vat_due import set_certain

    with changing(administration, as_json, language, actor) as change:
        set_certain(
            change.connection, change.ids, change.books, invoice, relation, since, reason, change.actor_id, change.at
        )
    if as_json:
        change.output.line({"invoice": invoice, "since": str(since), "reason": reason})
    else:
        change.output.say("vat_certain", invoice=invoice, date=since)


def _run(
    side: Side, as_of: date | None, book: bool, dry_run: bool, administration: str, as_json: bool, language: Language | None,
    actor: str,
) -> None:  # fmt: skip
    day = as_of or date.today()
    with reading_books(administration, as_json, language) as (connection, books, output):
        from hub.reports.vat_due import due_rows

        rows = due_rows(connection, books, side, day)
        if not book:
            show_rows(rows, _LIST, output, "nothing_due")
            return
    from hub.reports.vat_due import due_row, usual_length
    from hub.store.vat_due import book_steps

    with changing(administration, as_json, language, actor, dry_run=dry_run, ids=2 * len(rows) + 500) as change:
        done = book_steps(change.connection, change.ids, change.books, side, day, change.actor_id, change.at)
        length, currency = usual_length(change.connection, change.books.id), change.books.snapshot.currency
    show_rows([due_row(step, length, currency, entry) for step, entry in done], _LIST, change.output, "nothing_due")
