"""`hub orders`: what debtors ordered and we have not invoiced yet, and the gate that keeps it within their limit."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage
from hub.cli.output import Column
from hub.cli.reading import reading
from hub.cli.refusing import changing_relations, refuse

if TYPE_CHECKING:
    from hub.store.orders import Placed

app = typer.Typer(
    help="Announced orders: import, list, release, close.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)
OK, PARTLY = 0, 7
_LIST = (
    Column("number"), Column("source"), Column("relation"), Column("relation_name"), Column("date", "date"), Column("currency"),
    Column("amount", "money"), Column("open", "money"), Column("state", "word"),
)  # fmt: skip
_PLACED = (
    Column("number"), Column("relation"), Column("amount", "money"), Column("outcome", "word"), Column("message"),
)  # fmt: skip
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="The order's number.")]
Source = Annotated[str, typer.Option("--source", help="The shop or system that numbered it.")]


class Standing(StrEnum):
    """States of an order."""

    accepted = "accepted"
    held = "held"
    refused = "refused"
    closed = "closed"


@app.command("import")
def import_orders(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="CSV or JSON.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would become of them; record nothing.")] = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Announce orders. Each is accepted, held where it would pass the debtor's limit, or refused where he is on hold.

    \b
    Columns of the CSV: number;relation;date;amount and, when wanted, currency;source.
    `relation` is a code or a number with its register, as KVK:12345678. JSON has the same names.

    \b
    hub orders import orders.csv
    hub orders import orders.json --dry-run --json

    Exit 0: all accepted; 3: a row is wrong, nothing was recorded; 7: some were held or refused.
    """
    data = file.read_bytes()
    with changing_relations(administration, as_json, language, actor, dry_run=dry_run, ids=_ids(data)) as (
        done,
        relations,
    ):
        from hub.formats.orders_file import read_orders
        from hub.store.orders import place_orders

        orders, wrong = read_orders(data, done.books.snapshot.currency)
        refuse(wrong)
        placed = place_orders(relations, done.books, orders)
        done.output.rows([_row(one, done.output.language) for one in placed], _PLACED)
        if dry_run:
            done.output.note("intake_dry_run")
    raise typer.Exit(OK if all(one.verdict.outcome == "accepted" for one in placed) else PARTLY)


def _ids(data: bytes) -> int:
    """Two keys an order, and an order takes a line or an object."""
    return 200 + 2 * max(data.count(b"\n"), data.count(b"{"))


def _row(placed: Placed, language: str) -> dict[str, Any]:
    from hub.texts.shown import finding_json

    order, verdict = placed.order, placed.verdict
    findings = [finding_json(verdict.finding, language)] if verdict.finding else []
    return {
        "number": order.number, "source": order.source, "relation": placed.relation, "amount": str(order.amount),
        "currency": order.amount.currency, "outcome": verdict.outcome, "known": placed.known, "findings": findings,
        "message": findings[0]["message"] if findings else "",
    }  # fmt: skip


@app.command("list")
def list_all(
    state: Annotated[Standing | None, typer.Option("--state", help="Only these.", show_default=False)] = None,
    relation: Annotated[str, typer.Option("--relation", metavar="CODE", help="Only of this debtor.")] = "",
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Announced orders, by debtor and day.

    \b
    hub orders list --state held
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.orders import list_orders

        rows = list_orders(connection, administration_id, state=state.value if state else "", relation=relation)
        output.rows(rows, _LIST, empty="no_orders")


@app.command("release")
def release(
    number: Number,
    source: Source = "",
    over_limit: Annotated[bool, typer.Option("--over-limit", help="Let it pass the limit; you decide.")] = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Decide a held or refused order again, as things stand now.

    \b
    hub orders release SO-1042 --over-limit
    """
    with changing_relations(administration, as_json, language, actor) as (done, relations):
        from hub.store.orders import release_order

        placed = release_order(relations, done.books, number, source, despite_limit=over_limit)
        done.output.rows([_row(placed, done.output.language)], _PLACED)
    raise typer.Exit(OK if placed.verdict.outcome == "accepted" else PARTLY)


@app.command("close")
def close(
    number: Number,
    source: Source = "",
    invoiced: Annotated[str, typer.Option("--invoiced", metavar="AMOUNT", help="Only this part was invoiced.")] = "",
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """The order was invoiced, or will not come: it weighs on the limit no longer.

    \b
    hub orders close SO-1042
    hub orders close SO-1042 --invoiced 250.00
    """
    with changing_relations(administration, as_json, language, actor) as (done, relations):
        from hub.formats.orders_file import money_of
        from hub.model.finding import Finding
        from hub.store.orders import close_order

        money = money_of(invoiced, done.books.snapshot.currency, "invoiced") if invoiced else None
        refuse([money] if isinstance(money, Finding) else [])
        state = close_order(
            relations, done.books, number, source, invoiced=None if isinstance(money, Finding) else money
        )
        if as_json:
            done.output.line({"number": number, "source": source, "state": state})
        done.output.say("order_closed" if state == "closed" else "order_invoiced", number=number)
