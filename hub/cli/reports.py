"""Reports that go down to the posting and the original: general ledger, journals, balance list, statement, original file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.options import (
    AsJson,
    AsOf,
    CsvDialect,
    CsvFor,
    ForAdministration,
    From,
    InLanguage,
    KnownAt,
    OutFile,
    To,
    WhichSide,
)
from hub.cli.output import Column, Row
from hub.cli.reading import reading, reading_books
from hub.cli.showing import Report, facts, nothing_of, show, side_fact

if TYPE_CHECKING:
    from hub.cli.output import Output

_LEDGER = (
    Column("account"), Column("date", "date"), Column("entry"), Column("description"), Column("relation"), Column("invoice"),
    Column("vat_code"), Column("debit", "money"), Column("credit", "money"), Column("balance", "money"),
)  # fmt: skip
_LINE_IDS = (Column("line", "count"), Column("item"), Column("message_id"))
_LEDGER_IDS = (*_LINE_IDS, Column("cost_center"), Column("project"))
_JOURNAL = (
    Column("entry"), Column("date", "date"), Column("description"), Column("account"), Column("name"), Column("relation"),
    Column("invoice"), Column("vat_code"), Column("debit", "money"), Column("credit", "money"),
)  # fmt: skip
_BALANCES = (
    Column("side", "word"), Column("relation"), Column("name"), Column("opening", "money"), Column("debit", "money"),
    Column("credit", "money"), Column("closing", "money"),
)  # fmt: skip
_STATEMENT = (
    Column("date", "date"), Column("entry"), Column("invoice"), Column("description"), Column("debit", "money"),
    Column("credit", "money"), Column("balance", "money"),
)  # fmt: skip


def general_ledger(
    account: Annotated[
        list[str] | None, typer.Option("--account", metavar="CODE", help="Only this account; may be repeated.")
    ] = None,
    first: From = None,
    last: To = None,
    known_at: KnownAt = None,
    out: OutFile = None,
    csv: CsvFor = CsvDialect.plain,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Every posting per account, with opening, running balance and closing.

    \b
    hub general-ledger --account 1300 --from 2026-01-01 --to 2026-12-31
    hub general-ledger --out ledger.xlsx
    """
    with reading_books(administration, as_json, language) as (connection, books, output):
        from hub.reports.general_ledger import general_ledger as report
        from hub.reports.opening_balance import known_retained_earnings

        retained = known_retained_earnings(books.snapshot)
        rows = report(connection, books.id, accounts=account or (), first=first, last=last, known_at=known_at,
                      retained=retained)  # fmt: skip
        about = facts(connection, books.id, output, first=first, as_of=last, known_at=known_at)
        lines = partial(_framed, output=output, name=True)
        nothing = nothing_of(account or None, first, last, known_at)
        show(output, Report("report_general_ledger", _LEDGER, about, lines, {}, nothing, _LEDGER_IDS), rows, out, csv)


def _framed(rows: Iterable[Row], output: Output, name: bool = False) -> Iterator[Row]:
    """Opening and closing rows get their words and weight."""
    from hub.model.sheet import STRONG

    for row in rows:
        if row["kind"] == "posting":
            yield row
        else:
            words = output.text(f"row_{row['kind']}")
            yield {**row, "description": f"{words} {row['name']}" if name else words, STRONG: True}


def journal_report(
    journal: Annotated[str | None, typer.Option("--journal", help="Only this journal.", show_default=False)] = None,
    first: From = None,
    last: To = None,
    known_at: KnownAt = None,
    out: OutFile = None,
    csv: CsvFor = CsvDialect.plain,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Every posting entry by entry, with the totals of each journal.

    \b
    hub journal-report --journal INK --from 2026-01-01 --to 2026-03-31
    hub journal-report --out journals.pdf
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.journal import journal_report as report

        rows = report(connection, administration_id, journal=journal, first=first, last=last, known_at=known_at)
        about = facts(connection, administration_id, output, first=first, as_of=last, known_at=known_at)
        lines = partial(_with_journal, output=output)
        nothing = nothing_of(journal, first, last, known_at)
        show(output, Report("report_journal", _JOURNAL, about, lines, {}, nothing, _LINE_IDS), rows, out, csv)


def _with_journal(rows: Iterable[Row], output: Output) -> Iterator[Row]:
    from hub.model.sheet import STRONG

    for row in rows:
        total = {"entry": row["journal"], "name": output.text("total"), STRONG: True} if row["kind"] == "total" else {}
        yield {**row, **total}


def balance_list(
    side: Annotated[WhichSide, typer.Option("--side", help="Debtors, creditors, or both.")] = WhichSide.both,
    first: From = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    out: OutFile = None,
    csv: CsvFor = CsvDialect.plain,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Per debtor and creditor: opening, debit, credit and closing balance, tied to the control account.

    \b
    hub balance-list --side receivable --from 2026-01-01 --as-of 2026-12-31
    hub balance-list --out balances.xlsx
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.balance_list import balance_list as report

        found = report(connection, administration_id, side=side.value, first=first, as_of=as_of, known_at=known_at)
        rows = found if as_json and out is None else list(found)
        more = side_fact(side, output)
        about = facts(connection, administration_id, output, first=first, as_of=as_of, known_at=known_at, more=more)
        ties = [] if not isinstance(rows, list) else [
            output.text("balance_list_tie", side=output.text(f"side_{row['side']}"), control=row["control_account"],
                        difference=row["difference"])
            for row in rows if "control_account" in row
        ]  # fmt: skip
        lines = partial(_with_side_totals, output=output)
        show(output, Report("report_balance_list", _BALANCES, about, lines), rows, out, csv, ties)


def _with_side_totals(rows: Iterable[Row], output: Output) -> Iterator[Row]:
    from hub.model.sheet import STRONG

    for row in rows:
        total = {"name": output.text("total"), STRONG: True} if "control_account" in row else {}
        yield {**row, "side": output.text(f"side_{row['side']}"), **total}


def statement(
    relation: Annotated[str, typer.Argument(metavar="RELATION", help="The relation's code, as C0007.")],
    side: Annotated[
        WhichSide, typer.Option("--side", help="What they owe us, what we owe them, or both.")
    ] = WhichSide.both,
    first: From = None,
    last: To = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    out: OutFile = None,
    csv: CsvFor = CsvDialect.plain,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Every mutation of one relation, with the balance after it; positive is what they owe us.

    \b
    hub statement C0007 --from 2026-01-01 --as-of 2026-12-31
    hub statement C0007 --out statement.pdf --language en
    """
    until = min(day for day in (last, as_of) if day) if last or as_of else None
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.addresses import addressed
        from hub.reports.open_items import relation_id_of
        from hub.reports.statement import statement as report

        relation_id = relation_id_of(connection, administration_id, relation)
        rows = report(
            connection, administration_id, relation, side=side.value, first=first, last=until, known_at=known_at
        )
        whose = addressed(connection, administration_id, [relation_id], output.language)[0]
        more = [(output.text("column_relation"), f"{whose.name} ({relation})")]
        more += [("", line) for line in whose.lines[1:]] + side_fact(side, output)
        about = facts(connection, administration_id, output, first=first, as_of=until, known_at=known_at, more=more)
        report_of = Report("report_statement", _STATEMENT, about, partial(_framed, output=output), ids=_LINE_IDS)
        show(output, report_of, rows, out, csv)
