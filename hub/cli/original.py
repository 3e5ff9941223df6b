"""`hub original`: the file that came in for an invoice, message or entry, byte for byte, and what is embedded in it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.options import AsJson, ForAdministration, InLanguage
from hub.cli.output import Column
from hub.cli.reading import reading

if TYPE_CHECKING:
    from hub.reports.original import Original

_LISTED = (Column("number"), Column("file"), Column("media_type"), Column("size", "count"), Column("sha256"))


def original(
    invoice: Annotated[str, typer.Option("--invoice", metavar="NUMBER", help="Of this invoice.")] = "",
    message: Annotated[str, typer.Option("--message", metavar="ID", help="Of this message.")] = "",
    entry: Annotated[str, typer.Option("--entry", metavar="ENTRY", help="Of this entry, as INK/2026/12.")] = "",
    relation: Annotated[
        str, typer.Option("--relation", metavar="CODE", help="Where two relations used the number.")
    ] = "",
    attachment: Annotated[
        int, typer.Option("--attachment", metavar="N", help="The embedded file with this number.")
    ] = 0,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it there; - is standard output.")
    ] = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """The original file, proven by its sha256, and a list of the files embedded in it.

    \b
    hub original --invoice GK-2026-0012 --out invoice.xml
    hub original --entry INK/2026/12
    hub original --invoice 2026-13 --attachment 1 --out invoice.pdf
    """
    from hub.errors import NotFound, Usage

    if sum(map(bool, (invoice, message, entry))) != 1:
        raise Usage("name one of --invoice NUMBER, --message ID or --entry JOURNAL/YEAR/NUMBER")
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.original import embedded_body, original_of

        found = original_of(
            connection, administration_id, invoice=invoice, message=message, entry=entry, relation=relation
        )
        if not 0 <= attachment <= len(found.embedded):
            raise NotFound(
                f"{found.file_name or found.message_id} has {len(found.embedded)} embedded files, none is number {attachment}"
            )
        body, sha256 = found.body, found.sha256
        if attachment:
            chosen = found.embedded[attachment - 1]
            body, sha256 = embedded_body(connection, administration_id, chosen), chosen.sha256
        if out is not None and str(out) == "-":
            sys.stdout.buffer.write(body)
            return
        if out is not None:
            _keep(out, body)
        if as_json:
            output.line({**_json(found), "written": str(out) if out else None})
            return
        output.table(_rows(found), _LISTED)
        if out is None:
            output.note("original_next")
        else:
            output.say("original_written", file=str(out), size=len(body), sha256=sha256[:16] + "…")


def _keep(out: Path, body: bytes) -> None:
    from hub.errors import Usage

    if not out.parent.is_dir():
        raise Usage(f"there is no folder {out.parent} to write {out.name} in", say="no_folder", folder=out.parent)
    out.write_bytes(body)


def _json(found: Original) -> dict[str, Any]:
    return {
        "message_id": found.message_id, "file": found.file_name or None, "media_type": found.media_type, "size": len(found.body),
        "sha256": found.sha256, "channel": found.channel, "received_at": found.received_at.isoformat(),
        "attachments": [
            {"number": e.number, "file": e.file_name, "media_type": e.media_type, "size": e.size, "sha256": e.sha256}
            for e in found.embedded
        ],
    }  # fmt: skip


def _rows(found: Original) -> list[dict[str, Any]]:
    whole = {"number": None, "file": found.file_name or found.message_id, **_json(found)}
    return [whole, *_json(found)["attachments"]]
