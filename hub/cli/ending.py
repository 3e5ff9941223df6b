"""How a person ends what waits: release or refuse what is held; retry, edit or discard what is parked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.messages import MessageId, messages
from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage, Language, Reason
from hub.cli.output import Column
from hub.cli.session import opened, output_of, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from hub.bootstrap import Hub
    from hub.cli.output import Output

__all__ = ["groups", "messages"]

groups = typer.Typer(
    help="Parked messages by cause: list, retry.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)
_GROUPS = (Column("group"), Column("messages", "count"), Column("class"), Column("reason"), Column("oldest"))


@messages.command("release")
def release(
    message: MessageId,
    accept: Annotated[
        list[str] | None,
        typer.Option("--accept", metavar="CODE", help="A finding you accept; may be given several times."),
    ] = None,
    reason: Reason = "",
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Let a held message be decided again, with findings accepted or after you changed something.

    \b
    hub messages release 0199f3 --reason "rates imported"
    hub messages release 0199f3 --accept HUB-DUP-03 --reason "another delivery"
    """

    def act(connection: Connection, hub: Hub, uid: str, actor_id: int) -> None:
        from hub.store.held import release as end
        from hub.store.store import now

        end(connection, hub.ids, uid, tuple(accept or ()), reason, actor_id, now())

    _end(message, administration, as_json, language, actor, act, "message_released")


@messages.command("refuse")
def refuse(
    message: MessageId,
    reason: Reason = "",
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Refuse a held message; its number is free again for a corrected document.

    \b
    hub messages refuse 0199f3 --reason "not ordered"
    """

    def act(connection: Connection, hub: Hub, uid: str, actor_id: int) -> None:
        from hub.store.held import refuse as end
        from hub.store.store import now

        end(connection, hub.ids, uid, reason, actor_id, now())

    _end(message, administration, as_json, language, actor, act, "message_refused")


@messages.command("retry")
def retry(
    message: MessageId, as_json: AsJson = False, language: InLanguage = None, actor: ByActor = ""
) -> None:  # fmt: skip
    """Send a parked message again, exactly once.

    \b
    hub messages retry 0199f3b2-...
    """
    _replay([message], as_json, language, actor)


@messages.command("edit")
def edit(
    message: MessageId,
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="FILE", help="The mended document; without it the bytes go to stdout."),
    ] = None,
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Send a parked message again with other contents, as a new message caused by the old one.

    \b
    hub messages edit ID > broken.xml           take its bytes
    hub messages edit ID --file mended.xml      send it, mended
    """
    import sys

    from hub.errors import NotFound

    if file is not None:
        if not file.is_file():
            raise NotFound(f"there is no file {file}")
        _replay([message], as_json, language, actor, body=file.read_bytes())
        return
    with opened(settings_of(language, actor)) as hub, hub.database.reading() as connection:
        from hub.store.parked import payload

        sys.stdout.buffer.write(payload(connection, message))


@messages.command("discard")
def discard(
    message: MessageId, as_json: AsJson = False, language: InLanguage = None, actor: ByActor = ""
) -> None:  # fmt: skip
    """End a parked message without sending it; it stays on record.

    \b
    hub messages discard 0199f3b2-...
    """
    settings = settings_of(language, actor)
    output = output_of(settings, as_json)
    with opened(settings) as hub:
        from hub.store.parked import discard as end
        from hub.store.store import actor_of, now

        actor_id = actor_of(hub.database, hub.ids, hub.actor, now())
        with hub.database.transaction() as connection:
            end(connection, message, actor_id, now())
    _ended(output, "message_discarded", message)


@groups.command("list")
def list_groups(as_json: AsJson = False, language: InLanguage = None) -> None:
    """Parked messages by cause.

    \b
    hub groups list
    """
    settings = settings_of(language)
    with opened(settings) as hub, hub.database.reading() as connection:
        from hub.store.parked import groups as find

        output_of(settings, as_json).rows(find(connection), _GROUPS, empty="no_groups")


@groups.command("retry")
def retry_group(
    group: Annotated[str, typer.Argument(metavar="GROUP", help="As `hub groups list` names it.")],
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Send every parked message of a group again, each exactly once.

    \b
    hub groups retry 4f1c09aa2b7d
    """
    settings = settings_of(language)
    with opened(settings) as hub, hub.database.reading() as connection:
        from hub.store.parked import in_group

        found = in_group(connection, group)
    _replay(found, as_json, language, actor)


def _end(
    message: str,
    administration: str,
    as_json: bool,
    language: Language | None,
    actor: str,
    act: Callable[[Connection, Hub, str, int], None],
    said: str,
) -> None:
    """End a held message in one commit."""
    settings = settings_of(language, actor, administration)
    with opened(settings) as hub:
        from hub.reports.messages import find_message
        from hub.store.administrations import load_books
        from hub.store.store import actor_of, now

        code = hub.administration_code(administration)
        actor_id = actor_of(hub.database, hub.ids, hub.actor, now())
        hub.ids.reserve(10)
        with hub.database.transaction() as connection:
            uid = find_message(connection, load_books(connection, [code])[code].id, message)
            act(connection, hub, uid, actor_id)
    _ended(output_of(settings, as_json), said, uid)


def _replay(uids: list[str], as_json: bool, language: Language | None, actor: str, body: bytes | None = None) -> None:
    """Each in a commit of its own, so that one that somebody else ended does not stop the others."""
    from hub.errors import Conflict

    settings = settings_of(language, actor)
    output = output_of(settings, as_json)
    lost: list[Conflict] = []
    with opened(settings) as hub:
        from hub.store.parked import replay
        from hub.store.store import actor_of, now
        from hub.workers.identity import new_id

        actor_id = actor_of(hub.database, hub.ids, hub.actor, now())
        for uid in uids:
            hub.ids.reserve(10)
            new_uid = "" if body is None else new_id()
            try:
                with hub.database.transaction() as connection:
                    sent = replay(connection, hub.ids, uid, actor_id, now(), body=body, new_uid=new_uid)
            except Conflict as error:
                lost.append(error)
                continue
            _ended(output, "message_sent", sent)
    if lost:
        raise lost[0]


def _ended(output: Output, key: str, uid: str) -> None:
    if output.as_json:
        output.line({"message_id": uid, "done": key.removeprefix("message_")})
    else:
        output.say(key, id=uid)
