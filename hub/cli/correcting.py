"""A mail that asks the sender to correct an invoice: shown, or written as a draft. Nothing is sent."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from hub.cli.output import Output
    from hub.letters.correction import Correction

AsDraft = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write the mail there as a draft (.eml); nothing is sent.")
]


def show(told: Correction | None, out: Path | None, output: Output) -> None:
    """Print the mail, or write it as a draft. Raises `NotFound` when there is nothing to ask."""
    from hub.errors import NotFound

    if told is None:
        raise NotFound("there is nothing to ask of the sender", say="nothing_to_ask")
    if out is not None:
        _write(told, out, output)
        return
    if output.as_json:
        output.line(_row(told))
        return
    print(f"{told.to}\n{told.subject}\n\n{told.text}" if told.to else f"{told.subject}\n\n{told.text}", end="")


def _row(told: Correction) -> dict[str, Any]:
    return {"to": told.to or None, "language": told.language, "subject": told.subject, "text": told.text}


def _write(told: Correction, out: Path, output: Output) -> None:
    from hub.errors import Usage
    from hub.letters.correction import as_eml
    from hub.settings import load_settings

    if not out.absolute().parent.is_dir():
        raise Usage(f"there is no folder {out.absolute().parent}", say="no_folder", folder=out.absolute().parent)
    out.write_bytes(as_eml(told, load_settings().smtp_sender))
    if output.as_json:
        output.line({**_row(told), "file": str(out)})
    else:
        output.say("correction_written", path=out)


def mails_of_files(files: Sequence[str], out: Path | None, language: str, output: Output) -> None:
    """`hub validate FILE --mail`: the mail about each document that has something for its sender to mend."""
    from hub.correction import correction_of
    from hub.errors import NotFound
    from hub.intake import arrivals

    told = [correction_of(each.body, each.name, language) for each in arrivals(files) if each.refusal is None]
    asked = [one for one in told if one is not None]
    if not asked:
        raise NotFound("there is nothing to ask of the sender", say="nothing_to_ask")
    for number, one in enumerate(asked, 1):
        named = out if out is None or len(asked) == 1 else out.with_name(f"{out.stem}-{number}{out.suffix}")
        show(one, named, output)
