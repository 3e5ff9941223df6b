"""Channels: the ways in that are set, whether they work, and the two that run: `hub fetch` and `hub serve`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.options import AsJson, ByActor, InLanguage
from hub.cli.output import Column
from hub.cli.queue import Once, stop_event
from hub.cli.session import opened, output_of, settings_of

if TYPE_CHECKING:
    from hub.bootstrap import Hub
    from hub.channels import Channel

NOT_ALL = 1
app = typer.Typer(help="Ways in: list, check.", no_args_is_help=True, rich_markup_mode=None, add_completion=False)
_LIST = (
    Column("channel"), Column("kind"), Column("administration"), Column("lane"), Column("policy"), Column("place"),
)  # fmt: skip
_CHECK = (Column("channel"), Column("ok"), Column("found"), Column("fix"))


@app.callback()
def root() -> None:
    """Channels: the ways in."""


@app.command("list")
def list_all(as_json: AsJson = False, language: InLanguage = None) -> None:
    """The ways in that hub.toml sets.

    \b
    hub channels list
    """
    settings = settings_of(language)
    with opened(settings) as hub:
        rows = [_row(hub, channel) for channel in settings.channels]
    output_of(settings, as_json).rows(rows, _LIST, empty="channels_none")


def _row(hub: Hub, channel: Channel) -> dict[str, Any]:
    from hub.channels import kind_of, references_of
    from hub.errors import Usage
    from hub.store.administrations import load_books
    from hub.workers.receive import Door

    try:
        code = Door(hub, channel).administration()
    except Usage:
        code = channel.administration
    with hub.database.reading() as connection:
        books = load_books(connection, [code]).get(code)
    policy = books.snapshot.channel_policy.get(channel.name, books.snapshot.policy) if books else None
    return {
        "channel": channel.name,
        "kind": kind_of(channel),
        "administration": code or None,
        "lane": channel.lane,
        "policy": policy,
        "agreement_policy": books.snapshot.agreement_policy.get(channel.name, policy) if books else None,
        "place": _place(hub, channel),
        "secrets": list(references_of(channel)),
    }


def _place(hub: Hub, channel: Channel) -> str:
    """Where it is, for people; never with a secret in it."""
    from hub.channels import FolderChannel, HttpChannel, ImapChannel, InboxChannel, SftpChannel

    if isinstance(channel, FolderChannel):
        return f"{channel.path} ({channel.layout})" if channel.layout else str(channel.path)
    if isinstance(channel, HttpChannel):
        how = " ".join(filter(None, (channel.verify, channel.mode, channel.fetch)))
        return f"http://{hub.settings.http_host}:{hub.settings.http}/intake/{channel.name} ({how})"
    if isinstance(channel, InboxChannel):
        return f"[sink.{channel.sink}]"
    if isinstance(channel, SftpChannel):
        return f"sftp://{channel.user}@{channel.host}:{channel.port}/{channel.path}"
    if isinstance(channel, ImapChannel):
        return f"imap://{channel.host}:{channel.port}/{channel.mailbox} ({channel.user})"
    return ""


@app.command("check")
def check(
    names: Annotated[list[str] | None, typer.Argument(metavar="[CHANNEL]...", show_default=False)] = None,
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Try every way in: its secrets, its folder, its far side. Nothing is taken in.

    \b
    hub channels check
    hub channels check mailbox

    Exit 0: all work; 1: one does not; 4: no such channel.
    """
    from hub.errors import NotFound
    from hub.workers.channel_check import checked

    settings = settings_of(language)
    output = output_of(settings, as_json)
    unknown = set(names or ()) - {channel.name for channel in settings.channels}
    if unknown:
        raise NotFound(f"there is no channel {min(unknown)!r} in hub.toml")
    with opened(settings) as hub:
        rows = list(checked(hub, [c for c in settings.channels if not names or c.name in names], connect=True))
    output.rows(rows, _CHECK, empty="channels_none")
    good = all(row["ok"] for row in rows)
    if rows:
        output.say("channels_ok" if good else "channels_not_ok")
    raise typer.Exit(0 if good else NOT_ALL)


def fetch(
    names: Annotated[list[str] | None, typer.Argument(metavar="[CHANNEL]...", show_default=False)] = None,
    once: Once = False,
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Fetch what is new on the channels of hub.toml: watched folders, SFTP servers, mailboxes, access points.

    \b
    hub fetch                    all of them, each every so often, until SIGTERM
    hub fetch mailbox --once     one round of one
    """
    settings = settings_of(language, actor)
    output = output_of(settings, as_json)
    with opened(settings, log_level=settings.log_level) as hub:
        from hub.workers.fetch import fetch as start

        done = start(hub, names or (), once=once, stop=stop_event())
    if as_json:
        output.line({"fetched": done})
    elif once:
        output.say("fetch_done", count=done)


def serve(language: InLanguage = None, actor: ByActor = "") -> None:
    """The HTTP door: POST /intake/CHANNEL, and GET /health. On this machine only, unless http_host says otherwise.

    \b
    hub serve
    HUB_HTTP_PORT=9000 hub serve
    """
    settings = settings_of(language, actor)
    with opened(settings, log_level=settings.log_level) as hub:
        from hub.api.server import serve as start

        start(hub, stop=stop_event())
