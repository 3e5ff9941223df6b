"""`hub labels`: addresses of a selection of relations on label sheets, as PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hub.cli.options import AsJson, ForAdministration, InLanguage
from hub.cli.output import Column
from hub.cli.reading import reading

_SHEETS = (Column("sheet"), Column("label_size"), Column("labels", "count"))
_SHOWN_CODES = 10
NOT_FOUND = 4


def labels(
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.pdf", help="The PDF.", show_default=False)] = None,
    sheet: Annotated[str, typer.Option("--sheet", help="Which sheet; --sheets lists them.")] = "3x8",
    start: Annotated[int, typer.Option("--start", metavar="N", help="The first label that is still on the sheet.")] = 1,
    selection: Annotated[str, typer.Option("--select", "--selection", help="Who, as role=debtor,country=NL.")] = "",
    complete: Annotated[bool, typer.Option("--complete", help="Leave out who has no address.")] = False,
    sheets: Annotated[bool, typer.Option("--sheets", help="List the sheets.")] = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Address labels of a selection of relations.

    \b
    hub labels --out labels.pdf
    hub labels --select "role=debtor,country=NL|BE,open=receivable" --sheet 3x7 --start 5 --out labels.pdf
    hub labels --sheets

    Choose by role, country, code, name, open, city, postcode, language, type, purpose and field.NAME.
    """
    from hub.errors import Usage
    from hub.letters.labels import label_sheet, label_sheets, labels_pdf

    with reading(administration, as_json, language) as (connection, administration_id, output):
        if sheets:
            rows = [
                {"sheet": s.name, "label_size": f"{s.width:g} x {s.height:g}", "labels": s.count}
                for s in label_sheets().values()
            ]
            output.rows(rows, _SHEETS)
            return
        if out is None or out.suffix.lower() != ".pdf":
            raise Usage("say where the labels go: --out FILE.pdf")
        if not out.parent.is_dir():
            raise Usage(f"there is no folder {out.parent} to write {out.name} in", say="no_folder", folder=out.parent)
        chosen_sheet = label_sheet(sheet)
        from hub.reports.addresses import addressed
        from hub.reports.audience import relations_chosen

        chosen = relations_chosen(connection, administration_id, selection)
        found = addressed(connection, administration_id, chosen, output.language)
        without = [one.code for one in found if not one.complete]
        wanted = [one.lines for one in found if one.complete or not complete]
        if not wanted:
            output.note("labels_none")
            raise typer.Exit(NOT_FOUND)
        made, pages = labels_pdf(wanted, chosen_sheet, start)
        out.write_bytes(made)
        if as_json:
            output.line(
                {"file": str(out), "labels": len(wanted), "pages": pages, "sheet": sheet, "without_address": without}
            )
            return
        output.say("labels_written", count=len(wanted), pages=pages, sheet=sheet, file=str(out))
        if without:
            codes = ", ".join(without[:_SHOWN_CODES]) + (" …" if len(without) > _SHOWN_CODES else "")
            output.note("labels_without_address", count=len(without), codes=codes)
