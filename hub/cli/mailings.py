"""`hub mailings`: write to a selection of relations; look first, test on yourself, send, and respect who wants none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli import mailing_lists
from hub.cli.changing import changing
from hub.cli.mailing_lists import MAILS, Mailing, OfRelation
from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage
from hub.cli.reading import reading
from hub.cli.refusing import show_findings
from hub.cli.session import opened, output_of, settings_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hub.reports.mailing_list import Recipient
    from hub.settings import Settings

FATAL, NOT_FOUND, PARTLY = 3, 4, 7
app = typer.Typer(help="Mailings to a selection.", no_args_is_help=True, rich_markup_mode=None, add_completion=False)


@app.command("new")
def new(
    subject: Annotated[str, typer.Option("--subject", help="The subject; may hold merge fields.")],
    template: Annotated[Path, typer.Option("--template", exists=True, dir_okay=False, help="The text, or HTML.")],
    select: Annotated[str, typer.Option("--select", help="Who, as role=debtor,country=NL.")] = "",
    html: Annotated[
        Path | None, typer.Option("--html", exists=True, dir_okay=False, help="HTML beside the text.")
    ] = None,
    contacts: Annotated[
        bool, typer.Option("--contacts", help="Every contact person, not one mail per relation.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show who would get it, and record nothing.")] = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Record a mailing and who gets it; nothing is sent yet.

    \b
    hub mailings new --subject "Vakantiesluiting" --template letter.txt --select "role=debtor,country=NL|BE"

    Merge fields: {{name}} {{contact}} {{code}} {{city}} {{country}} {{email}} {{administration}}.
    Choose by role, country, code, name, open, city, postcode, language, type, purpose and field.NAME.
    """
    from hub.letters.mail import check_template, template_of

    written = template_of(subject, _text_of(template), _text_of(html) if html else "")
    if faults := check_template(written):
        show_findings(output_of(settings_of(language, actor, administration), as_json), faults)
        raise typer.Exit(FATAL)
    with changing(administration, as_json, language, actor, dry_run=dry_run, ids=5) as change:
        from hub.reports.mailing_list import recipients
        from hub.store.mailings import create_mailing

        output, books = change.output, change.books
        people = recipients(change.connection, books.id, select, contacts=contacts, language=output.language)
        if not any(not one.skipped for one in people):
            output.note("mailing_empty")
            raise typer.Exit(NOT_FOUND)
        if dry_run:
            output.rows([_shown(one) for one in people], MAILS)
            return
        kept = {
            "subject": written.subject,
            "text": written.text,
            "html": written.html,
            "selection": select,
            "language": output.language,
        }
        rows = [(one.relation_id, one.email, one.fields, one.skipped) for one in people]
        mailing_id = create_mailing(
            change.connection,
            change.ids,
            books.id,
            kept,
            rows,
            _domain(change.hub.settings),
            change.actor_id,
            change.at,
        )
        skipped = sum(bool(one.skipped) for one in people)
        if as_json:
            output.line({"mailing": mailing_id, "queued": len(people) - skipped, "skipped": skipped})
        output.say("mailing_made", id=mailing_id, queued=len(people) - skipped, skipped=skipped)


def _text_of(path: Path) -> str:
    from hub.errors import Usage

    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Usage(f"{path.name} is not UTF-8 text (byte {error.start}): save it as UTF-8") from error


def _shown(one: Recipient) -> dict[str, Any]:
    return {"relation": one.code, "name": one.fields["name"], "email": one.email or None,
            "state": "skipped" if one.skipped else "queued", "reason": one.skipped or None}  # fmt: skip


def _domain(settings: Settings) -> str:
    from hub.model.mail_address import sender_of

    return sender_of(settings.smtp_sender)[1].partition("@")[2] or "boekhub.invalid"


