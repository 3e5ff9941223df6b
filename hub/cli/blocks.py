"""`hub blocks`: the hash chain over what is booked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hub.cli.changing import changing
from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage, Language
from hub.cli.output import Column
from hub.cli.reading import reading
from hub.cli.session import every_administration

app = typer.Typer(
    help="Hash chain: list, seal, export.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)
_BLOCKS = (Column("block", "count"), Column("entries", "count"), Column("hash"), Column("sealed_at", "instant"))


@app.command("list")
def list_all(administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None) -> None:
    """Every block with its hash; keep the last one somewhere else.

    \b
    hub blocks list
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.chain import list_blocks

        rows = [{k: v for k, v in block.items() if k != "id"} for block in list_blocks(connection, administration_id)]
        output.rows(rows, _BLOCKS, empty="no_blocks")


@app.command("seal")
def seal(
    everybody: Annotated[bool, typer.Option("--all", help="Of every administration.")] = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Chain the entries that are in no block yet. Run it as often as you like, say every night.

    \b
    hub blocks seal
    hub blocks seal --all     every administration, each its own chain
    """
    if everybody and administration:
        raise typer.BadParameter("choose --all or --administration", param_hint="--all")
    for code in every_administration() if everybody else (administration,):
        _seal(code, as_json, language, actor)


def _seal(administration: str, as_json: bool, language: Language | None, actor: str) -> None:
    from hub.store.blocks import seal_blocks

    with changing(administration, as_json, language, actor, ids=5000) as change:
        made = seal_blocks(change.connection, change.ids, change.books.id, change.actor_id, change.at)
    code = change.books.snapshot.code
    for block in made:
        row = {"administration": code, "number": block.number, "entries": block.entries, "hash": block.hash}
        if as_json:
            change.output.line({**row, "block": block.number})
        else:
            change.output.say("block_sealed", **row)
    if not made and not as_json:
        change.output.say("nothing_to_seal", administration=code)


@app.command("export")
def export(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write it (JSON lines).")],
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """The chain with everything in it, for deploy/verify_chain.py, which checks it without the hub.

    \b
    hub blocks export --out chain.jsonl
    python3 deploy/verify_chain.py chain.jsonl
    """
    import json

    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.chain import export_chain

        lines = 0
        with out.open("w", encoding="utf-8") as file, output.progress("progress_verify") as advance:
            for line in export_chain(connection, administration_id):
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                lines += 1
                advance(1)
        if as_json:
            output.line({"file": str(out), "lines": lines})
        else:
            output.say("chain_exported", file=out, lines=lines)
