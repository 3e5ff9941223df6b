"""`hub ageing`: how long what is open has been due, per relation or item, tied to the control account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.options import (
    AsJson,
    AsOf,
    CsvDialect,
    CsvFor,
    ForAdministration,
    InLanguage,
    KnownAt,
    OutFile,
    WhichSide,
)
from hub.cli.output import Column, Row
from hub.cli.reading import reading
from hub.cli.showing import Report, facts, show, side_fact

if TYPE_CHECKING:
    from hub.cli.output import Output


class Basis(StrEnum):
    """Days that ageing counts from."""

    due = "due"
    invoice = "invoice"


_BY_RELATION = (Column("relation"), Column("name"))
_BY_ITEM = (Column("relation"), Column("name"), Column("invoice"), Column("date", "date"), Column("due_date", "date"))


def ageing(
    side: Annotated[WhichSide, typer.Option("--side", help="Owed to us, by us, or both.")] = WhichSide.receivable,
    buckets: Annotated[
        str, typer.Option("--buckets", metavar="DAYS", help="Upper limits, in days overdue [setting ageing_buckets].")
    ] = "",
    items: Annotated[bool, typer.Option("--items", help="A line per open item instead of per relation.")] = False,
    basis: Annotated[Basis, typer.Option("--by", help="Count from the due date or the invoice date.")] = Basis.due,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    out: OutFile = None,
    csv: CsvFor = CsvDialect.plain,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """How long what is open has been due, tied to the control account.

    \b
    hub ageing
    hub ageing --side payable --buckets 14,30,60 --as-of 2026-11-21
    hub ageing --items --by invoice --out ageing.xlsx
    """
    from datetime import date

    limits = _limits(buckets or _setting())
    day = as_of or date.today()
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.ageing import ageing as report

        found = report(connection, administration_id, side=side.value, buckets=limits, as_of=day, known_at=known_at,
                       basis=basis.value, items=items)  # fmt: skip
        if as_json and out is None:
            for row in found:
                output.line(row)
            return
        rows = list(found)
        more = [*side_fact(side, output), (output.text("fact_basis"), output.text(f"basis_{basis.value}"))]
        about = facts(connection, administration_id, output, as_of=day, known_at=known_at, more=more)
        show(output, _report(limits, items, output, about), rows, out, csv, [_tie(rows[-1], side, output)])


def _setting() -> str:
    from hub.settings import load_settings

    return load_settings().ageing_buckets


def _limits(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdigit() for part in parts) or [int(p) for p in parts] != sorted({int(p) for p in parts}):
        raise typer.BadParameter(f"{text!r}: write limits in days, ascending, as 30,60,90", param_hint="--buckets")
    return tuple(int(part) for part in parts)


def show_ageing(rows: Sequence[dict[str, Any]], limits: Sequence[int], side: WhichSide, output: Output) -> None:
    """A column per bucket, then the tie to the control account."""
    show(output, _report(limits, False, output), rows, notes=() if output.as_json else [_tie(rows[-1], side, output)])


def _report(limits: Sequence[int], items: bool, output: Output, about: Sequence[tuple[str, str]] = ()) -> Report:
    names = [f"{low + 1}-{high}" for low, high in zip((0, *limits), limits, strict=False)] + [f"> {limits[-1]}"]
    columns = (
        *(_BY_ITEM if items else _BY_RELATION), Column("not_due", "money"), *(Column(n, "money") for n in names),
        Column("total", "money"),
    )  # fmt: skip
    headings = {name: output.text("column_days", days=name) for name in names}
    return Report("report_ageing", columns, about, partial(_lines, names=names, output=output), headings)


def _lines(rows: Iterable[Row], names: Sequence[str], output: Output) -> Iterator[Row]:
    from hub.model.sheet import STRONG

    for row in rows:
        last = "control_account" in row
        head = {"relation": output.text("total"), STRONG: True} if last else {}
        yield {**row, **head, **dict(zip(names, row["buckets"], strict=True))}


def _tie(last: Row, side: WhichSide, output: Output) -> str:
    named = output.text(f"side_{side.value}")
    return output.text("ageing_tie", side=named, control=last["control_account"], difference=last["difference"])
