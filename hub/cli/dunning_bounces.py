"""`hub dunning bounces`: reports of delivery that came as files; a mailbox that is read as a channel needs no command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.options import AsJson, ByActor, InLanguage
from hub.cli.session import opened, output_of, settings_of

if TYPE_CHECKING:
    from hub.bootstrap import Hub

PARTLY = 7


def bounces(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", exists=True, dir_okay=False, help="Mails, as .eml.")
    ],
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Mails that report what became of reminders: what came back gets state bounced and waits for a person.

    \b
    hub dunning bounces returned.eml

    An answer of somebody who is away is no bounce. A channel of kind imap does the same by itself.
    """
    settings = settings_of(language, actor)
    output, silent = output_of(settings, as_json), False
    with opened(settings) as hub:
        for file in files:
            for row in _rows(hub, file):
                silent = silent or row["found"] in ("no_report", "unknown")
                if as_json:
                    output.line(row)
                else:
                    output.say(
                        f"bounce_{row['found']}", **{key: value or "" for key, value in row.items() if key != "found"}
                    )
    if silent:
        raise typer.Exit(PARTLY)


def _rows(hub: Hub, file: Path) -> list[dict[str, Any]]:
    from hub.formats.delivery_status import is_auto_reply, read_reports
    from hub.workers.delivery_reports import take_report

    data = file.read_bytes()
    reports = read_reports(data)
    shared = {
        "file": str(file),
        "reference": None,
        "administration": None,
        "recipient": None,
        "status": None,
        "words": None,
    }
    if not reports:
        return [{**shared, "found": "auto_reply" if is_auto_reply(data) else "no_report", "state": None}]
    rows = []
    for report in reports:
        heard = take_report(hub, report)
        found = "unknown" if not heard.reference else heard.state if heard.news else "nothing_new"
        rows.append({
            **shared, "found": found, "reference": heard.reference or None, "administration": heard.administration or None,
            "recipient": report.recipient or None, "status": report.status or None, "words": report.words or None,
            "state": heard.state or None,
        })  # fmt: skip
    return rows
