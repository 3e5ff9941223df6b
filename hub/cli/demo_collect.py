"""`hub demo --collect`: one invoice from its due date to a closed case, each step in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from hub.bootstrap import Hub
    from hub.cli.output import Output

STEPS = 8
LETTERS = "demo-letters"


def play_collect(hub: Hub, output: Output) -> bool:
    """Set up the company of the demo, play what was not played yet, and tell the whole story; whether the books hold."""
    from hub.cli.rulebook import rulebook_of
    from hub.cli.setup import save_from_file
    from hub.demo.run_collect import CODE, Play, play, put_mappings
    from hub.store import schema
    from hub.store.administrations import load_books
    from hub.store.store import actor_of, now

    schema.upgrade(hub.database)
    save_from_file(hub, None, CODE)
    put_mappings(hub)
    with hub.database.reading() as connection:
        books = load_books(connection, [CODE])[CODE]
    actor_id = actor_of(hub.database, hub.ids, hub.actor, now())
    letters = hub.settings.home / LETTERS
    it = Play(hub, books, actor_id, rulebook_of(hub.settings, books.snapshot), letters)
    output.say("collect_begins", code=CODE)
    with output.progress("progress_demo", STEPS) as done:
        play(it, done)
    return _told(hub, books.id, CODE, letters, output)


def _told(hub: Hub, administration_id: int, code: str, letters: Path, output: Output) -> bool:
    from dataclasses import asdict

    from hub.demo.collect_story import story
    from hub.reports.verify import verify

    with hub.database.reading() as connection:
        happened = list(story(connection, administration_id))
    for one in happened:
        text = output.text(
            f"collect_{one.what}", **{**one.words, "file": letters / f"{one.words.get('reference', '')}.pdf"}
        )
        if output.as_json:
            output.line({"day": str(one.day), "step": one.what, "text": text})
        else:
            output.say("collect_line", day=one.day, text=text)
    checks = list(verify(hub.database, hub.sources, [code]))
    if output.as_json:
        for check in checks:
            output.line(asdict(check))
    output.say("demo_verify", ok=sum(c.ok for c in checks), all=len(checks), checked=sum(c.checked for c in checks))
    for check in checks:
        for failure in check.failures:
            output.say("verify_failure", check=check.check, failure=failure)
    output.say("collect_next", code=code, folder=letters)
    return all(check.ok for check in checks)
