"""`hub dunning run|list|show|exclude|freeze|send|cancel|history`: a run from concept to sent."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.changing import changing
from hub.cli.dunning_shown import RUNS, say_rested, say_sent, show_reminders
from hub.cli.options import AsJson, AsOf, ByActor, ForAdministration, InLanguage, Reason
from hub.cli.reading import reading, reading_books
from hub.cli.refusing import tell
from hub.cli.rulebook import rulebook_of
from hub.cli.session import opened, output_of, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hub.bootstrap import Hub
    from hub.cli.options import Language
    from hub.cli.output import Output
    from hub.credit.account import Rulebook
    from hub.store.administrations import Books
    from hub.store.dunning_runs import Prepared
    from hub.store.staging import Staged

Number = Annotated[int, typer.Argument(metavar="RUN", help="Its number.")]


class Session:
    """The hub with one administration, its rules, and who acts."""

    def __init__(self, hub: Hub, books: Books, book: Rulebook, actor_id: int, output: Output) -> None:
        self.hub, self.books, self.book, self.actor_id, self.output = hub, books, book, actor_id, output

    def record(self, made: Prepared) -> int:
        """A concept; its number."""
        from hub.store.dunning_runs import KEYS, record_run
        from hub.store.store import now

        self.hub.ids.reserve(len(made.drafts) + KEYS)
        with self.hub.database.transaction() as connection:
            return record_run(connection, self.hub.ids, self.books.id, made, self.actor_id, now())

    def freeze(self, number: int) -> int:
        """How many communications were frozen."""
        from hub.store.dunning_runs import KEYS, freeze
        from hub.store.store import now

        self.hub.ids.reserve(KEYS)
        with self.hub.database.transaction() as connection:
            return freeze(connection, self.hub.ids, self.books.id, number, self.actor_id, now())

    def send(self, number: int, total: int | None = None) -> Staged:
        """Stage a frozen run, with a bar."""
        from hub.store.store import now
        from hub.workers.reminding import send_run

        with self.output.progress("dunning_sending", total) as done:
            return send_run(self.hub, self.books.id, number, self.book, date.today(), self.actor_id, now(), done)


@contextmanager
def dunning_session(
    administration: str, as_json: bool, language: Language | None, actor: str
) -> Iterator[Session]:  # fmt: skip
    """Outside any transaction: preparing and sending make their own."""
    settings = settings_of(language, actor, administration)
    with opened(settings) as hub:
        from hub.store.administrations import load_books
        from hub.store.store import actor_of, now

        code = hub.administration_code(administration)
        with hub.database.reading() as connection:
            books = load_books(connection, [code])[code]
        actor_id = actor_of(hub.database, hub.ids, hub.actor, now())
        yield Session(hub, books, rulebook_of(settings, books.snapshot), actor_id, output_of(settings, as_json))


def run(
    as_of: AsOf = None,
    relation: Annotated[str, typer.Option("--relation", metavar="CODE", help="Only this debtor.")] = "",
    level: Annotated[str, typer.Option("--level", metavar="LEVEL", help="Only communications of this level.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what it would be, record nothing.")] = False,
    send_now: Annotated[
        bool, typer.Option("--send", help="Send at once what by its policy needs no person; the rest is a concept.")
    ] = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Make a concept of what is to be written today: one communication per debtor, with all that is open.

    \b
    hub dunning run --dry-run
    hub dunning run
    hub dunning show 1
    hub dunning exclude 1 C0007 --reason "belt morgen"
    hub dunning freeze 1
    hub dunning send 1
    """
    with dunning_session(administration, as_json, language, actor) as session:
        made = _prepared(session, as_of or date.today(), relation, level)
        if dry_run:
            _show_prepared(session.output, made, None)
        elif send_now:
            _run_and_send(session, made)
        else:
            _show_prepared(session.output, made, session.record(made) if made.drafts else None)


def _prepared(session: Session, as_of: date, relation: str, level: str) -> Prepared:
    from hub.errors import NotFound
    from hub.model.finding import asked
    from hub.store.dunning_runs import prepare

    levels = sorted({one.code for policy in session.book.rules.policies.values() for one in policy.levels})
    if level and level not in levels:
        raise NotFound(asked("HUB-DUN-21", level, ", ".join(levels)))
    with session.hub.database.reporting() as connection:
        return prepare(connection, session.books.id, session.book, as_of, relation=relation, level=level)


def _show_prepared(output: Output, made: Prepared, number: int | None) -> None:
    from hub.reports.dunning import draft_json
    from hub.store.dunning_runs import rested

    rows, left = [draft_json(draft) for draft in made.drafts], rested(made)
    if output.as_json:
        output.line(
            {"run": number, "as_of": str(made.as_of), "reminders": rows, "rested": left, "recorded": number is not None}
        )
        return
    show_reminders(output, rows)
    say_rested(output, left)
    if number is not None:
        output.say("dunning_run_made", run=number, count=len(rows))
    elif rows:
        output.note("intake_dry_run")


