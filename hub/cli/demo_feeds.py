"""`hub demo --feeds`: what shops, payment providers, tills, payroll and banks send, and what it did to the books."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hub.cli.output import Column

if TYPE_CHECKING:
    from hub.bootstrap import Hub
    from hub.cli.output import Output
    from hub.demo.run_feeds import Sample
    from hub.model.result import Result

_CLEARING = (
    Column("account"), Column("name"), Column("debit", "money"), Column("credit", "money"), Column("balance", "money"),
    Column("left"),
)  # fmt: skip
_BOXES = (Column("box"), Column("taxable", "money"), Column("tax", "money"))
QUARTER = "2026-Q4"


def show_feeds(hub: Hub, code: str, output: Output) -> None:
    """Every sample to its outcome, then clearing accounts and VAT."""
    from hub.cli.intake import COLUMNS
    from hub.demo.run_feeds import put_mappings, samples, take_feeds

    put_mappings(hub, code)
    every = samples(hub)
    connectors = {sample.connector for sample in every}
    output.say("demo_feeds_start", count=len(every), connectors=len(connectors))
    rows = []
    with output.progress("progress_demo", len(every)) as advance:
        for sample, taken in take_feeds(hub, code, every):
            advance(1)
            rows += [_row(hub, code, sample, uid, result, output) for uid, result in taken]
    if not output.as_json:
        output.table(rows, COLUMNS)
    _show_cleared(hub, code, output)
    _show_vat(hub, code, output)


def _row(hub: Hub, code: str, sample: Sample, uid: str, result: Result | None, output: Output) -> dict[str, Any]:
    """One document: as JSON at once, for people as a row of the table."""
    from hub.cli.intake import table_row
    from hub.reports.outcome import outcome_json, reason

    if result is None:
        row, why = recorded(hub, code, sample.name, uid, output.language)
    else:
        row, why = outcome_json(sample.name, result, output.language), reason(result, output.language)
    row["connector"] = sample.connector
    if output.as_json:
        output.line(row)
    document = row["document"] or {}
    if document.get("kind") == "bank_statement" and not why:
        amounts = {name: output.cell(document[name], "money") for name in ("opening", "closing")}
        why = output.text("demo_statement", count=document["entries"], **amounts)
    return table_row(row, why)


def recorded(hub: Hub, code: str, name: str, uid: str, language: str) -> tuple[dict[str, Any], str]:
    """What an earlier run recorded, as the same row, and its reason."""
    from hub.reports.messages import show_message
    from hub.store.administrations import load_books

    with hub.database.reading() as connection:
        row = show_message(connection, load_books(connection, [code])[code].id, uid, language)
    return {**row, "file": name}, row["reason"]


def _show_cleared(hub: Hub, code: str, output: Output) -> None:
    from hub.demo.run_feeds import cleared

    rows = list(cleared(hub, code))
    if output.as_json:
        for row in rows:
            output.line(row)
        return
    shown = [{**row, "left": "; ".join(_posting(posting, output) for posting in row["left"])} for row in rows]
    output.table(shown, _CLEARING, output.text("demo_clearing"))


def _posting(posting: dict[str, Any], output: Output) -> str:
    amount = posting["debit"] if posting["debit"].strip("0.") else f"-{posting['credit']}"
    return f"{output.cell(posting['date'], 'date')} {posting['description']} {output.cell(amount, 'money')}"


def _show_vat(hub: Hub, code: str, output: Output) -> None:
    """The boxes that hold anything, and what other member states get."""
    from hub.cli.vat import period_named, vat_tables
    from hub.reports.oss import oss
    from hub.reports.vat_return import vat_return
    from hub.store.administrations import load_books

    with hub.database.reading() as connection:
        books = load_books(connection, [code])[code]
        boxes = list(vat_return(connection, books, period_named(QUARTER), vat_tables()))
        abroad = list(oss(connection, books, period_named(QUARTER), vat_tables()))
    used = [row for row in boxes if any(row[name].strip("-0.") for name in ("base", "tax"))]
    used = [{**row, "taxable": row["base"]} for row in used]
    used += [{**row, "taxable": row["base"], "box": f"OSS {row['country']}"} for row in abroad if row.get("country")]
    if output.as_json:
        for row in used:
            output.line(row)
        return
    output.table(used, _BOXES, output.text("demo_vat", period=QUARTER))
