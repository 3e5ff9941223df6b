"""The books: entries, trial balance, open items, ageing, history of an invoice, and the proof that all of it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.options import AsJson, AsOf, ByActor, ForAdministration, From, InLanguage, KnownAt, Language, To, WhichSide
from hub.cli.output import Column
from hub.cli.session import opened, output_of, settings_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hub.cli.output import Output

UNEXPECTED, NOT_FOUND = 1, 4
TRIAL_BALANCE = (Column("account"), Column("name"), Column("debit", "money"), Column("credit", "money"),
                 Column("balance", "money"))  # fmt: skip
OPEN_ITEMS = (
    Column("relation"), Column("relation_name"), Column("invoice"), Column("date", "date"), Column("due_date", "date"),
    Column("currency"), Column("original", "money"), Column("outstanding", "money"), Column("blocked"),
)  # fmt: skip
_ENTRIES = (
    Column("journal"), Column("number", "count"), Column("date", "date"), Column("description"), Column("account"),
    Column("debit", "money"), Column("credit", "money"), Column("currency"), Column("vat_code"), Column("relation"),
)  # fmt: skip
_HISTORY = (
    Column("date", "date"), Column("journal"), Column("number", "count"), Column("account"), Column("description"),
    Column("debit", "money"), Column("credit", "money"), Column("currency"), Column("balance", "money"), Column("file"),
)  # fmt: skip
_VERIFY = (Column("check"), Column("ok"), Column("checked", "count"), Column("proves"))


@contextmanager
def reading(
    administration: str, as_json: bool, language: Language | None
) -> Iterator[tuple[Connection, int, Output]]:  # fmt: skip
    """A connection for reading, the administration's id, and where to show."""
    settings = settings_of(language, administration=administration)
    with opened(settings) as hub:
        from hub.store.administrations import load_books

        code = hub.administration_code(administration)
        with hub.database.reading() as connection:
            yield connection, load_books(connection, [code])[code].id, output_of(settings, as_json)


def entries(
    journal: Annotated[str | None, typer.Option("--journal", help="Only this journal.", show_default=False)] = None,
    first: From = None,
    last: To = None,
    as_of: AsOf = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Journal entries, with their postings and VAT lines.

    \b
    hub entries --journal INK --from 2026-10-01 --to 2026-12-31
    hub entries --json
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.entries import entries as find

        until = min(day for day in (last, as_of) if day) if last or as_of else None
        found = find(connection, administration_id, journal, first, until)
        output.rows(found if as_json else _entry_lines(found), _ENTRIES, empty="no_entries")


def _entry_lines(found: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """An entry as lines of a table: its head once, then a posting a line."""
    for entry in found:
        head: dict[str, Any] = {key: entry.get(key) for key in ("journal", "number", "date", "description")}
        for posting in entry["postings"]:
            yield {**head, **posting, posting["side"]: posting["amount"]}
            head = {}


def trial_balance(
    as_of: AsOf = None,
    known_at: KnownAt = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """What was debited and credited per account.

    \b
    hub trial-balance
    hub trial-balance --as-of 2026-12-31 --known-at 2027-01-15T00:00:00Z
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.trial_balance import trial_balance as report

        rows = report(connection, administration_id, as_of=as_of, known_at=known_at)
        output.rows(rows if as_json or not rows else with_totals(rows, output), TRIAL_BALANCE, empty="no_entries")


def with_totals(rows: Sequence[dict[str, Any]], output: Output) -> list[dict[str, Any]]:
    """The rows and their sum, for people."""
    from decimal import Decimal

    sums = {name: str(sum(Decimal(row[name]) for row in rows)) for name in ("debit", "credit", "balance")}
    return [*rows, {"account": "", "name": output.text("total"), **sums}]


def open_items(
    side: Annotated[WhichSide, typer.Option("--side", help="Owed to us, by us, or both.")] = WhichSide.both,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """What is still to be paid or received, per invoice.

    \b
    hub open-items --side payable
    hub open-items --as-of 2026-11-21 --json
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.open_items import open_items as report

        rows = report(connection, administration_id, side=side.value, as_of=as_of, known_at=known_at)
        output.rows(rows, OPEN_ITEMS, empty="no_open_items")


def ageing(
    side: Annotated[WhichSide, typer.Option("--side", help="Owed to us, by us, or both.")] = WhichSide.receivable,
    buckets: Annotated[
        str, typer.Option("--buckets", metavar="DAYS", help="Upper limits, in days overdue.")
    ] = "30,60,90",
    as_of: AsOf = None,
    known_at: KnownAt = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """How long what is open has been due, tied to the control account.

    \b
    hub ageing
    hub ageing --side payable --buckets 14,30,60 --as-of 2026-11-21
    """
    limits = _limits(buckets)
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.ageing import ageing as report

        rows = list(
            report(connection, administration_id, side=side.value, buckets=limits, as_of=as_of, known_at=known_at)
        )
        show_ageing(rows, limits, output)


def _limits(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdigit() for part in parts) or [int(p) for p in parts] != sorted({int(p) for p in parts}):
        raise typer.BadParameter(f"{text!r}: write limits in days, ascending, as 30,60,90", param_hint="--buckets")
    return tuple(int(part) for part in parts)


def show_ageing(rows: Sequence[dict[str, Any]], limits: Sequence[int], output: Output) -> None:
    """A column per bucket, then the tie to the control account."""
    if output.as_json:
        for row in rows:
            output.line(row)
        return
    names = [f"{low + 1}-{high}" for low, high in zip((0, *limits), limits, strict=False)] + [f"> {limits[-1]}"]
    shown = [
        {"relation": row.get("relation", output.text("total")), "name": row.get("name"), "not_due": row["not_due"],
         "total": row["total"], **dict(zip(names, row["buckets"], strict=True))}
        for row in rows
    ]  # fmt: skip
    columns = (
        Column("relation"), Column("name"), Column("not_due", "money"), *(Column(n, "money") for n in names),
        Column("total", "money"),
    )  # fmt: skip
    output.table(shown, columns, headings={n: output.text("column_days", days=n) for n in names})
    tie = rows[-1]
    output.say("ageing_tie", control=tie["control_account"], difference=tie["difference"])


def history(
    invoice: Annotated[str, typer.Option("--invoice", metavar="NUMBER", help="The invoice number.")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Every posting of one invoice, with the balance after it and where it came from.

    \b
    hub history --invoice 2026-1042
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.history import history as report

        rows = report(connection, administration_id, invoice, as_of=as_of, known_at=known_at)
        shown = rows if as_json else [{**row, "file": row["source"]["file"]} for row in rows]
        output.rows(shown, _HISTORY, empty="no_such_invoice")
    raise typer.Exit(0 if rows else NOT_FOUND)


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
