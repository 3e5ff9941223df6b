"""`hub relations`: who we know, what is agreed with them, and how far their credit goes."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli import relation_card, relation_credit, relation_decisions, relation_settings
from hub.cli.options import AsJson, ForAdministration, InLanguage
from hub.cli.output import Column
from hub.cli.reading import reading, reading_books

if TYPE_CHECKING:
    from hub.cli.output import Output

app = typer.Typer(
    help="Relations: their card, agreements, contacts, notes and credit; merge doubles.",
    no_args_is_help=True, rich_markup_mode=None, add_completion=False,
)  # fmt: skip
_LIST = (
    Column("code"), Column("name"), Column("country"), Column("roles", "word"), Column("credit_limit", "money"),
    Column("exposure", "money"), Column("on_hold"), Column("key"),
)  # fmt: skip
_ADDRESSES = (
    Column("id"), Column("kind", "word"), Column("line_1"), Column("postcode"), Column("city"), Column("country"),
)  # fmt: skip
_CONTACTS = (
    Column("id"), Column("kind", "word"), Column("name"), Column("role"), Column("email"), Column("telephone"),
    Column("purposes", "word"),
)  # fmt: skip
_REASONS = (
    Column("id"), Column("effect", "word"), Column("cause", "word"), Column("amount", "money"), Column("reference"), Column("why"),
    Column("since", "instant"),
)  # fmt: skip
_NOTES = (Column("at", "instant"), Column("author"), Column("contact"), Column("text"))
_ANSWERS = (
    Column("vat_id"),
    Column("on", "date"),
    Column("answer", "word"),
    Column("source"),
    Column("reference"),
    Column("by"),
)
_LOG = (Column("at", "instant"), Column("actor"), Column("relation"), Column("what", "word"), Column("details"))
_DOUBLES = (Column("code"), Column("name"), Column("other"), Column("other_name"), Column("why"))
Code = Annotated[str, typer.Argument(metavar="CODE", help="The relation's code, as C0007.")]


class WhichRole(StrEnum):
    """Roles of a relation."""

    debtor = "debtor"
    creditor = "creditor"
    prospect = "prospect"


@app.command("list")
def list_all(
    search: Annotated[str, typer.Option("--search", help="Part of a name or number.")] = "",
    role: Annotated[WhichRole | None, typer.Option("--role", help="Only these.", show_default=False)] = None,
    on_hold: Annotated[bool, typer.Option("--on-hold", help="Only debtors on hold.")] = False,
    over_limit: Annotated[bool, typer.Option("--over-limit", help="Only debtors over their limit.")] = False,
    merged: Annotated[bool, typer.Option("--merged", help="Also those that were merged into another.")] = False,
    limit: Annotated[int, typer.Option("--limit", help="At most so many.")] = 1000,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Relations, by code.

    \b
    hub relations list --search papierhuis
    hub relations list --role debtor --over-limit
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.relations import list_relations

        rows = list_relations(
            connection, administration_id, search, limit, role=role.value if role else "", on_hold=on_hold,
            over_limit=over_limit, merged=merged,
        )  # fmt: skip
        output.rows(rows, _LIST, empty="no_relations")


@app.command("show")
def show(
    code: Code, administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None
) -> None:  # fmt: skip
    """The whole card: numbers, agreements, addresses, contacts, credit and notes.

    \b
    hub relations show C0007
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.relations import rows_of, show_relation

        card = show_relation(connection, administration_id, code)
        if as_json:
            output.line(card)
            return
        shown = [row for row in rows_of(card) if row["value"] not in ("", None, False, [], {})]
        money = ("credit_limit", "owed", "ordered", "room")
        for row in shown:
            row["value"] = _said(output, row["value"], "money" if row["field"] in money else "word")
        output.table(shown, (Column("field", "word"), Column("value")))
        parts = (("addresses", _ADDRESSES), ("contacts", _CONTACTS), ("vat_answers", _ANSWERS), ("notes", _NOTES))
        for name, columns in (("reasons", _REASONS), *parts):
            rows = card["credit"]["reasons"] if name == "reasons" else card[name]
            if rows:
                output.table(rows, columns, title="\n" + output.text(f"title_{name}"))


@app.command("log")
def log(
    code: Code, administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None
) -> None:  # fmt: skip
    """Who changed what of a relation, and when.

    \b
    hub relations log C0007
    """
    with reading_books(administration, as_json, language) as (connection, books, output):
        from hub.reports.relation_changes import relation_log

        rows, currency = relation_log(connection, books.id, code), books.snapshot.currency
        people = ({**row, "details": _changes(output, row["details"], currency)} for row in rows)
        output.rows(rows if as_json else people, _LOG)


def _said(output: Output, value: Any, form: str = "word") -> str:
    """A value as people read it: words and amounts in their language, a list with commas."""
    return output.cell(value, form)


def _changes(output: Output, details: dict[str, Any], currency: str) -> str:
    """`betalingsconditie verkoop: 30 → 14; ...`: every field with what it was, where that is known."""
    from hub.model.money import from_minor

    before = details.get("before", {})
    parts = []
    for name, value in details.items():
        if name in ("before", "id") or (value in ("", None, [], {}) and name not in before):
            continue
        if name == "amount":  # limits are kept in minor units, orders as they were written
            value = output.cell(from_minor(value, currency) if isinstance(value, int) else value, "money")
        old = f"{_said(output, before[name]) or '-'} → " if name in before else ""
        parts.append(f"{_said(output, name)}: {old}{_said(output, value) or '-'}")
    return "; ".join(parts)


@app.command("doubles")
def doubles(administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None) -> None:
    """Relations that may be one and the same, with what they share; nothing is merged.

    \b
    hub relations doubles
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.relation_doubles import doubles as find

        found = find(connection, administration_id)
        if as_json:
            output.rows(found, _DOUBLES)
            return
        shown = [{**pair, "why": [f"{s['what']} {s['value']}" for s in pair["shares"]]} for pair in found]
        output.rows(shown, _DOUBLES, empty="no_doubles")


for _part in (relation_settings, relation_card, relation_credit, relation_decisions):
    for _name, _command in _part.COMMANDS.items():
        app.command(_name)(_command)
