"""`hub demo`: the main job on made-up documents, each outcome with its reason, then the books."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.demo_collect import play_collect
from hub.cli.demo_feeds import recorded, show_feeds
from hub.cli.options import AsJson, InLanguage, WhichSide
from hub.cli.session import opened, output_of, settings_of

if TYPE_CHECKING:
    from hub.bootstrap import Hub
    from hub.cli.output import Output

UNEXPECTED = 1


def demo(
    feeds: Annotated[
        bool, typer.Option("--feeds", help="Shops, pay-outs, tills, wages and bank statements too.")
    ] = False,
    collect: Annotated[
        bool, typer.Option("--collect", help="Collecting alone: an invoice from its due date to a closed case.")
    ] = False,
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """See it work: an administration of its own, made-up documents of 2026, and what became of each.

    \b
    hub demo
    hub demo --feeds
    hub demo --collect
    HUB_HOME=/tmp/hub-demo hub demo --language en
    hub demo --json

    Running it twice changes nothing.
    """
    settings = settings_of(language)
    output = output_of(settings, as_json)
    with opened(settings, require=False) as hub:
        if collect:
            raise typer.Exit(0 if play_collect(hub, output) else UNEXPECTED)
        code = _set_up(hub)
        _take(hub, code, output)
        if feeds:
            show_feeds(hub, code, output)
        ok = _show_books(hub, code, output)
    if not as_json:
        output.say("demo_next", home=settings.home, code=code)
    raise typer.Exit(0 if ok else UNEXPECTED)


def _set_up(hub: Hub) -> str:
    from hub.cli.setup import save_from_file
    from hub.demo.run import choose_code, import_rates
    from hub.store import schema

    schema.upgrade(hub.database)
    code = choose_code(hub)
    save_from_file(hub, None, code)
    import_rates(hub)
    return code


def _take(hub: Hub, code: str, output: Output) -> None:
    """Documents to outcomes; what an earlier run recorded is shown from the books."""
    from hub.cli.intake import COLUMNS, table_row
    from hub.demo.run import documents, take
    from hub.reports.outcome import outcome_json, reason

    total = len(documents())
    output.say("demo_start", code=code, count=total)
    rows, fresh = [], 0
    with output.progress("progress_demo", total) as advance:
        for arrival, uid, result in take(hub, code):
            advance(1)
            if result is None:
                row, why = recorded(hub, code, arrival.name, uid, output.language)
            else:
                fresh += 1
                row, why = outcome_json(arrival.name, result, output.language), reason(result, output.language)
            if output.as_json:
                output.line(row)
            else:
                rows.append(table_row(row, why))
    if not output.as_json:
        output.table(rows, COLUMNS)
        if not fresh:
            output.say("demo_again")


def _show_books(hub: Hub, code: str, output: Output) -> bool:
    """Trial balance, open items, ageing of both sides, and the proof; whether the proof holds."""
    from dataclasses import asdict

    from hub.cli import ageing as aged_books
    from hub.cli import books
    from hub.cli import open_items as open_items_list
    from hub.demo.run import DAY
    from hub.reports.ageing import ageing
    from hub.reports.open_items import open_items
    from hub.reports.trial_balance import trial_balance
    from hub.reports.verify import verify
    from hub.store.administrations import load_books

    checks = list(verify(hub.database, hub.sources, [code]))
    ok = all(check.ok for check in checks)
    if output.as_json:
        for check in checks:
            output.line(asdict(check))
        return ok
    day = f"{DAY:%d-%m-%Y}" if output.language == "nl" else str(DAY)
    with hub.database.reading() as connection:
        administration_id = load_books(connection, [code])[code].id
        rows = books.with_totals(trial_balance(connection, administration_id, as_of=DAY), output)
        output.table(rows, books.TRIAL_BALANCE, output.text("demo_trial_balance"))
        items = list(open_items(connection, administration_id, as_of=DAY))
        output.table(items, open_items_list.columns(WhichSide.both), output.text("demo_open_items"))
        for side in ("payable", "receivable"):
            output.say(f"demo_ageing_{side}", day=day)
            limits = (30, 60, 90)
            aged = list(ageing(connection, administration_id, side=side, buckets=limits, as_of=DAY))
            aged_books.show_ageing(aged, limits, WhichSide(side), output)
    output.say("demo_verify", ok=sum(c.ok for c in checks), all=len(checks), checked=sum(c.checked for c in checks))
    for check in checks:
        for failure in check.failures:
            output.say("verify_failure", check=check.check, failure=failure)
    return ok
