"""`hub peppol`: take over what an access point hands us."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.options import AsJson, ByActor, InLanguage
from hub.cli.output import Column, Output
from hub.cli.session import opened, output_of, settings_of

if TYPE_CHECKING:
    from hub.model.hand_over import Receipt

app = typer.Typer(
    help="Access points: take over what they hand us.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)
FATAL, PARTLY = 3, 7
_LIST = (Column("file"), Column("administration"), Column("message_id"), Column("reason"))
Channel = Annotated[str, typer.Option("--channel", metavar="NAME", help="Where it comes from, as messages say.")]


@app.callback()
def root() -> None:
    """Access points."""


@app.command("take")
def take(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", exists=True, file_okay=False, help="Where they are laid.")
    ],
    product: Annotated[str, typer.Option("--product", metavar="NAME", help="oxalis or phoss-ap.")],
    channel: Channel = "peppol",
    watch: Annotated[bool, typer.Option("--watch", help="Go on until stopped.")] = False,
    every: Annotated[float, typer.Option("--every", metavar="SECONDS", help="How often to look.")] = 2.0,
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Store and queue what an access point laid in a folder. Afterwards it is in done/, or in failed/ with the reason beside it.

    \b
    hub peppol take /var/oxalis/inbound --product oxalis --watch

    Exit 0: all taken; 3: none; 7: some were not.
    """
    settings = settings_of(language, actor)
    output = output_of(settings, as_json)
    with opened(settings, log_level=settings.log_level) as hub:
        from hub.bootstrap import load_hand_over
        from hub.workers.hand_over import take_folder

        way, ended = load_hand_over(product), _stop()
        while True:
            code = _report(take_folder(hub, way, folder, channel=channel), output, quiet=watch)
            if not watch or ended.wait(every):
                break
    raise typer.Exit(0 if watch else code)


@app.command("fetch")
def fetch(
    sink: Annotated[str, typer.Argument(metavar="NAME", help="A [sink.NAME] of hub.toml with kind recommand.")],
    channel: Channel = "peppol",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Fetch, store and queue what waits at an access point. To be run now and then: its hints may get lost.

    \b
    hub peppol fetch recommand
    """
    settings = settings_of(language, actor)
    output = output_of(settings, as_json)
    with opened(settings, log_level=settings.log_level) as hub:
        from hub.workers.hand_over import take_inbox

        code = _report(take_inbox(hub, hub.inbox(sink), channel=channel), output)
    raise typer.Exit(code)


def _report(taken: Iterator[tuple[str, Receipt]], output: Output, *, quiet: bool = False) -> int:
    """A row for each, as soon as it is done under `--json`; the exit code."""
    rows: list[dict[str, Any]] = []
    for name, receipt in taken:
        row = {
            "file": name, "administration": receipt.administration or None, "message_id": receipt.message_id or None,
            "reason": receipt.refusal,
        }  # fmt: skip
        rows.append(row)
        if output.as_json:
            output.line(row)
    if rows and not output.as_json:
        output.table(rows, _LIST)
    elif not rows and not quiet:
        output.note("no_hand_over")
    refused = sum(row["message_id"] is None for row in rows)
    return 0 if not refused else FATAL if refused == len(rows) else PARTLY


def _stop() -> threading.Event:
    from hub.workers.supervisor import stop_on_signals

    ended = threading.Event()
    if threading.current_thread() is threading.main_thread():
        stop_on_signals(ended)
    return ended
