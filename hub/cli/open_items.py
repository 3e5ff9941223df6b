"""`hub open-items`: what is still to be paid or received, per invoice, with what each side comes to and its tie to the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Annotated

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

_SIDE = Column("side", "word")
ITEMS = (
    Column("relation"), Column("relation_name"), Column("invoice"), Column("date", "date"), Column("due_date", "date"),
    Column("currency"), Column("original", "money"), Column("outstanding", "money"), Column("blocked"),
)  # fmt: skip
_IDS = (Column("item"), _SIDE, Column("part"), Column("outstanding_base", "money"))


def open_items(
    side: Annotated[WhichSide, typer.Option("--side", help="Owed to us, by us, or both.")] = WhichSide.both,
    relation: Annotated[str, typer.Option("--relation", metavar="CODE", help="Only of this relation.")] = "",
    settled: Annotated[bool, typer.Option("--settled", help="Also what is settled by then.")] = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    out: OutFile = None,
    csv: CsvFor = CsvDialect.plain,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """What is still to be paid or received, per invoice; each side tied to its control account.

    \b
    hub open-items --side payable
    hub open-items --as-of 2026-11-21 --json
    hub open-items --relation C0007 --out open.xlsx
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.balance_list import control_balances
        from hub.reports.open_items import open_items as report

        rows = report(connection, administration_id, side=side.value, as_of=as_of, known_at=known_at,
                      settled_too=settled, relation=relation)  # fmt: skip
        whole = {} if relation or (as_json and out is None) else control_balances(
            connection, administration_id, side.value, as_of, known_at
        )  # fmt: skip
        about = facts(
            connection, administration_id, output, as_of=as_of, known_at=known_at, more=side_fact(side, output)
        )
        ties: list[str] = []
        lines = partial(with_totals, output=output, controls=whole, ties=ties)
        made = Report("report_open_items", columns(side), about, lines, empty="no_open_items", ids=_ids(side))
        show(output, made, rows, out, csv, ties)


def columns(side: WhichSide) -> tuple[Column, ...]:
    """Those of a page: with the side where a list holds both."""
    return (*ITEMS[:2], _SIDE, *ITEMS[2:]) if side is WhichSide.both else ITEMS


def _ids(side: WhichSide) -> tuple[Column, ...]:
    return tuple(column for column in _IDS if column not in columns(side))


def with_totals(rows: Iterable[Row], output: Output, controls: Mapping[str, str], ties: list[str]) -> Iterator[Row]:
    """The items; what each side comes to in each currency; and into `ties` what the ledger says of the side.

    `controls` holds per side its balance in the general ledger; a side that is not in it is not tied, because only some
    of its items were asked for.
    """
    from hub.model.sheet import STRONG

    totals: dict[tuple[str, str], list[Decimal]] = {}
    base = dict.fromkeys(controls, Decimal(0))
    for row in rows:
        sums = totals.setdefault((row["side"], row["currency"]), [Decimal(0), Decimal(0)])
        sums[0] += Decimal(row["original"])
        sums[1] += Decimal(row["outstanding"])
        if row["side"] in base:
            base[row["side"]] += Decimal(row["outstanding_base"])
        yield row
    for (side, currency), (original, outstanding) in sorted(totals.items(), key=_debtors_first):
        yield {"relation_name": output.text("total_of_side", side=output.text(f"side_{side}")), "side": side, STRONG: True,
               "currency": currency, "original": str(original), "outstanding": str(outstanding)}  # fmt: skip
    for side, control in controls.items():
        ties.append(
            output.text("balance_list_tie", side=output.text(f"side_{side}"), control=control,
                        difference=str(base[side] - Decimal(control)))
        )  # fmt: skip


def _debtors_first(total: tuple[tuple[str, str], list[Decimal]]) -> tuple[bool, str]:
    (side, currency), _sums = total
    return side != "receivable", currency
