"""Queue commands: documents onto a lane, workers and relay, and everything in one command."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage
from hub.cli.output import Column
from hub.cli.session import opened, output_of, settings_of

if TYPE_CHECKING:
    from hub.bootstrap import Hub
    from hub.intake import Arrival

FATAL, PARTLY = 3, 7
PUBLISH_CHUNK = 50
_COLUMNS = (Column("file"), Column("lane"), Column("message_id"), Column("reason"))
Once = Annotated[bool, typer.Option("--once", help="Stop when there is nothing left to do.")]


def publish(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, folders, zips, or - for stdin.")],
    lane: Annotated[str, typer.Option("--lane", help="The lane they go to.")] = "invoice",
    administration: ForAdministration = "",
    channel: Annotated[str, typer.Option("--channel", metavar="NAME", help="Where it came from.")] = "cli",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Put documents on a lane, for a worker to take in.

    \b
    hub publish invoices/ --lane invoice     store and queue them
    hub relay --once                         move them to the queue
    hub worker --lane invoice --once         book them

    Exit 0: all published; 3: all refused at the door; 7: some.
    """
    from hub.intake import arrivals

    settings = settings_of(language, actor, administration)
    output = output_of(settings, as_json)
    with opened(settings) as hub, output.progress("progress_publish") as advance:
        rows: list[dict[str, Any]] = []
        for row in _published(
            hub, hub.administration_code(administration), arrivals(paths), lane, channel, settings.language
        ):
            advance(1)
            rows.append(row)
            if as_json:
                output.line(row)
    if not as_json and rows:
        output.table(rows, _COLUMNS)
        output.say("publish_next", lane=lane)
    refused = sum(row["message_id"] is None for row in rows)
    raise typer.Exit(0 if not refused else FATAL if refused == len(rows) else PARTLY)


def _published(
    hub: Hub, administration: str, arrivals: Iterator[Arrival], lane: str, channel: str, language: str
) -> Iterator[dict[str, Any]]:
    """A row per arrival, in order; what the door refuses is not published."""
    from itertools import islice

    from hub.steps.recognise import as_finding
    from hub.texts.shown import finding_json
    from hub.workers.publish import Document
    from hub.workers.publish import publish as put

    while chunk := list(islice(arrivals, PUBLISH_CHUNK)):
        documents = [Document(a.body, a.file_name, a.media_type) for a in chunk if a.refusal is None]
        ids = iter(list(put(hub, administration, documents, lane, channel=channel)))
        for arrival in chunk:
            if arrival.refusal is None:
                yield {"file": arrival.name, "message_id": next(ids), "lane": lane, "findings": [], "reason": ""}
                continue
            finding = finding_json(as_finding(arrival.refusal), language)
            yield {
                "file": arrival.name,
                "message_id": None,
                "lane": lane,
                "findings": [finding],
                "reason": finding["message"],
            }


def worker(
    lane: Annotated[
        list[str] | None, typer.Option("--lane", help="A lane to consume; may be given several times.")
    ] = None,
    once: Once = False,
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Consume lanes: take messages to their outcome until stopped.

    \b
    hub worker --lane invoice             until SIGTERM
    hub worker --lane invoice --once      until the lane is empty
    hub worker --lane dispatch.webhook    what goes out through [sink.webhook] of hub.toml
    """
    settings = settings_of(language, actor)
    output = output_of(settings, as_json)
    with opened(settings, log_level=settings.log_level) as hub:
        done = _consume(hub, tuple(lane or ["invoice"]), once)
    if as_json:
        output.line({"settled": done})
    elif once:
        output.say("worker_done", count=done)


def _consume(hub: Hub, lanes: tuple[str, ...], once: bool) -> int:
    """What comes in and what goes out have workers of their own: an answer of others is never waited for by a booking."""
    from hub.errors import Usage
    from hub.transport.lanes import sink_of
    from hub.workers.deliver import deliver
    from hub.workers.intake import work

    sinks = [sink_of(lane) for lane in lanes]
    if not any(sinks):
        return work(hub, lanes, once=once, stop=stop_event())
    if not all(sinks):
        raise Usage("lanes of dispatches (dispatch.NAME) need a worker of their own: start another for the rest")
    return deliver(hub, sinks, once=once, stop=stop_event())


def relay(once: Once = False, as_json: AsJson = False, language: InLanguage = None, actor: ByActor = "") -> None:
    """Move the outbox to the queue: the only one that publishes.

    \b
    hub relay             until SIGTERM
    hub relay --once      until nothing is due
    """
    settings = settings_of(language, actor)
    output = output_of(settings, as_json)
    with opened(settings, log_level=settings.log_level) as hub:
        from hub.workers.relay import relay as move

        sent = move(hub, once=once, stop=stop_event())
    if as_json:
        output.line({"sent": sent})
    elif once:
        output.say("relay_done", count=sent)


def run(language: InLanguage = None, actor: ByActor = "") -> None:
    """Start everything: workers, relay and the ways in, embedded or production, until stopped.

    \b
    hub run
    HUB_BROKER_URL=amqp://... HUB_DATABASE_URL=postgresql://... hub run
    """
    settings = settings_of(language, actor)
    with opened(settings, log_level=settings.log_level) as hub:
        from hub.workers.supervisor import run as supervise

        code = supervise(hub)
    raise typer.Exit(code)


def stop_event() -> threading.Event:
    """Set by the first SIGTERM or SIGINT; a second one ends the process at once."""
    from hub.workers.supervisor import stop_on_signals

    ended = threading.Event()
    if threading.current_thread() is threading.main_thread():
        stop_on_signals(ended)
    return ended
