"""`hub rates`: exchange rates, from the ECB's CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hub.cli.options import AsJson, ByActor, InLanguage
from hub.cli.session import opened, output_of, settings_of

DEMO_SOURCE = "demo"
app = typer.Typer(help="Exchange rates: import.", no_args_is_help=True, rich_markup_mode=None, add_completion=False)


@app.callback()
def root() -> None:
    """Exchange rates."""


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="eurofxref-hist.csv of the ECB.")],
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Import the ECB's daily reference rates; a rate that is there already is never changed.

    \b
    hub rates import eurofxref-hist.csv
    """
    from hub.errors import NotFound

    if not file.is_file():
        raise NotFound(f"there is no file {file}")
    settings = settings_of(language, actor)
    output = output_of(settings, as_json)
    with opened(settings) as hub:
        from sqlalchemy import delete

        from hub.store import tables
        from hub.store.rates import read_ecb_csv, save_rates

        rates = read_ecb_csv(file.read_bytes())
        with hub.database.transaction() as connection:
            made_up = tables.exchange_rate.c.source == DEMO_SOURCE  # must never stand in the way of real ones
            connection.execute(delete(tables.exchange_rate).where(made_up))
            added = save_rates(connection, rates, "ECB")
    if as_json:
        output.line({"file": str(file), "read": len(rates), "added": added})
    else:
        output.say("rates_imported", read=len(rates), added=added)
