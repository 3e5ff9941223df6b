"""`hub validate`: what the layers of validation say about documents, without booking them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.options import AsJson, InLanguage
from hub.cli.output import Column
from hub.cli.session import configure_log, output_of, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hub.cli.output import Output
    from hub.intake import Arrival
    from hub.ports import Source

FATAL, PARTLY = 3, 7
_COLUMNS = (Column("code"), Column("severity", "word"), Column("location", "place"), Column("message"))


def validate(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files, folders, zips, or - for stdin.")],
    layers: Annotated[
        str,
        typer.Option("--layers", metavar="LIST", help="Exactly these: xsd,en16931,peppol,peppol-sb,nlcius,gaccount."),
    ] = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Check documents against the official rules, without booking them.

    \b
    hub validate invoice.xml                          the layers its CustomizationID asks for
    hub validate invoices/ --layers xsd,en16931       exactly these layers
    hub validate invoice.xml --language en --json     for scripts

    Exit 0: all valid; 3: a fatal finding; 7: no fatal finding, but a layer could not be judged.
    """
    from hub.intake import arrivals
    from hub.sources import sources_as_needed

    settings = settings_of(language)
    configure_log("critical")
    output = output_of(settings, as_json)
    asked = [layer.strip() for layer in layers.split(",") if layer.strip()] or None
    sources, fatal, unjudged = sources_as_needed(), False, False
    with output.progress("progress_validate") as advance:
        for arrival in arrivals(files):
            row = _row(arrival, asked, settings.language, sources)
            _show(output, row)
            fatal |= any(f["severity"] == "fatal" for f in row["findings"])
            unjudged |= not row["valid"]
            advance(1)
    raise typer.Exit(FATAL if fatal else PARTLY if unjudged else 0)


def _row(arrival: Arrival, layers: list[str] | None, language: str, sources: Iterable[Source]) -> dict[str, Any]:
    from dataclasses import asdict

    from hub.steps.recognise import as_finding
    from hub.texts.shown import finding_json
    from hub.validation import validate as judge

    if arrival.refusal is not None:
        findings = [finding_json(as_finding(arrival.refusal), language)]
        return {
            "file": arrival.name,
            "format": "unknown",
            "profile": "",
            "valid": False,
            "layers": [],
            "findings": findings,
        }
    return {"file": arrival.name, **asdict(judge(arrival.body, layers, language, sources=sources))}


def _show(output: Output, row: dict[str, Any]) -> None:
    if output.as_json:
        output.line(row)
        return
    judged = ", ".join(
        f"{layer['layer']} {layer['version']}".strip() + (f" ({layer['reason']})" if layer["reason"] else "")
        for layer in row["layers"]
    )
    fatal = any(finding["severity"] == "fatal" for finding in row["findings"])
    key = "validate_valid" if row["valid"] else "validate_invalid" if fatal else "validate_unjudged"
    output.say(key, file=row["file"], format=row["format"], layers=judged or "-")
    if row["findings"]:
        output.table(row["findings"], _COLUMNS)
