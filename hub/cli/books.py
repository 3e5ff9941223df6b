"""The books: entries, trial balance, history of an invoice, and the proof that all of it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.options import (
    AsJson,
    AsOf,
    ByActor,
    CsvDialect,
    CsvFor,
    ForAdministration,
    From,
    InLanguage,
    KnownAt,
    OutFile,
    To,
)
from hub.cli.output import Column, Row
from hub.cli.reading import reading, reading_books
from hub.cli.session import opened, output_of, settings_of
from hub.cli.showing import Report, facts, nothing_of, show, with_total

if TYPE_CHECKING:
    from datetime import date

    from hub.cli.output import Output

UNEXPECTED, NOT_FOUND = 1, 4
TRIAL_BALANCE = (Column("account"), Column("name"), Column("debit", "money"), Column("credit", "money"),
                 Column("balance", "money"))  # fmt: skip
_ENTRIES = (
    Column("journal"), Column("number", "count"), Column("date", "date"), Column("description"), Column("account"),
    Column("debit", "money"), Column("credit", "money"), Column("currency"), Column("vat_code"), Column("relation"),
)  # fmt: skip
_YEAR_BALANCE = (*TRIAL_BALANCE[:2], Column("opening", "money"), *TRIAL_BALANCE[2:])
_HEAD = ("journal", "number", "date", "description", "period", "message_id", "reversal_of")
_ENTRY_IDS = (Column("base", "money"), Column("period"), Column("message_id"), Column("reversal_of"))
_HISTORY = (
    Column("date", "date"), Column("journal"), Column("number", "count"), Column("account"), Column("description"),
    Column("debit", "money"), Column("credit", "money"), Column("currency"), Column("balance", "money"), Column("file"),
)  # fmt: skip
_HISTORY_IDS = (Column("entry"), Column("item"), Column("relation"), Column("message_id"))
_VERIFY = (Column("check"), Column("ok"), Column("checked", "count"), Column("proves"))


def entries(
    journal: Annotated[str | None, typer.Option("--journal", help="Only this journal.", show_default=False)] = None,
    first: From = None,
    last: To = None,
    as_of: AsOf = None,
    out: OutFile = None,
    csv: CsvFor = CsvDialect.plain,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Journal entries, with their postings and VAT lines.

    \b
    hub entries --journal INK --from 2026-10-01 --to 2026-12-31
    hub entries --json
    hub entries --out entries.xlsx
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.entries import entries as find

        until = min(day for day in (last, as_of) if day) if last or as_of else None
        found = find(connection, administration_id, journal, first, until)
        about = facts(connection, administration_id, output, first=first, as_of=until)
        each = partial(_entry_lines, again=True)
        report = Report("report_entries", _ENTRIES, about, _entry_lines, {}, nothing_of(first, until), _ENTRY_IDS, each)
        show(output, report, found, out, csv)


def _entry_lines(found: Iterable[Row], again: bool = False) -> Iterator[Row]:
    """An entry as lines of a table, a posting a line: its head once, or `again` on each, so that they can be sorted."""
    for entry in found:
        head: dict[str, Any] = {key: entry.get(key) for key in _HEAD}
        for posting in entry["postings"]:
            yield {"base": posting["amount"], **head, **posting, posting["side"]: posting["amount"]}
            head = head if again else {}


def trial_balance(
    year: Annotated[
        int | None,
        typer.Option(
            "--year",
            min=1900,
            max=2999,
            metavar="YEAR",
            help="A fiscal year, with what it opened with.",
            show_default=False,
        ),
    ] = None,
    first: From = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    out: OutFile = None,
    csv: CsvFor = CsvDialect.plain,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """What was debited and credited per account.

    \b
    hub trial-balance
    hub trial-balance --year 2027
    hub trial-balance --as-of 2026-12-31 --known-at 2027-01-15T00:00:00Z
    hub trial-balance --from 2026-01-01 --as-of 2026-12-31 --out trial-balance.pdf
    """
    with reading_books(administration, as_json, language) as (connection, books, output):
        from hub.reports.opening_balance import retained_earnings
        from hub.reports.trial_balance import trial_balance as report
        from hub.reports.trial_balance import year_balance

        if year is None:
            rows = report(connection, books.id, as_of=as_of, known_at=known_at, first=first)
        else:
            first, last = _within(year, first, as_of)
            retained = retained_earnings(books.snapshot)
            rows = year_balance(connection, books.id, year, retained, as_of=as_of, known_at=known_at)
            as_of = as_of or last
        about = facts(connection, books.id, output, first=first, as_of=as_of, known_at=known_at)
        lines = partial(with_totals, output=output)
        columns = TRIAL_BALANCE if year is None else _YEAR_BALANCE
        nothing = nothing_of(first, as_of, known_at)
        show(output, Report("report_trial_balance", columns, about, lines, empty=nothing), rows, out, csv)


def _within(year: int, first: date | None, as_of: date | None) -> tuple[date, date]:
    """The first and last day of a fiscal year. Raises `BadParameter` for dates that ask something else."""
    from datetime import date

    if first is not None:
        raise typer.BadParameter("--year begins on its own first day: leave out --from", param_hint="--from")
    if as_of is not None and as_of.year != year:
        raise typer.BadParameter(f"{as_of} is no day of {year}", param_hint="--as-of")
    return date(year, 1, 1), date(year, 12, 31)


def with_totals(rows: Iterable[Row], output: Output) -> Sequence[Row]:
    """The rows and their sum, for people."""
    found = list(rows)
    sums = [key for key in ("opening", "debit", "credit", "balance") if found and key in found[0]]
    return list(with_total(found, sums, "name", output))


def history(
    invoice: Annotated[str, typer.Option("--invoice", metavar="NUMBER", help="The invoice number.")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    out: OutFile = None,
    csv: CsvFor = CsvDialect.plain,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Every posting of one invoice, with the balance after it and where it came from.

    \b
    hub history --invoice 2026-1042
    hub history --invoice 2026-1042 --as-of 2026-06-30 --out history.pdf
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.cli.findings import show_findings
        from hub.reports.history import findings_of_invoice
        from hub.reports.history import history as report

        rows = report(connection, administration_id, invoice, as_of=as_of, known_at=known_at)
        more = [(output.text("column_invoice"), invoice)]
        about = facts(connection, administration_id, output, as_of=as_of, known_at=known_at, more=more)
        if rows or out is None:
            shown = Report("report_history", _HISTORY, about, _with_file, {}, "no_such_invoice", _HISTORY_IDS)
            show(output, shown, rows, out, csv)
            if out is None and not output.as_json:
                show_findings(findings_of_invoice(connection, rows, output.language), output)
        else:
            output.note("no_such_invoice")
    raise typer.Exit(0 if rows else NOT_FOUND)


def _with_file(rows: Iterable[Row]) -> Iterator[Row]:
    return ({**row, "file": row["source"]["file"], "message_id": row["source"]["message_id"]} for row in rows)


def verify(
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Prove that the books are what they should be: every invariant, and every booking derived again.

    \b
    hub verify
    hub verify --administration demo --json

    Exit 0: everything holds; 1: something does not.
    """
    settings = settings_of(language, actor, administration)
    output = output_of(settings, as_json)
    with opened(settings) as hub:
        ok = show_verify(hub, output, [hub.administration_code(administration)] if administration else None)
    raise typer.Exit(0 if ok else UNEXPECTED)


def show_verify(hub: Any, output: Output, codes: list[str] | None) -> bool:
    """Every check with what it proves, then what failed; whether all hold."""
    from dataclasses import asdict

    from hub.reports.verify import verify as check

    results = []
    with output.progress("progress_verify") as advance:
        for result in check(hub.database, hub.sources, codes, lambda _name, count: advance(count)):
            results.append(result)
            if output.as_json:
                output.line(asdict(result))
    if not output.as_json:
        output.table([asdict(result) for result in results], _VERIFY)
        for result in results:
            for failure in result.failures:
                output.say("verify_failure", check=result.check, failure=failure)
        output.say("verify_ok" if all(r.ok for r in results) else "verify_not_ok")
    return all(result.ok for result in results)
