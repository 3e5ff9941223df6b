"""`hub mandates`: debtors who agreed to direct debit."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from hub.cli.changing import changing
from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage, Reason, _day
from hub.cli.output import Column
from hub.cli.reading import reading

app = typer.Typer(
    help="Mandates of direct debit: add, list, revoke.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)
_LIST = (Column("mandate"), Column("relation"), Column("relation_name"), Column("kind"), Column("signed_on", "date"), Column("iban"),
         Column("sequence"), Column("active"))  # fmt: skip
Reference = Annotated[str, typer.Argument(metavar="MANDATE", help="Its reference, as it was signed.")]


class Scheme(StrEnum):
    """The two SEPA schemes."""

    core = "CORE"
    business = "B2B"


@app.command("add")
def add(
    relation: Annotated[str, typer.Argument(metavar="RELATION", help="The debtor's code.")],
    reference: Reference,
    signed_on: Annotated[date, typer.Option("--signed", parser=_day, metavar="DATE", help="When it was signed.")],
    iban: Annotated[str, typer.Option("--iban", help="The debtor's account.")],
    kind: Annotated[Scheme, typer.Option("--kind", help="CORE for everybody, B2B between companies.")] = Scheme.core,
    name: Annotated[str, typer.Option("--name", help="Of the account's holder; else the relation's.")] = "",
    once: Annotated[bool, typer.Option("--once", help="For a single collection.")] = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Record a signed mandate.

    \b
    hub mandates add C0019 M-2026-0001 --signed 2026-10-01 --iban NL91ABNA0417164300
    """
    from stdnum import iban as ibans

    if not ibans.is_valid(iban):
        raise typer.BadParameter(f"{iban!r} is no valid IBAN", param_hint="--iban")
    with changing(administration, as_json, language, actor) as change:
        from hub.store.mandates import add_mandate

        args = (change.connection, change.ids, change.books, relation, reference, kind.value, signed_on, iban, name)
        add_mandate(*args, change.actor_id, change.at, once=once)
        if as_json:
            change.output.line({"mandate": reference, "relation": relation, "kind": kind.value, "iban": iban})
        else:
            change.output.say("mandate_added", mandate=reference, relation=relation)


@app.command("list")
def list_all(
    administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None
) -> None:  # fmt: skip
    """Every mandate, and what its next collection would be.

    \b
    hub mandates list
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.store.mandates import list_mandates

        output.rows(list_mandates(connection, administration_id), _LIST, empty="no_mandates")


@app.command("revoke")
def revoke(
    reference: Reference, reason: Reason = "", administration: ForAdministration = "", as_json: AsJson = False,
    language: InLanguage = None, actor: ByActor = "",
) -> None:  # fmt: skip
    """Collect nothing with it any more.

    \b
    hub mandates revoke M-2026-0001 --reason opgezegd
    """
    with changing(administration, as_json, language, actor) as change:
        from hub.store.mandates import revoke_mandate

        revoke_mandate(change.connection, change.ids, change.books, reference, reason, change.actor_id, change.at)
        if as_json:
            change.output.line({"mandate": reference, "active": False})
        else:
            change.output.say("mandate_revoked", mandate=reference)
