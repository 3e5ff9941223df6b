"""Mailings as they stand: lists of them and of their mails, and who wants none."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from hub.cli.changing import changing
from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage, Reason
from hub.cli.output import Column
from hub.cli.reading import reading

_LIST = (
    Column("mailing"), Column("at"), Column("subject"), Column("selection"), Column("queued", "count"), Column("sent", "count"),
    Column("failed", "count"), Column("sending", "count"), Column("skipped", "count"),
)  # fmt: skip
MAILS = (Column("relation"), Column("name"), Column("email"), Column("state", "word"), Column("reason", "word"))
_OPT_OUTS = (Column("relation"), Column("email"), Column("since"), Column("reason"))
Mailing = Annotated[int, typer.Argument(metavar="MAILING", help="Its number, as `hub mailings list` shows it.")]
OfRelation = Annotated[str, typer.Option("--relation", metavar="CODE", help="Which relation.")]
OfEmail = Annotated[str, typer.Option("--email", metavar="ADDRESS", help="Which address; with --relation only there.")]


def list_all(administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None) -> None:
    """Mailings, the latest first, with what became of their mails."""
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.mailings import list_mailings

        output.rows(list_mailings(connection, administration_id), _LIST, empty="no_mailings")


def show(
    mailing: Mailing,
    state: Annotated[str, typer.Option("--state", help="queued, sending, sent, failed or skipped.")] = "",
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Every mail of a mailing with its state.

    \b
    hub mailings show 1042 --state failed
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.mailings import list_recipients

        output.rows(list_recipients(connection, administration_id, mailing, state), MAILS)


def opt_out(
    relation: OfRelation = "",
    email: OfEmail = "",
    reason: Reason = "",
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """No more mailings: to a relation, to one address of it, or to an address whoever has it.

    \b
    hub mailings opt-out --relation C0007 --reason "by telephone"
    hub mailings opt-out --email j.jansen@example.nl
    """
    _choose("opted_out", relation, email, reason, administration, as_json, language, actor)


def opt_in(
    relation: OfRelation = "",
    email: OfEmail = "",
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Mailings again, for who opted out.

    \b
    hub mailings opt-in --relation C0007
    """
    _choose("opted_in", relation, email, "", administration, as_json, language, actor)


def _choose(
    said: str, relation: str, email: str, reason: str, administration: str, as_json: bool, language: Any, actor: str
) -> None:
    from hub.errors import Usage

    if not relation and not email:
        raise Usage("name who: --relation CODE, --email ADDRESS, or both")
    with changing(administration, as_json, language, actor, ids=5) as change:
        from hub.reports.open_items import relation_id_of
        from hub.store import mailings

        whose = relation_id_of(change.connection, change.books.id, relation) if relation else None
        common = (change.connection, change.ids, change.books.id, whose, email)
        if said == "opted_out":
            done = mailings.opt_out(*common, reason, change.actor_id, change.at)
        else:
            done = mailings.opt_in(*common, change.actor_id, change.at)
        who = " ".join(filter(None, (relation, email)))
        if as_json:
            change.output.line({"relation": relation or None, "email": email or None, "changed": done})
        change.output.say("opted_out" if said == "opted_out" else "opted_in", who=who)


def opt_outs(administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None) -> None:
    """Who gets no mailings."""
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.mailings import list_opt_outs

        output.rows(list_opt_outs(connection, administration_id), _OPT_OUTS, empty="no_opt_outs")
