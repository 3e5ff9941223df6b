"""`hub dunning preview|letter|print|templates`: what a debtor gets, before it leaves, on paper, and once more years later."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.changing import changing
from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage, _day
from hub.cli.output import Column
from hub.cli.reading import reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.cli.changing import Change
    from hub.cli.output import Output
    from hub.model.reminder import Reminder
    from hub.reports.reminder_letters import LetterRow

NOT_FOUND = 4
KEYS = 50_000  # what letters claim becomes memo claims when they leave
Number = Annotated[int, typer.Argument(metavar="RUN", help="Its number.")]
OutPdf = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the letter there, as PDF.")]
_LISTED = (Column("reference"), Column("relation"), Column("level", "word"), Column("state", "word"), Column("file"))


def preview(
    run: Number,
    relation: Annotated[str, typer.Argument(metavar="RELATION", help="Whose.")],
    out: OutPdf = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """What a debtor gets in a run: its text here, or the letter as PDF. Nothing is sent.

    \b
    hub dunning preview 7 C0007
    hub dunning preview 7 C0007 --out letter.pdf
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.reminder_letters import reminders_in_run

        found = reminders_in_run(connection, administration_id, run, relation=relation)
        if not found:
            output.note("letters_none", number=run)
            raise typer.Exit(NOT_FOUND)
        for position, row in enumerate(found):
            target = out if out is None or not position else out.with_stem(f"{out.stem}-{row.reference}")
            _show(row.reminder, row.state, target, output)


def letter(
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help="As in `hub dunning show`: H-7-12.")],
    out: OutPdf = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """A reminder once more, byte for byte as it was: its text here, or the letter as PDF.

    \b
    hub dunning letter H-7-12 --out H-7-12.pdf
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.store.reminders import reminder_of

        row, reminder = reminder_of(connection, administration_id, reference)
        _show(reminder, row.state, out, output)


def print_run(
    run: Number,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder for the letters; made when it is not there.")],
    posted: Annotated[
        date | None, typer.Option("--posted", parser=_day, metavar="DATE", help="They are put in the post on this day: note that.")
    ] = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:  # fmt: skip
    """The letters of a run that are to be posted: a PDF each, and one of all for the printer.

    \b
    hub dunning print 7 --out letters
    hub dunning print 7 --out letters --posted 2026-11-27

    With --posted they count as sent from that day: terms are counted from it, and what they claim is claimed.
    """
    with changing(
        administration, as_json, language, actor, dry_run=posted is None, ids=KEYS if posted else 10
    ) as change:
        from hub.reports.reminder_letters import reminders_in_run

        waiting = reminders_in_run(change.connection, change.books.id, run, channel="letter", state="staged")
        if not waiting:
            change.output.note("letters_none", number=run)
            raise typer.Exit(NOT_FOUND)
        rows = _written(change, waiting, out, run, "printed" if posted else "staged")
        if posted:
            _posted(change, waiting, posted)
    change.output.rows(rows, _LISTED)
    told = {"number": run, "count": len(rows), "folder": out, "day": posted}
    change.output.say("letters_posted" if posted else "letters_written", **told)


def _written(change: Change, waiting: Sequence[LetterRow], out: Path, run: int, state: str) -> list[dict[str, Any]]:
    from hub.letters.together import together
    from hub.workers.letters_ahead import letters_of

    out.mkdir(parents=True, exist_ok=True)
    pdfs = []
    with change.output.progress("progress_letters", len(waiting)) as advance:
        letters = letters_of(change.connection, change.books.id, {row.key: row.reminder for row in waiting})
        for row, pdf in zip(waiting, letters, strict=True):
            pdfs.append(pdf)
            _keep(out / f"{row.reference}.pdf", pdf)
            advance(1)
    _keep(out / f"run-{run}.pdf", together(pdfs))
    return [
        {"reference": row.reference, "relation": row.reminder.relation, "level": row.reminder.level, "state": state,
         "file": f"{row.reference}.pdf"}
        for row in waiting
    ]  # fmt: skip


def _posted(change: Change, waiting: Sequence[LetterRow], on: date) -> None:
    from hub.store.payments import note
    from hub.store.reminders import mark

    for row in waiting:
        done = mark(
            change.connection,
            change.books.id,
            row.key,
            "printed",
            on=on,
            at=change.at,
            actor_id=change.actor_id,
        )
        if done:
            note(
                change.connection,
                change.ids,
                change.books.id,
                change.actor_id,
                change.at,
                "dunning.printed",
                row.reference,
                str(on),
            )


def _show(reminder: Reminder, state: str, out: Path | None, output: Output) -> None:
    from hub.letters.reminder import reminder_pdf, reminder_text, worded

    subject = worded(reminder)[0]
    if out is not None:
        _keep(out, reminder_pdf(reminder))
    row = {
        "reference": reminder.reference, "relation": reminder.relation, "level": reminder.level, "kind": reminder.kind,
        "state": state, "channel": reminder.channel, "language": reminder.language, "to": reminder.debtor.email or None,
        "subject": subject, "text": reminder_text(reminder), "file": str(out) if out else None,
    }  # fmt: skip
    if output.as_json:
        output.line(row)
    elif out is not None:
        output.say("letter_written", reference=reminder.reference, file=out)
    else:
        output.say("letter_shown", reference=reminder.reference, subject=subject, text=row["text"])


def _keep(out: Path, body: bytes) -> None:
    """Whole or not at all."""
    from hub.errors import Usage

    if not out.parent.is_dir():
        raise Usage(f"there is no folder {out.parent} to write {out.name} in", say="no_folder", folder=out.parent)
    being_written = out.with_name(f".{out.name}.tmp")
    being_written.write_bytes(body)
    being_written.replace(out)
