"""`hub fields`: an administration's own fields on the relation card."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage
from hub.cli.output import Column
from hub.cli.reading import reading
from hub.cli.refusing import changing_relations

app = typer.Typer(
    help="Own fields on the relation card: list, add, end.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)
_LIST = (
    Column("field"), Column("label"), Column("kind"), Column("length", "count"), Column("choices"), Column("filled", "count"),
)  # fmt: skip


class Kind(StrEnum):
    """Kinds of field."""

    text = "text"
    number = "number"
    date = "date"
    yes_no = "yes_no"
    choice = "choice"


@app.command("list")
def list_all(administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None) -> None:
    """Fields of your own, and how many relations have them filled.

    \b
    hub fields list
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.store.free_fields import count_values, list_fields

        filled = count_values(connection, administration_id)
        rows = [
            {
                "field": field.name, "label": field.label, "kind": field.kind, "length": field.length,
                "choices": list(field.choices), "filled": filled.get(field.name, 0),
            }
            for field in list_fields(connection, administration_id)
        ]  # fmt: skip
        output.rows(rows, _LIST, empty="no_fields")


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Short, as klant_sinds.")],
    label: Annotated[str, typer.Option("--label", help="What people read; else the name.")] = "",
    kind: Annotated[Kind, typer.Option("--kind", help="What it holds.")] = Kind.text,
    length: Annotated[int, typer.Option("--length", help="At most so many characters.")] = 100,
    choice: Annotated[
        list[str] | None, typer.Option("--choice", help="A value to choose; give each.", show_default=False)
    ] = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Make a field of your own.

    \b
    hub fields add rayon --label Rayon --kind choice --choice Noord --choice Zuid
    hub fields add klant_sinds --kind date
    """
    with changing_relations(administration, as_json, language, actor) as (done, relations):
        from hub.model.relation_card import FreeField
        from hub.store.free_fields import add_field

        made = add_field(relations, FreeField(name, label or name, kind.value, length, tuple(choice or ())))
        if as_json:
            done.output.line({"field": name, "id": made})
        done.output.say("field_added", name=name)


@app.command("end")
def end(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The field.")],
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Show and fill a field no longer; its values are kept, and come back when it is added again.

    \b
    hub fields end rayon
    """
    with changing_relations(administration, as_json, language, actor) as (done, relations):
        from hub.store.free_fields import end_field

        end_field(relations, name)
        if as_json:
            done.output.line({"field": name, "ended": True})
        done.output.say("field_ended", name=name)