@app.command("preview")
def preview(
    mailing: Mailing,
    relation: OfRelation = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.eml", help="Keep the whole mail.")] = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """The mail as one recipient will get it: the first, or the one you name.

    \b
    hub mailings preview 1042 --relation C0007
    """
    settings = settings_of(language, "", administration)
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.letters.mail import filled

        written, one = _example(connection, administration_id, mailing, relation)
        fields = json.loads(one.fields)
        if out is not None:
            out.write_bytes(_bytes(written, fields, settings, one.email, one.message_id))
        shown = {"to": one.email, "subject": filled(written.subject, fields), "text": filled(written.text, fields)}
        if as_json:
            output.line({"mailing": mailing, **shown})
            return
        for line in (f"{shown['to']}: {shown['subject']}", "", shown["text"]):
            output.say("note", text=line)


def _example(connection: Connection, administration_id: int, mailing: int, relation: str) -> tuple[Any, Any]:
    """The mailing, and the row of one recipient. Raises `NotFound`."""
    from sqlalchemy import and_, select

    from hub.errors import NotFound
    from hub.store import tables as t
    from hub.store.mailings import get_mailing

    written = get_mailing(connection, administration_id, mailing)
    m, r = t.mailing_recipient, t.relation
    query = select(m).join(r, and_(r.c.administration_id == m.c.administration_id, r.c.id == m.c.relation_id))
    query = query.where(m.c.administration_id == administration_id, m.c.mailing_id == mailing, m.c.email != "")
    if relation:
        query = query.where(r.c.code == relation)
    row = connection.execute(query.order_by(m.c.position).limit(1)).first()
    if row is None:
        raise NotFound(f"mailing {mailing} has no mail for {relation or 'anybody'}")
    return written, row


def _bytes(written: Any, fields: dict[str, str], settings: Settings, to: str, message_id: str) -> bytes:
    from hub.store.store import now
    from hub.workers.mailer import mail_bytes

    return mail_bytes(
        written, fields, settings.smtp_sender or "Boekhub <nobody@boekhub.invalid>", to, message_id, now()
    )


@app.command("test")
def send_one(
    mailing: Mailing,
    to: Annotated[str, typer.Option("--to", metavar="ADDRESS", help="Your own address.")],
    relation: OfRelation = "",
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Send one mail to yourself, filled in for one recipient; no state changes.

    \b
    hub mailings test 1042 --to me@example.nl
    """
    settings = settings_of(language, "", administration)
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from dataclasses import replace
        from email.utils import make_msgid

        from hub.errors import Usage
        from hub.model.mail_address import is_address, sender_of
        from hub.workers.mailer import mail_server, require_server

        require_server(settings)
        if not is_address(to):
            raise Usage(f"{to!r} is no mail address")
        written, one = _example(connection, administration_id, mailing, relation)
        fields = json.loads(one.fields)
        tried = replace(written, subject=f"[TEST] {written.subject}")
        with mail_server(settings) as server:
            server.sendmail(
                sender_of(settings.smtp_sender)[1],
                [to],
                _bytes(tried, fields, settings, to, make_msgid(domain=_domain(settings))),
            )
        if as_json:
            output.line({"mailing": mailing, "to": to, "as": fields["code"]})
        output.say("mailing_tested", to=to, code=fields["code"])


@app.command("send")
def send(
    mailing: Mailing,
    doubtful: Annotated[
        bool, typer.Option("--doubtful", help="Send again what was cut off; not while another `send` runs.")
    ] = False,
    at_most: Annotated[int, typer.Option("--at-most", min=0, help="Stop after so many mails; 0 = all.")] = 0,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Send every mail that waits. Stopped or killed, run it again: nobody gets it twice.

    \b
    hub mailings send 1042

    Exit 0: all sent; 6: the mail server does not answer; 7: some failed, or are in doubt.
    """
    settings = settings_of(language, actor, administration)
    output = output_of(settings, as_json)
    with opened(settings) as hub:
        from hub.store.administrations import load_books
        from hub.store.mailings import counts, note
        from hub.store.store import actor_of, now
        from hub.workers.mailer import require_server, send_mailing

        require_server(settings)
        code = hub.administration_code(administration)
        actor_id = actor_of(hub.database, hub.ids, hub.actor, now())
        hub.ids.reserve(5)
        with hub.database.transaction() as connection:
            books_id = load_books(connection, [code])[code].id
            waiting = counts(connection, books_id, mailing)
            note(
                connection,
                hub.ids,
                books_id,
                "mailing.sent",
                str(mailing),
                {"queued": waiting["queued"]},
                actor_id,
                now(),
            )
        with output.progress("progress_mailing", waiting["queued"]) as advance:
            found = send_mailing(
                hub.database, settings, books_id, mailing, now, doubtful=doubtful, at_most=at_most, progress=advance
            )
    if as_json:
        output.line({"mailing": mailing, **found})
    output.say("mailing_sent", id=mailing, **found)
    if found["sending"] and not as_json:
        output.note("mailing_doubt", id=mailing, sending=found["sending"])
    raise typer.Exit(PARTLY if found["failed"] or found["sending"] else 0)


app.command("list")(mailing_lists.list_all)
app.command("show")(mailing_lists.show)
app.command("opt-out")(mailing_lists.opt_out)
app.command("opt-in")(mailing_lists.opt_in)
app.command("opt-outs")(mailing_lists.opt_outs)
