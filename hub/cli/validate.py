"""`hub validate`: what the layers of validation say about documents, without booking them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.options import AsJson, InLanguage
from hub.cli.output import Column
from hub.cli.session import configure_log, output_of, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hub.cli.coming import When
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
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="Judge as on this day; today unless given.")] = "",
    rules_version: Annotated[
        str,
        typer.Option("--rules-version", metavar="LIST", help="Other releases: en16931=1.3.15,peppol=2026-11, or next."),
    ] = "",
    ahead: Annotated[bool, typer.Option("--next", help="Also what will be said from a later day on.")] = False,
) -> None:
    """Check documents against the official rules, without booking them.

    \b
    hub validate invoice.xml                          the layers its CustomizationID asks for
    hub validate invoices/ --layers xsd,en16931       exactly these layers
    hub validate invoice.xml --language en --json     for scripts
    hub validate invoice.xml --next                   valid today; and when the next release judges?
    hub validate invoice.xml --on 2026-06-01          by what was mandatory on that day

    Exit 0: all valid; 3: a fatal finding; 7: no fatal finding, but a layer could not be judged.
    """
    from hub.cli.coming import When, day_of
    from hub.cli.coming import show as show_ahead
    from hub.intake import arrivals
    from hub.sources import sources_as_needed

    settings = settings_of(language)
    configure_log("critical")
    output = output_of(settings, as_json)
    asked = [layer.strip() for layer in layers.split(",") if layer.strip()] or None
    when = When(day_of(on), rules_version, ahead)
    sources, fatal, unjudged = sources_as_needed(), False, False
    with output.progress("progress_validate") as advance:
        for arrival in arrivals(files):
            row = _row(arrival, asked, settings.language, sources, when)
            _show(output, row)
            if ahead and not as_json:
                show_ahead(output, row)
            fatal |= any(f["severity"] == "fatal" for f in row["findings"])
            unjudged |= not row["valid"]
            advance(1)
    raise typer.Exit(FATAL if fatal else PARTLY if unjudged else 0)


def _row(
    arrival: Arrival, layers: list[str] | None, language: str, sources: Iterable[Source], when: When
) -> dict[str, Any]:
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
    return {"file": arrival.name, **when.row(judge(arrival.body, layers, language, sources=sources, **when._asdict()))}


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