def _run_and_send(session: Session, made: Prepared) -> None:
    alone, others = made.split()
    output = session.output
    if alone.drafts:
        number = session.record(alone)
        say_sent(output, number, session.send(number, session.freeze(number)))
    _show_prepared(output, others, session.record(others) if others.drafts else None)


def list_all(administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None) -> None:
    """Every run and how far it is.

    \b
    hub dunning list
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.dunning import list_runs

        rows = list(list_runs(connection, administration_id))
        if not as_json:
            rows = [{**row, "states": _counted(output, row["states"])} for row in rows]
        output.rows(rows, RUNS, empty="no_dunning_runs")


def _counted(output: Output, states: dict[str, int]) -> str:
    return ", ".join(f"{count} {output.cell(state, 'word')}" for state, count in states.items())


def show(
    number: Number, administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None
) -> None:
    """Per debtor what a run says, what is no longer true of it, and what it leaves alone and why.

    \b
    hub dunning show 1
    """
    settings = settings_of(language, administration=administration)
    with reading_books(administration, as_json, language) as (connection, books, output):
        import json

        from hub.reports.dunning import changed_since, run_rows
        from hub.store.dunning_runs import find_run

        rows = run_rows(connection, books.id, number)
        run_ = find_run(connection, books.id, number)
        changed = changed_since(connection, books.id, number, rulebook_of(settings, books.snapshot), date.today())
        left = json.loads(run_.rested)
        if as_json:
            output.line({"run": number, "as_of": str(run_.as_of), "state": run_.state,
                         "reminders": _with_changes(output, rows, changed), "rested": left})  # fmt: skip
            return
        show_reminders(output, _with_changes(output, rows, changed))
        say_rested(output, left)
        if run_.state == "frozen":
            from hub.store.letters import letters_of_run

            made, count = letters_of_run(connection, books.id, run_.id)
            if made:
                output.say("dunning_letters_made", made=made, count=count)


def _with_changes(output: Output, rows: list[dict[str, Any]], changed: dict[str, Any]) -> list[dict[str, Any]]:
    from hub.reports.dunning import dropped_step
    from hub.texts.catalogue import step_text

    def told(row: dict[str, Any]) -> str:
        step = changed.get(row["reference"]) or dropped_step(row["reason"])
        return row["reason"] if step is None else step_text(step, output.language, row["currency"])

    return [{**row, "changed": row["reference"] in changed, "reason": told(row)} for row in rows]


def exclude(
    number: Number,
    relation: Annotated[str, typer.Argument(metavar="RELATION", help="Whose communications stay out.")],
    reason: Reason = "",
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Take a debtor out of a concept; a later run takes him up again.

    \b
    hub dunning exclude 1 C0007 --reason "belt morgen"
    """
    with changing(administration, as_json, language, actor) as change:
        from hub.store.dunning_runs import exclude as leave

        count = leave(
            change.connection, change.ids, change.books.id, number, relation, reason, change.actor_id, change.at
        )
        tell(
            change,
            {"run": number, "relation": relation, "excluded": count},
            "dunning_excluded",
            relation=relation,
            run=number,
        )


def freeze(
    number: Number, administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None,
    actor: ByActor = "",
) -> None:  # fmt: skip
    """Say that a concept may go as it is.

    \b
    hub dunning freeze 1
    """
    with changing(administration, as_json, language, actor) as change:
        from hub.store.dunning_runs import freeze as agree

        count = agree(change.connection, change.ids, change.books.id, number, change.actor_id, change.at)
        tell(change, {"run": number, "state": "frozen", "reminders": count}, "dunning_frozen", run=number, count=count)


def send(
    number: Number, administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None,
    actor: ByActor = "",
) -> None:  # fmt: skip
    """Send a frozen run: mails to the mail server, letters to the printer, calls to the list of tasks.

    \b
    hub dunning send 1

    Everything is looked at once more; what was paid, disputed or changed since is dropped, and said so. Safe to repeat.
    """
    with dunning_session(administration, as_json, language, actor) as session:
        say_sent(session.output, number, session.send(number, _waiting(session, number)))


def _waiting(session: Session, number: int) -> int:
    from hub.reports.dunning import run_rows

    with session.hub.database.reading() as connection:
        return sum(row["state"] == "concept" for row in run_rows(connection, session.books.id, number))


def cancel(
    number: Number, reason: Reason = "", administration: ForAdministration = "", as_json: AsJson = False,
    language: InLanguage = None, actor: ByActor = "",
) -> None:  # fmt: skip
    """Give a run up; what of it has left stays as it is.

    \b
    hub dunning cancel 1 --reason "verkeerde datum"
    """
    with changing(administration, as_json, language, actor) as change:
        from hub.store.dunning_runs import cancel as give_up

        count = give_up(change.connection, change.ids, change.books.id, number, reason, change.actor_id, change.at)
        tell(change, {"run": number, "left_out": count}, "dunning_cancelled", run=number, count=count)
