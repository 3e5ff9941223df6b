"""Commands that change relations: in one transaction, and when what was given has faults each is shown as a finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from hub.cli.changing import Change, changing
from hub.cli.session import output_of, settings_of
from hub.errors import Refused

if TYPE_CHECKING:
    from hub.cli.options import Language
    from hub.cli.output import Output
    from hub.model.finding import Finding
    from hub.store.relation_changes import Changing

FATAL = 3


@contextmanager
def changing_relations(
    administration: str, as_json: bool, language: Language | None, actor: str, *, dry_run: bool = False, ids: int = 200
) -> Iterator[tuple[Change, Changing]]:
    """As `changing`, with the change that store functions of relations take. Exit code 3 when it was `Refused`."""
    try:
        with changing(administration, as_json, language, actor, dry_run=dry_run, ids=ids) as change:
            from hub.store.relation_changes import Changing

            yield change, Changing(change.connection, change.ids, change.books.id, change.actor_id, change.at)
    except Refused as refused:
        show_findings(output_of(settings_of(language, actor, administration), as_json), refused.findings)
        raise typer.Exit(FATAL) from None


def show_findings(output: Output, findings: Iterable[Finding]) -> None:
    """A JSON line with all of them, or a sentence each on stderr."""
    from hub.texts.shown import finding_json

    shown = [finding_json(finding, output.language) for finding in findings]
    if output.as_json:
        output.line({"findings": shown})
        return
    for finding in shown:
        output.note("finding_line", code=finding["code"], message=finding["message"])


def tell(done: Change, row: dict[str, Any], sentence: str, **values: object) -> None:
    """A JSON line, or a sentence."""
    if done.output.as_json:
        done.output.line(row)
    done.output.say(sentence, **values)


def refuse(findings: Iterable[Finding]) -> None:
    """Raises `Refused` when there is any."""
    found = tuple(findings)
    if found:
        raise Refused(found)
