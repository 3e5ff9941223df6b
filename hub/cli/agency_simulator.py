"""`hub agency-simulator`: a collection agency on loopback that speaks our protocol as scripted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hub.cli.options import InLanguage
from hub.cli.session import output_of, settings_of


def agency_simulator(
    port: Annotated[int, typer.Option("--port", help="Where it listens on 127.0.0.1; 0 = any free port.")] = 8090,
    script: Annotated[
        Path | None,
        typer.Option(
            "--script", metavar="FILE", exists=True, dir_okay=False, help="What it does, in TOML.", show_default=False
        ),
    ] = None,
    secret: Annotated[
        str, typer.Option("--secret", metavar="REFERENCE", help="By which both sides sign: env:NAME or file:PATH.")
    ] = "env:HUB_AGENCY_SECRET",
    webhook: Annotated[
        str,
        typer.Option("--webhook", metavar="URL", help="Where it says what it has to say; else it waits to be asked."),
    ] = "",
    language: InLanguage = None,
) -> None:
    """Be a collection agency: takes cases, answers, refuses, breaks and repeats itself as the script says. Until Ctrl-C.

    \b
    HUB_AGENCY_SECRET=test hub agency-simulator --port 8090
    hub agency-simulator --script faults.toml --webhook http://127.0.0.1:8080/intake/incasso

    The same script does the same each time. connectors/collection/README.md describes protocol and script.
    """
    output = output_of(settings_of(language), False)
    from hub.agency.script import read_script
    from hub.agency.server import serve
    from hub.cli.queue import stop_event
    from hub.net import Secret

    read = read_script(script)
    serve(
        read, Secret(secret).values, port=port, webhook=webhook, stop=stop_event(),
        ready=lambda listening, _desk: output.note("agency_listens", port=listening, seed=read.seed),
    )  # fmt: skip
